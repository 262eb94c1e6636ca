//! `[schedule]` of a job file: when the job runs by itself.
//!
//! Rule: a [`SchedulePlan`] that exists has a line that parses and fires at least once.

use chrono::NaiveDate;
use chrono_tz::Tz;
use croner::{
    Cron,
    parser::{CronParser, Seconds, Year},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How many missed moments `each` makes up for when the job file does not say.
const DEFAULT_MAX_CATCH_UP: u32 = 7;

/// More than this is a repair, not a catch-up.
const HIGHEST_MAX_CATCH_UP: u32 = 366;

/// When the job runs by itself, under `tidings schedule`.
///
/// ```toml
/// [schedule]
/// cron = "30 6 * * *"
/// zone = "Asia/Shanghai"
/// catch_up = "latest"
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Five fields: minute, hour, day of month, month, day of week (0 or 7 is Sunday; names are allowed).
    ///
    /// As in cron, a day matches when day of month *or* day of week does, unless one of them is `*`.
    /// `@hourly`, `@daily`, `@weekly`, `@monthly` and `@yearly` are understood. A time that the
    /// change to summer time skips runs right after the jump; one that the change back repeats runs
    /// once. Lines whose minute or hour begins with `*` follow the clock instead: each real hour.
    /// Example: `"30 6 * * MON-FRI"`.
    pub cron: String,
    /// The IANA time zone of `cron`; the job's zone when absent. Example: `"Europe/Berlin"`.
    #[serde(default)]
    pub zone: Option<String>,
    /// What happens to moments that passed while nothing was running.
    #[serde(default)]
    pub catch_up: CatchUp,
    /// How many missed moments `each` makes up for at most, the latest ones; 7 when absent.
    #[serde(default)]
    pub max_catch_up: Option<u32>,
}

/// What happens to moments that passed while nothing was running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CatchUp {
    /// Every one of them is run, in order, up to `max_catch_up`.
    Each,
    /// Only the last of them is run.
    #[default]
    Latest,
    /// None is run once it is more than an hour late.
    Skip,
}

/// A schedule, resolved. Only [`Spec::lower`] makes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SchedulePlan {
    /// The line, five fields or a nickname.
    pub cron: String,
    /// The zone of its wall clock.
    pub zone: Tz,
    /// What happens to missed moments.
    pub catch_up: CatchUp,
    /// How many missed moments are made up for at most.
    pub max_catch_up: u32,
}

/// What is wrong with a `[schedule]`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScheduleProblem {
    /// The line cannot be read.
    #[error("`{cron}` is not a schedule: {reason}\nhelp: five fields, e.g. `30 6 * * *`")]
    Cron {
        /// The line.
        cron: String,
        /// What the parser says.
        reason: String,
    },
    /// The line can be read, and no day satisfies it.
    #[error("`{0}` never comes: no date has this day and month")]
    Never(String),
    /// The zone is not in the time-zone database.
    #[error("unknown time zone `{0}`\nhelp: use an IANA name, e.g. `Asia/Shanghai`")]
    Zone(String),
    /// The limit is out of range.
    #[error("`max_catch_up` is {0}; use 1 to 366")]
    MaxCatchUp(u32),
}

impl ScheduleProblem {
    /// The key of `[schedule]` that has to change.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Cron { .. } | Self::Never(_) => "cron",
            Self::MaxCatchUp(_) => "max_catch_up",
            Self::Zone(_) => "zone",
        }
    }
}

impl Spec {
    /// Resolves and checks the schedule; `job_zone` is used where no zone is given.
    ///
    /// # Errors
    /// Every problem of the section at once.
    pub fn lower(&self, job_zone: Tz) -> Result<SchedulePlan, Vec<ScheduleProblem>> {
        let mut problems = Vec::new();
        if let Err(problem) = pattern(&self.cron) {
            problems.push(problem);
        }
        let zone = match &self.zone {
            None => job_zone,
            Some(name) => name.parse().unwrap_or_else(|_| {
                problems.push(ScheduleProblem::Zone(name.clone()));
                job_zone
            }),
        };
        let max_catch_up = self.max_catch_up.unwrap_or(DEFAULT_MAX_CATCH_UP);
        if !(1..=HIGHEST_MAX_CATCH_UP).contains(&max_catch_up) {
            problems.push(ScheduleProblem::MaxCatchUp(max_catch_up));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(SchedulePlan { cron: self.cron.clone(), zone, catch_up: self.catch_up, max_catch_up })
    }
}

impl SchedulePlan {
    /// The parsed line.
    ///
    /// # Errors
    /// Only for a plan whose line was changed after [`Spec::lower`] checked it.
    pub fn pattern(&self) -> Result<Cron, ScheduleProblem> {
        pattern(&self.cron)
    }
}

/// Reads a line strictly: five fields, and at least one day that satisfies it.
fn pattern(line: &str) -> Result<Cron, ScheduleProblem> {
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    let cron = parser.parse(line).map_err(|error| ScheduleProblem::Cron {
        cron: line.to_owned(),
        reason: error.to_string(),
    })?;
    if comes_ever(&cron) { Ok(cron) } else { Err(ScheduleProblem::Never(line.to_owned())) }
}

fn comes_ever(cron: &Cron) -> bool {
    let (Some(first_hour), Some(first_minute)) = (
        cron.pattern.hours.values().first().copied(),
        cron.pattern.minutes.values().first().copied(),
    ) else {
        return false;
    };
    // Weekdays and leap days repeat after 28 years as long as no century year intervenes.
    let start = NaiveDate::from_ymd_opt(2001, 1, 1).expect("a date of the calendar");
    start.iter_days().take(28 * 366).any(|day| {
        let moment = day.and_hms_opt(first_hour.into(), first_minute.into(), 0);
        moment.is_some_and(|moment| cron.is_time_matching(&moment.and_utc()).unwrap_or(false))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lower(cron: &str) -> Result<SchedulePlan, Vec<ScheduleProblem>> {
        let spec =
            Spec { cron: cron.into(), zone: None, catch_up: CatchUp::Latest, max_catch_up: None };
        spec.lower(Tz::UTC)
    }

    #[test]
    fn lines_that_mean_nothing_are_refused_and_the_rest_is_taken() {
        let good = [
            "0 6 29 2 *",
            "0 6 31 * *",
            "0 6 L * *",
            "0 6 * * 1",
            "0 6 * * 7",
            "0 6 1 * 1",
            "*/7 * * * *",
            "0 6 * * MON-FRI",
            "@daily",
            "30 2,14 * * *",
        ];
        let bad = [
            "",
            "0 0 31 2 *",
            "60 * * * *",
            "* * * *",
            "0 6 * * FRI-MON",
            "@every 5m",
            "0 24 * * *",
            "5/15 * * * *",
            "0 6 * * ; rm -rf /",
            "0 0 6 * * *",
            "0 6 * * * 2027",
        ];
        for line in good {
            assert!(lower(line).is_ok(), "{line}: {:?}", lower(line));
        }
        for line in bad {
            assert!(lower(line).is_err(), "{line}");
        }
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let spec = Spec {
            cron: "never".into(),
            zone: Some("Mars/Olympus".into()),
            catch_up: CatchUp::Each,
            max_catch_up: Some(0),
        };
        let keys: Vec<_> = spec
            .lower(Tz::UTC)
            .expect_err("three problems")
            .iter()
            .map(ScheduleProblem::key)
            .collect();
        assert_eq!(keys, ["cron", "zone", "max_catch_up"]);
    }
}
