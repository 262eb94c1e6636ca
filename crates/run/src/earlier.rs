//! What readers were told last: the delivered report of the moment before, of their own slice.

use crate::{error::RunError, ledger::Ledger};
use job::JobPlan;
use model::{report::Report, run::RunRecord, slice::Slice};
use std::fs;
use transform::Earlier;

/// The latest run of an earlier moment that reached readers, if there is one.
pub(crate) struct Past(Option<RunRecord>);

impl Past {
    /// Looks it up.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn of(plan: &JobPlan, ledger: &Ledger) -> Result<Self, RunError> {
        Ok(Self(ledger.last_told(&plan.job, plan.as_of.naive_local())?))
    }

    /// The totals that the readers of a slice were told, unless there are none or they are gone.
    pub(crate) fn told(&self, slice: &Slice) -> Option<Earlier> {
        let record = self.0.as_ref()?;
        let path = match slice {
            Slice::All => &record.artefacts.iter().find(|one| one.kind == "report")?.path,
            Slice::Of(_) => {
                let theirs = record.slices.iter().find(|one| &one.slice == slice && !one.held)?;
                theirs.report.as_ref()?
            }
        };
        let text: Option<Vec<u8>> = fs::read(path).ok();
        let report = text.and_then(|text| serde_json::from_slice::<Report>(&text).ok());
        if report.is_none() {
            tracing::warn!(run = %record.run, "its report is gone: what has changed since is not told");
        }
        report.map(|report| Earlier { as_of: report.as_of, told: report.told })
    }
}
