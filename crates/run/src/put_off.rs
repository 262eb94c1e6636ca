//! Deliveries that relays put off, and those that a killed run did not come to: when they are tried again.
//!
//! Rule: by the planner, ever more rarely, until the next edition is due; then the older one is given up. An edition that
//! was made up for is tried as long as the newest one. What only a person can mend is not tried again by itself. A report
//! is run again; a correction is gone on with as it is.

use crate::{
    ledger::{Ledger, LedgerError, is_correction},
    left::corrections_left,
    schedule::{Slot, fires},
};
use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use job::Job;
use model::receipt::DeliveryKey;

/// The wait after the first run that was put off; doubled for each further one.
const FIRST: TimeDelta = TimeDelta::minutes(5);

/// The longest wait.
const LONGEST: TimeDelta = TimeDelta::hours(1);

/// How far back any job corrects its reports.
pub(crate) const CORRECTED: TimeDelta = TimeDelta::days(35);

/// How far back reports are looked for that relays put off.
const LOOK_BACK: TimeDelta = TimeDelta::days(400);

/// What relays put off in the time of an edition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PutOff {
    /// Whether it is the edition itself.
    pub report: bool,
    /// The moments whose correction it is, the earliest first.
    pub corrections: Vec<NaiveDateTime>,
    /// Whether corrections that a run found to be due are to be made still.
    pub is_left: bool,
}

impl PutOff {
    /// What there is of a moment of a job, and of corrections as far back as any job corrects its reports.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn of(job: &Job, last: NaiveDateTime, ledger: &Ledger) -> Result<Self, LedgerError> {
        // Who left or moved since still reads what is of his days.
        let serves = |key: &DeliveryKey| job.route.names(key);
        // A job may have changed its mind about corrections; one that reached some is for all of its readers.
        let first = last - CORRECTED;
        let open = ledger.put_off(&job.id, last, &serves)?;
        Ok(Self {
            report: open.iter().any(|one| !is_correction(one)),
            corrections: ledger.corrections_put_off(&job.id, (first, last), &serves)?,
            is_left: !corrections_left(job, last, ledger)?.is_empty(),
        })
    }

    /// Whether there is anything to be tried again.
    pub fn is_open(&self) -> bool {
        self.report || self.has_corrections()
    }

    /// Whether there are corrections to go on with, or to make.
    pub fn has_corrections(&self) -> bool {
        self.is_left || !self.corrections.is_empty()
    }

    /// How long to wait before it is tried again, after so many runs.
    pub fn wait(runs: u32) -> TimeDelta {
        let doubled = FIRST * 2_i32.pow(runs.saturating_sub(1).min(10));
        doubled.min(LONGEST)
    }
}

/// Until when a moment is tried again: the next one after it was due and was first dealt with; nothing where none comes.
///
/// # Errors
/// When the ledger cannot be read.
pub fn tried_until(
    job: &Job,
    slot: Slot,
    ledger: &Ledger,
) -> Result<Option<DateTime<Utc>>, LedgerError> {
    let Some(schedule) = &job.schedule else { return Ok(None) };
    let moment = slot.at.with_timezone(&job.calendar.zone);
    let receipts = ledger.receipts(&job.id, moment.naive_local())?;
    let begun = receipts.iter().map(|receipt| receipt.changed).min();
    let dealt = ledger.dealt_with_since(&job.id, moment)?;
    let since = [dealt, begun].into_iter().flatten().min();
    let from = since.map_or(slot.at, |since| since.max(slot.at));
    Ok(fires(schedule, from, 1).first().map(|next| next.at))
}

/// The moments of a job that are dealt with and are to be tried again now, the earliest first; `last` is the last of them
/// that is dealt with, and the one whose time has the corrections.
///
/// # Errors
/// When the ledger cannot be read.
pub fn open_slots(
    job: &Job,
    last: DateTime<Tz>,
    ledger: &Ledger,
    now: DateTime<Utc>,
) -> Result<Vec<Slot>, LedgerError> {
    let is_tried = |until: &Option<DateTime<Utc>>| until.is_none_or(|until| now < until);
    let lacked = lacked(job, last, ledger)?;
    let tried = lacked.into_iter().filter(|(_, until)| is_tried(until));
    let mut open: Vec<Slot> = tried.map(|(slot, _)| slot).collect();
    let local = last.naive_local();
    if job.schedule.is_some() && PutOff::of(job, local, ledger)?.has_corrections() {
        open.extend(slot_at(job, last).filter(|slot| !open.contains(slot)));
    }
    Ok(open)
}

/// The moments of a job that somebody lacks and that are not tried again, and since when, the earliest first.
///
/// # Errors
/// When the ledger cannot be read.
pub fn given_up(
    job: &Job,
    last: DateTime<Tz>,
    ledger: &Ledger,
    now: DateTime<Utc>,
) -> Result<Vec<(Slot, DateTime<Utc>)>, LedgerError> {
    let given_up =
        |(slot, until): Lacked| until.filter(|until| *until <= now).map(|until| (slot, until));
    Ok(lacked(job, last, ledger)?.into_iter().filter_map(given_up).collect())
}

/// A moment whose report relays put off for somebody, and until when it is tried again; for good where that is open.
type Lacked = (Slot, Option<DateTime<Utc>>);

/// The moments whose report relays put off for somebody.
fn lacked(job: &Job, last: DateTime<Tz>, ledger: &Ledger) -> Result<Vec<Lacked>, LedgerError> {
    let serves = |key: &DeliveryKey| job.route.names(key);
    let span = (last.naive_local() - LOOK_BACK, last.naive_local());
    let mut lacked = Vec::new();
    for local in ledger.reports_put_off(&job.id, span, &serves)? {
        let moment = job.calendar.zone.from_local_datetime(&local).earliest();
        let Some(slot) = moment.and_then(|moment| slot_at(job, moment)) else { continue };
        lacked.push((slot, tried_until(job, slot, ledger)?));
    }
    Ok(lacked)
}

/// The moment of a job's schedule at an instant; one of another schedule, or run by hand, is a moment all the same. Nothing
/// for a job without a schedule, which nobody wakes.
fn slot_at(job: &Job, moment: DateTime<Tz>) -> Option<Slot> {
    let at = moment.to_utc();
    let schedule = job.schedule.as_ref()?;
    let (zone, as_of) = (schedule.zone, at.with_timezone(&schedule.zone).naive_local());
    let named =
        fires(schedule, at - TimeDelta::seconds(1), 1).into_iter().find(|slot| slot.at == at);
    Some(named.unwrap_or(Slot { at, as_of, zone }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour() {
        let minutes: Vec<i64> = (1..7).map(|runs| PutOff::wait(runs).num_minutes()).collect();
        assert_eq!(minutes, [5, 10, 20, 40, 60, 60]);
        assert_eq!(PutOff::wait(u32::MAX), LONGEST);
    }
}
