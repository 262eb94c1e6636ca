//! The corrections that a call of the scheduler makes by itself.
//!
//! Rule: each moment is corrected once in a call, from the data as they are; one that could not be made, or whose report is
//! gone, is left for the next call.

use super::correct::{computed_anew, correct, name_lost};
use crate::{exit::Exit, output, workplace::Workplace};
use anyhow::Result;
use chrono::NaiveDateTime;
use job::Job;
use model::run::RunRecord;
use run::{PutOff, RunError};
use std::collections::BTreeMap;

/// What a call has corrected of a job.
pub(super) struct Corrections<'a> {
    place: &'a Workplace,
    job: &'a Job,
    /// The moment in whose time they are made.
    edition: NaiveDateTime,
    /// By moment, whether its correction could be made.
    made: BTreeMap<NaiveDateTime, bool>,
    worst: Option<Exit>,
}

impl<'a> Corrections<'a> {
    /// Nothing yet.
    pub(super) fn of(place: &'a Workplace, job: &'a Job, edition: NaiveDateTime) -> Self {
        Self { place, job, edition, made: BTreeMap::new(), worst: None }
    }

    /// How they ended; nothing where there were none.
    pub(super) fn worst(self) -> Option<Exit> {
        self.worst
    }

    /// Corrects what a run has found to be wrong in earlier reports.
    pub(super) fn earlier(&mut self, record: &RunRecord) -> Result<()> {
        let (place, job) = (self.place, self.job);
        let ledger = place.ledger()?;
        let due = match run::corrections_due(job, record, &ledger) {
            Err(error @ RunError::Report { .. }) => {
                tracing::warn!(job = %job.id, run = %record.run, %error, "its moment is computed once more");
                let anew = computed_anew(place, job, record.as_of)?;
                run::corrections_due(job, &anew, &ledger)?
            }
            due => due?,
        };
        let mut is_done = true;
        for moment in due {
            is_done &= match self.made.get(&moment) {
                Some(is_made) => *is_made,
                None => {
                    tracing::info!(job = %job.id, %moment, "what was told of this moment has changed");
                    let record = correct(place, job, moment, true, &())?;
                    self.ended(moment, &record)?
                }
            };
        }
        let lost = run::lost(job, record, self.edition, &ledger)?;
        lost.iter().for_each(name_lost);
        if !lost.is_empty() {
            self.add(Exit::Failed);
        }
        if is_done && lost.is_empty() {
            run::corrections_done(job, record, &ledger)?;
        }
        Ok(())
    }

    /// Makes the corrections that runs up to the edition did not come to, and goes on with those that relays put off, as they
    /// are.
    pub(super) fn go_on(&mut self) -> Result<()> {
        // What is made anew takes the place of what was put off.
        let left = self.left();
        let put_off = self.put_off();
        if let (Err(_), Err(error)) = (&left, &put_off) {
            tracing::error!(job = %self.job.id, %error, "corrections that were put off are not gone on with");
        }
        left.and(put_off)
    }

    fn put_off(&mut self) -> Result<()> {
        let (place, job) = (self.place, self.job);
        let ledger = place.ledger()?;
        let mut moments = PutOff::of(job, self.edition, &ledger)?.corrections;
        moments.retain(|moment| !self.made.contains_key(moment));
        for moment in moments {
            tracing::info!(job = %job.id, %moment, "a correction that was put off is gone on with");
            let plan = place.plan_at(job, moment)?;
            match run::is_begun(&plan, &ledger)? {
                true => {
                    let gone_on = run::go_on(&plan, &place.context(&plan, true)?, &ledger, &())?;
                    self.told(&gone_on)?;
                }
                false => drop(self.ended(moment, &correct(place, job, moment, true, &())?)?),
            }
        }
        Ok(())
    }

    /// Makes the corrections that scheduled runs up to the edition did not come to.
    pub(super) fn left(&mut self) -> Result<()> {
        for record in run::corrections_left(self.job, self.edition, &self.place.ledger()?)? {
            self.earlier(&record)?;
        }
        Ok(())
    }

    /// Writes down how a correction ended; returns whether it could be made.
    fn ended(&mut self, moment: NaiveDateTime, record: &RunRecord) -> Result<bool> {
        self.told(record)?;
        let is_made = record.stages.iter().all(|stage| stage.error.is_none());
        self.made.insert(moment, is_made);
        Ok(is_made)
    }

    fn told(&mut self, record: &RunRecord) -> Result<()> {
        output::say(&super::run_job::text(record, &self.job.templates))?;
        self.add(Exit::of_outcome(record.outcome));
        Ok(())
    }

    fn add(&mut self, exit: Exit) {
        self.worst = Some(self.worst.map_or(exit, |worst| worst.worse(exit)));
    }
}
