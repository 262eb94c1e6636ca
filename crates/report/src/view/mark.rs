//! How a report is marked that does not go out as usual: its subject, and what stands on top.
//!
//! Rule: where data were late, that is said first, and nothing above it says that the figures stand.

use super::{Banner, Writer};
use model::{
    quality::QualityNote,
    report::{Message, Report},
};

/// The report lacks what had not come.
const INCOMPLETE: &str = "late.incomplete";

/// It is an earlier report, sent again.
const LAST_GOOD: &str = "late.last_good";

impl Writer<'_> {
    /// The subject line: no two kinds of report have the same in an inbox.
    pub(crate) fn subject(&self, report: &Report, reservations: &[QualityNote]) -> String {
        let late = late(reservations);
        let key = match (&report.correction, late.map(|late| late.key.as_str())) {
            (Some(_), _) => "edition.subject_corrected",
            (None, Some(LAST_GOOD)) => "edition.subject_last_good",
            (None, Some(_)) => "edition.subject_incomplete",
            (None, None) if reservations.is_empty() => "edition.subject",
            (None, None) => "edition.subject_marked",
        };
        let message = self.naming(key, report);
        match late.and_then(|late| late.arguments.get("date")) {
            Some(date) => self.text(&message.with("date", date.clone())),
            None => self.text(&message),
        }
    }

    /// What stands on top: that this is a correction, that data were late, or with which reservations the figures stand.
    pub(super) fn banner(&self, report: &Report, reservations: &[QualityNote]) -> Option<Banner> {
        let reserved = Message::new("edition.banner");
        let (title, lead, corrected) = match (&report.correction, late(reservations)) {
            (Some(correction), _) => {
                ("correction.title", &correction.lead, correction.notes.as_slice())
            }
            (None, Some(late)) => ("edition.banner_title", late, [].as_slice()),
            (None, None) if reservations.is_empty() => return None,
            (None, None) => ("edition.banner_title", &reserved, [].as_slice()),
        };
        let others = reservations.iter().filter(|note| note.message != *lead);
        let notes = corrected.iter().chain(others);
        let notes = notes.map(|note| self.text(&note.message)).collect();
        Some(Banner { title: self.text(&Message::new(title)), lead: self.text(lead), notes })
    }
}

/// What was said of data that had not come in time.
fn late(reservations: &[QualityNote]) -> Option<&Message> {
    let is_late = |message: &&Message| [INCOMPLETE, LAST_GOOD].contains(&message.key.as_str());
    reservations.iter().map(|note| &note.message).find(is_late)
}
