//! Figures of closed periods that have changed since the report before: late rows, corrected rows, other rules.
//!
//! Rule: what is compared are totals of the metrics that a report looks at, in the periods before it that were over and
//! that readers may still have in hand: days of five weeks, longer periods of thirteen months; and, of the breakdowns that
//! show members, each member in the periods that are shown, in those that ended in the last five weeks and in the one
//! before. An exact value has changed when it is another one; a real one when it differs by more than a billionth, which
//! is rounding. A member that only one of both reports knows has come or gone, if both broke the period down.

use crate::{
    desk::{Ask, Desk, format_of},
    plan::TransformPlan,
};
use chrono::{Days, NaiveDate, NaiveDateTime};
use model::{
    id::{DimensionId, MetricId},
    metric::Metric,
    number::Number,
    period::{Grain, Period},
    quality::{QualityNote, Severity},
    report::{Argument, Correction, Message, Part, Restated, Told},
};
use std::collections::{BTreeMap, BTreeSet};

/// How long days are remembered, in days.
const DAYS: u64 = 35;

/// How long longer periods are remembered, in days.
const PERIODS: u64 = 400;

/// The analyses that rest on the values of all members.
const BREAKDOWNS: [&str; 3] = ["channels", "drivers", "targets"];

/// So many values of a breakdown are remembered: those that are shown first, then the latest.
const VALUES: usize = 2_000;

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

/// The closed periods of each metric, and of its members, that are looked at besides those that sections show, so that
/// what has changed in them is told whether or not anybody shows them again.
pub(crate) fn asks(plan: &TransformPlan, asks: &[Ask]) -> Vec<Ask> {
    let shown = shown(plan);
    let mut wanted: BTreeSet<(&MetricId, Option<&DimensionId>, Grain)> = BTreeSet::new();
    for ask in asks.iter().filter(|ask| is_total(ask) || is_part(ask, &shown)) {
        let whole = ask.periods.iter().filter(|period| period.whole);
        wanted.extend(whole.map(|period| (&ask.metric, ask.by.first(), period.grain)));
    }
    let wanted = wanted.into_iter().map(|(metric, by, grain)| {
        let total = Ask::total(metric, before(plan, grain, by.is_some()));
        Ask { by: by.into_iter().cloned().collect(), ..total }
    });
    wanted.collect()
}

/// The closed periods that are remembered, the latest first; of members only as far back as their readers may have them
/// in a report of the last weeks.
fn before(plan: &TransformPlan, grain: Grain, is_part: bool) -> Vec<Period> {
    let weeks = back(plan, DAYS);
    let mut periods: Vec<Period> = Vec::new();
    let mut period = plan.calendar.last_closed(grain, plan.today);
    let is_wanted =
        |periods: &[Period]| !is_part || periods.last().is_none_or(|later| later.days.end > weeks);
    while is_remembered(plan, &period) && is_wanted(&periods) {
        periods.push(period);
        period = plan.calendar.before(&period, 1);
    }
    periods
}

/// The metrics that tables break down, and by what.
fn shown(plan: &TransformPlan) -> BTreeSet<(MetricId, DimensionId)> {
    let shown =
        plan.sections.iter().filter(|section| BREAKDOWNS.contains(&section.analysis.word()));
    shown.flat_map(|section| section.analysis.as_analysis().names().slices).collect()
}

fn is_part(ask: &Ask, shown: &BTreeSet<(MetricId, DimensionId)>) -> bool {
    match ask.by.as_slice() {
        [by] => ask.only.is_none() && shown.contains(&(ask.metric.clone(), by.clone())),
        _ => false,
    }
}

fn is_total(ask: &Ask) -> bool {
    ask.by.is_empty() && ask.only.is_none()
}

/// What this report tells of periods that are over, by metric, period and member; what no section rests on is remembered.
pub(crate) fn told(desk: &Desk<'_>, sections: &[Ask]) -> Vec<Told> {
    let besides = asks(desk.plan, sections);
    let mut told: Vec<Told> = Vec::new();
    for ask in sections.iter().chain(&besides).filter(|ask| is_total(ask)) {
        let over = ask.periods.iter().filter(|period| is_remembered(desk.plan, period));
        told.extend(over.map(|period| Told {
            metric: ask.metric.clone(),
            period: *period,
            of: None,
            value: desk.total(ask, period),
            shown: true,
        }));
    }
    told.extend(parts(desk, sections.iter().chain(&besides)));
    told.sort_by(|a, b| a.place().cmp(&b.place()));
    told.dedup_by(|a, b| a.place() == b.place());
    let plain = sections.iter().filter(|ask| ask.only.is_none() && ask.by.len() < 2);
    let shown: BTreeSet<_> = plain.flat_map(places).collect();
    for one in &mut told {
        let by = one.of.as_ref().map(|part| &part.by);
        one.shown = shown.contains(&(&one.metric, by, one.period));
    }
    told
}

/// What an ask asks for.
fn places(ask: &Ask) -> impl Iterator<Item = (&MetricId, Option<&DimensionId>, Period)> {
    ask.periods.iter().map(|period| (&ask.metric, ask.by.first(), *period))
}

/// The values of members, of each breakdown as many as are remembered.
fn parts<'a>(desk: &Desk<'_>, asks: impl Iterator<Item = &'a Ask>) -> Vec<Told> {
    let shown = shown(desk.plan);
    let mut periods: BTreeMap<(&MetricId, &DimensionId), (&Ask, Vec<Period>)> = BTreeMap::new();
    // Those of sections stand before those that are looked at besides, which are the latest first.
    for ask in asks.filter(|ask| is_part(ask, &shown)) {
        let known = periods.entry((&ask.metric, &ask.by[0])).or_insert((ask, Vec::new()));
        let over = ask.periods.iter().filter(|period| is_remembered(desk.plan, period));
        for period in over {
            if !known.1.contains(period) {
                known.1.push(*period);
            }
        }
    }
    let mut parts = Vec::new();
    for ((_, by), (ask, periods)) in periods {
        let mut room = VALUES;
        for period in periods {
            let of_period = parts_of(desk, ask, by, &period);
            if of_period.len() <= room {
                room -= of_period.len();
                parts.extend(of_period);
            }
        }
    }
    parts
}

/// The values of a period's members.
fn parts_of(desk: &Desk<'_>, ask: &Ask, by: &DimensionId, period: &Period) -> Vec<Told> {
    let members = desk.slices(ask, std::slice::from_ref(period)).into_iter();
    let told = members.filter_map(|members| {
        let value = desk.value(ask, period, &members)?;
        let member = members.into_iter().next().flatten();
        let name = desk.plan.member(by, member.as_deref());
        let of = Some(Part { by: by.clone(), member, name });
        let (metric, period, value) = (ask.metric.clone(), *period, Some(value));
        Some(Told { metric, period, of, value, shown: true })
    });
    told.collect()
}

fn back(plan: &TransformPlan, days: u64) -> NaiveDate {
    plan.today.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN)
}

fn is_remembered(plan: &TransformPlan, period: &Period) -> bool {
    let since = back(plan, if period.grain == Grain::Day { DAYS } else { PERIODS });
    period.whole && period.days.end <= plan.today && period.days.start >= since
}

/// The values that two reports tell differently; totals first, then the longest and latest periods.
pub fn compare(before: &[Told], now: &[Told]) -> Vec<Restated> {
    let mut differing = held_against(before, now);
    differing.retain(|one| !is_same(one.before, one.now));
    differing.sort_by(|a, b| {
        let place = |one: &Restated| (one.period.grain, one.period.days.start);
        let totals = a.of.is_some().cmp(&b.of.is_some());
        totals.then_with(|| place(b).cmp(&place(a))).then_with(|| a.metric.cmp(&b.metric))
    });
    differing
}

/// The values that sections of an earlier report rest on and that are others now: what is to be corrected in it.
pub fn wrong(before: &[Told], now: &[Told]) -> Vec<Restated> {
    let shown: Vec<Told> = before.iter().filter(|told| told.shown).cloned().collect();
    compare(&shown, now)
}

/// Every value that two reports tell, the same or not. A member that only one of them tells is held against nothing, if
/// the other one breaks its period down at all; a total or a period that only one of them tells is not compared.
pub fn held_against(before: &[Told], now: &[Told]) -> Vec<Restated> {
    let broken_down = |told: &[Told]| -> BTreeSet<(MetricId, Period, DimensionId)> {
        let by = |one: &Told| Some((one.metric.clone(), one.period, one.of.as_ref()?.by.clone()));
        told.iter().filter_map(by).collect()
    };
    let (theirs, ours) = (broken_down(before), broken_down(now));
    let is_known = |one: &Told| {
        one.of.as_ref().is_some_and(|part| {
            let breakdown = (one.metric.clone(), one.period, part.by.clone());
            theirs.contains(&breakdown) && ours.contains(&breakdown)
        })
    };
    let in_other = |other: &[Told], one: &Told| {
        let place = other.binary_search_by(|other| other.place().cmp(&one.place()));
        place.ok().map(|place| other[place].value)
    };
    let restated = |one: &Told, before, now| {
        let (metric, period, of) = (one.metric.clone(), one.period, one.of.clone());
        Restated { metric, period, of, before, now }
    };
    let told = now.iter().filter_map(|one| match in_other(before, one) {
        Some(value) => Some(restated(one, value, one.value)),
        None => is_known(one).then(|| restated(one, None, one.value)),
    });
    let gone = before.iter().filter(|one| in_other(now, one).is_none() && is_known(one));
    told.chain(gone.map(|one| restated(one, one.value, None))).collect()
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
    let totals: Vec<Restated> =
        read_once(&plan.metrics, totals.iter()).into_iter().cloned().collect();
    listed(plan, &totals, "quality.restated", said)
}

/// A correction of the plan's report, with all that has changed; `changed` has a list for each report that readers have.
pub fn correction(plan: &TransformPlan, revision: u32, changed: &[Vec<Restated>]) -> Correction {
    let mut figures: Vec<Restated> = Vec::new();
    let mut befores: BTreeMap<usize, Vec<Option<Number>>> = BTreeMap::new();
    let mut places = BTreeMap::new();
    for one in changed.iter().flat_map(|list| read_once(&plan.metrics, said_once(list))) {
        let of = one.of.as_ref().map(|part| (&part.by, &part.member));
        let at = *places.entry((&one.metric, one.period, of)).or_insert(figures.len());
        if at == figures.len() {
            figures.push(one.clone());
        }
        befores.entry(at).or_default().push(one.before);
    }
    // Where readers have different figures, or some have the right one, none of them is named.
    let is_one = |befores: &Vec<Option<Number>>| {
        befores.len() == changed.len() && befores.iter().all(|before| *before == befores[0])
    };
    let shared: BTreeSet<usize> =
        befores.iter().filter(|(_, befores)| is_one(befores)).map(|(at, _)| *at).collect();
    let lead = Message::new("correction.lead")
        .with("date", Argument::Date(plan.as_of.date()))
        .with("count", Argument::Count(figures.len() as i64));
    let mut notes = listed(plan, &figures, "correction.figure", |message| message);
    for (at, note) in notes.iter_mut().enumerate().take(figures.len().min(NAMED)) {
        if !shared.contains(&at) {
            let key = match figures[at].of {
                Some(_) => "correction.figure_now_of",
                None => "correction.figure_now",
            };
            note.message.key = key.to_owned();
        }
    }
    Correction { revision, lead, notes }
}

/// Figures without those of members that are all there is of a total: it says the same.
fn said_once(changed: &[Restated]) -> impl Iterator<Item = &Restated> {
    let says = |one: &Restated| (one.metric.clone(), one.period, [one.before, one.now]);
    let totals: Vec<_> = changed.iter().filter(|one| one.of.is_none()).map(says).collect();
    changed.iter().filter(move |one| one.of.is_none() || !totals.contains(&says(one)))
}

/// Figures of known metrics without those that read like one before them: metrics may share a name and a value.
fn read_once<'a>(
    metrics: &BTreeMap<MetricId, Metric>,
    changed: impl Iterator<Item = &'a Restated>,
) -> Vec<&'a Restated> {
    let mut read: BTreeMap<_, Vec<&Restated>> = BTreeMap::new();
    let mut once = Vec::new();
    for one in changed {
        let Some(metric) = metrics.get(&one.metric) else { continue };
        let of = one.of.as_ref().map(|part| (&part.by, &part.member));
        let alike = read.entry((&metric.label, &metric.unit, one.period, of)).or_default();
        let reads_like =
            |other: &&Restated| is_same(other.before, one.before) && is_same(other.now, one.now);
        if !alike.iter().any(reads_like) {
            alike.push(one);
            once.push(one);
        }
    }
    once
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
        let message = match &restated.of {
            None => Message::new(key),
            Some(part) => {
                let key = match (restated.before, restated.now) {
                    (None, _) => format!("{key}_come"),
                    (_, None) => format!("{key}_gone"),
                    _ => format!("{key}_of"),
                };
                Message::new(key).with("member", Argument::Label(part.name.clone()))
            }
        };
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

#[cfg(test)]
mod tests;
