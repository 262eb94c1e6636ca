//! The digest of a day: written from what became of every moment, and mailed to the operator at most once a day.
//!
//! Rule: it is a delivery like any other, under a job of its own, with receipts in the ledger.

use super::{
    day::JobDay,
    fate::{Fate, Skip},
    settings::DigestPlan,
};
use crate::{
    error::RunError,
    ledger::{Ledger, SlotClaim, is_correction},
};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use deliver::DeliverPlan;
use model::{
    context::RunContext,
    edition::Edition,
    id::{JobId, RunId},
    label::Label,
    period::{DateRange, Grain, Period},
    quality::{QualityNote, Warned},
    receipt::{DeliveryState, Receipt},
    report::{Argument, Message, Verdict},
    run::{Outcome, RunRecord, Stage, StageRecord},
};
use report::{Digest, DigestEntry};
use std::{path::Path, time::Instant};

/// The name under which digests stand in the ledger.
pub const DIGEST: &str = "operator-digest";

/// The most deliveries of a job that are named.
const NAMED: usize = 20;

/// A digest, written.
#[derive(Debug)]
pub struct Edited {
    /// The day.
    pub day: NaiveDate,
    /// One edition for each language.
    pub editions: Vec<Edition>,
    /// Remarks on the rendering.
    pub notes: Vec<QualityNote>,
}

/// Writes the digest of a day; `older` is a run that mailed and that the ledger does not know all of.
///
/// # Errors
/// When the template folder is faulty.
pub fn edit(
    plan: &DigestPlan,
    day: NaiveDate,
    (jobs, older): (&[JobDay], Option<&(RunId, DateTime<Utc>)>),
    templates: &Path,
) -> Result<Edited, RunError> {
    let digest = told(day, jobs, older);
    let mut edited = Edited { day, editions: Vec::new(), notes: Vec::new() };
    for locale in &plan.locales {
        let Warned { value, notes } = report::digest(templates, *locale, &digest)?;
        edited.editions.push(value);
        edited.notes.extend(notes);
    }
    Ok(edited)
}

/// Mails a digest; who has that of its day gets none.
///
/// # Errors
/// When the ledger cannot be written, or another process is at it.
pub fn digest(
    plan: &DigestPlan,
    edited: &Edited,
    cx: &RunContext,
    ledger: &Ledger,
) -> Result<RunRecord, RunError> {
    let job = JobId::new(DIGEST);
    let as_of = edited.day.and_time(NaiveTime::MIN);
    let _slot = match ledger.claim_slot(&job, as_of, &cx.run, cx.now)? {
        SlotClaim::Granted(slot) => slot,
        SlotClaim::Held { as_of, .. } => {
            return Err(RunError::Busy { job: job.to_string(), as_of: as_of.to_string() });
        }
    };
    let days = DateRange { start: edited.day, end: edited.day + chrono::Days::new(1) };
    let mut record = RunRecord {
        schema_version: 1,
        run: cx.run.clone(),
        job: job.clone(),
        as_of,
        period: Period { grain: Grain::Day, days, whole: true },
        started: cx.now,
        outcome: Outcome::Open,
        stages: Vec::new(),
        sources: Vec::new(),
        notes: edited.notes.clone(),
        artefacts: Vec::new(),
        slices: Vec::new(),
        reservations: Vec::new(),
        again: Vec::new(),
        corrections_open: false,
        released: None,
        rehearsal: false,
        revision: 0,
        plan: model::fingerprint::of("digest", &plan.route),
        report: None,
    };
    ledger.open_run(&record)?;
    let moment = plan.zone.from_local_datetime(&as_of).earliest();
    let deliveries = DeliverPlan {
        job,
        as_of,
        moment: moment.map_or(cx.now, |moment| moment.to_utc()),
        revision: 0,
        route: plan.route.clone(),
    };
    let started = Instant::now();
    let delivered = deliver::deliver(&deliveries, &edited.editions, ledger, cx);
    let took = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let mut stage = StageRecord { stage: Stage::Deliver, milliseconds: took, error: None };
    match delivered {
        Ok(delivered) => {
            record.notes.extend(delivered.notes);
            record.outcome = crate::outcome::outcome(cx, (false, false), &delivered.value);
        }
        Err(error) => {
            let error = RunError::Deliver(error);
            tracing::error!(error = %error.chain(), "the digest failed");
            stage.error = Some(error.chain());
            record.outcome = Outcome::Failed;
        }
    }
    record.stages.push(stage);
    ledger.update_run(&record)?;
    Ok(record)
}

/// What the digest says.
fn told(day: NaiveDate, jobs: &[JobDay], older: Option<&(RunId, DateTime<Utc>)>) -> Digest {
    let mut entries: Vec<DigestEntry> = jobs.iter().flat_map(of_job).collect();
    entries.extend(older.map(of_older_ledger));
    // What needs a person comes first; then the order of the day.
    let rank = |entry: &DigestEntry| u8::from(entry.verdict != Verdict::Bad);
    entries.sort_by(|a, b| (rank(a), &a.time, &a.job).cmp(&(rank(b), &b.time, &b.job)));
    let fates = || jobs.iter().flat_map(|job| &job.moments).map(|moment| &moment.fate);
    let before: usize = jobs
        .iter()
        .map(|job| job.before.iter().filter(|moment| is_held(&moment.fate)).count())
        .sum();
    let count = |is: fn(&Fate) -> bool| whole(fates().filter(|fate| is(fate)).count());
    let trouble = entries.iter().filter(|entry| entry.verdict == Verdict::Bad).count();
    let sent = count(is_sent);
    let held = whole(before + fates().filter(|fate| is_held(fate)).count());
    let lead = Message::new("digest.lead")
        .with("sent", sent.clone())
        .with("held", held)
        .with("failed", count(|fate| matches!(fate, Fate::Failed { .. })))
        .with("missed", count(|fate| matches!(fate, Fate::Missed)))
        .with("skipped", count(|fate| matches!(fate, Fate::Skipped(_))))
        .with("open", count(is_open));
    let subject = match trouble {
        0 => Message::new("digest.subject_calm"),
        some => Message::new("digest.subject").with("trouble", whole(some)),
    };
    let subject = subject.with("date", Argument::Date(day)).with("sent", sent);
    Digest { day, lead, subject, entries }
}

/// Whether readers have it, be it without those of some slices.
fn is_sent(fate: &Fate) -> bool {
    matches!(fate, Fate::Sent { .. }) || matches!(fate, Fate::Held { readers: 1.., .. })
}

/// Whether nobody has it, or the correction of what readers have is held.
fn is_held(fate: &Fate) -> bool {
    matches!(fate, Fate::Held { slices, readers, .. } if slices.is_empty() || *readers == 0)
}

fn is_open(fate: &Fate) -> bool {
    matches!(fate, Fate::Due | Fate::ToCome | Fate::UnderWay { .. } | Fate::Waiting { .. })
}

/// That nothing is sent, for the ledger is a copy from before mails that have left.
fn of_older_ledger((run, left): &(RunId, DateTime<Utc>)) -> DigestEntry {
    let lacks = Message::new("digest.older_ledger_lacks").with("run", text(run.as_str()));
    DigestEntry {
        time: String::new(),
        title: Label::verbatim("ledger.sqlite"),
        job: String::new(),
        verdict: Verdict::Bad,
        state: Message::new("digest.older_ledger"),
        details: vec![lacks.with("left", text(&left.format("%Y-%m-%d %H:%M UTC").to_string()))],
    }
}

/// What of earlier moments is not corrected, or cannot be looked at.
fn left(job: &JobDay) -> Vec<Message> {
    let lost = job.lost.first().map(|first| {
        let first = Argument::Date(first.date());
        Message::new("digest.lost").with("count", whole(job.lost.len())).with("first", first)
    });
    job.left.map(|_| Message::new("digest.left")).into_iter().chain(lost).collect()
}

fn of_job(job: &JobDay) -> Vec<DigestEntry> {
    if job.unreadable {
        return vec![DigestEntry {
            time: String::new(),
            title: job.title.clone(),
            job: job.job.to_string(),
            verdict: Verdict::Bad,
            state: Message::new("digest.unreadable"),
            details: vec![Message::new("digest.unreadable_step")],
        }];
    }
    let entry = |moment: &super::Moment, time: &str| {
        let (mut verdict, state, mut details) = said(&moment.fate);
        let own: Vec<&Receipt> =
            job.deliveries.iter().filter(|receipt| receipt.key.as_of == moment.as_of).collect();
        let gone = job.gone.iter().filter(|gone| gone.as_of == moment.as_of);
        let gone: Vec<&Message> = gone.map(|gone| &gone.note.message).collect();
        if !own.is_empty() || !gone.is_empty() {
            verdict = Verdict::Bad;
        }
        if job.moments.last().is_some_and(|last| last.as_of == moment.as_of) {
            let left = left(job);
            verdict = if left.is_empty() { verdict } else { Verdict::Bad };
            details.extend(left);
        }
        // A correction that is held says so itself.
        let unsaid: Vec<Message> =
            gone.into_iter().filter(|said| !details.contains(said)).cloned().collect();
        details.extend(unsaid);
        details.extend(own.iter().take(NAMED).map(|receipt| delivery(receipt)));
        let is_stopped = own.iter().any(|one| one.is_put_off() && is_correction(one));
        details.extend(job.hold.iter().filter(|_| is_stopped).map(|hold| hold.message.clone()));
        if own.len() > NAMED {
            details.push(Message::new("digest.more").with("count", whole(own.len() - NAMED)));
        }
        DigestEntry {
            time: moment.as_of.format(time).to_string(),
            title: job.title.clone(),
            job: job.job.to_string(),
            verdict,
            state,
            details,
        }
    };
    let before = job.before.iter().map(|moment| entry(moment, "%Y-%m-%d %H:%M"));
    let today = job.moments.iter().map(|moment| entry(moment, "%H:%M"));
    let mut entries: Vec<DigestEntry> = before.chain(today).collect();
    if let Some(last) = entries.last_mut() {
        last.details.extend(job.quarantined.iter().map(|(dataset, rows)| {
            let rows = i64::try_from(*rows).unwrap_or(i64::MAX);
            Message::new("digest.quarantined")
                .with("rows", Argument::Count(rows))
                .with("dataset", text(dataset.as_str()))
        }));
    }
    entries
}

/// Whether all is well, what became of a moment, and what is to be said of it.
fn said(fate: &Fate) -> (Verdict, Message, Vec<Message>) {
    let state = |key: &str| Message::new(format!("digest.{key}"));
    let run = |run: &model::id::RunId| state("run").with("run", text(run.as_str()));
    match fate {
        Fate::Due => (Verdict::Neutral, state("due"), Vec::new()),
        Fate::Failed { run: id, stage, error, killed } => {
            let stage = text(stage.map_or("?", Stage::word));
            let why = match error {
                Some(error) => state("stage_error").with("stage", stage).with("error", text(error)),
                None if *killed => state("killed").with("stage", stage),
                None => state("unserved"),
            };
            (Verdict::Bad, state("failed"), vec![why, run(id)])
        }
        Fate::Held { run: id, reasons, slices, readers, waiting, .. } => {
            let held = match (slices.is_empty(), readers, waiting) {
                (true, 0, _) => state("held"),
                (true, _, 0) => state("correction_held"),
                (true, _, some) => state("rest_held").with("waiting", whole(*some)),
                (false, _, _) => state("slices_held"),
            };
            let (state_of, mut details) = match readers {
                0 => (held, Vec::new()),
                some => (state("sent").with("readers", whole(*some)), vec![held]),
            };
            let slice = |slice: &model::slice::Slice| {
                state("slice").with("slice", text(&slice.to_string()))
            };
            details.extend(slices.iter().map(slice));
            details.extend(reasons.iter().map(|note| note.message.clone()));
            details.push(run(id));
            (Verdict::Bad, state_of, details)
        }
        Fate::Missed => (Verdict::Bad, state("missed"), Vec::new()),
        Fate::Sent { readers, files, corrected } => {
            let by_mail = || state("sent").with("readers", whole(*readers));
            let as_files = || state("published").with("files", whole(*files));
            let (state_of, mut details) = match (readers, files) {
                (0, 0) => (state("nobody"), Vec::new()),
                (0, _) => (as_files(), Vec::new()),
                (_, 0) => (by_mail(), Vec::new()),
                _ => (by_mail(), vec![as_files()]),
            };
            details.extend(corrected.then(|| state("corrected")));
            (Verdict::Good, state_of, details)
        }
        Fate::Skipped(Skip::DayOff { name, moved }) => {
            let off = match name {
                Some(name) => state("holiday").with("name", Argument::Label(Label::clone(name))),
                None => state("weekend"),
            };
            let mut details = vec![off];
            details.extend(moved.then(|| state("moved")));
            (Verdict::Neutral, state("skipped"), details)
        }
        Fate::Skipped(Skip::CatchUp { rule }) => {
            (Verdict::Neutral, state("skipped"), vec![state("catch_up").with("rule", text(rule))])
        }
        Fate::ToCome => (Verdict::Neutral, state("to_come"), Vec::new()),
        Fate::UnderWay { run: id } => (Verdict::Neutral, state("under_way"), vec![run(id)]),
        Fate::Waiting { until } => {
            (Verdict::Neutral, state("waiting").with("time", text(&clock(*until))), Vec::new())
        }
    }
}

fn delivery(receipt: &Receipt) -> Message {
    let key = match receipt.state {
        DeliveryState::Failed => "digest.delivery_failed",
        DeliveryState::Pending => "digest.delivery_pending",
        DeliveryState::Sending | DeliveryState::Sent | DeliveryState::Unknown => {
            "digest.delivery_unknown"
        }
    };
    Message::new(key)
        .with("channel", text(receipt.key.way()))
        .with("recipient", text(&receipt.key.recipient))
        .with("detail", text(receipt.detail.as_deref().unwrap_or("–")))
}

fn clock(at: DateTime<Utc>) -> String {
    at.format("%H:%M UTC").to_string()
}

fn text(text: &str) -> Argument {
    Argument::Text(text.to_owned())
}

fn whole(count: usize) -> Argument {
    Argument::Count(i64::try_from(count).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operator::Moment;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn a_moment_of_which_one_slice_is_held_counts_as_sent_and_says_what_is_held() {
        let slice = serde_json::from_value(serde_json::json!({ "region": "South" }));
        let slices = vec![slice.expect("a slice")];
        let of = |readers: usize| {
            let (run, reasons, slices) = ("one".into(), Vec::new(), slices.clone());
            let fate = Fate::Held { run, reasons, slices, readers, waiting: 0, releasable: true };
            let as_of = "2026-07-02T06:30:00".parse().expect("a moment");
            let job = JobDay {
                unreadable: false,
                job: "nightly".into(),
                title: Label::verbatim("Nightly"),
                before: Vec::new(),
                gone: Vec::new(),
                moments: vec![Moment { as_of, fate }],
                deliveries: Vec::new(),
                left: None,
                lost: BTreeSet::new(),
                hold: None,
                quarantined: BTreeMap::new(),
            };
            told("2026-07-02".parse().expect("a day"), &[job], None)
        };
        let lead = |sent: usize, held: usize| {
            let lead = Message::new("digest.lead").with("sent", whole(sent));
            let none = ["failed", "missed", "skipped", "open"];
            let lead = lead.with("held", whole(held));
            none.into_iter().fold(lead, |lead, key| lead.with(key, whole(0)))
        };
        let (partly, nobody) = (of(8), of(0));
        assert_eq!((partly.lead, nobody.lead), (lead(1, 0), lead(0, 1)));
        let entry = &partly.entries[0];
        assert_eq!(entry.state, Message::new("digest.sent").with("readers", whole(8)));
        assert_eq!(entry.details[0], Message::new("digest.slices_held"));
        assert_eq!(entry.verdict, Verdict::Bad, "somebody has to look at it");
    }
}
