//! What became of a moment, as the ledger tells it.
//!
//! Rule: what readers have counts for more than how the last run of the moment ended. A rehearsal is no run of the moment.

use crate::{
    gone, held,
    ledger::{Serves, StoredRun, is_correction},
    word,
};
use chrono::{DateTime, NaiveDateTime, Utc};
use model::{
    edition::EditionKind,
    id::RunId,
    label::Label,
    quality::{QualityNote, Severity},
    receipt::{DeliveryState, Receipt},
    run::{Outcome, RunRecord, Stage},
    slice::Slice,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A moment of a job and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moment {
    /// On the wall clock of the job.
    pub as_of: NaiveDateTime,
    /// What became of it.
    #[serde(flatten)]
    pub fate: Fate,
}

/// What became of a moment.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum Fate {
    /// It is due, and not late yet.
    Due,
    /// The run could not go on.
    Failed {
        /// The run.
        run: RunId,
        /// Where it ended, as far as it is known.
        stage: Option<Stage>,
        /// Why; nothing where no delivery was accepted, or where it was killed.
        error: Option<String>,
        /// Whether it was killed.
        killed: bool,
    },
    /// Readers got nothing, or those of some slices.
    Held {
        /// The run.
        run: RunId,
        /// Why.
        reasons: Vec<QualityNote>,
        /// The slices; none where nobody got anything, or where it is the correction of what readers have.
        slices: Vec<Slice>,
        /// How many readers of other slices have theirs, or have a report that the correction is on.
        readers: usize,
        /// How many readers wait for what the others have, where relays put them off and the report is held by now.
        waiting: usize,
        /// Whether there is a report that a person can release.
        releasable: bool,
    },
    /// It is past, and there was no run.
    Missed,
    /// Readers have it.
    Sent {
        /// How many by mail.
        readers: usize,
        /// In how many folders' files it stands.
        files: usize,
        /// Whether some got a correction.
        corrected: bool,
    },
    /// There is none, for a reason.
    Skipped(Skip),
    /// It is still to come.
    ToCome,
    /// A run is at work.
    UnderWay {
        /// The run.
        run: RunId,
    },
    /// It waits for its data.
    Waiting {
        /// Until then at the latest.
        until: DateTime<Utc>,
    },
}

/// Why there is no run of a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Skip {
    /// Its day is off.
    DayOff {
        /// The holiday; nothing for a day of the weekend.
        name: Option<Label>,
        /// Whether another day stands in for it.
        moved: bool,
    },
    /// It was missed, and the job's rule does not make up for it.
    CatchUp {
        /// The rule, in the job file's word.
        rule: &'static str,
    },
}

/// What became of a moment by its runs, latest first, and its receipts; nothing when there was none. `serves` tells who is
/// still a reader.
pub(super) fn of(runs: &[&StoredRun], receipts: &[Receipt], serves: Serves<'_>) -> Option<Fate> {
    let counts = |record: &RunRecord| !is_rehearsal(record) && !word::is_refused(record);
    let real: Vec<&&StoredRun> = runs.iter().filter(|run| counts(&run.record)).collect();
    if let Some(run) = real.iter().find(|run| run.record.outcome == Outcome::Open && !run.died) {
        return Some(Fate::UnderWay { run: run.record.run.clone() });
    }
    let has = Served::of(receipts);
    let waits = waits(receipts, serves);
    let latest = real.first()?;
    let record = &latest.record;
    let (slices, by) = held_slices(&real, &has, &waits);
    let corrects = held::correction(real.iter().map(|run| &run.record));
    let corrects = corrects.filter(|_| !has.is_nothing());
    // Others were put off, and by now there is no report for them that may go.
    let is_rest = held::is_whole(record) && !waits.is_empty();
    let by = by.filter(|_| !held::is_whole(record));
    let whole = record.outcome == Outcome::Held && has.is_nothing() || corrects.is_some();
    if whole || is_rest || !slices.is_empty() {
        let by = corrects.or(by.filter(|_| !whole && !is_rest)).unwrap_or(record);
        let is_rest = is_rest && corrects.is_none() && !has.is_nothing();
        return Some(Fate::Held {
            releasable: is_releasable(by),
            run: by.run.clone(),
            reasons: reasons(by),
            slices: if whole || is_rest { Vec::new() } else { slices },
            readers: corrects.map_or(has.readers.len(), |record| has.readers_of(record)),
            waiting: if is_rest { waits.len() } else { 0 },
        });
    }
    // One that was killed between its files and its mails has reached nobody.
    let is_on_its_way = latest.died && has.readers.is_empty();
    if !has.is_nothing() && !is_on_its_way {
        let (readers, files) = (has.readers.len(), has.files.len());
        return Some(Fate::Sent { readers, files, corrected: has.corrected });
    }
    if record.outcome == Outcome::AlreadyDelivered || record.outcome == Outcome::Delivered {
        // A job without a reader of its own day, such as one whose readers are not valid yet.
        return Some(Fate::Sent { readers: 0, files: 0, corrected: false });
    }
    let failed = record.stages.iter().find(|stage| stage.error.is_some());
    let last = latest.stage.or(record.stages.last().map(|stage| stage.stage));
    Some(Fate::Failed {
        run: record.run.clone(),
        stage: failed.map(|stage| stage.stage).or(last),
        error: failed.and_then(|stage| stage.error.clone()),
        killed: latest.died,
    })
}

/// Whether a held run has a report that a person can release: of a slice without rows there is none.
fn is_releasable(held: &RunRecord) -> bool {
    match held.revision == 0 && !held.slices.is_empty() {
        true => held.slices.iter().any(|one| one.held && one.report.is_some()),
        false => held::has_report(held),
    }
}

/// The readers who wait for the report of a moment because relays put them off, and their slices.
fn waits<'a>(receipts: &'a [Receipt], serves: Serves<'_>) -> BTreeMap<&'a str, &'a Slice> {
    let is_report = |one: &&Receipt| one.key.kind == EditionKind::Report && !is_correction(one);
    let waits = receipts.iter().filter(|one| one.is_put_off() && serves(&one.key));
    let waits = waits.filter(is_report).filter(|one| !one.is_overtaken(receipts));
    waits.map(|one| (one.key.recipient.as_str(), &one.slice)).collect()
}

/// The slices that are held, and the latest run that held one. The last run that speaks of a slice decides; one whose
/// readers were served, and of whom nobody waits, is held no more.
fn held_slices<'a>(
    runs: &[&&'a StoredRun],
    has: &Served<'_>,
    waits: &BTreeMap<&str, &Slice>,
) -> (Vec<Slice>, Option<&'a RunRecord>) {
    let (mut seen, mut held, mut by) = (BTreeSet::new(), Vec::new(), None);
    for run in runs {
        for slice in &run.record.slices {
            let decides = seen.insert(&slice.slice);
            let is_served = has.slices.contains(&slice.slice);
            let is_open = !is_served || waits.values().any(|waiting| **waiting == slice.slice);
            if decides && slice.held && is_open {
                held.push(slice.slice.clone());
                by = by.or(Some(&run.record));
            }
        }
    }
    held.sort();
    (held, by)
}

/// Whether a run was not meant to reach anybody: `--no-send`, or history that is built anew. Runs of older versions do not
/// say so themselves.
pub(crate) fn is_rehearsal(record: &RunRecord) -> bool {
    let rendered = record.stages.iter().any(|stage| stage.stage == Stage::Render);
    let is_looked_at = rendered || gone::is_any(record);
    let is_so_by_its_end = record.outcome == Outcome::Held && !is_looked_at;
    record.rehearsal || record.outcome == Outcome::NotSent || is_so_by_its_end
}

/// Why a run was held: what stopped it, or whatever it remarked.
fn reasons(record: &RunRecord) -> Vec<QualityNote> {
    let stops = |note: &&QualityNote| note.severity == Severity::Error;
    let mut reasons: Vec<QualityNote> = record.notes.iter().filter(stops).cloned().collect();
    if reasons.is_empty() {
        reasons = record.notes.clone();
    }
    reasons
}

/// Who has the report of a moment.
#[derive(Default)]
struct Served<'a> {
    /// Readers, and whose slices they have a report on.
    readers: BTreeMap<&'a str, BTreeSet<&'a Slice>>,
    files: BTreeSet<&'a str>,
    slices: BTreeSet<&'a Slice>,
    corrected: bool,
}

impl<'a> Served<'a> {
    fn of(receipts: &'a [Receipt]) -> Self {
        let mut served = Self::default();
        for receipt in receipts {
            let key = &receipt.key;
            if key.kind != EditionKind::Report || receipt.state != DeliveryState::Sent {
                continue;
            }
            if key.channel == "email" {
                served.readers.entry(&key.recipient).or_default().insert(&receipt.slice);
            } else {
                served.files.insert(&key.recipient);
            }
            served.slices.insert(&receipt.slice);
            served.corrected |= key.revision > 0;
        }
        served
    }

    /// How many have a report that a correction is on.
    fn readers_of(&self, correction: &RunRecord) -> usize {
        let is_theirs =
            |slices: &&BTreeSet<&Slice>| slices.iter().any(|slice| held::is_on(correction, slice));
        self.readers.values().filter(is_theirs).count()
    }

    fn is_nothing(&self) -> bool {
        self.readers.is_empty() && self.files.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{
        label::Locale,
        period::{DateRange, Grain, Period},
        receipt::DeliveryKey,
        report::Message,
        run::{SliceRecord, StageRecord},
    };

    fn of(runs: &[&StoredRun], receipts: &[Receipt]) -> Option<Fate> {
        super::of(runs, receipts, &|_| true)
    }

    fn run(name: &str, outcome: Outcome) -> StoredRun {
        let day = "2026-07-01".parse().expect("a day");
        let rendered = StageRecord { stage: Stage::Render, milliseconds: 1, error: None };
        let record = RunRecord {
            schema_version: 1,
            run: name.into(),
            job: "nightly".into(),
            as_of: "2026-07-02T06:30:00".parse().expect("a moment"),
            period: Period {
                grain: Grain::Day,
                days: DateRange { start: day, end: day + chrono::Days::new(1) },
                whole: true,
            },
            started: "2026-07-02T06:30:01Z".parse().expect("an instant"),
            outcome,
            stages: vec![rendered],
            sources: Vec::new(),
            notes: Vec::new(),
            artefacts: Vec::new(),
            slices: Vec::new(),
            reservations: Vec::new(),
            again: Vec::new(),
            corrections_open: false,
            released: None,
            rehearsal: false,
            revision: 0,
            plan: "plan".into(),
            report: None,
        };
        StoredRun { record, stage: None, died: false }
    }

    fn slice(text: &str) -> Slice {
        serde_json::from_value(serde_json::json!({ "region": text })).expect("a slice")
    }

    fn sent(slice: Slice) -> Receipt {
        Receipt {
            needs_person: false,
            wire: None,
            gist: None,
            name: None,
            key: DeliveryKey {
                job: "nightly".into(),
                as_of: "2026-07-02T06:30:00".parse().expect("a moment"),
                kind: EditionKind::Report,
                channel: "email".into(),
                recipient: format!("{slice}@example.com"),
                revision: 0,
            },
            locale: Locale::En,
            slice,
            state: DeliveryState::Sent,
            run: "one".into(),
            reference: "<id@example.com>".into(),
            content: "content".into(),
            attempts: 1,
            detail: None,
            changed: "2026-07-02T06:30:02Z".parse().expect("an instant"),
        }
    }

    #[test]
    fn a_slice_is_held_until_its_readers_are_served_whatever_runs_for_others() {
        let mut partly = run("one", Outcome::PartlyDelivered);
        let held = |name: &str| SliceRecord {
            slice: slice(name),
            report: None,
            held: true,
            reservations: Vec::new(),
        };
        partly.record.slices = vec![held("South"), held("North")];
        let message = Message::new("late.rows");
        partly.record.notes =
            vec![QualityNote { severity: Severity::Error, message, dataset: None }];
        let again = run("two", Outcome::Delivered);
        let fate = of(&[&again, &partly], &[sent(Slice::All), sent(slice("South"))]);
        let Some(Fate::Held { run, reasons, slices, readers, waiting: 0, .. }) = fate else {
            panic!("{fate:?}");
        };
        assert_eq!((run.as_str(), readers, slices), ("one", 2, vec![slice("North")]));
        assert_eq!(reasons.len(), 1);
        let served = [sent(Slice::All), sent(slice("South")), sent(slice("North"))];
        let fate = of(&[&again, &partly], &served);
        assert_eq!(fate, Some(Fate::Sent { readers: 3, files: 0, corrected: false }));
    }

    #[test]
    fn of_a_held_correction_those_count_whose_report_it_is_on() {
        let first = run("one", Outcome::Delivered);
        let mut correction = run("two", Outcome::Held);
        correction.record.revision = 1;
        correction.record.slices = vec![SliceRecord {
            slice: slice("North"),
            report: Some("north.json".to_owned()),
            held: true,
            reservations: Vec::new(),
        }];
        let served = [sent(Slice::All), sent(slice("South")), sent(slice("North"))];
        let fate = of(&[&correction, &first], &served);
        assert!(
            matches!(&fate, Some(Fate::Held { readers: 1, slices, .. }) if slices.is_empty()),
            "{fate:?}"
        );
    }

    #[test]
    fn what_readers_have_counts_for_more_than_how_the_last_run_ended() {
        let (failed, held) = (run("two", Outcome::Failed), run("one", Outcome::Held));
        assert!(matches!(of(&[&failed, &held], &[]), Some(Fate::Failed { .. })));
        assert!(matches!(of(&[&held, &failed], &[]), Some(Fate::Held { .. })));
        assert!(matches!(of(&[&failed, &held], &[sent(Slice::All)]), Some(Fate::Sent { .. })));
        let mut killed = run("three", Outcome::Open);
        assert!(matches!(of(&[&killed, &held], &[]), Some(Fate::UnderWay { .. })));
        killed.died = true;
        let fate = of(&[&killed, &held], &[]);
        assert!(matches!(fate, Some(Fate::Failed { killed: true, error: None, .. })), "{fate:?}");
        // History that is built anew reaches the gate and no further.
        let mut rebuilt = run("four", Outcome::Held);
        rebuilt.record.stages.clear();
        assert_eq!(of(&[&rebuilt, &run("five", Outcome::NotSent)], &[]), None);
    }
}
