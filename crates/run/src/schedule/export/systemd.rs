//! A service and a timer of systemd for each job.
//!
//! systemd leaves a time out that a clock change skips, and an hour that it repeats is passed once: the timer also goes off
//! where skipped times come instead, and what follows the clock is timed by Greenwich. It goes off in every hour besides:
//! what relays put off is tried again when it does.

use super::{ExportError, Exported, ExportedFile, plain, unique, wakes};
use chrono::{DateTime, NaiveTime, Timelike, Utc};
use job::schedule::SchedulePlan;
use std::{collections::BTreeSet, path::Path};

/// The machine on which the units are installed.
#[derive(Debug, Clone, Copy)]
pub struct Machine<'a> {
    /// The program.
    pub program: &'a Path,
    /// The folder in which it is started.
    pub folder: &'a Path,
    /// The account under which it runs; the manager's own when absent.
    pub user: Option<&'a str>,
}

/// The units of jobs.
///
/// # Errors
/// What units cannot say.
pub fn systemd(
    jobs: &[Exported<'_>],
    machine: &Machine<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<ExportedFile>, ExportError> {
    let mut files = Vec::new();
    for job in jobs {
        let name = name(job)?;
        files.push(ExportedFile { name: format!("{name}.service"), text: service(job, machine)? });
        files.push(ExportedFile { name: format!("{name}.timer"), text: timer(job, now) });
    }
    unique(files)
}

fn name(job: &Exported<'_>) -> Result<String, ExportError> {
    let text = job.job.as_str();
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    match text.chars().all(fits) && (1..=200).contains(&text.len()) {
        true => Ok(format!("tidings-{text}")),
        false => Err(ExportError::Name { job: text.to_owned(), kind: "unit of systemd" }),
    }
}

fn service(job: &Exported<'_>, machine: &Machine<'_>) -> Result<String, ExportError> {
    let (program, path) = (quoted(plain(machine.program)?), quoted(plain(job.path)?));
    let folder = plain(machine.folder)?.replace('%', "%%");
    let user = match machine.user {
        Some(user) if is_account(user) => format!("User={user}\n"),
        Some(user) => {
            let reason = "is no name of an account";
            return Err(ExportError::Path { path: user.escape_debug().to_string(), reason });
        }
        None => String::new(),
    };
    Ok(format!(
        "# Written by `tidings schedule export systemd`.\n[Unit]\nDescription=Tidings: what is due of {}\n\
         Wants=network-online.target\nAfter=network-online.target\n\n[Service]\nType=oneshot\n{user}\
         WorkingDirectory={folder}\nExecStart={program} schedule run --due {path}\nSuccessExitStatus=3\nUMask=0077\n\
         NoNewPrivileges=yes\nPrivateTmp=yes\nProtectSystem=full\n",
        job.job
    ))
}

fn is_account(user: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    !user.is_empty() && user.chars().all(fits)
}

fn timer(job: &Exported<'_>, now: DateTime<Utc>) -> String {
    let lines: Vec<String> =
        calendars(job.plan, now).iter().map(|line| format!("OnCalendar={line}\n")).collect();
    format!(
        "# Written by `tidings schedule export systemd`: {} in {}.\n[Unit]\nDescription=Tidings: when {} may be due\n\n\
         [Timer]\n{}OnCalendar=hourly\nAccuracySec=1s\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n",
        job.described(),
        job.plan.zone,
        job.job,
        lines.concat()
    )
}

/// The calendar events that between them cover every moment of a schedule.
pub fn calendars(plan: &SchedulePlan, now: DateTime<Utc>) -> Vec<String> {
    let fields = wakes::Fields::of(plan);
    if !fields.fixed {
        let minutes = wakes::minutes_of_greenwich(&fields.minutes, plan.zone, now);
        return vec![format!("*-*-* *:{}:00 UTC", list(minutes.iter().copied()))];
    }
    let months =
        fields.months.as_ref().map_or_else(|| "*".to_owned(), |months| list(months.iter()));
    let times = format!("{}:{}:00", list(fields.hours.iter()), list(fields.minutes.iter()));
    let line =
        |weekdays: &str, days: &str| format!("{weekdays}*-{months}-{days} {times} {}", plan.zone);
    let weekdays = fields.weekdays.as_ref().map(|weekdays| named(weekdays));
    let days = fields.days.as_ref().map(|days| list(days.iter()));
    let mut lines = match (weekdays, days) {
        (None, None) => vec![line("", "*")],
        (None, Some(days)) => vec![line("", &days)],
        (Some(weekdays), None) => vec![line(&weekdays, "*")],
        // As in cron, a day matches by either.
        (Some(weekdays), Some(days)) => vec![line("", &days), line(&weekdays, "*")],
    };
    let times = fields.times();
    let changes = wakes::to_come(plan.zone, now);
    let instead: BTreeSet<NaiveTime> = changes
        .iter()
        .flat_map(|change| times.iter().filter_map(|time| change.instead_of(*time)))
        .collect();
    let extra = instead.iter().filter(|time| !times.contains(time));
    lines.extend(extra.map(|time| {
        format!("*-*-* {:02}:{:02}:{:02} {}", time.hour(), time.minute(), time.second(), plan.zone)
    }));
    lines
}

fn list<T: std::fmt::Display>(numbers: impl Iterator<Item = T>) -> String {
    numbers.map(|number| format!("{number:0>2}")).collect::<Vec<_>>().join(",")
}

fn named(weekdays: &[u16]) -> String {
    const NAMES: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    let names: Vec<_> =
        weekdays.iter().filter_map(|day| NAMES.get(usize::from(*day))).copied().collect();
    format!("{} ", names.join(","))
}

/// A word of a command line, with what units give a meaning to written plainly.
fn quoted(text: &str) -> String {
    let text =
        text.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%").replace('$', "$$");
    format!("\"{text}\"")
}
