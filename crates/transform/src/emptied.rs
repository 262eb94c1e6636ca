//! Figures of readers that the data do not have any more.
//!
//! Rule: a total that becomes nothing is more often a file that is missing than news, so a person has to look before
//! readers are told.

use crate::{plan::TransformPlan, restated::wrong};
use model::{
    number::Number,
    quality::{QualityNote, Severity},
    report::{Argument, Message, Restated, Told},
    slice::Slice,
};

/// How many are told one by one.
const NAMED: usize = 3;

/// The totals of an earlier report on a slice that a later one takes away, without their values; the first few, and how
/// many more there are.
pub fn emptied(
    plan: &TransformPlan,
    slice: &Slice,
    (before, now): (&[Told], &[Told]),
) -> Vec<QualityNote> {
    let is_something = |value: Option<Number>| value.is_some_and(|value| value.to_f64() != 0.0);
    let is_taken =
        |one: &Restated| one.of.is_none() && is_something(one.before) && !is_something(one.now);
    let taken: Vec<Restated> = wrong(before, now).into_iter().filter(is_taken).collect();
    let mut messages: Vec<Message> =
        taken.iter().take(NAMED).filter_map(|one| message(plan, slice, one)).collect();
    if let Some(more) = taken.len().checked_sub(NAMED).filter(|more| *more > 0) {
        messages.push(
            about("correction.emptied_more", slice).with("count", Argument::Count(more as i64)),
        );
    }
    let note = |message| QualityNote { severity: Severity::Error, message, dataset: None };
    messages.into_iter().map(note).collect()
}

fn message(plan: &TransformPlan, slice: &Slice, one: &Restated) -> Option<Message> {
    let metric = Argument::Label(plan.metrics.get(&one.metric)?.label.clone());
    let message = about("correction.emptied", slice);
    Some(message.with("metric", metric).with("period", Argument::Period(one.period)))
}

/// A message that names its slice, unless it is on everything.
fn about(key: &str, slice: &Slice) -> Message {
    match slice.members() {
        None => Message::new(key),
        Some(members) => {
            Message::new(format!("{key}_of")).with("slice", Argument::Text(members.to_string()))
        }
    }
}
