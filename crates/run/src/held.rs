//! Corrections that wait for a person, by the runs of their moment.

use crate::operator::is_rehearsal;
use model::{
    run::{Outcome, RunRecord},
    slice::Slice,
};

/// The correction of a moment that is held, if one is; `runs` are those of the moment, the latest first. Runs that correct
/// nobody do not change it.
pub(crate) fn correction<'a>(
    runs: impl IntoIterator<Item = &'a RunRecord>,
) -> Option<&'a RunRecord> {
    // A later one of its revision has dealt with it; one that went on with an earlier correction has not.
    let mut dealt_with = 0;
    for record in runs {
        let is_over = !matches!(record.outcome, Outcome::Failed | Outcome::Open);
        if !is_over || is_rehearsal(record) || record.revision <= dealt_with {
            continue;
        }
        if record.outcome == Outcome::Held && has_report(record) {
            return Some(record);
        }
        dealt_with = record.revision;
    }
    None
}

/// Whether the report on everything was held by itself, so that nobody has looked at slices.
pub(crate) fn is_whole(record: &RunRecord) -> bool {
    let is_edition = record.outcome == Outcome::Held && record.revision == 0;
    is_edition && record.slices.is_empty() && has_report(record)
}

/// Whether a correction is on a slice, or may be: where the report on everything is held by itself, nobody has looked at
/// slices.
pub(crate) fn is_on(record: &RunRecord, slice: &Slice) -> bool {
    if slice.is_all() {
        return record.artefacts.iter().any(|one| one.kind == "report");
    }
    record.slices.is_empty() || record.slices.iter().any(|one| one.slice == *slice)
}

/// Whether a run has a report for anybody.
pub(crate) fn has_report(record: &RunRecord) -> bool {
    let whole = record.artefacts.iter().any(|one| one.kind == "report");
    whole || record.slices.iter().any(|one| one.report.is_some())
}
