//! What readers were told: the delivered reports of a moment, of their own slice.

use crate::{
    error::RunError,
    in_hand::InHand,
    ledger::{Ledger, StoredRun},
    preview::{stored_report, stored_with_figures},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use job::JobPlan;
use model::{
    id::RunId,
    quality::QualityNote,
    report::Report,
    run::{Outcome, RunRecord},
    slice::Slice,
};
use std::path::{Path, PathBuf};
use transform::Earlier;

/// The runs of one moment that reached readers, the latest first: a correction stands before what it corrects.
#[derive(Debug, Default)]
pub(crate) struct Telling(Vec<RunRecord>);

/// The runs of earlier moments that reached readers.
pub(crate) struct Past {
    /// What readers have of the latest moment, if there is one.
    last: InHand,
    /// Those of the latest moment that was not sent incomplete.
    good: Telling,
}

/// A report that lies in the state folder.
pub(crate) struct Stored {
    pub(crate) report: Report,
    /// The fingerprint of its figures.
    pub(crate) figures: String,
    pub(crate) path: PathBuf,
    /// What stood on top of it.
    pub(crate) reservations: Vec<QualityNote>,
}

impl Past {
    /// Looks them up.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn of(plan: &JobPlan, ledger: &Ledger) -> Result<Self, RunError> {
        let before = |moment| -> Result<Telling, RunError> {
            let last = ledger.last_told(&plan.job, moment)?;
            last.map_or_else(|| Ok(Telling::default()), |last| Telling::of(plan, ledger, last))
        };
        let last = match ledger.last_told(&plan.job, plan.as_of.naive_local())? {
            Some(last) => InHand::of(plan, ledger, last)?,
            None => InHand::default(),
        };
        let mut good = before(plan.as_of.naive_local())?;
        while let Some(moment) = good.incomplete() {
            good = before(moment)?;
        }
        Ok(Self { last, good })
    }

    /// The totals that readers of a slice were told, the earliest that somebody still has, unless there are none or they
    /// are gone.
    pub(crate) fn told(&self, slice: &Slice) -> Option<Earlier> {
        let Some(version) = self.last.versions(slice).into_iter().next() else {
            if self.last.is_told(slice) {
                tracing::warn!(%slice, "the last report is gone from the state folder: what has changed since is not told");
            }
            return None;
        };
        let Stored { report, .. } = version.stored;
        Some(Earlier { as_of: report.as_of, told: report.told })
    }

    /// The latest whole report that the readers of a slice got.
    pub(crate) fn good(&self, slice: &Slice) -> Option<Stored> {
        self.good.report(slice)
    }
}

impl Telling {
    /// What was told of a moment.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn of(
        plan: &JobPlan,
        ledger: &Ledger,
        moment: NaiveDateTime,
    ) -> Result<Self, RunError> {
        Ok(Self(ledger.told(&plan.job, (moment, moment))?))
    }

    /// The run that made a correction, whether or not anybody has it yet; nothing when it is gone.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn of_correction(
        plan: &JobPlan,
        ledger: &Ledger,
        revision: u32,
    ) -> Result<Self, RunError> {
        let moment = plan.as_of.naive_local();
        let is_it = |stored: Stored| {
            stored.report.correction.is_some_and(|correction| correction.revision == revision)
        };
        for StoredRun { record, .. } in ledger.of_moments(&plan.job, (moment, moment))? {
            // A rehearsal may have stored one that was never to go.
            let one = Self(vec![record]);
            let is_meant = one.0.iter().all(|record| record.outcome != Outcome::NotSent);
            if is_meant && one.slices().iter().any(|slice| one.report(slice).is_some_and(is_it)) {
                return Ok(one);
            }
        }
        Ok(Self::default())
    }

    /// One run alone.
    pub(crate) fn by(record: &RunRecord) -> Self {
        Self(vec![record.clone()])
    }

    /// The reports that the latest of the runs made, or sent in their place, by slice.
    ///
    /// # Errors
    /// When one of them cannot be read, or another one lies in its place.
    pub(crate) fn made(&self) -> Result<Vec<(Slice, Report)>, RunError> {
        let Some(record) = self.0.first() else { return Ok(Vec::new()) };
        let mut made = Vec::new();
        for slice in self.slices() {
            let Some(place) = place(record, &slice) else { continue };
            let report = stored_report(Path::new(place.path))?;
            let is_it = |print: &String| !slice.is_all() || *print == report.fingerprint;
            if !record.report.as_ref().is_none_or(is_it) {
                let (path, reason) =
                    (place.path.to_owned(), "another report lies there".to_owned());
                return Err(RunError::Report { path, reason });
            }
            made.push((slice, report));
        }
        Ok(made)
    }

    /// The report that the readers of a slice got last, unless there is none or it is gone.
    pub(crate) fn report(&self, slice: &Slice) -> Option<Stored> {
        let mut told = self.0.iter().filter_map(|record| Some((record, place(record, slice)?)));
        told.next().and_then(|(record, place)| place.read(record))
    }

    /// The report on a slice that went out: sent again, or made by the run itself. One that sent several again may be asked
    /// for that of a revision.
    pub(crate) fn delivered(&self, slice: &Slice, revision: Option<u32>) -> Option<Stored> {
        let record = self.0.first()?;
        let again = record.again.iter().filter(|one| one.slice == *slice);
        let mut places = again.filter_map(|one| {
            Some(Place { path: one.report.as_deref()?, reservations: &one.reservations })
        });
        let Some(first) = places.next() else { return self.report(slice) };
        let first = first.read(record);
        let is_it = |stored: &Stored| {
            let made = stored.report.correction.as_ref().map_or(0, |one| one.revision);
            revision.is_none_or(|revision| revision == made)
        };
        if first.as_ref().is_some_and(is_it) {
            return first;
        }
        places.filter_map(|place| place.read(record)).find(is_it).or(first)
    }

    /// Every report that the readers of a slice got, the latest first, as far as they are still there.
    pub(crate) fn reports(&self, slice: &Slice) -> impl Iterator<Item = Stored> {
        self.0.iter().filter_map(|record| place(record, slice)?.read(record))
    }

    /// The latest of the runs.
    pub(crate) fn run(&self) -> Option<&RunId> {
        self.0.first().map(|record| &record.run)
    }

    /// When the latest of the runs started.
    pub(crate) fn started(&self) -> Option<DateTime<Utc>> {
        self.0.first().map(|record| record.started)
    }

    /// The slices that were told of, that of everything first.
    pub(crate) fn slices(&self) -> Vec<Slice> {
        let of = |record: &RunRecord| record.slices.iter().map(|one| one.slice.clone()).collect();
        let mut slices: Vec<Slice> =
            self.0.iter().flat_map(|record| -> Vec<_> { of(record) }).collect();
        slices.push(Slice::All);
        slices.sort();
        slices.dedup();
        slices
    }

    /// The moment, if what was told of it was not all.
    fn incomplete(&self) -> Option<NaiveDateTime> {
        let record = self.0.iter().find(|record| place(record, &Slice::All).is_some())?;
        let is_incomplete = record.notes.iter().any(|note| note.message.key == "late.incomplete");
        is_incomplete.then_some(record.as_of)
    }
}

/// Where a report lies, and what stood on top of it.
struct Place<'a> {
    path: &'a str,
    reservations: &'a [QualityNote],
}

fn place<'a>(record: &'a RunRecord, slice: &Slice) -> Option<Place<'a>> {
    if slice.is_all() {
        let report = record.artefacts.iter().find(|one| one.kind == "report")?;
        return Some(Place { path: &report.path, reservations: &record.reservations });
    }
    let theirs = record.slices.iter().find(|one| &one.slice == slice && !one.held)?;
    Some(Place { path: theirs.report.as_deref()?, reservations: &theirs.reservations })
}

impl Place<'_> {
    fn read(self, record: &RunRecord) -> Option<Stored> {
        let path = PathBuf::from(self.path);
        match stored_with_figures(&path) {
            Ok((report, figures)) => {
                let reservations = self.reservations.to_vec();
                Some(Stored { report, figures, path, reservations })
            }
            Err(error) => {
                tracing::debug!(run = %record.run, error = %error.chain(), "its report is gone");
                None
            }
        }
    }
}
