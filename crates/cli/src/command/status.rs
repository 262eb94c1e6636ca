//! `tidings status`.

use crate::{
    args::Format,
    exit::{Exit, Invalid},
    output,
    workplace::{Jobs, Workplace},
};
use anyhow::Result;
use chrono::{DateTime, Utc};
use job::Job;
use model::{
    edition::EditionKind,
    id::JobId,
    quality::QualityNote,
    receipt::{DeliveryState, Receipt},
    run::{Outcome, Stage},
};
use run::{
    HELD_BY_PERSON,
    context::written,
    operator::{Fate, JobStatus, Moment, status},
};
use serde::Serialize;
use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

/// Says how jobs stand; the exit code is 1 where somebody has to do something.
pub(crate) fn run(place: &Workplace, named: &[PathBuf], format: Format) -> Result<Exit> {
    let ledger = place.ledger()?;
    let mut all = Vec::new();
    let Jobs { sound, faulty } = place.jobs_of(named)?;
    for (path, job) in sound {
        let status = status(&job, &ledger, place.now)?;
        // Of a job that nothing wakes there is something to tell once it was run.
        let is_at_rest = status.last.is_none() && !status.needs_a_person();
        if status.is_scheduled || !is_at_rest {
            all.push((path, job, status));
        }
    }
    if all.is_empty() && faulty.is_empty() {
        return Err(Invalid("no job has a [schedule], and none was run lately".into()).into());
    }
    let older = ledger.lacks()?;
    if let Some((run, left)) = &older {
        output::complain(&format!(
            "the ledger does not know all of run {run}, which mailed at {left}: nothing is sent until it is brought back as it was then"
        ));
    }
    let waiting =
        all.iter().filter(|(_, _, status)| status.needs_a_person()).count() + faulty.len();
    if format == Format::Json {
        let sound = all.iter().map(|(_, _, status)| Stands::Sound(status));
        let faulty = faulty.iter().map(|(_, job)| Stands::Faulty { job, unreadable: true });
        output::say_json(&sound.chain(faulty).collect::<Vec<_>>())?;
    } else {
        let sound = all.iter().map(|(path, job, status)| page(path, job, status, place.now));
        let faulty = faulty.iter().map(|(path, job)| {
            let path = path.display();
            format!(
                "{job}\n  FAULTY      no moment of it is run; what is wrong: tidings check {path}\n"
            )
        });
        let pages: Vec<String> = sound.chain(faulty).collect();
        let last = match waiting {
            0 if older.is_some() => "Nothing is sent until the ledger is brought back.".to_owned(),
            0 => "Nothing waits for a person.".to_owned(),
            1 => "1 job waits for a person.".to_owned(),
            some => format!("{some} jobs wait for a person."),
        };
        output::say(&format!("{}\n{last}\n", pages.join("\n")))?;
    }
    Ok(if waiting == 0 && older.is_none() { Exit::Fine } else { Exit::Failed })
}

/// How a job stands, for a program.
#[derive(Serialize)]
#[serde(untagged)]
enum Stands<'a> {
    Sound(&'a JobStatus),
    Faulty { job: &'a JobId, unreadable: bool },
}

/// One job, for a terminal.
fn page(path: &Path, job: &Job, status: &JobStatus, now: DateTime<Utc>) -> String {
    let mut text = format!("{}\n", status.job);
    let mut line = |name: &str, said: String| {
        let _ = writeln!(text, "  {name:<12}{said}");
    };
    line(
        "last run",
        status.last.as_ref().map_or_else(
            || "none in the last two weeks".to_owned(),
            |last| {
                let how = if last.killed { "killed" } else { outcome(last.outcome) };
                let ago = ago(now - last.started);
                format!("{} · {how} · started {ago} · {}", minute(last.as_of), last.run)
            },
        ),
    );
    line("last sent", status.last_sent.map_or_else(|| "never".to_owned(), minute));
    let next = match status.next {
        Some(next) => format!("{} {}", minute(next), status.zone),
        None if status.is_scheduled => "none: the schedule has ended".to_owned(),
        None => "none: there is no [schedule]".to_owned(),
    };
    line("next", next);
    if let Some(reason) = &status.on_hold {
        line("on hold", format!("{reason} · {}", lift(path)));
    }
    for due in &status.due {
        let state = match (due.waits_until, due.late) {
            (Some(until), _) => {
                format!("waits for its data until {}", until.format("%Y-%m-%d %H:%M UTC"))
            }
            (None, true) => format!(
                "LATE: is `tidings schedule run` at work? By hand: {}",
                by_hand((path, job), due.as_of)
            ),
            (None, false) => "about to run".to_owned(),
        };
        line("due", format!("{} · {state}", minute(due.as_of)));
    }
    if status.dropped > 0 {
        line(
            "dropped",
            format!("{} missed moments that `catch_up` does not make up for", status.dropped),
        );
    }
    for moment in &status.open {
        matter(&mut line, (path, job), moment, status.on_hold.is_some());
    }
    for gone in &status.gone {
        let again = by_hand((path, job), gone.as_of).replacen("tidings run", "tidings correct", 1);
        line(
            "GONE",
            format!(
                "{} · {}",
                minute(gone.as_of),
                output::said(&job.templates, &gone.note.message)
            ),
        );
        line(
            "",
            format!(
                "→ tell its readers, then end the slice in the audience; or bring the rows back: {again}"
            ),
        );
    }
    if let Some(moment) = status.left {
        line(
            "LEFT",
            format!(
                "{} · not all that it tells otherwise than earlier reports is corrected",
                minute(moment)
            ),
        );
        line(
            "",
            match status.is_scheduled {
                true => format!("→ tidings schedule run --due {}", path.display()),
                false => format!("→ tidings correct {}", path.display()),
            },
        );
    }
    for moment in &status.lost {
        let said = "its report is gone from the state folder: whether it is wrong is not known";
        line("LOST", format!("{} · {said}", minute(*moment)));
    }
    if !status.lost.is_empty() {
        line("", "→ bring the reports folder back from its copy, over what lies there, then tidings status".to_owned());
    }
    for receipt in &status.deliveries {
        let (mut name, mut state) = delivery((path, job), receipt);
        if name == "PENDING" && receipt.key.revision > 0 && status.on_hold.is_some() {
            state = format!("a correction, held back by hand; when it is time: {}", lift(path));
        }
        if name == "PENDING"
            && receipt.key.revision == 0
            && status.given_up.contains(&receipt.key.as_of)
        {
            name = "GIVEN UP";
        }
        let detail =
            receipt.detail.as_deref().map(|detail| format!(" ({detail})")).unwrap_or_default();
        line(
            name,
            format!(
                "{} · {} by {}{detail}",
                minute(receipt.key.as_of),
                receipt.key.recipient,
                receipt.key.way()
            ),
        );
        line("", format!("→ {state}"));
    }
    for receipt in &status.former {
        let Receipt { key, .. } = receipt;
        let said = format!(
            "{} · {} is no longer a reader; nobody waits for it",
            minute(key.as_of),
            key.recipient
        );
        line("taken out", said);
    }
    if !status.quarantined.is_empty() {
        let rows: Vec<String> =
            status.quarantined.iter().map(|(dataset, rows)| format!("{dataset} {rows}")).collect();
        line("quarantine", format!("{} · tidings quarantine {}", rows.join(", "), path.display()));
    }
    text
}

/// A moment that was held or failed.
fn matter(
    line: &mut impl FnMut(&str, String),
    (path, job): (&Path, &Job),
    moment: &Moment,
    is_on_hold: bool,
) {
    let (at, again) = (minute(moment.as_of), by_hand((path, job), moment.as_of));
    match &moment.fate {
        Fate::Held { run, reasons, slices, readers, waiting, releasable } => {
            let is_correction = slices.is_empty() && *readers > 0 && *waiting == 0;
            let again = match is_correction {
                true => again.replacen("tidings run", "tidings correct", 1),
                false => again,
            };
            let who = match slices.len() {
                0 if *waiting > 0 && *readers > 0 => {
                    format!("{} theirs, {waiting} wait", have(*readers))
                }
                0 if *readers > 0 => {
                    format!("the correction; {} what it corrects", have(*readers))
                }
                0 => "nobody got figures".to_owned(),
                1 => format!("1 slice held, {} theirs", have(*readers)),
                some => format!("{some} slices held, {} theirs", have(*readers)),
            };
            line("HELD", format!("{at} · {who} · {run}"));
            for reason in reasons {
                line("", output::said(&job.templates, &reason.message));
            }
            let by_person = |note: &QualityNote| note.message.key == HELD_BY_PERSON;
            if !releasable {
                let what = match reasons.iter().any(run::is_gone) {
                    true => "→ bring the rows back, or end the slice in the audience file",
                    false => "→ correct the slice in the audience file, or take the reader out",
                };
                return line("", format!("{what}, and run it again: {again}"));
            }
            line(
                "",
                match (reasons.iter().any(by_person), is_on_hold) {
                    (true, true) => format!("→ when it is time: {}; then {again}", lift(path)),
                    (true, false) => format!("→ the hold is lifted; run it again: {again}"),
                    (false, _) => format!("→ mend the input and run it again: {again}"),
                },
            );
            line("", format!("→ or send it as it is: tidings release {run}"));
        }
        Fate::Failed { run, stage, error, killed } => {
            let stage = stage.map_or("start", Stage::word);
            let why = match error {
                Some(error) => format!("at {stage}: {error}"),
                None if *killed => format!("killed at {stage}"),
                None => "no delivery was accepted".to_owned(),
            };
            line("FAILED", format!("{at} · {why} · {run}"));
            line("", format!("→ mend the cause and run it again: {again}"));
        }
        _ => {}
    }
}

fn have(readers: usize) -> String {
    if readers == 1 { "1 reader has".to_owned() } else { format!("{readers} readers have") }
}

/// What a delivery is called that was not accepted, and what to do.
fn delivery(of: (&Path, &Job), receipt: &Receipt) -> (&'static str, String) {
    let mut again = by_hand(of, receipt.key.as_of);
    let (run, to) = (&receipt.run, &receipt.key.recipient);
    let is_correction = receipt.key.revision > 0;
    if is_correction {
        again = again.replacen("tidings run", "tidings correct", 1);
    }
    if receipt.is_shut_out() {
        let said = format!(
            "mend it, it is nobody's address (`tidings doctor` asks the relay again); then {again}"
        );
        return ("NO ENTRY", said);
    }
    match (receipt.key.kind, receipt.state) {
        (_, DeliveryState::Pending) if is_correction => {
            ("PENDING", format!("a correction; try it again: {again}"))
        }
        (_, DeliveryState::Pending) => ("PENDING", format!("try it again: {again}")),
        (EditionKind::Notice, DeliveryState::Failed) => {
            ("REFUSED", format!("correct the owner's address; what it said: tidings runs {run}"))
        }
        (EditionKind::Notice, _) => {
            ("UNKNOWN", format!("the owner may not have it; what it said: tidings runs {run}"))
        }
        (EditionKind::Report, DeliveryState::Failed) => (
            "REFUSED",
            format!("correct the address or ask the relay; then tidings resend {run} --to {to}"),
        ),
        (EditionKind::Report, _) => (
            "UNKNOWN",
            format!(
                "it may have arrived: ask the reader, or the relay; if not: tidings resend {run} --to {to}"
            ),
        ),
    }
}

fn by_hand((path, job): (&Path, &Job), as_of: chrono::NaiveDateTime) -> String {
    format!("tidings run {} --as-of {}", path.display(), written(as_of, job.calendar.zone))
}

fn lift(path: &Path) -> String {
    format!("tidings hold {} --lift", path.display())
}

fn minute(at: chrono::NaiveDateTime) -> String {
    at.format("%Y-%m-%d %H:%M").to_string()
}

/// How long ago, roughly.
fn ago(span: chrono::TimeDelta) -> String {
    match (span.num_days(), span.num_hours(), span.num_minutes()) {
        (2.., _, _) => format!("{} days ago", span.num_days()),
        (_, 2.., _) => format!("{} hours ago", span.num_hours()),
        (_, _, 2..) => format!("{} minutes ago", span.num_minutes()),
        _ => "just now".to_owned(),
    }
}

/// An outcome in words.
fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::AlreadyDelivered => "already delivered",
        Outcome::Delivered => "delivered",
        Outcome::Failed => "FAILED",
        Outcome::Held => "HELD",
        Outcome::NotSent => "not sent",
        Outcome::Open => "under way",
        Outcome::PartlyDelivered => "delivered in part",
    }
}
