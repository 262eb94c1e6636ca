//! What the analyses of surveys share: how many answers a value needs, and what is said below that.

use model::{
    label::Label,
    report::{Argument, Finding, Message, Verdict},
};

/// Answers below which a value is not stated, unless the section says otherwise.
pub(super) const MINIMUM: u32 = 30;

/// Too few answers to a question for a value.
pub(super) fn too_few(question: &Label, answers: i64, minimum: u32) -> Finding {
    let message = Message::new("satisfaction.few")
        .with("question", Argument::Label(question.clone()))
        .with("responses", Argument::Count(answers))
        .with("minimum", Argument::Count(i64::from(minimum)));
    Finding { verdict: Verdict::Unknown, message, weight: 40 }
}
