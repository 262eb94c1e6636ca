//! Data that are not in: a scheduled run waits for them, and after its deadline the job's declared rule holds.
//!
//! Rule: data are in when the last day of those reported on which rows were expected has rows, and not far fewer than
//! usual; of monthly data, when the last month that is over by then has any. Whatever goes out without them says so on top.

use crate::{
    earlier::{Past, Stored},
    error::RunError,
    gate::{self, Days},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use extract::{Contract, Extracted};
use job::{
    JobPlan,
    schedule::{Late, ReadyPlan},
};
use model::{
    context::RunContext,
    contract::Expected,
    edition::Release,
    period::Grain,
    quality::{QualityNote, Severity},
    report::{Argument, Message, Report},
    slice::Slice,
};

/// A report that is older is news to nobody.
const LAST_GOOD: TimeDelta = TimeDelta::days(7);

/// More days without rows in a row than any expectation allows.
const LONGEST_BREAK: usize = 62;

/// What a scheduled run waits for.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// When to look again.
    pub again: DateTime<Utc>,
    /// When the waiting ends.
    pub deadline: DateTime<Utc>,
    /// What is missing.
    pub missing: Vec<Message>,
}

/// What a run of the plan has to wait for now; nothing once all is in or the deadline has come.
///
/// # Errors
/// When the data cannot be looked at.
pub fn waiting(plan: &JobPlan, cx: &RunContext) -> Result<Option<Waiting>, RunError> {
    let Some(ready) = rule(plan) else { return Ok(None) };
    let deadline = deadline(plan, ready);
    if cx.now >= deadline {
        return Ok(None);
    }
    let missing = missing(plan, &extract::extract(&plan.extract, cx)?.value);
    if missing.is_empty() {
        return Ok(None);
    }
    let again = (cx.now + ready.every()).min(deadline);
    let missing = missing.into_iter().map(|note| note.message).collect();
    Ok(Some(Waiting { again, deadline, missing }))
}

/// What goes out, and how it is marked.
pub(crate) struct Decision {
    pub(crate) release: Release,
    /// The earlier report that is sent in place of this run's.
    pub(crate) instead: Option<Stored>,
}

/// The gate's decision, and the job's rule where data are late.
pub(crate) fn decide(
    plan: &JobPlan,
    past: &Past,
    slice: &Slice,
    report: &Report,
    extracted: &Extracted,
) -> Decision {
    let missing = missing(plan, extracted);
    let Some(ready) = rule(plan).filter(|_| !missing.is_empty()) else {
        let release = gate::decide(plan, report, extracted);
        return Decision { release, instead: None };
    };
    let faults = gate::reasons(plan, report, extracted);
    match ready.late {
        Late::Hold => held(missing, faults),
        Late::SendMarked => marked(plan, ready, missing, faults, gate::gaps(report)),
        Late::SendLastGood => last_good(plan, past.good(slice), ready, missing, faults),
    }
}

fn rule(plan: &JobPlan) -> Option<&ReadyPlan> {
    plan.schedule.as_ref()?.ready.as_ref()
}

fn deadline(plan: &JobPlan, ready: &ReadyPlan) -> DateTime<Utc> {
    plan.as_of.to_utc() + ready.wait()
}

fn held(missing: Vec<QualityNote>, faults: Vec<QualityNote>) -> Decision {
    let as_error = |note| QualityNote { severity: Severity::Error, ..note };
    let mut reasons: Vec<_> = missing.into_iter().map(as_error).collect();
    reasons.extend(faults);
    Decision { release: Release::Hold(reasons), instead: None }
}

/// That late data cover too few days is what was declared; that they are too old, and whatever else is wrong, holds.
fn marked(
    plan: &JobPlan,
    ready: &ReadyPlan,
    missing: Vec<QualityNote>,
    faults: Vec<QualityNote>,
    gaps: Vec<QualityNote>,
) -> Decision {
    let declared = |fault: &QualityNote| {
        let thin = ["quality.low_coverage", "quality.low_volume"];
        is_late(&missing, fault) && thin.contains(&fault.message.key.as_str())
    };
    let others: Vec<_> = faults.into_iter().filter(|fault| !declared(fault)).collect();
    if !others.is_empty() {
        return held(missing, others);
    }
    let mut notes = vec![told("late.incomplete", Severity::Warning, until(plan, ready))];
    notes.extend(missing);
    notes.extend(gaps);
    Decision { release: Release::SendMarked(notes), instead: None }
}

/// Whether a fault is one of a dataset that is late.
fn is_late(missing: &[QualityNote], fault: &QualityNote) -> bool {
    fault.dataset.is_some() && missing.iter().any(|note| note.dataset == fault.dataset)
}

/// The last good report is free of what is wrong with late data; what else is wrong holds it as it would hold any.
fn last_good(
    plan: &JobPlan,
    good: Option<Stored>,
    ready: &ReadyPlan,
    missing: Vec<QualityNote>,
    faults: Vec<QualityNote>,
) -> Decision {
    let others: Vec<_> = faults.into_iter().filter(|fault| !is_late(&missing, fault)).collect();
    let earliest = plan.as_of.naive_local() - LAST_GOOD;
    let good = good.filter(|stored| stored.report.as_of >= earliest);
    let Some(good) = good.filter(|_| others.is_empty()) else {
        let mut reasons = missing;
        if others.is_empty() {
            reasons.push(told("late.no_last_good", Severity::Error, Vec::new()));
        }
        return held(reasons, others);
    };
    let mut arguments = until(plan, ready);
    arguments.push(("date", Argument::Date(good.report.as_of.date())));
    let mut notes = vec![told("late.last_good", Severity::Warning, arguments)];
    notes.extend(missing);
    Decision { release: Release::SendMarked(notes), instead: Some(good) }
}

/// The deadline as arguments, on the job's clock.
fn until(plan: &JobPlan, ready: &ReadyPlan) -> Vec<(&'static str, Argument)> {
    let deadline = deadline(plan, ready).with_timezone(&plan.as_of.timezone());
    let time = deadline.format("%H:%M").to_string();
    vec![("time", Argument::Text(time)), ("day", Argument::Date(deadline.date_naive()))]
}

fn told(key: &str, severity: Severity, arguments: Vec<(&'static str, Argument)>) -> QualityNote {
    let message = arguments
        .into_iter()
        .fold(Message::new(key), |message, (name, argument)| message.with(name, argument));
    QualityNote { severity, message, dataset: None }
}

/// The datasets that are waited for and not in, each with a sentence.
fn missing(plan: &JobPlan, extracted: &Extracted) -> Vec<QualityNote> {
    let Some(ready) = rule(plan) else { return Vec::new() };
    let waited = |contract: &&Contract| match &ready.datasets {
        Some(named) => named.contains(&contract.id),
        None => {
            contract.is_dated() && matches!(contract.expected, Expected::Daily | Expected::Weekdays)
        }
    };
    let contracts = plan.extract.contracts.iter().filter(waited);
    contracts.filter_map(|contract| missing_of(plan, contract, extracted)).collect()
}

fn missing_of(plan: &JobPlan, contract: &Contract, extracted: &Extracted) -> Option<QualityNote> {
    let note = |message: Message| {
        let message = message.with("dataset", Argument::Text(contract.id.to_string()));
        QualityNote { severity: Severity::Warning, message, dataset: Some(contract.id.clone()) }
    };
    let Some(table) = extracted.tables.0.get(&contract.id) else {
        return Some(note(Message::new("quality.no_data")));
    };
    let days = Days { plan, contract, table };
    let rows = table.days();
    let due = due(plan, &days)?;
    let Some((last, _)) = rows.range(..plan.extract.today).next_back() else {
        return Some(note(Message::new("quality.no_data")));
    };
    if *last < due {
        let message = Message::new("late.rows")
            .with("due", Argument::Date(due))
            .with("last", Argument::Date(*last));
        return Some(note(message));
    }
    // A file that is still being written has rows of the day, and too few.
    let volume = days.volume().filter(|note| note.message.key == "quality.low_volume");
    volume.map(|note| QualityNote { severity: Severity::Warning, ..note })
}

/// The day after the last one that any section reports on: a report of June does not wait for July.
fn end(plan: &JobPlan) -> NaiveDate {
    let sections = plan.transform.sections.iter().map(|section| section.period.days.end);
    let last = sections.max().unwrap_or(plan.extract.today);
    last.min(plan.extract.today)
}

/// The first day that must have rows: the last expected one; of monthly data the first of the last month that is over.
fn due(plan: &JobPlan, days: &Days<'_>) -> Option<NaiveDate> {
    let end = end(plan);
    if days.contract.expected == Expected::Monthly {
        return Some(plan.transform.calendar.last_closed(Grain::Month, end).days.start);
    }
    let holidays = &plan.extract.holidays;
    let expected = |day: &NaiveDate| {
        let is_off = days.contract.expected == Expected::Weekdays && !holidays.is_workday(*day);
        days.expects(*day) && !is_off
    };
    let before = std::iter::successors(end.pred_opt(), |day| day.pred_opt());
    before.take(LONGEST_BREAK).find(expected)
}
