//! A person's word over the gate: what it let go is held, or what it held is sent.
//!
//! Rule: a word is about figures that somebody has seen. What was released is sent only if the report is still the same
//! one; its reservations stand on top of it. As long as it is the same one, and nothing else holds it, a release counts for
//! later runs of the moment too, which go on with what relays put off or a kill left.

use crate::{
    Work,
    correction::Standing,
    error::RunError,
    late::Decision,
    ledger::{Hold, Ledger, StoredRun},
    stage::{Progress, Run},
    stages,
};
use chrono_tz::Tz;
use engine::Engine;
use job::JobPlan;
use model::{
    context::RunContext,
    edition::Release,
    id::RunId,
    quality::{QualityNote, Severity},
    report::{Argument, Message, Report},
    run::{Outcome, RunRecord, Stage, StageRecord},
};
use std::cell::OnceCell;

/// The reason of a report that a person holds back.
pub const HELD_BY_PERSON: &str = "quality.held_by_person";

/// What persons have said about the reports of a moment.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// That the job's reports are held back.
    hold: Option<Hold>,
    /// What is to be sent although it was held, the latest word first.
    released: Vec<Released>,
    /// Whether that was said just now: nothing else is to be sent then.
    is_now: bool,
    /// The fingerprint of the report on everything that this run made.
    whole: OnceCell<String>,
}

/// What of it is about the reports of one run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word<'a> {
    hold: Option<&'a Hold>,
    released: Option<&'a Released>,
    is_now: bool,
}

/// A held run that a person released.
#[derive(Debug, Clone)]
pub(crate) struct Released {
    /// The run that was held.
    run: RunId,
    /// The fingerprint of its report.
    report: String,
    /// Why it was held, and whatever else it remarked.
    reasons: Vec<QualityNote>,
}

impl Released {
    fn of(held: RunRecord) -> Option<Self> {
        Some(Self { run: held.run, report: held.report?, reasons: held.notes })
    }

    /// Whether all that holds a report was known when it was released; why a person had held it is another matter.
    fn covers(&self, reasons: &[QualityNote]) -> bool {
        reasons.iter().all(|one| one.message.key == HELD_BY_PERSON || self.reasons.contains(one))
    }
}

impl Said {
    /// Looks it up: what is released `now`, or else what was released before. A hold is the later word over what was
    /// released before it.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn of(
        plan: &JobPlan,
        ledger: &Ledger,
        now: Option<&Released>,
    ) -> Result<Self, RunError> {
        let hold = ledger.held(&plan.job)?;
        let (is_now, whole) = (now.is_some(), OnceCell::new());
        let mut released = Vec::from_iter(now.cloned());
        if !is_now {
            let moment = plan.as_of.naive_local();
            for StoredRun { record, .. } in ledger.of_moments(&plan.job, (moment, moment))? {
                let is_refused = is_refused(&record);
                let is_over = hold.as_ref().is_some_and(|hold| hold.since > record.started);
                let Some(run) = record.released.filter(|_| !is_refused && !is_over) else {
                    continue;
                };
                released.extend(ledger.run(&run)?.and_then(|held| Released::of(held.record)));
            }
        }
        Ok(Self { hold, released, is_now, whole })
    }

    /// What is said about a report, which is on everything or made from the same data as the last that was.
    pub(crate) fn about(&self, report: &Report) -> Word<'_> {
        if report.slice.is_empty() {
            self.whole.get_or_init(|| report.fingerprint.clone());
        }
        self.about_all()
    }

    /// What is said about all reports of a run.
    pub(crate) fn about_all(&self) -> Word<'_> {
        let is_of_it = |one: &&Released| self.is_now || self.whole.get() == Some(&one.report);
        let released = self.released.iter().find(is_of_it);
        Word { hold: self.hold.as_ref(), released, is_now: self.is_now }
    }

    /// Whether a person holds the job's reports back.
    pub(crate) fn is_hold(&self) -> bool {
        self.hold.is_some()
    }
}

impl Word<'_> {
    /// Refuses to send another report than the one that is released now.
    pub(crate) fn check(self, report: &Report) -> Result<(), RunError> {
        match self.released.filter(|_| self.is_now && report.slice.is_empty()) {
            Some(released) if released.report != report.fingerprint => {
                Err(RunError::Changed { run: released.run.to_string() })
            }
            _ => Ok(()),
        }
    }

    /// Leaves out the reasons that a person knew who released the report.
    pub(crate) fn forget_known(self, reasons: &mut Vec<QualityNote>) {
        if let Some(released) = self.released {
            reasons.retain(|reason| !released.reasons.contains(reason));
        }
    }

    /// The gate's decision under the person's word; a release is the later word than a hold. Days are those of `zone`.
    pub(crate) fn over(self, decision: Decision, zone: Tz) -> Decision {
        let held = self.held(decision, zone);
        let Release::Hold(reasons) = &held.release else { return held };
        match self.released {
            Some(known) if self.is_now || known.covers(reasons) => released(held),
            // What is held is the report of this run, whatever was to go in its place.
            _ => Decision { instead: None, ..held },
        }
    }

    fn held(self, mut decision: Decision, zone: Tz) -> Decision {
        let Some(hold) = self.hold else { return decision };
        let mut reasons = vec![by_person(hold, zone)];
        // With its reservations it goes, too, once it is released.
        if let Release::Hold(others) | Release::SendMarked(others) = decision.release {
            reasons.extend(others);
        }
        decision.release = Release::Hold(reasons);
        decision
    }
}

/// Whether a run was to send what another one held, and refused to because it is something else now.
pub(crate) fn is_refused(record: &RunRecord) -> bool {
    let is_at_gate = |one: &StageRecord| one.stage == Stage::Gate && one.error.is_some();
    record.released.is_some() && record.stages.iter().any(is_at_gate)
}

/// That a person holds the reports back. Days are those of `zone`.
pub(crate) fn by_person(hold: &Hold, zone: Tz) -> QualityNote {
    let message = Message::new(HELD_BY_PERSON)
        .with("date", Argument::Date(hold.since.with_timezone(&zone).date_naive()))
        .with("reason", Argument::Text(hold.reason.clone()));
    note(message, Severity::Error)
}

/// The checks that held the report stand on top of it; why a person had held it is said to its owners alone.
fn released(mut decision: Decision) -> Decision {
    if let Release::Hold(mut reasons) = decision.release {
        reasons.retain(|note| note.message.key != HELD_BY_PERSON);
        let as_warning = |note| QualityNote { severity: Severity::Warning, ..note };
        let mut notes = Vec::new();
        if reasons.iter().any(|note| note.severity == Severity::Error) {
            notes.push(note(Message::new("quality.released"), Severity::Warning));
        }
        notes.extend(reasons.into_iter().map(as_warning));
        decision.release =
            if notes.is_empty() { Release::Send } else { Release::SendMarked(notes) };
    }
    decision
}

fn note(message: Message, severity: Severity) -> QualityNote {
    QualityNote { severity, message, dataset: None }
}

/// Runs a plan again whose report was held, and sends it at a person's word, with the reasons on top. It must be the report
/// that was held.
///
/// # Errors
/// As [`crate::run`]; [`RunError::NotHeld`] when the run held nothing back.
pub fn release(
    plan: &JobPlan,
    held: &RunRecord,
    engine: &dyn Engine,
    cx: &RunContext,
    ledger: &Ledger,
    progress: &dyn Progress,
) -> Result<RunRecord, RunError> {
    let is_held = held.outcome == Outcome::Held || held.slices.iter().any(|slice| slice.held);
    let released = Released::of(held.clone()).filter(|_| is_held);
    let released = released.ok_or_else(|| RunError::NotHeld { run: held.run.to_string() })?;
    let standing = match held.revision {
        0 => None,
        _ => Some(Standing::of(plan, ledger)?),
    };
    let mut run = Run::open_as(plan, cx, ledger, progress, Some(&held.run))?;
    run.corrects(standing.as_ref().map_or(0, Standing::revision));
    let (released, standing) = (Some(&released), standing);
    let work =
        Work { released, standing: standing.as_ref(), ..Work::new(plan, engine, cx, ledger) };
    let result = stages(work, &mut run).and_then(|outcome| match &standing {
        Some(standing) => standing.end(outcome, plan, (cx, ledger), &mut run),
        None => Ok(outcome),
    });
    run.close(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_began_on_the_day_of_the_job() {
        let since = "2026-06-30T23:30:00Z".parse().expect("an instant");
        let hold = Hold { since, reason: "the audit".into() };
        let word = Word { hold: Some(&hold), released: None, is_now: false };
        let decision = Decision { release: Release::Send, instead: None };
        let held = word.over(decision, chrono_tz::Asia::Shanghai);
        let Release::Hold(reasons) = held.release else { panic!("it is held") };
        let said = format!("{:?}", reasons[0].message);
        assert!(said.contains("2026-07-01"), "{said}");
    }

    #[test]
    fn what_a_person_held_and_released_goes_with_its_own_reservations_alone() {
        let since = "2026-06-30T23:30:00Z".parse().expect("an instant");
        let released = Released { run: "one".into(), report: "report".into(), reasons: Vec::new() };
        let hold = Hold { since, reason: "the audit".into() };
        let word = Word { hold: Some(&hold), released: Some(&released), is_now: true };
        let keys = |release: Release| {
            let decision = Decision { release, instead: None };
            match word.over(decision, chrono_tz::UTC).release {
                Release::SendMarked(notes) => {
                    notes.into_iter().map(|note| note.message.key).collect::<Vec<_>>()
                }
                Release::Send => Vec::new(),
                Release::Hold(_) => panic!("it is released"),
            }
        };
        let (late, gate) = (Message::new("late.incomplete"), Message::new("gate.coverage"));
        let late = || vec![note(late.clone(), Severity::Warning)];
        assert_eq!(keys(Release::Send), [""; 0]);
        assert_eq!(keys(Release::SendMarked(late())), ["late.incomplete"]);
        let held = Release::Hold(vec![note(gate, Severity::Error)]);
        assert_eq!(keys(held), ["quality.released", "gate.coverage"]);
    }
}
