//! A person's word over the gate: what it let go is held, or what it held is sent.
//!
//! Rule: a word is about figures that somebody has seen. What was released is sent only if the report is still the same
//! one; its reservations stand on top of it.

use crate::{
    Work,
    correction::Standing,
    error::RunError,
    late::Decision,
    ledger::{Hold, Ledger},
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
    run::{Outcome, RunRecord},
};

/// The reason of a report that a person holds back.
pub const HELD_BY_PERSON: &str = "quality.held_by_person";

/// What a person has said about a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Word {
    /// That the job's reports are held back.
    pub(crate) hold: Option<Hold>,
    /// That what this run held is to be sent.
    pub(crate) released: Option<Released>,
}

/// A held run that a person released.
#[derive(Debug, Clone)]
pub(crate) struct Released {
    /// The run that was held.
    pub(crate) run: RunId,
    /// The fingerprint of its report.
    pub(crate) report: String,
    /// Why it was held, and whatever else it remarked.
    pub(crate) reasons: Vec<QualityNote>,
}

impl Word {
    /// Refuses to send another report than the one that was released.
    pub(crate) fn check(&self, report: &Report) -> Result<(), RunError> {
        match &self.released {
            Some(released) if report.slice.is_empty() && released.report != report.fingerprint => {
                Err(RunError::Changed { run: released.run.to_string() })
            }
            _ => Ok(()),
        }
    }

    /// The gate's decision under the person's word; a release is the later word than a hold. Days are those of `zone`.
    pub(crate) fn over(&self, decision: Decision, zone: Tz) -> Decision {
        let held = self.held(decision, zone);
        if self.released.is_some() { released(held) } else { held }
    }

    fn held(&self, mut decision: Decision, zone: Tz) -> Decision {
        let Some(hold) = &self.hold else { return decision };
        let message = Message::new(HELD_BY_PERSON)
            .with("date", Argument::Date(hold.since.with_timezone(&zone).date_naive()))
            .with("reason", Argument::Text(hold.reason.clone()));
        let mut reasons = vec![note(message, Severity::Error)];
        // With its reservations it goes, too, once it is released.
        if let Release::Hold(others) | Release::SendMarked(others) = decision.release {
            reasons.extend(others);
        }
        decision.release = Release::Hold(reasons);
        decision
    }
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
    let report = held.report.clone().filter(|_| is_held);
    let report = report.ok_or_else(|| RunError::NotHeld { run: held.run.to_string() })?;
    let released = Some(&Released { run: held.run.clone(), report, reasons: held.notes.clone() });
    let standing = match held.revision {
        0 => None,
        _ => Some(Standing::of(plan, ledger)?),
    };
    let mut run = Run::open(plan, cx, ledger, progress)?;
    run.corrects(standing.as_ref().map_or(0, Standing::revision));
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
        let hold = Some(Hold { since, reason: "the audit".into() });
        let word = Word { hold, released: None };
        let decision = Decision { release: Release::Send, instead: None };
        let held = word.over(decision, chrono_tz::Asia::Shanghai);
        let Release::Hold(reasons) = held.release else { panic!("it is held") };
        let said = format!("{:?}", reasons[0].message);
        assert!(said.contains("2026-07-01"), "{said}");
    }

    #[test]
    fn what_a_person_held_and_released_goes_with_its_own_reservations_alone() {
        let since = "2026-06-30T23:30:00Z".parse().expect("an instant");
        let released =
            Some(Released { run: "one".into(), report: "report".into(), reasons: Vec::new() });
        let word = Word { hold: Some(Hold { since, reason: "the audit".into() }), released };
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
