//! The changes of a zone's clock within a span of time.

use chrono::{DateTime, NaiveTime, Offset, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

/// One change of a zone's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Change {
    /// The first instant of the new offset.
    pub(super) at: DateTime<Utc>,
    /// Seconds east of Greenwich before and after it.
    pub(super) offsets: [i32; 2],
}

impl Change {
    /// The time of day that a skipped `time` comes at instead, if this change skips it.
    pub(super) fn instead_of(&self, time: NaiveTime) -> Option<NaiveTime> {
        let [from, to] =
            self.offsets.map(|offset| (self.at + TimeDelta::seconds(offset.into())).naive_utc());
        let skipped =
            [from.date(), to.date()].iter().any(|day| (from..to).contains(&day.and_time(time)));
        skipped.then(|| to.time())
    }
}

/// Seconds east of Greenwich at an instant.
pub(super) fn offset(zone: Tz, at: DateTime<Utc>) -> i32 {
    zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
}

/// The changes of a zone, found by the offset of each day and by halving.
pub(super) fn changes(zone: Tz, start: DateTime<Utc>, end: DateTime<Utc>) -> Vec<Change> {
    let mut found = Vec::new();
    let (mut before, mut known) = (start, offset(zone, start));
    while before < end {
        let after = before + TimeDelta::days(1);
        let now = offset(zone, after);
        if now != known {
            let (mut low, mut high) = (before, after);
            while high - low > TimeDelta::seconds(1) {
                let middle = low + (high - low) / 2;
                if offset(zone, middle) == known { low = middle } else { high = middle }
            }
            // Clocks change at whole seconds.
            let at = high.with_nanosecond(0).unwrap_or(high);
            found.push(Change { at, offsets: [known, now] });
        }
        (before, known) = (after, now);
    }
    found
}
