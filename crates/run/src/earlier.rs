//! What readers were told before: the delivered reports of earlier moments, of their own slice.

use crate::{error::RunError, ledger::Ledger};
use job::JobPlan;
use model::{report::Report, run::RunRecord, slice::Slice};
use std::{fs, path::PathBuf};
use transform::Earlier;

/// The runs of earlier moments that reached readers.
pub(crate) struct Past {
    /// The latest, if there is one.
    last: Option<RunRecord>,
    /// The latest that was not sent incomplete.
    good: Option<RunRecord>,
}

/// A report that lies in the state folder.
pub(crate) struct Stored {
    pub(crate) report: Report,
    pub(crate) path: PathBuf,
}

impl Past {
    /// Looks them up.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn of(plan: &JobPlan, ledger: &Ledger) -> Result<Self, RunError> {
        let last = ledger.last_told(&plan.job, plan.as_of.naive_local())?;
        let mut good = last.clone();
        while let Some(record) = good.take_if(|record| is_incomplete(record)) {
            good = ledger.last_told(&plan.job, record.as_of)?;
        }
        Ok(Self { last, good })
    }

    /// The totals that the readers of a slice were told, unless there are none or they are gone.
    pub(crate) fn told(&self, slice: &Slice) -> Option<Earlier> {
        let record = self.last.as_ref()?;
        let path = report_path(record, slice)?;
        let stored = stored(path);
        if stored.is_none() {
            tracing::warn!(run = %record.run, "its report is gone: what has changed since is not told");
        }
        stored.map(|Stored { report, .. }| Earlier { as_of: report.as_of, told: report.told })
    }

    /// The latest whole report that the readers of a slice got.
    pub(crate) fn good(&self, slice: &Slice) -> Option<Stored> {
        stored(report_path(self.good.as_ref()?, slice)?)
    }
}

fn is_incomplete(record: &RunRecord) -> bool {
    record.notes.iter().any(|note| note.message.key == "late.incomplete")
}

fn report_path(record: &RunRecord, slice: &Slice) -> Option<PathBuf> {
    let path = match slice {
        Slice::All => &record.artefacts.iter().find(|one| one.kind == "report")?.path,
        Slice::Of(_) => {
            let theirs = record.slices.iter().find(|one| &one.slice == slice && !one.held)?;
            theirs.report.as_ref()?
        }
    };
    Some(PathBuf::from(path))
}

/// A report, if its file is still there and whole.
fn stored(path: PathBuf) -> Option<Stored> {
    let report = serde_json::from_slice(&fs::read(&path).ok()?).ok()?;
    Some(Stored { report, path })
}
