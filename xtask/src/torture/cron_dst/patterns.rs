//! Odd lines of cron: read as meant, or refused when the job is loaded.

use super::{Line, plan, same};
use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Timelike, Utc, Weekday};
use job::schedule::CatchUp;
use run::schedule::fires;
use serde::Deserialize;

/// One case of `patterns.json`; what it expects is told in words.
#[derive(Debug, Deserialize)]
struct Case {
    cron: String,
    expect: String,
}

/// What a line must do.
enum Wanted {
    Refused,
    /// Its moments of 2026 are exactly the days, at 06:00, of which this holds.
    Days(fn(NaiveDateTime) -> bool),
    /// Its first moments of 2026.
    First(&'static [&'static str]),
}

/// The words of the set as conditions; a case that is new has none and fails.
fn wanted(cron: &str) -> Option<Wanted> {
    Some(match cron {
        "0 6 29 2 *" => Wanted::First(&["2028-02-29T06:00", "2032-02-29T06:00"]),
        "0 6 31 * *" => Wanted::Days(|at| at.day() == 31),
        "0 6 L * *" => Wanted::Days(|at| (at + TimeDelta::days(1)).day() == 1),
        "0 6 * * 1" => Wanted::Days(|at| at.weekday() == Weekday::Mon),
        "0 6 * * 0" | "0 6 * * 7" => Wanted::Days(|at| at.weekday() == Weekday::Sun),
        "0 6 1 * 1" => Wanted::Days(|at| at.day() == 1 || at.weekday() == Weekday::Mon),
        "0 6 * * MON-FRI" => {
            Wanted::Days(|at| !matches!(at.weekday(), Weekday::Sat | Weekday::Sun))
        }
        "*/7 * * * *" => Wanted::First(&[
            "2026-01-01T00:00",
            "2026-01-01T00:07",
            "2026-01-01T00:14",
            "2026-01-01T00:21",
            "2026-01-01T00:28",
            "2026-01-01T00:35",
            "2026-01-01T00:42",
            "2026-01-01T00:49",
            "2026-01-01T00:56",
            "2026-01-01T01:00",
            "2026-01-01T01:07",
        ]),
        "@daily" => Wanted::First(&["2026-01-01T00:00", "2026-01-02T00:00"]),
        "0 0 31 2 *"
        | "60 * * * *"
        | "* * * *"
        | "0 6 * * FRI-MON"
        | "@every 5m"
        | "0 24 * * *"
        | "5/15 * * * *"
        | "0 6 * * * ; rm -rf /"
        | "" => Wanted::Refused,
        _ => return None,
    })
}

/// Every line of the set.
pub(super) fn line(text: &str) -> anyhow::Result<Line> {
    let cases: Vec<Case> = serde_json::from_str(text)?;
    let mut line = Line::new("cron-dst-patterns");
    for case in &cases {
        line.count(&format!("`{}`: {}", case.cron, case.expect), check(&case.cron));
    }
    Ok(line)
}

fn check(cron: &str) -> Result<(), String> {
    let wanted = wanted(cron).ok_or("this line is new and has no condition here")?;
    let plan = plan(cron, "UTC", CatchUp::Latest);
    let before: DateTime<Utc> = "2025-12-31T23:59:59Z".parse().map_err(|_| "no instant")?;
    match (wanted, plan) {
        (Wanted::Refused, Err(_)) => Ok(()),
        (Wanted::Refused, Ok(_)) => Err("is taken and must be refused".into()),
        (_, Err(problem)) => Err(format!("is refused: {problem}")),
        (Wanted::First(expected), Ok(plan)) => {
            let found = fires(&plan, before, expected.len());
            let found: Vec<_> =
                found.iter().map(|slot| slot.as_of.format("%Y-%m-%dT%H:%M").to_string()).collect();
            same(&found, &expected.iter().map(ToString::to_string).collect())
        }
        (Wanted::Days(holds), Ok(plan)) => {
            let found: Vec<_> = fires(&plan, before, 366)
                .iter()
                .map(|slot| slot.as_of)
                .filter(|at| at.year() == 2026)
                .collect();
            let year = (0..365).map(|day| {
                before.naive_utc() + TimeDelta::days(day) + TimeDelta::seconds(6 * 3600 + 1)
            });
            let expected: Vec<_> = year.filter(|at| at.hour() == 6 && holds(*at)).collect();
            same(&found, &expected)
        }
    }
}
