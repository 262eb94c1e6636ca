//! Deliveries that relays put off: when they are tried again.
//!
//! Rule: by the planner, ever more rarely, until the next edition is due; then the older one is given up. What only a
//! person can mend is not tried again by itself.

use crate::{error::RunError, ledger::Ledger};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use model::{
    id::JobId,
    receipt::{DeliveryState, Receipt},
};

/// The wait after the first run that was put off; doubled for each further one.
const FIRST: TimeDelta = TimeDelta::minutes(5);

/// The longest wait.
const LONGEST: TimeDelta = TimeDelta::hours(1);

/// How long to wait before a report is tried again, after so many runs of it; nothing when all is settled, or the next
/// edition is due before.
///
/// # Errors
/// When the ledger cannot be read.
pub fn put_off(
    ledger: &Ledger,
    (job, as_of): (&JobId, NaiveDateTime),
    runs: u32,
    (now, next): (DateTime<Utc>, Option<DateTime<Utc>>),
) -> Result<Option<TimeDelta>, RunError> {
    let receipts = ledger.receipts(job, as_of)?;
    let open = |one: &Receipt| one.state == DeliveryState::Pending && !one.needs_person;
    let wait = wait_after(runs);
    let in_time = next.is_none_or(|next| now + wait < next);
    Ok((receipts.iter().any(open) && in_time).then_some(wait))
}

fn wait_after(runs: u32) -> TimeDelta {
    let doubled = FIRST * 2_i32.pow(runs.saturating_sub(1).min(10));
    doubled.min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour() {
        let minutes: Vec<i64> = (1..7).map(|runs| wait_after(runs).num_minutes()).collect();
        assert_eq!(minutes, [5, 10, 20, 40, 60, 60]);
        assert_eq!(wait_after(u32::MAX), LONGEST);
    }
}
