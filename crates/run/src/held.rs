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
    let mut runs = runs.into_iter();
    let decided = runs.find(|record| {
        let is_over = !matches!(record.outcome, Outcome::Failed | Outcome::Open);
        record.revision > 0 && is_over && !is_rehearsal(record)
    });
    decided.filter(|record| record.outcome == Outcome::Held && has_report(record))
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
