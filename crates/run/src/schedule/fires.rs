//! The moments of a schedule, with the clock changes of its zone.
//!
//! Rule (as Vixie cron and OCPS 1.4): a line with fixed minute and hour, lists included, runs once a
//! day for each of its times; a time that a clock change skips runs at the first instant after the
//! jump, one that is repeated runs in the first pass. A line whose minute or hour begins with `*`
//! follows the wall clock: skipped times do not come, repeated ones come twice.
//!
//! The parser's own search is used on a clock without changes only: it takes `30 2,14 * * *` for a
//! line without fixed times and would lose 02:30 on the day of the jump.

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use job::schedule::SchedulePlan;
use std::collections::BTreeSet;

/// One moment of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// The instant.
    pub at: DateTime<Utc>,
    /// The same instant on the wall clock of `zone`; what reports and receipts carry. The second pass
    /// of a repeated hour has the `as_of` of the first and therefore counts as the same report.
    pub as_of: NaiveDateTime,
    /// The schedule's zone.
    pub zone: Tz,
}

impl Slot {
    fn new(at: DateTime<Utc>, zone: Tz) -> Self {
        Self { at, as_of: at.with_timezone(&zone).naive_local(), zone }
    }
}

/// The first `count` moments after `after`, in order; fewer when the calendar ends first.
pub fn fires(plan: &SchedulePlan, after: DateTime<Utc>, count: usize) -> Vec<Slot> {
    moments(plan, after, |found, earliest| {
        found.len() >= count
            && found.iter().nth(count.saturating_sub(1)).is_none_or(|n| n <= earliest)
    })
    .take(count)
    .collect()
}

/// The moments after `after` up to and with `until`, in order.
pub(crate) fn between(
    plan: &SchedulePlan,
    after: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Vec<Slot> {
    moments(plan, after, |_, earliest| *earliest > until)
        .take_while(|slot| slot.at <= until)
        .collect()
}

/// The moments after `after` until `enough` says of what was found, and of the earliest instant that may
/// still come, that nothing more is wanted.
fn moments(
    plan: &SchedulePlan,
    after: DateTime<Utc>,
    enough: impl Fn(&BTreeSet<DateTime<Utc>>, &DateTime<Utc>) -> bool,
) -> impl Iterator<Item = Slot> {
    let zone = plan.zone;
    let mut found = BTreeSet::new();
    // No clock change moves a time by more than a day.
    let origin = after.with_timezone(&zone).naive_local() - TimeDelta::hours(26);
    for wall in plan.walls(origin) {
        let instants = instants_of(wall.at, zone, wall.fixed);
        // Later wall times never come before the first pass of this one.
        if instants.first().is_some_and(|earliest| enough(&found, earliest)) {
            break;
        }
        found.extend(instants.into_iter().filter(|instant| *instant > after));
    }
    found.into_iter().map(move |at| Slot::new(at, zone))
}

/// The last instant at which the wall clock shows `as_of`.
pub(crate) fn last_instant(as_of: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    match zone.from_local_datetime(&as_of) {
        MappedLocalTime::Single(instant) => instant.to_utc(),
        MappedLocalTime::Ambiguous(_, second) => second.to_utc(),
        MappedLocalTime::None => after_the_gap(as_of, zone),
    }
}

fn instants_of(wall: NaiveDateTime, zone: Tz, fixed: bool) -> Vec<DateTime<Utc>> {
    match zone.from_local_datetime(&wall) {
        MappedLocalTime::Single(instant) => vec![instant.to_utc()],
        MappedLocalTime::Ambiguous(first, _) if fixed => vec![first.to_utc()],
        MappedLocalTime::Ambiguous(first, second) => vec![first.to_utc(), second.to_utc()],
        MappedLocalTime::None if fixed => vec![after_the_gap(wall, zone)],
        MappedLocalTime::None => Vec::new(),
    }
}

/// The first instant after a gap, which lies on a whole minute of the wall clock and within a day.
fn after_the_gap(wall: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let minutes = (1..=26 * 60).map(|minutes| wall + TimeDelta::minutes(minutes));
    let found = minutes.filter_map(|later| zone.from_local_datetime(&later).earliest()).next();
    found.map_or(wall.and_utc(), |instant| instant.to_utc())
}
