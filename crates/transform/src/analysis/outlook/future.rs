//! One metric's future: from its run-up to what the running period will come to.

use super::{Spec, last_closed, running};
use crate::{
    analysis::{
        history::{self, History, Row},
        special_days,
    },
    desk::{Ask, Desk, format_of},
    plan::SectionPlan,
};
use chrono::NaiveDate;
use model::{
    metric::Metric,
    number::Number,
    period::{DateRange, Period},
    report::{Argument, Finding, Message, Verdict},
    unit::Direction,
};
use rust_decimal::prelude::ToPrimitive;
use stats::forecast::{Backtest, Effect, Forecast, Refusal, Request, forecast, pacing, paths};
use std::collections::BTreeMap;

/// Sample paths drawn.
const PATHS: usize = 2000;

/// Where the draws begin: the same report gives the same figures.
const SEED: u64 = 20_260_101;

/// Past horizons on which a forecast is tested.
const ORIGINS: usize = 3;

/// Past horizons without which nothing is proven.
const FEWEST_ORIGINS: usize = 2;

/// Beyond this share of probability a target is called likely; below one minus it, unlikely.
const LIKELY: f64 = 0.8;

/// A probability is never told as certain.
const SUREST: f64 = 0.99;

/// Why nothing is foreseen.
pub(super) enum NoFuture {
    /// The newest days have no data, so the run-up ends too early.
    DataEnd,
    /// It was further off than repeating the last season.
    Loses,
    /// No method gave numbers.
    NoMethod,
    /// Too few values.
    TooShort { have: usize, need: usize },
    /// Too few values to test it on the past.
    Unproven,
}

/// What a metric will come to in the running period.
pub(super) struct Future<'a> {
    pub(super) metric: &'a Metric,
    /// The running period, whole.
    pub(super) period: Period,
    /// The periods of the run-up that belong to the picture, and the forecast ones.
    pub(super) ticks: Vec<Period>,
    /// The known values of the picture: summed up over the period for metrics that add up.
    pub(super) actual: Vec<f64>,
    /// Expected value, 80 % and 95 % bounds for each tick after the known ones.
    pub(super) ahead: Vec<Step>,
    /// What the period has brought so far; `None` for metrics that do not add up.
    pub(super) so_far: Option<f64>,
    pub(super) target: Option<f64>,
    /// The usual way to the target over the ticks, where past periods show one.
    pub(super) pace: Vec<f64>,
    pub(super) probability: Option<f64>,
    /// What each remaining day must bring to reach the target.
    pub(super) needed: Option<f64>,
    pub(super) backtest: Backtest,
    /// Missing values that were bridged in the run-up.
    pub(super) bridged: usize,
    /// The place of the running period's end among `ahead`.
    end: usize,
}

/// One step ahead.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub(super) expected: f64,
    pub(super) low80: f64,
    pub(super) high80: f64,
    pub(super) low95: f64,
    pub(super) high95: f64,
}

impl<'a> Future<'a> {
    pub(super) fn of(
        spec: &Spec,
        desk: &Desk<'_>,
        section: &SectionPlan,
        metric: &'a Metric,
    ) -> Result<Self, NoFuture> {
        let asks = spec.asks_of(desk.plan, section, metric);
        let period = running(desk.plan, section);
        let target = desk.plan.target(&metric.id, &period, &BTreeMap::new());
        let target = target.and_then(|target| target.to_f64());
        let history = match asks.len() {
            1 => History::read(desk, &asks[0]),
            _ => History::of_sums(desk, metric, &asks[0]),
        };
        let row = history.row();
        match asks.get(1) {
            Some(ask) => Self::of_sum(desk, section, metric, (&row, ask), period, target),
            None => Self::of_level(spec, desk, section, metric, &row, period, target),
        }
    }

    /// A metric that adds up: days are forecast, and summed along paths.
    fn of_sum(
        desk: &Desk<'_>,
        section: &SectionPlan,
        metric: &'a Metric,
        (row, total): (&Row<'_>, &Ask),
        period: Period,
        target: Option<f64>,
    ) -> Result<Self, NoFuture> {
        let today = section.period.days.end;
        ends_with(row, today)?;
        let elapsed = if section.period.whole { 0 } else { section.period.days.days() as usize };
        let so_far = match section.period.whole {
            true => 0.0,
            false => desk.total(total, &section.period).ok_or(NoFuture::DataEnd)?.to_f64(),
        };
        let rest: Vec<NaiveDate> =
            DateRange { start: today, end: period.days.end }.iter().collect();
        let known = row.periods.iter().map(|day| day.days.start);
        let days: Vec<NaiveDate> = known.chain(rest.iter().copied()).collect();
        let effects: Vec<Effect> = special_days::by_name(desk.plan, &days)
            .into_values()
            .map(|acts| Effect { acts })
            .collect();
        let request = Request {
            effects: &effects,
            origins: ORIGINS,
            ..Request::new(&row.values, &[7, 365], rest.len())
        };
        let (found, backtest) = proven(&request)?;
        let paths = found.paths(PATHS, SEED);
        let first = row.values.len().saturating_sub(elapsed);
        let actual = running_sum(&row.values[first..], 0.0);
        let whole: Vec<Period> = desk.plan.calendar.periods(model::period::Grain::Day, period.days);
        let pace = pace(desk, section, row, &whole, target);
        let direction = direction(metric);
        Ok(Self {
            metric,
            period,
            ticks: whole,
            actual,
            ahead: summed(&found, &paths, so_far),
            so_far: Some(so_far),
            target,
            pace,
            probability: target
                .and_then(|target| paths::probability_of_total(&paths, so_far, target, direction)),
            needed: target.and_then(|target| pacing::needed_rate(so_far, target, rest.len())),
            backtest,
            bridged: row.bridged,
            end: rest.len() - 1,
        })
    }

    /// A metric that does not add up: periods are forecast as they are.
    fn of_level(
        spec: &Spec,
        desk: &Desk<'_>,
        section: &SectionPlan,
        metric: &'a Metric,
        row: &Row<'_>,
        period: Period,
        target: Option<f64>,
    ) -> Result<Self, NoFuture> {
        ends_with(row, last_closed(desk.plan, section).days.end)?;
        let season: Vec<usize> = history::season(period.grain).into_iter().collect();
        let horizon = 1 + spec.beyond as usize;
        let request = Request { origins: ORIGINS, ..Request::new(&row.values, &season, horizon) };
        let (found, backtest) = proven(&request)?;
        let first: Vec<Vec<f64>> =
            found.paths(PATHS, SEED).into_iter().map(|path| path[..1].to_vec()).collect();
        let shown = row.periods.len().saturating_sub(2 * season.first().copied().unwrap_or(12));
        let mut ticks = row.periods[shown..].to_vec();
        let end = ticks.last().map_or(period.days.start, |last| last.days.end);
        let mut next = desk.plan.calendar.period(period.grain, end);
        for _ in 0..horizon {
            ticks.push(next);
            next = desk.plan.calendar.period(period.grain, next.days.end);
        }
        Ok(Self {
            metric,
            period,
            ticks,
            actual: row.values[shown..].to_vec(),
            ahead: within_share(metric, row, steps(&found)),
            so_far: None,
            target,
            pace: Vec::new(),
            probability: target.and_then(|target| {
                paths::probability_of_total(&first, 0.0, target, direction(metric))
            }),
            needed: None,
            backtest,
            bridged: row.bridged,
            end: 0,
        })
    }

    /// What the running period will come to.
    pub(super) fn end(&self) -> Step {
        self.ahead[self.end]
    }

    /// The probability as it is told: never certain.
    pub(super) fn told_probability(&self) -> Option<f64> {
        Some(self.probability?.clamp(1.0 - SUREST, SUREST))
    }

    /// The conclusion: what is expected, and whether that meets the target.
    pub(super) fn finding(&self) -> Finding {
        let value = |value: f64| Argument::value(Some(Number::Real(value)), format_of(self.metric));
        let end = self.end();
        let say = |key: &str| {
            Message::new(key)
                .with("metric", Argument::Label(self.metric.label.clone()))
                .with("period", Argument::Period(self.period))
                .with("expected", value(end.expected))
                .with("low", value(end.low80))
                .with("high", value(end.high80))
        };
        let Some((target, probability)) = self.target.zip(self.told_probability()) else {
            return Finding {
                verdict: Verdict::Neutral,
                message: say("outlook.expected"),
                weight: 36,
            };
        };
        let (key, verdict, weight) = match probability {
            p if p >= LIKELY => ("outlook.likely", Verdict::Good, 54),
            p if p > 1.0 - LIKELY => ("outlook.open", Verdict::Neutral, 56),
            _ => ("outlook.unlikely", Verdict::Bad, 66),
        };
        let message = say(key)
            .with("target", value(target))
            .with("probability", whole_percent(probability))
            .with("origins", Argument::Count(self.backtest.origins as i64));
        let message = match self.needed.filter(|needed| *needed > 0.0 && key != "outlook.likely") {
            None => message,
            Some(needed) => {
                let key = format!("{key}_needed");
                Message { key, ..message }.with("needed", value(needed))
            }
        };
        Finding { verdict, message, weight }
    }
}

fn whole_percent(share: f64) -> Argument {
    let format = model::report::Fmt { unit: model::unit::Unit::Percent, decimals: Some(0) };
    Argument::value(Some(Number::Real(share)), format)
}

fn direction(metric: &Metric) -> paths::Direction {
    match metric.direction {
        Direction::Down => paths::Direction::AtMost,
        Direction::Up | Direction::Neutral => paths::Direction::AtLeast,
    }
}

/// A run-up that ends before `end` says nothing of what comes after it.
fn ends_with(row: &Row<'_>, end: NaiveDate) -> Result<(), NoFuture> {
    match row.periods.last() {
        Some(last) if last.days.end == end => Ok(()),
        Some(_) => Err(NoFuture::DataEnd),
        // The forecast says how many it needs.
        None => Ok(()),
    }
}

/// A forecast that was closer than repeating the last season, and its back-test.
fn proven(request: &Request<'_>) -> Result<(Forecast, Backtest), NoFuture> {
    let found = forecast(request).map_err(|refusal| match refusal {
        Refusal::TooShort { have, need } => NoFuture::TooShort { have, need },
        _ => NoFuture::NoMethod,
    })?;
    let tested = found.backtest.filter(|backtest| backtest.origins >= FEWEST_ORIGINS);
    let backtest = tested.ok_or(NoFuture::Unproven)?;
    if backtest.beats_naive() { Ok((found, backtest)) } else { Err(NoFuture::Loses) }
}

fn running_sum(values: &[f64], from: f64) -> Vec<f64> {
    let sum = |sum: &mut f64, value: &f64| {
        *sum += value;
        Some(*sum)
    };
    values.iter().scan(from, sum).collect()
}

/// Each step as it is.
fn steps(found: &Forecast) -> Vec<Step> {
    let bounds = found.bounds80.iter().zip(&found.bounds95);
    found
        .mean
        .iter()
        .zip(bounds)
        .map(|(expected, (inner, outer))| Step {
            expected: *expected,
            low80: inner.0,
            high80: inner.1,
            low95: outer.0,
            high95: outer.1,
        })
        .collect()
}

/// A percentage that has always lain between none and all cannot leave them.
fn within_share(metric: &Metric, row: &Row<'_>, steps: Vec<Step>) -> Vec<Step> {
    let is_share = metric.unit == model::unit::Unit::Percent
        && row.values.iter().all(|value| (0.0..=1.0).contains(value));
    if !is_share {
        return steps;
    }
    let cut = |value: f64| value.clamp(0.0, 1.0);
    let step = |step: Step| Step {
        expected: cut(step.expected),
        low80: cut(step.low80),
        high80: cut(step.high80),
        low95: cut(step.low95),
        high95: cut(step.high95),
    };
    steps.into_iter().map(step).collect()
}

/// What has come together after each step: summed along each path, then ordered.
fn summed(found: &Forecast, paths: &[Vec<f64>], so_far: f64) -> Vec<Step> {
    let expected = running_sum(&found.mean, so_far);
    let sums: Vec<Vec<f64>> = paths.iter().map(|path| running_sum(path, so_far)).collect();
    expected
        .into_iter()
        .enumerate()
        .map(|(step, expected)| {
            let mut reached: Vec<f64> = sums.iter().map(|path| path[step]).collect();
            reached.sort_unstable_by(f64::total_cmp);
            let at = |share| stats::quantile::quantile(&reached, share).unwrap_or(expected);
            Step { expected, low80: at(0.1), high80: at(0.9), low95: at(0.025), high95: at(0.975) }
        })
        .collect()
}

/// The usual way to the target: the shape of past periods times the target; empty without either.
fn pace(
    desk: &Desk<'_>,
    section: &SectionPlan,
    row: &Row<'_>,
    days: &[Period],
    target: Option<f64>,
) -> Vec<f64> {
    let Some((target, first)) = target.zip(row.periods.first()) else { return Vec::new() };
    let mut past: Vec<&[f64]> = Vec::new();
    let mut period = last_closed(desk.plan, section);
    while period.days.start >= first.days.start {
        let from = row.periods.partition_point(|day| day.days.start < period.days.start);
        let to = row.periods.partition_point(|day| day.days.start < period.days.end);
        past.push(&row.values[from..to]);
        period = desk.plan.calendar.before(&period, 1);
    }
    let curve = pacing::curve(&past, days.len());
    curve.map_or_else(Vec::new, |curve| curve.median.iter().map(|share| share * target).collect())
}
