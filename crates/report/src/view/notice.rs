//! The view of a notice: what the owners of a job are told, without a figure.

use super::{NoticeView, Writer};
use model::{
    quality::{QualityNote, Severity},
    report::{Message, Report},
};

/// What a notice says was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// The report: nobody got it.
    All,
    /// The report, by a person: nobody got it.
    ByPerson,
    /// The correction of a report that readers have.
    Correction,
    /// The correction, by a person.
    CorrectionByPerson,
    /// Some slices: those who see others, or everything, got theirs.
    Slices,
    /// Corrections: some slices have no rows any more.
    Corrections,
    /// Nothing: some deliveries failed or are in doubt.
    Nothing,
}

/// The sentences of a notice – its subject, what happened, what that means – and what is to be done.
fn words(held: Held) -> ([&'static str; 3], &'static [&'static str]) {
    match held {
        Held::All => (
            ["notice_subject", "notice_lead", "notice_body"],
            &["notice_step_fix", "notice_step_release", "notice_step_explain"],
        ),
        Held::ByPerson => (
            ["notice_subject", "notice_lead", "by_person_body"],
            &["by_person_step_lift", "by_person_step_release"],
        ),
        Held::Correction => (
            ["correction_held_subject", "correction_held_lead", "correction_held_body"],
            &["notice_step_fix", "correction_held_step_release", "notice_step_explain"],
        ),
        Held::CorrectionByPerson => (
            ["correction_held_subject", "correction_held_lead", "by_person_body"],
            &["correction_by_person_step_lift", "correction_held_step_release"],
        ),
        Held::Slices => (
            ["slices_subject", "slices_lead", "slices_body"],
            &["slices_step_fix", "slices_step_data"],
        ),
        Held::Corrections => {
            (["gone_subject", "gone_lead", "gone_body"], &["gone_step_back", "gone_step_end"])
        }
        Held::Nothing => (
            ["undelivered_subject", "undelivered_lead", "undelivered_body"],
            &["undelivered_step_refused", "undelivered_step_unknown"],
        ),
    }
}

impl Held {
    /// Why a report is not sent.
    pub(crate) fn of(report: &Report, reasons: &[QualityNote]) -> Self {
        let by_person = |note: &QualityNote| note.message.key == "quality.held_by_person";
        let is_remark = |note: &QualityNote| note.severity == Severity::Info;
        let takes_away = |note: &QualityNote| note.message.key.starts_with("correction.");
        let is_correction = report.correction.is_some() || reasons.iter().any(takes_away);
        let is_by_person = reasons.iter().all(|note| by_person(note) || is_remark(note));
        match (is_correction, is_by_person) {
            (true, true) => Self::CorrectionByPerson,
            (true, false) => Self::Correction,
            (false, true) => Self::ByPerson,
            (false, false) => Self::All,
        }
    }
}

impl Writer<'_> {
    /// The view of a notice: reasons and steps, no figure of the report.
    pub(crate) fn notice(
        &self,
        report: &Report,
        held: Held,
        reasons: &[QualityNote],
    ) -> NoticeView {
        let step = |key: &str| self.text(&Message::new(key));
        let (about, steps) = words(held);
        let [subject, lead, body] = about.map(|part| format!("edition.{part}"));
        NoticeView {
            lang: self.locale().tag(),
            word: self.words(),
            subject: self.about(&subject, report),
            title: self.title(report),
            period: self.formatter.period_heading(&report.period),
            organisation: self.label(&report.organisation),
            lead: self.about(&lead, report),
            body: step(&body),
            reasons: reasons.iter().map(|note| self.reason(report, note)).collect(),
            steps: steps.iter().map(|key| step(&format!("edition.{key}"))).collect(),
            owner: self.owner(report),
            as_of: self.as_of(report),
            fingerprint: report.fingerprint.clone(),
            brand: self.brand.clone(),
        }
    }
}
