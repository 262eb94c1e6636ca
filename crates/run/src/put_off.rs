//! Deliveries that relays put off: when they are tried again.
//!
//! Rule: by the planner, ever more rarely, until the next edition is due; then the older one is given up. What only a
//! person can mend is not tried again by itself. A report is run again; a correction is gone on with as it is.

use crate::{
    error::RunError,
    ledger::{Ledger, is_correction},
};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use job::JobPlan;
use model::receipt::DeliveryKey;

/// The wait after the first run that was put off; doubled for each further one.
const FIRST: TimeDelta = TimeDelta::minutes(5);

/// The longest wait.
const LONGEST: TimeDelta = TimeDelta::hours(1);

/// What relays put off in the time of an edition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PutOff {
    /// Whether it is the edition itself.
    pub report: bool,
    /// The moments whose correction it is, the earliest first.
    pub corrections: Vec<NaiveDateTime>,
}

impl PutOff {
    /// What there is of a plan's moment, and of corrections as far back as the job corrects its reports.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn of(plan: &JobPlan, ledger: &Ledger) -> Result<Self, RunError> {
        let serves = |key: &DeliveryKey| plan.deliver.route.names(key);
        let last = plan.as_of.naive_local();
        let days = plan.corrections.map_or(0, |corrections| corrections.within_days);
        let first = last - TimeDelta::days(days.into());
        let open = ledger.put_off(&plan.job, last, &serves)?;
        Ok(Self {
            report: open.iter().any(|one| !is_correction(one)),
            corrections: ledger.corrections_put_off(&plan.job, (first, last), &serves)?,
        })
    }

    /// How long to wait before it is tried again, after so many runs; nothing when all is settled, or the next edition is
    /// due before.
    pub fn wait(
        &self,
        runs: u32,
        (now, next): (DateTime<Utc>, Option<DateTime<Utc>>),
    ) -> Option<TimeDelta> {
        let is_open = self.report || !self.corrections.is_empty();
        let wait = wait_after(runs);
        let in_time = next.is_none_or(|next| now + wait < next);
        (is_open && in_time).then_some(wait)
    }
}

fn wait_after(runs: u32) -> TimeDelta {
    let doubled = FIRST * 2_i32.pow(runs.saturating_sub(1).min(10));
    doubled.min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour_and_end_with_the_edition() {
        let minutes: Vec<i64> = (1..7).map(|runs| wait_after(runs).num_minutes()).collect();
        assert_eq!(minutes, [5, 10, 20, 40, 60, 60]);
        assert_eq!(wait_after(u32::MAX), LONGEST);
        let now: DateTime<Utc> = "2026-11-21T06:30:00Z".parse().expect("an instant");
        let settled = PutOff::default();
        assert_eq!(settled.wait(1, (now, None)), None);
        let correction = PutOff { corrections: vec![now.naive_utc()], ..settled };
        assert_eq!(correction.wait(2, (now, None)), Some(TimeDelta::minutes(10)));
        assert_eq!(correction.wait(2, (now, Some(now + TimeDelta::minutes(10)))), None);
    }
}
