//! Properties of schedules over every zone of the time-zone database, 2024 to 2030.
//!
//! A schedule sees a zone by its offsets only. Around each of their changes every zone is looked at; the years as a whole
//! once for each history of offsets, which many names share.

use super::{
    Slot,
    changes::{Change, offset},
    fires::between,
};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use job::schedule::{SchedulePlan, Spec};
use std::collections::BTreeMap;

/// How far the clock is set forward.
fn shift(change: &Change) -> TimeDelta {
    TimeDelta::seconds(i64::from(change.offsets[1] - change.offsets[0]))
}

/// Whether the clock leaps from one day into the next.
fn leaps_over_midnight(change: &Change) -> bool {
    let wall = |offset: i32| (change.at + TimeDelta::seconds(offset.into())).date_naive();
    shift(change) > TimeDelta::zero() && wall(change.offsets[0]) != wall(change.offsets[1])
}

fn edges() -> [DateTime<Utc>; 2] {
    ["2024-01-01T00:00:00Z", "2031-01-01T00:00:00Z"].map(|text| text.parse().expect("an instant"))
}

fn changes(zone: Tz) -> Vec<Change> {
    let [start, end] = edges();
    super::changes::changes(zone, start, end)
}

fn plan(cron: &str, zone: Tz) -> SchedulePlan {
    let spec = Spec { zone: Some(zone.name().into()), ..Spec::line(cron) };
    super::tests::lowered(&spec)
}

/// Each local day from `first` on has one moment: at its time, or at the first instant after the gap that holds it.
fn once_a_day(zone: Tz, time: NaiveTime, slots: &[Slot], first: NaiveDate) {
    for (day, slot) in first.iter_days().zip(slots) {
        let due = day.and_time(time);
        let place = format!("{zone} {due}: {slot:?}");
        match zone.from_local_datetime(&due).earliest() {
            Some(instant) => assert_eq!(slot.at, instant.to_utc(), "{place}"),
            None => {
                let shown = |at: DateTime<Utc>| at.with_timezone(&zone).naive_local();
                assert!(shown(slot.at) > due, "{place}");
                assert!(shown(slot.at - TimeDelta::seconds(1)) < due, "{place}");
            }
        }
        assert_eq!(slot.as_of, slot.at.with_timezone(&zone).naive_local(), "{place}");
    }
    // Each moment closes what the one before it opened: strictly rising instants leave no hole and do not overlap.
    assert!(slots.windows(2).all(|pair| pair[0].at < pair[1].at), "{zone} {time}");
}

fn daily(zone: Tz, time: NaiveTime, from: NaiveDate, days: u64) -> Vec<Slot> {
    let plan = plan(&time.format("%M %H * * *").to_string(), zone);
    // No zone is further than 15 hours from Greenwich, and no gap is a day long.
    let wide = [from - chrono::Days::new(3), from + chrono::Days::new(days + 3)]
        .map(|day| day.and_time(NaiveTime::MIN).and_utc());
    let nominal = |slot: &Slot| match slot.as_of.time() >= time {
        // A gap that ends at midnight hands the moment to the day that follows.
        true => slot.as_of.date(),
        false => slot.as_of.date().pred_opt().expect("a date"),
    };
    let all = between(&plan, wide[0], wide[1]);
    let within = |slot: &&Slot| (0..days as i64).contains(&(nominal(slot) - from).num_days());
    all.iter().filter(within).copied().collect()
}

fn times() -> Vec<NaiveTime> {
    ["00:00", "00:30", "01:30", "02:15", "02:30", "03:00", "06:30", "12:00", "22:30", "23:30"]
        .map(|text| format!("{text}:00").parse().expect("a time"))
        .to_vec()
}

#[test]
fn a_fixed_time_comes_once_a_local_day_in_every_zone() {
    let mut histories: BTreeMap<(i32, Vec<Change>), Tz> = BTreeMap::new();
    let mut looked_at = 0;
    for zone in TZ_VARIANTS {
        let changes = changes(zone);
        for change in &changes {
            let day = change.at.with_timezone(&zone).date_naive() - chrono::Days::new(2);
            for time in times() {
                let slots = daily(zone, time, day, 5);
                assert_eq!(slots.len(), 5, "{zone} {time} {change:?}: {slots:?}");
                once_a_day(zone, time, &slots, day);
                looked_at += 1;
            }
        }
        histories.entry((offset(zone, edges()[0]), changes)).or_insert(zone);
    }
    assert!(looked_at > 10_000 && histories.len() > 40, "{looked_at} {}", histories.len());
    let first = NaiveDate::from_ymd_opt(2024, 1, 2).expect("a date");
    for zone in histories.values() {
        let time = NaiveTime::from_hms_opt(2, 30, 0).expect("a time");
        let slots = daily(*zone, time, first, 2550);
        assert_eq!(slots.len(), 2550, "{zone}");
        once_a_day(*zone, time, &slots, first);
    }
}

/// The day that a daily job reports is the one before its moment: the days tile like the moments do, but where the clock
/// leaps over midnight.
#[test]
fn reported_days_tile_in_every_zone() {
    let mut leaping = std::collections::BTreeSet::new();
    for zone in TZ_VARIANTS {
        for change in changes(zone) {
            let day = change.at.with_timezone(&zone).date_naive() - chrono::Days::new(2);
            for time in times() {
                let slots = daily(zone, time, day, 5);
                let next =
                    |pair: &[Slot]| pair[0].as_of.date().succ_opt() == Some(pair[1].as_of.date());
                if !slots.windows(2).all(next) {
                    assert!(leaps_over_midnight(&change) && time.hour() == 23, "{zone} {time}");
                    leaping.insert(zone.name());
                }
            }
        }
    }
    // Greenland alone changes its clocks at 23:00; a job there that is due within that hour counts for the next day.
    for zone in leaping {
        assert!(
            ["America/Godthab", "America/Nuuk", "America/Scoresbysund"].contains(&zone),
            "{zone}"
        );
    }
}

#[test]
fn an_hourly_job_comes_once_a_real_hour_in_every_zone() {
    let hour = TimeDelta::hours(1);
    for zone in TZ_VARIANTS {
        let plan = plan("0 * * * *", zone);
        for change in changes(zone) {
            let [from, to] = [change.at - TimeDelta::hours(5), change.at + TimeDelta::hours(5)];
            let slots = between(&plan, from, to);
            let whole = shift(&change).num_minutes() % 60 == 0;
            for pair in slots.windows(2) {
                let passed = pair[1].at - pair[0].at;
                // Lord Howe's clock is set by half an hour: the hour across the change is as long as the clock makes it.
                let fits =
                    passed == hour || (!whole && (passed - hour).abs() == shift(&change).abs());
                assert!(fits, "{zone} {change:?}: {pair:?}");
                assert_eq!(pair[1].as_of.minute(), 0, "{zone}");
            }
            assert!(slots.len() >= 9, "{zone} {change:?}: {slots:?}");
        }
    }
}
