//! Metrics from answers: every metric is taken apart into aggregates, and put together again.
//!
//! Rule: an analysis asks the desk for metric values; what that means in queries is decided here alone, so
//! that what is asked and what is read can never differ.

use crate::{earlier, plan::TransformPlan};
use chrono::Weekday;
use engine::{Answers, Cell, CommentQuery, CubeQuery, Query, TrailAnswer, TrailQuery};
use model::{
    comment::Themes,
    contract::Expected,
    expression::{Aggregate, Scalar},
    id::{DatasetId, DimensionId, MetricId},
    metric::{CumulativeWindow, Metric, MetricKind},
    number::{Number, ratio},
    period::{DateRange, Grain, Period},
    report::{Figure, Fmt},
};
use std::collections::{BTreeMap, BTreeSet};

/// A wish for a metric's values: in these periods, for every slice of `by`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The metric.
    pub metric: MetricId,
    /// The periods.
    pub periods: Vec<Period>,
    /// The dimensions; empty for the total.
    pub by: Vec<DimensionId>,
    /// A condition on rows beyond the metric's own.
    pub only: Option<Scalar>,
}

impl Ask {
    /// A wish for the total.
    pub fn total(metric: &MetricId, periods: Vec<Period>) -> Self {
        Self { metric: metric.clone(), periods, by: Vec::new(), only: None }
    }
}

/// One aggregate in one window: the smallest thing that is asked and read.
type Leaf = (DatasetId, Vec<DimensionId>, DateRange, Aggregate);

/// The queries that answer `asks`: aggregates over the same windows share one.
pub fn queries(plan: &TransformPlan, asks: &[Ask]) -> Vec<Query> {
    let mut leaves = BTreeSet::new();
    for ask in asks {
        for period in &ask.periods {
            collect(plan, ask, &ask.metric, period, &ask.by, &mut leaves);
        }
    }
    type Group = (DatasetId, Vec<DimensionId>, Aggregate);
    let mut windows: BTreeMap<Group, Vec<DateRange>> = BTreeMap::new();
    for (dataset, by, window, aggregate) in leaves {
        windows.entry((dataset, by, aggregate)).or_default().push(window);
    }
    let mut merged: BTreeMap<(DatasetId, Vec<DimensionId>, Vec<DateRange>), Vec<Aggregate>> =
        BTreeMap::new();
    for ((dataset, by, aggregate), windows) in windows {
        merged.entry((dataset, by, windows)).or_default().push(aggregate);
    }
    let query = |((dataset, by, windows), aggregates)| {
        Query::Cube(CubeQuery { dataset, aggregates, by, windows })
    };
    merged.into_iter().map(query).collect()
}

fn collect(
    plan: &TransformPlan,
    ask: &Ask,
    metric: &MetricId,
    period: &Period,
    by: &[DimensionId],
    leaves: &mut BTreeSet<Leaf>,
) {
    let Some(metric) = plan.metrics.get(metric) else { return };
    match &metric.kind {
        MetricKind::Simple { dataset, aggregates, .. } => {
            for aggregate in aggregates {
                let aggregate = aggregate.clone().restricted(ask.only.as_ref());
                leaves.insert((dataset.clone(), by.to_vec(), period.days, aggregate));
            }
        }
        MetricKind::Derived { formula } => {
            let mut names = BTreeSet::new();
            formula.metrics(&mut names);
            for name in names {
                collect(plan, ask, &MetricId::new(name), period, by, leaves);
            }
        }
        MetricKind::Cumulative { of, window } => {
            collect(plan, ask, of, &stretched(plan, period, *window), by, leaves);
        }
        MetricKind::Previous { of, back } => {
            if let Some(earlier) = earlier::before(&plan.calendar, period, *back) {
                collect(plan, ask, of, &earlier, by, leaves);
            }
        }
        MetricKind::Retained { of } => {
            for window in earlier::pair(&plan.calendar, period).iter().flatten() {
                collect(plan, ask, of, window, by, leaves);
            }
        }
        MetricKind::Share { of, within } => {
            collect(plan, ask, of, period, by, leaves);
            let outer: Vec<_> = by.iter().filter(|by| !within.contains(by)).cloned().collect();
            collect(plan, ask, of, period, &outer, leaves);
        }
    }
}

/// The window of a cumulative metric for a period.
fn stretched(plan: &TransformPlan, period: &Period, window: CumulativeWindow) -> Period {
    let calendar = &plan.calendar;
    let last = period.days.last();
    let start_of = |grain| calendar.period(grain, last).days.start;
    let start = match window {
        CumulativeWindow::WeekToDate => start_of(Grain::Week),
        CumulativeWindow::MonthToDate => start_of(Grain::Month),
        CumulativeWindow::QuarterToDate => start_of(Grain::Quarter),
        CumulativeWindow::YearToDate => start_of(Grain::Year),
        CumulativeWindow::FiscalYearToDate => start_of(Grain::FiscalYear),
        CumulativeWindow::SinceFirst => earlier::ORIGIN,
        CumulativeWindow::Trailing(periods) => {
            calendar.before(period, periods.saturating_sub(1)).days.start
        }
    };
    Period { days: DateRange { start, end: period.days.end }, ..*period }
}

/// Where analyses get values from.
pub struct Desk<'a> {
    /// The plan.
    pub plan: &'a TransformPlan,
    answers: &'a Answers,
    /// Which query, and where in it, holds an aggregate over a window.
    places: BTreeMap<Leaf, (usize, usize)>,
    queries: Vec<CubeQuery>,
}

impl<'a> Desk<'a> {
    /// A desk over the answers to the queries of `asks`.
    pub fn new(plan: &'a TransformPlan, asks: &[Ask], answers: &'a Answers) -> Self {
        let queries: Vec<CubeQuery> = queries(plan, asks)
            .into_iter()
            .filter_map(|query| match query {
                Query::Cube(cube) => Some(cube),
                Query::Comments(_) | Query::Trails(_) => None,
            })
            .collect();
        let mut places = BTreeMap::new();
        for (index, query) in queries.iter().enumerate() {
            for window in &query.windows {
                for (place, aggregate) in query.aggregates.iter().enumerate() {
                    let leaf =
                        (query.dataset.clone(), query.by.clone(), *window, aggregate.clone());
                    places.insert(leaf, (index, place));
                }
            }
        }
        Self { plan, answers, places, queries }
    }

    /// What comments of a window are about.
    pub fn comments(&self, query: &CommentQuery, window: DateRange) -> Option<&'a Themes> {
        self.answers.comments(query, window)
    }

    /// What people did.
    pub fn trails(&self, query: &TrailQuery) -> &'a TrailAnswer {
        self.answers.trails(query)
    }

    /// A metric's value in a period for one slice of the ask; unknown where it cannot be known.
    pub fn value(&self, ask: &Ask, period: &Period, members: &[Option<String>]) -> Option<Number> {
        self.metric_value(ask, &ask.metric, period, &ask.by, members)
    }

    /// The total of an ask without dimensions.
    pub fn total(&self, ask: &Ask, period: &Period) -> Option<Number> {
        self.value(ask, period, &[])
    }

    /// The slices with rows in any of the periods of an ask, sorted.
    pub fn slices(&self, ask: &Ask, periods: &[Period]) -> Vec<Vec<Option<String>>> {
        let mut leaves = BTreeSet::new();
        for period in periods {
            collect(self.plan, ask, &ask.metric, period, &ask.by, &mut leaves);
        }
        let mut found = BTreeSet::new();
        for leaf in leaves.iter().filter(|leaf| leaf.1 == ask.by) {
            if let Some((query, _)) = self.places.get(leaf) {
                found.extend(self.answers.members(&self.queries[*query], &[leaf.2]));
            }
        }
        found.into_iter().collect()
    }

    /// A figure of a metric with its coverage.
    pub fn figure(&self, metric: &Metric, value: Option<Number>, period: &Period) -> Figure {
        Figure { value, format: format_of(metric), coverage: self.coverage(metric, period) }
    }

    /// The share of days with rows among those on which rows were expected; the worst of the metric's datasets.
    pub fn coverage(&self, metric: &Metric, period: &Period) -> Option<f64> {
        let mut behind = BTreeSet::new();
        datasets(self.plan, &metric.id, &mut behind);
        let shares = behind.iter().filter_map(|dataset| {
            let (expected, present) = self.days(dataset, period.days)?;
            (expected > 0).then(|| present as f64 / expected as f64)
        });
        shares.min_by(f64::total_cmp)
    }

    /// The days within `range` on which rows of `dataset` were expected and none came.
    pub fn missing_days(&self, dataset: &DatasetId, range: DateRange) -> Vec<chrono::NaiveDate> {
        let days = self.answers.days(dataset);
        let Some(expects) = self.expects(dataset) else { return Vec::new() };
        let closed = DateRange { start: range.start, end: range.end.min(self.plan.today) };
        closed.iter().filter(|day| expects(*day) && !days.contains_key(day)).collect()
    }

    /// Whether any dataset behind a metric has rows in a period.
    pub fn covers(&self, metric: &MetricId, period: &Period) -> bool {
        let mut found = BTreeSet::new();
        datasets(self.plan, metric, &mut found);
        found.iter().any(|dataset| self.answers.covers(dataset, period.days))
    }

    fn days(&self, dataset: &DatasetId, range: DateRange) -> Option<(usize, usize)> {
        let expects = self.expects(dataset)?;
        let days = self.answers.days(dataset);
        let expected: Vec<_> = range.iter().filter(|day| expects(*day)).collect();
        let present = expected.iter().filter(|day| days.contains_key(day)).count();
        Some((expected.len(), present))
    }

    /// Whether a dataset with one row a month, dated on the first, is asked for less than whole months: all of a
    /// month would stand on its first day.
    fn is_too_fine(&self, dataset: &DatasetId, period: &Period) -> bool {
        use chrono::Datelike;
        let by_month = self.plan.expected.get(dataset) == Some(&Expected::Monthly)
            && self.answers.days(dataset).keys().all(|day| day.day() == 1);
        by_month && (period.days.start.day() != 1 || period.days.end.day() != 1)
    }

    /// Whether a period may stand on the other side of a comparison: no dataset behind the metric begins later than a
    /// tenth of the way into it.
    pub fn reaches(&self, metric: &MetricId, period: &Period) -> bool {
        let mut behind = BTreeSet::new();
        datasets(self.plan, metric, &mut behind);
        behind.iter().all(|dataset| self.begins_in(dataset, period) == Some(true))
    }

    /// The same for the rows of a dataset; one whose rows stand on no day is taken at its word.
    pub fn reaches_rows(&self, dataset: &DatasetId, period: &Period) -> bool {
        self.begins_in(dataset, period) != Some(false)
    }

    /// Whether rows begin before, or within the first tenth of a period; `None` without days.
    fn begins_in(&self, dataset: &DatasetId, period: &Period) -> Option<bool> {
        let latest = period.days.start + chrono::Days::new(period.days.days().unsigned_abs() / 10);
        let first = self.answers.days(dataset).keys().next();
        first.map(|first| *first <= latest)
    }

    /// Whether a trailing window reaches back before the first row of any dataset behind the metric.
    fn starts_before_data(&self, metric: &MetricId, window: &Period) -> bool {
        let mut behind = BTreeSet::new();
        datasets(self.plan, metric, &mut behind);
        behind.iter().any(|dataset| {
            let first = self.answers.days(dataset).keys().next();
            first.is_none_or(|first| window.days.start < *first)
        })
    }

    fn expects(&self, dataset: &DatasetId) -> Option<fn(chrono::NaiveDate) -> bool> {
        use chrono::Datelike;
        match self.plan.expected.get(dataset)? {
            Expected::Daily => Some(|_| true),
            Expected::Weekdays => Some(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)),
            Expected::Monthly | Expected::Irregular => None,
        }
    }

    fn metric_value(
        &self,
        ask: &Ask,
        metric: &MetricId,
        period: &Period,
        by: &[DimensionId],
        members: &[Option<String>],
    ) -> Option<Number> {
        let metric = self.plan.metrics.get(metric)?;
        match &metric.kind {
            MetricKind::Simple { dataset, .. } if self.is_too_fine(dataset, period) => None,
            MetricKind::Simple { dataset, formula, aggregates } => {
                let cell = Cell { window: period.days, members: members.to_vec() };
                let aggregate = |index: usize| {
                    let aggregate = aggregates.get(index)?.clone().restricted(ask.only.as_ref());
                    let leaf = (dataset.clone(), by.to_vec(), period.days, aggregate);
                    let (query, place) = self.places.get(&leaf)?;
                    self.answers.value(&self.queries[*query], *place, &cell)
                };
                formula.value(&aggregate, &|_| None)
            }
            MetricKind::Derived { formula } => formula.value(&|_| None, &|name| {
                self.metric_value(ask, &MetricId::new(name), period, by, members)
            }),
            MetricKind::Cumulative { of, window } => {
                let stretched = stretched(self.plan, period, *window);
                let trails = matches!(window, CumulativeWindow::Trailing(_));
                if trails && self.starts_before_data(of, &stretched) {
                    return None;
                }
                self.metric_value(ask, of, &stretched, by, members)
            }
            MetricKind::Previous { of, back } => {
                let earlier = earlier::before(&self.plan.calendar, period, *back)?;
                // What the data reach only in part is no period to grow from.
                let reached = self.reaches(of, &earlier);
                reached.then(|| self.metric_value(ask, of, &earlier, by, members)).flatten()
            }
            MetricKind::Retained { of } => {
                let [now, before, both] = earlier::pair(&self.plan.calendar, period)?;
                let value = |window| self.metric_value(ask, of, window, by, members);
                let reached = self.reaches(of, &before);
                // Counted now and before = now + before − counted in either; the windows touch.
                let known = reached.then(|| Some((value(&now)?, value(&before)?, value(&both)?)));
                known.flatten().map(|(now, before, both)| now.plus(before).minus(both))
            }
            MetricKind::Share { of, within } => {
                let own = self.metric_value(ask, of, period, by, members);
                let kept = by.iter().zip(members).filter(|(by, _)| !within.contains(by));
                let (outer, outer_members): (Vec<_>, Vec<_>) =
                    kept.map(|(by, member)| (by.clone(), member.clone())).unzip();
                ratio(own, self.metric_value(ask, of, period, &outer, &outer_members))
            }
        }
    }
}

/// Every dataset behind a metric.
pub fn datasets(plan: &TransformPlan, metric: &MetricId, found: &mut BTreeSet<DatasetId>) {
    let Some(metric) = plan.metrics.get(metric) else { return };
    match &metric.kind {
        MetricKind::Simple { dataset, .. } => {
            found.insert(dataset.clone());
        }
        MetricKind::Derived { formula } => {
            let mut names = BTreeSet::new();
            formula.metrics(&mut names);
            names.into_iter().for_each(|name| datasets(plan, &MetricId::new(name), found));
        }
        MetricKind::Cumulative { of, .. }
        | MetricKind::Previous { of, .. }
        | MetricKind::Retained { of }
        | MetricKind::Share { of, .. } => datasets(plan, of, found),
    }
}

/// How a metric's values are written.
pub(crate) fn format_of(metric: &Metric) -> Fmt {
    Fmt { unit: metric.unit.clone(), decimals: metric.decimals }
}
