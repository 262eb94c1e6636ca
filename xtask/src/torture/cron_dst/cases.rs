//! Instants at clock changes, the intervals between them, and the changes themselves.

use super::{Line, plan, same};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use job::schedule::{CatchUp, SchedulePlan};
use model::{calendar::Calendar, period::Grain};
use run::schedule::{Slot, fires};
use serde::Deserialize;

/// One case of `cases.json`.
#[derive(Debug, Deserialize)]
struct Case {
    zone: String,
    cron: Option<String>,
    local_day: Option<NaiveDate>,
    window_utc: Option<[DateTime<Utc>; 2]>,
    class_: String,
    expect_utc: Vec<DateTime<Utc>>,
    interval_hours: Option<Vec<f64>>,
    hours: Option<f64>,
}

impl Case {
    fn name(&self) -> String {
        let day = self.expect_utc.first().map(|at| at.date_naive().to_string());
        format!("{} {} {}", self.zone, self.class_, day.unwrap_or_default())
    }

    fn zone(&self) -> Result<Tz, String> {
        self.zone.parse().map_err(|_| format!("no zone {}", self.zone))
    }

    /// A business day begins at midnight: the schedule of its begin.
    fn plan(&self) -> Result<SchedulePlan, String> {
        plan(self.cron.as_deref().unwrap_or("0 0 * * *"), &self.zone, CatchUp::Latest)
    }

    /// The moments that the planner gives where the case looks.
    fn slots(&self) -> Result<Vec<Slot>, String> {
        let (plan, zone) = (self.plan()?, self.zone()?);
        let second = TimeDelta::seconds(1);
        let first = *self.expect_utc.first().ok_or("the case expects nothing")?;
        Ok(match (self.class_.as_str(), self.local_day, self.window_utc) {
            ("fixed time", Some(day), _) => {
                let wide = day.and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(40);
                let moments = fires(&plan, wide, 6).into_iter();
                moments.filter(|slot| slot.at.with_timezone(&zone).date_naive() == day).collect()
            }
            (_, _, Some([from, to])) => {
                let moments = fires(&plan, from - second, 100).into_iter();
                moments.take_while(|slot| slot.at <= to).collect()
            }
            ("business day" | "daily 06:00", ..) => {
                fires(&plan, first - second, self.expect_utc.len())
            }
            (class, ..) => return Err(format!("a class of case that is not known: {class}")),
        })
    }
}

/// Every case: the instants are those expected, no more and no fewer.
pub(super) fn instants(text: &str) -> anyhow::Result<Line> {
    let cases: Vec<Case> = serde_json::from_str(text)?;
    let mut line = Line::new("cron-dst");
    for case in &cases {
        let check = || {
            let found: Vec<_> = case.slots()?.iter().map(|slot| slot.at).collect();
            same(&found, &case.expect_utc)
        };
        line.count(&case.name(), check());
    }
    Ok(line)
}

/// The cases with intervals: each ends where the next begins, is as long as expected, and so are the days reported.
pub(super) fn intervals(text: &str) -> anyhow::Result<Line> {
    let cases: Vec<Case> = serde_json::from_str(text)?;
    let mut line = Line::new("cron-dst-intervals");
    for case in &cases {
        let hours = case.interval_hours.clone().or(case.hours.map(|hours| vec![hours]));
        let Some(expected) = hours else { continue };
        line.count(&case.name(), tiles(case, &expected));
    }
    Ok(line)
}

fn tiles(case: &Case, expected: &[f64]) -> Result<(), String> {
    let slots = case.slots()?;
    let minutes = |pair: &[Slot]| (pair[1].at - pair[0].at).num_minutes();
    let found: Vec<i64> = slots.windows(2).map(minutes).collect();
    let expected: Vec<i64> = expected.iter().map(|hours| (hours * 60.0).round() as i64).collect();
    same(&found, &expected)?;
    let calendar = Calendar { zone: case.zone()?, ..Calendar::default() };
    let reported = slots.iter().map(|slot| {
        calendar.last_closed(Grain::Day, calendar.date(slot.at.with_timezone(&calendar.zone))).days
    });
    let reported: Vec<_> = reported.collect();
    match reported.windows(2).all(|pair| pair[0].end == pair[1].start) {
        true => Ok(()),
        false => Err(format!("the days reported do not tile: {reported:?}")),
    }
}

/// One change of `transitions.json`.
#[derive(Debug, Deserialize)]
struct Change {
    zone: String,
    instant: DateTime<Utc>,
    offset_before: i32,
    offset_after: i32,
    wall_from: NaiveDateTime,
    wall_to: NaiveDateTime,
}

/// The changes that the planner's database of zones knows are those of the set.
pub(super) fn changes(text: &str) -> anyhow::Result<Line> {
    let changes: Vec<Change> = serde_json::from_str(text)?;
    let mut line = Line::new("cron-dst-transitions");
    for change in &changes {
        let check = || {
            let zone: Tz = change.zone.parse().map_err(|_| "no such zone".to_owned())?;
            let before = change.instant - TimeDelta::seconds(1);
            let offset = |at: DateTime<Utc>| {
                zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
            };
            same(&offset(before), &change.offset_before)?;
            same(&offset(change.instant), &change.offset_after)?;
            let wall = |at: DateTime<Utc>| at.with_timezone(&zone).naive_local();
            // What is skipped, or repeated, is told from its earlier end to its later one.
            let mut ends = [wall(before) + TimeDelta::seconds(1), wall(change.instant)];
            ends.sort_unstable();
            same(&ends, &[change.wall_from, change.wall_to])
        };
        line.count(&format!("{} {}", change.zone, change.instant), check());
    }
    Ok(line)
}
