//! Figures of closed periods that have changed since the report before: late rows, corrected rows, other rules.
//!
//! Rule: what is compared are totals of the metrics that a report looks at, in the periods before it that were over and
//! that readers may still have in hand: days of five weeks, longer periods of thirteen months; and, of the breakdowns that
//! show every member's value, the members in the periods that are shown. An exact value has changed when it is another
//! one; a real one when it differs by more than a billionth, which is rounding.

use crate::{
    desk::{Ask, Desk, format_of},
    plan::TransformPlan,
};
use chrono::{Days, NaiveDate, NaiveDateTime};
use model::{
    id::{DimensionId, MetricId},
    number::Number,
    period::{Grain, Period},
    quality::{QualityNote, Severity},
    report::{Argument, Correction, Message, Part, Restated, Told},
};
use std::collections::BTreeSet;

/// How long days are remembered, in days.
const DAYS: u64 = 35;

/// How long longer periods are remembered, in days.
const PERIODS: u64 = 400;

/// The analyses that show the values of all members.
const BREAKDOWNS: [&str; 2] = ["channels", "targets"];

/// A breakdown of more members is looked at by its total alone.
const MEMBERS: usize = 50;

/// How many changed figures are told one by one.
const NAMED: usize = 8;

/// What the report before has told.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// Its scheduled moment.
    pub as_of: NaiveDateTime,
    /// Its totals.
    pub told: Vec<Told>,
}

/// The closed periods of each metric that are looked at besides those that sections show, so that what has changed in
/// them is told whether or not anybody shows them again.
pub(crate) fn asks(plan: &TransformPlan, asks: &[Ask]) -> Vec<Ask> {
    let mut wanted: BTreeSet<(&MetricId, Grain)> = BTreeSet::new();
    for ask in asks.iter().filter(|ask| is_total(ask)) {
        let whole = ask.periods.iter().filter(|period| period.whole);
        wanted.extend(whole.map(|period| (&ask.metric, period.grain)));
    }
    let wanted = wanted.into_iter().map(|(metric, grain)| {
        let mut periods = Vec::new();
        let mut period = plan.calendar.last_closed(grain, plan.today);
        while is_remembered(plan, &period) {
            periods.push(period);
            period = plan.calendar.before(&period, 1);
        }
        Ask::total(metric, periods)
    });
    wanted.collect()
}

fn is_total(ask: &Ask) -> bool {
    ask.by.is_empty() && ask.only.is_none()
}

/// What this report tells of periods that are over, by metric, period and member.
pub(crate) fn told(desk: &Desk<'_>, asks: &[Ask]) -> Vec<Told> {
    let mut told: Vec<Told> = Vec::new();
    for ask in asks.iter().filter(|ask| is_total(ask)) {
        let over = ask.periods.iter().filter(|period| is_remembered(desk.plan, period));
        told.extend(over.map(|period| Told {
            metric: ask.metric.clone(),
            period: *period,
            of: None,
            value: desk.total(ask, period),
        }));
    }
    told.extend(parts(desk, asks));
    told.sort_by(|a, b| a.place().cmp(&b.place()));
    told.dedup_by(|a, b| a.place() == b.place());
    told
}

/// The values of members that tables show.
fn parts(desk: &Desk<'_>, asks: &[Ask]) -> Vec<Told> {
    let sections = desk.plan.sections.iter();
    let shown = sections.filter(|section| BREAKDOWNS.contains(&section.analysis.word()));
    let shown: BTreeSet<(MetricId, DimensionId)> =
        shown.flat_map(|section| section.analysis.as_analysis().names().slices).collect();
    let is_shown = |ask: &&Ask| match ask.by.as_slice() {
        [by] => ask.only.is_none() && shown.contains(&(ask.metric.clone(), by.clone())),
        _ => false,
    };
    let mut parts = Vec::new();
    for ask in asks.iter().filter(is_shown) {
        let over = ask.periods.iter().filter(|period| is_remembered(desk.plan, period));
        let periods: Vec<Period> = over.copied().collect();
        let members = desk.slices(ask, &periods);
        if members.len() > MEMBERS {
            continue;
        }
        for (period, members) in
            periods.iter().flat_map(|period| members.iter().map(move |one| (period, one)))
        {
            let (by, member) = (ask.by[0].clone(), members.first().cloned().flatten());
            let name = desk.plan.member(&by, member.as_deref());
            parts.push(Told {
                metric: ask.metric.clone(),
                period: *period,
                value: desk.value(ask, period, members),
                of: Some(Part { by, member, name }),
            });
        }
    }
    parts
}

fn is_remembered(plan: &TransformPlan, period: &Period) -> bool {
    let back = |days: u64| plan.today.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN);
    let since = if period.grain == Grain::Day { back(DAYS) } else { back(PERIODS) };
    period.whole && period.days.end <= plan.today && period.days.start >= since
}

/// The values that two reports tell differently; totals first, then the longest and latest periods. What only one of
/// them tells is not compared.
pub fn compare(before: &[Told], now: &[Told]) -> Vec<Restated> {
    let differing = now.iter().filter_map(|now| {
        let told = before.binary_search_by(|before| before.place().cmp(&now.place())).ok()?;
        let (metric, period, of) = (now.metric.clone(), now.period, now.of.clone());
        let (before, now) = (before[told].value, now.value);
        (!is_same(before, now)).then_some(Restated { metric, period, of, before, now })
    });
    let mut differing: Vec<Restated> = differing.collect();
    differing.sort_by(|a, b| {
        let place = |one: &Restated| (one.period.grain, one.period.days.start);
        let totals = a.of.is_some().cmp(&b.of.is_some());
        totals.then_with(|| place(b).cmp(&place(a))).then_with(|| a.metric.cmp(&b.metric))
    });
    differing
}

/// Which of the earlier report's figures are others now.
pub(crate) fn notes(
    plan: &TransformPlan,
    earlier: Option<&Earlier>,
    told: &[Told],
) -> Vec<QualityNote> {
    let Some(earlier) = earlier else { return Vec::new() };
    let said = |message: Message| message.with("date", Argument::Date(earlier.as_of.date()));
    // Which members it was is in the report itself, and in `tidings diff`.
    let mut totals = compare(&earlier.told, told);
    totals.retain(|restated| restated.of.is_none());
    listed(plan, &totals, "quality.restated", said)
}

/// A correction of the plan's report, with all that has changed.
pub fn correction(plan: &TransformPlan, revision: u32, changed: &[Restated]) -> Correction {
    let lead = Message::new("correction.lead")
        .with("date", Argument::Date(plan.as_of.date()))
        .with("count", Argument::Count(changed.len() as i64));
    let notes = listed(plan, changed, "correction.figure", |message| message);
    Correction { revision, lead, notes }
}

/// Figures one by one as far as they can be read, and how many more there are.
fn listed(
    plan: &TransformPlan,
    changed: &[Restated],
    key: &str,
    said: impl Fn(Message) -> Message,
) -> Vec<QualityNote> {
    let note = |message| QualityNote {
        severity: Severity::Warning,
        message: said(message),
        dataset: None,
    };
    let figure = |restated: &Restated| {
        let metric = plan.metrics.get(&restated.metric)?;
        let value = |value| Argument::value(value, format_of(metric));
        let (key, of) = match &restated.of {
            None => (key.to_owned(), None),
            Some(part) => (format!("{key}_of"), Some(part.name.clone())),
        };
        let message = of
            .into_iter()
            .fold(Message::new(key), |message, name| message.with("member", Argument::Label(name)));
        let message = message
            .with("metric", Argument::Label(metric.label.clone()))
            .with("period", Argument::Period(restated.period))
            .with("before", value(restated.before))
            .with("now", value(restated.now));
        Some(note(message))
    };
    let mut notes: Vec<QualityNote> = changed.iter().take(NAMED).filter_map(figure).collect();
    if let Some(more) = changed.len().checked_sub(NAMED).filter(|more| *more > 0) {
        let message =
            Message::new(format!("{key}_more")).with("count", Argument::Count(more as i64));
        notes.push(note(message));
    }
    notes
}

fn is_same(before: Option<Number>, now: Option<Number>) -> bool {
    match (before, now) {
        (Some(before), Some(now)) => {
            let (a, b) = (before.to_f64(), now.to_f64());
            before == now || (is_real(before, now) && (a - b).abs() <= 1e-9 * a.abs().max(b.abs()))
        }
        (before, now) => before == now,
    }
}

fn is_real(before: Number, now: Number) -> bool {
    matches!(before, Number::Real(_)) || matches!(now, Number::Real(_))
}
