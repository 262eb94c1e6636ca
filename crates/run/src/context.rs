//! Making the context of a run: the only place that asks for the time and for secrets.

use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use deliver::{ChannelPlan, Route};
use job::{Job, JobPlan};
use model::{context::RunContext, fingerprint::Fingerprinter, id::RunId, secret::Secret};
use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
};

use crate::{
    RunError,
    operator::{self, DigestPlan},
    room, schedule,
};

/// More moments than a day of minutes has.
const MOST_FIRES: usize = 1500;

/// The present moment.
pub fn now() -> DateTime<Utc> {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    Utc::now()
}

/// The context of a run that starts `now`.
///
/// # Errors
/// A secret that cannot be found, named by its reference.
pub fn context(
    plan: &JobPlan,
    state: &Path,
    now: DateTime<Utc>,
    send: bool,
) -> Result<RunContext, String> {
    let mut secrets = secrets(plan, state, send)?;
    if plan.extract.contracts.iter().any(|contract| contract.sessions.is_some()) {
        secrets.insert(extract::VISITOR_KEY.to_owned(), drawn(state, "visitors.key")?);
    }
    let (run, data) = (named(plan.job.as_str(), now), plan.data.clone());
    Ok(RunContext { run, now, data, state: state.to_path_buf(), secrets, send })
}

/// The context in which a mail is made again to be looked at: nothing is fetched and nothing is sent, so no password is
/// needed.
///
/// # Errors
/// When the key of the messages' names cannot be read.
pub fn looking(plan: &JobPlan, state: &Path, now: DateTime<Utc>) -> Result<RunContext, String> {
    let key = drawn(state, "messages.key")?;
    let secrets = BTreeMap::from([(deliver::MESSAGE_KEY.to_owned(), key)]);
    let (run, data) = (named(plan.job.as_str(), now), plan.data.clone());
    Ok(RunContext { run, now, data, state: state.to_path_buf(), secrets, send: false })
}

/// The context in which a digest is mailed.
///
/// # Errors
/// A password that cannot be found, named by its reference.
pub fn digest_context(
    plan: &DigestPlan,
    state: &Path,
    now: DateTime<Utc>,
) -> Result<RunContext, String> {
    let run = named(operator::DIGEST, now);
    let secrets = mailing(&plan.route, state)?;
    let (data, state) = (PathBuf::new(), state.to_path_buf());
    Ok(RunContext { run, now, data, state, secrets, send: true })
}

/// The name of a run that starts `now`.
fn named(job: &str, now: DateTime<Utc>) -> RunId {
    let print = Fingerprinter::new("run")
        .field(job)
        .field(now.to_rfc3339())
        .field(std::process::id().to_string())
        .finish();
    RunId::new(format!("{}-{}", now.format("%Y%m%dT%H%M%S%3f"), &print[..6]))
}

/// The secrets that fetching needs, and those that sending needs where something is sent.
fn secrets(plan: &JobPlan, state: &Path, send: bool) -> Result<BTreeMap<String, Secret>, String> {
    let mut secrets = BTreeMap::new();
    for reference in plan.extract.contracts.iter().flat_map(|contract| contract.source.secrets()) {
        secrets.insert(reference.to_owned(), secret(reference)?);
    }
    if send {
        secrets.extend(mailing(&plan.deliver.route, state)?);
    }
    Ok(secrets)
}

/// The passwords of a route's relays, the keys with which they sign, and that of the messages' names.
fn mailing(route: &Route, state: &Path) -> Result<BTreeMap<String, Secret>, String> {
    let mut secrets = BTreeMap::new();
    for channel in &route.channels {
        let ChannelPlan::Email(email) = channel else { continue };
        let password = email.relay.login.as_ref().map(|login| &login.password);
        for reference in password.into_iter().chain(email.relay.dkim.as_ref().map(|dkim| &dkim.key))
        {
            secrets.insert(reference.clone(), secret(reference)?);
        }
        secrets.insert(deliver::MESSAGE_KEY.to_owned(), drawn(state, "messages.key")?);
    }
    Ok(secrets)
}

/// A key with which persons are hashed: drawn once for a state folder, for its owner's eyes only.
fn drawn(state: &Path, name: &str) -> Result<Secret, String> {
    let path = state.join(name);
    let fault = |reason: String| format!("`{}`: {reason}", path.display());
    if !path.exists() {
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes).map_err(|error| fault(error.to_string()))?;
        let key: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let written = publish::with(&path, |file| {
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
            }
            file.write_all(key.as_bytes())
        });
        written.map_err(|source| {
            let path = path.display().to_string();
            room::told(&RunError::Write { path, source }, state)
        })?;
    }
    secret(&format!("file:{}", path.display()))
}

/// Resolves `env:NAME` and `file:PATH`.
pub(crate) fn secret(reference: &str) -> Result<Secret, String> {
    match reference.split_once(':') {
        Some(("env", name)) => {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads secrets")]
            let value = std::env::var(name);
            value
                .map(Secret::new)
                .map_err(|_| format!("secret `{reference}`: the variable is not set"))
        }
        Some(("file", path)) => {
            let text = std::fs::read_to_string(path);
            let text = text.map_err(|error| format!("secret `{reference}`: {error}"))?;
            Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
        }
        _ => Err("a secret is referred to as `env:NAME` or `file:PATH`, never written down".into()),
    }
}

/// The moment to report: asked for, pinned by the job, or the latest scheduled one.
///
/// # Errors
/// A text that is no moment.
pub fn as_of(job: &Job, asked: Option<&str>, now: DateTime<Utc>) -> Result<DateTime<Tz>, String> {
    let zone = job.calendar.zone;
    if let Some(text) = asked {
        return moment(text, zone);
    }
    if let Some(pinned) = job.spec.as_of {
        return local(pinned, zone);
    }
    let Some(plan) = &job.schedule else {
        let midnight = now.with_timezone(&zone).date_naive().and_time(chrono::NaiveTime::MIN);
        return local(midnight, zone);
    };
    // Look back a little first: most schedules fire daily, and a year of minutes is long.
    for days in [1, 35, 366] {
        let since = now - chrono::TimeDelta::days(days);
        let passed = schedule::fires(plan, since, MOST_FIRES);
        if let Some(slot) = passed.into_iter().rfind(|slot| slot.at <= now) {
            return Ok(slot.at.with_timezone(&zone));
        }
    }
    Err(format!("`{}` has no scheduled moment in the last year; say --as-of", job.id))
}

fn moment(text: &str, zone: Tz) -> Result<DateTime<Tz>, String> {
    let with_offset = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z"));
    if let Ok(moment) = with_offset {
        return Ok(moment.with_timezone(&zone));
    }
    let wanted = job::local_moment(text)?;
    // A day begins with its first instant, whatever the clock does then; a time of day must be one.
    if text.parse::<NaiveDate>().is_ok() {
        return local(wanted, zone);
    }
    match zone.from_local_datetime(&wanted) {
        LocalResult::Single(moment) => Ok(moment),
        LocalResult::Ambiguous(first, second) => Err(format!(
            "`{text}` comes twice in {zone}, the clock is set back: say {} for the first time or {} for the second",
            written_with_offset(first),
            written_with_offset(second)
        )),
        LocalResult::None => {
            let (before, after) = around_gap(wanted, zone)
                .ok_or_else(|| format!("`{text}` does not exist in {zone}"))?;
            Err(format!(
                "`{text}` does not exist in {zone}: the clock goes from {} to {}; say {} or a time before the gap",
                before.format("%H:%M (%:z)"),
                after.format("%H:%M (%:z)"),
                written_with_offset(after)
            ))
        }
    }
}

/// A moment of the job's clock as `--as-of` takes it: with its offset where the clock shows it twice.
pub fn written(moment: NaiveDateTime, zone: Tz) -> String {
    match zone.from_local_datetime(&moment) {
        LocalResult::Ambiguous(first, _) => written_with_offset(first),
        LocalResult::Single(_) | LocalResult::None => moment.format("%Y-%m-%dT%H:%M").to_string(),
    }
}

fn written_with_offset(moment: DateTime<Tz>) -> String {
    moment.format("%Y-%m-%dT%H:%M%:z").to_string()
}

/// The last instant before a gap as its clock would show the end of it, and the first one after it.
fn around_gap(wanted: NaiveDateTime, zone: Tz) -> Option<(DateTime<Tz>, DateTime<Tz>)> {
    // No clock was ever set by more than a day; gaps begin and end with a minute.
    let minutes = || (1..=24 * 60).map(chrono::TimeDelta::minutes);
    let shown = |local: NaiveDateTime| zone.from_local_datetime(&local).latest();
    let start = wanted.with_second(0)?.with_nanosecond(0)?;
    let before = minutes().find_map(|back| shown(start - back))?;
    let after = before.to_utc() + chrono::TimeDelta::minutes(1);
    Some((before, after.with_timezone(&zone)))
}

fn local(moment: NaiveDateTime, zone: Tz) -> Result<DateTime<Tz>, String> {
    let found = zone.from_local_datetime(&moment).earliest();
    // Midnight falls into the gap of a few zones: the day then starts an hour later.
    let found = found
        .or_else(|| zone.from_local_datetime(&(moment + chrono::TimeDelta::hours(1))).earliest());
    found.ok_or_else(|| format!("{moment} does not exist in {zone}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_the_clock_skips_or_repeats_is_asked_for_with_its_instants() {
        let berlin = chrono_tz::Europe::Berlin;
        let skipped = moment("2026-03-29T02:30", berlin).expect_err("it does not exist");
        for part in [
            "does not exist in Europe/Berlin",
            "01:59 (+01:00)",
            "03:00 (+02:00)",
            "2026-03-29T03:00+02:00",
        ] {
            assert!(skipped.contains(part), "{part}: {skipped}");
        }
        let twice = moment("2026-10-25T02:30", berlin).expect_err("it comes twice");
        let passes = ["2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00"];
        for pass in passes {
            assert!(twice.contains(pass), "{twice}");
            assert_eq!(moment(pass, berlin).map(written_with_offset).as_deref(), Ok(pass));
        }
        let [first, second] = passes.map(|pass| moment(pass, berlin).expect("an instant"));
        assert_eq!(second - first, chrono::TimeDelta::hours(1));
        assert_eq!(written(first.naive_local(), berlin), passes[0]);
        assert_eq!(written(first.naive_local(), Tz::UTC), "2026-10-25T02:30");
        // A day begins where its first instant is.
        let cairo = moment("2026-04-24", chrono_tz::Africa::Cairo).expect("a day");
        assert_eq!(written_with_offset(cairo), "2026-04-24T01:00+03:00");
    }
}
