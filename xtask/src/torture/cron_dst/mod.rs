//! cron-dst: clock changes, odd lines of cron, and what a scheduler meets between two runs.
//!
//! Every case names the instants at which a schedule must come; the program's own planner is asked. Of the patterns those
//! that the set leaves open are settled here as the guide settles them: `L` is the last day of a month, a day matches by
//! either field, ranges do not wrap, and a step needs a range.

mod cases;
mod catch_up;
mod patterns;

use super::tally::Line;
use anyhow::Context as _;
use job::schedule::{Around, CatchUp, SchedulePlan, Spec};
use model::calendar::{Calendar, Holidays};
use std::{fs, path::Path};

/// Every file of the set.
pub(super) fn lines(set: &Path) -> anyhow::Result<Vec<Line>> {
    let read = |name: &str| fs::read_to_string(set.join(name)).with_context(|| name.to_owned());
    Ok(vec![
        cases::instants(&read("cases.json")?)?,
        cases::intervals(&read("cases.json")?)?,
        cases::changes(&read("transitions.json")?)?,
        patterns::line(&read("patterns.json")?)?,
        catch_up::line(&read("catch_up.json")?)?,
    ])
}

fn plan(cron: &str, zone: &str, catch_up: CatchUp) -> Result<SchedulePlan, String> {
    let zone = Some(zone.to_owned());
    let spec = Spec { zone, catch_up, max_catch_up: Some(5), ..Spec::line(cron) };
    let holidays = Holidays::default();
    let around = Around { calendar: Calendar::default(), holidays: &holidays, events: &[] };
    spec.lower(&around)
        .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

/// Whether what came is what must come.
fn same<T: PartialEq + std::fmt::Debug>(found: &T, expected: &T) -> Result<(), String> {
    match found == expected {
        true => Ok(()),
        false => Err(format!("expected {expected:?}, found {found:?}")),
    }
}
