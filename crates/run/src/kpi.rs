//! Metric values straight from the data, for analysts and for checking reports.

use crate::{error::RunError, gate};
use engine::{Engine, Tables};
use job::JobPlan;
use model::{
    context::RunContext,
    id::{DatasetId, DimensionId, MetricId},
    number::Number,
    period::{DateRange, Grain, Period},
    quality::QualityNote,
};
use std::collections::BTreeSet;
use transform::{Ask, Desk};

/// What is asked.
#[derive(Debug, Clone)]
pub struct KpiQuery {
    /// The metric.
    pub metric: MetricId,
    /// The grain; the whole range as one period when absent.
    pub grain: Option<Grain>,
    /// The dimensions.
    pub by: Vec<DimensionId>,
    /// The first day; that of the data when absent.
    pub from: Option<chrono::NaiveDate>,
    /// The last day; that of the data when absent.
    pub to: Option<chrono::NaiveDate>,
}

/// One value.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct KpiRow {
    /// The period's name.
    pub period: String,
    /// The members, in the order asked.
    pub members: Vec<Option<String>>,
    /// The value; `None` when unknown.
    pub value: Option<Number>,
}

/// The answer to a query.
#[derive(Debug, Clone)]
pub struct KpiAnswer {
    /// The values.
    pub rows: Vec<KpiRow>,
    /// The remarks on the input.
    pub notes: Vec<QualityNote>,
    /// Why there is no value, where no row lies in the period that was asked for.
    pub nothing: Option<NoRows>,
}

/// A period without rows, and where rows are.
#[derive(Debug, Clone, PartialEq)]
pub struct NoRows {
    /// Its first day; that of the data when absent.
    pub from: Option<chrono::NaiveDate>,
    /// Its last day.
    pub to: chrono::NaiveDate,
    /// The first and the last day with rows, by dataset; `None` where no row has a day.
    pub reach: Vec<(DatasetId, Option<(chrono::NaiveDate, chrono::NaiveDate)>)>,
}

/// Extracts what is new and answers the query.
///
/// # Errors
/// As extracting and computing.
pub fn kpi(
    plan: &JobPlan,
    engine: &dyn Engine,
    cx: &RunContext,
    query: &KpiQuery,
) -> Result<KpiAnswer, RunError> {
    let mut extracted = extract::extract(&plan.extract, cx)?;
    let faults = gate::mostly_quarantined(plan, &extracted.notes);
    extracted.notes.extend(faults);
    let plan = &plan.transform;
    let nothing = nothing(plan, query, &extracted.value.tables);
    let periods = periods(plan, query, &extracted.value.tables);
    let ask = Ask {
        metric: query.metric.clone(),
        periods: periods.clone(),
        by: query.by.clone(),
        only: None,
    };
    let asks = [ask];
    let queries = transform::queries(plan, &asks);
    let answers = engine::ask_all(engine, &queries, &extracted.value.tables)?;
    let desk = Desk::new(plan, &asks, &answers);
    let mut rows = Vec::new();
    for period in &periods {
        let slices = match query.by.is_empty() {
            true => vec![Vec::new()],
            false => desk.slices(&asks[0], std::slice::from_ref(period)),
        };
        for members in slices {
            let value = desk.value(&asks[0], period, &members);
            // A period before the first or between trading days says nothing about the metric.
            if value.is_some() || desk.covers(&query.metric, period) {
                let named = query.grain.is_some() && period.whole;
                let period = if named { period.name() } else { range_name(period) };
                rows.push(KpiRow { period, members, value });
            }
        }
    }
    Ok(KpiAnswer { rows, notes: extracted.notes, nothing })
}

/// The asked part of a period.
fn within(period: Period, query: &KpiQuery) -> Period {
    let whole = period.days;
    let start = query.from.map_or(whole.start, |from| whole.start.max(from));
    let end = query.to.and_then(|to| to.succ_opt()).map_or(whole.end, |end| whole.end.min(end));
    let days = DateRange { start, end };
    Period { days, whole: days == whole, ..period }
}

fn range_name(period: &Period) -> String {
    format!("{}..{}", period.days.start, period.days.last())
}

/// The datasets that a metric rests on.
fn datasets(plan: &transform::TransformPlan, metric: &MetricId) -> BTreeSet<DatasetId> {
    let mut datasets = BTreeSet::new();
    transform::datasets(plan, metric, &mut datasets);
    datasets
}

/// The first and the last day with rows.
fn reach(tables: &Tables, dataset: &DatasetId) -> Option<(chrono::NaiveDate, chrono::NaiveDate)> {
    let days = tables.0.get(dataset)?.days();
    Some((*days.first_key_value()?.0, *days.last_key_value()?.0))
}

/// Says so if no dataset has a row in the period.
fn nothing(plan: &transform::TransformPlan, query: &KpiQuery, tables: &Tables) -> Option<NoRows> {
    let datasets = datasets(plan, &query.metric);
    let (from, to) = (query.from, query.to.or(plan.today.pred_opt())?);
    let has_rows = |dataset: &DatasetId| {
        let days = tables.0.get(dataset).map(engine::Table::days).unwrap_or_default();
        let mut days = days.keys();
        days.any(|day| *day <= to && from.is_none_or(|from| *day >= from))
    };
    let reach = |dataset: &DatasetId| (dataset.clone(), reach(tables, dataset));
    (!datasets.iter().any(has_rows)).then(|| NoRows {
        from,
        to,
        reach: datasets.iter().map(reach).collect(),
    })
}

/// The periods that touch the range: by default all days with rows that are over.
fn periods(plan: &transform::TransformPlan, query: &KpiQuery, tables: &Tables) -> Vec<Period> {
    let spans = datasets(plan, &query.metric).into_iter().filter_map(|dataset| {
        let (start, last) = reach(tables, &dataset)?;
        Some(DateRange { start, end: last.succ_opt()? })
    });
    let span =
        spans.reduce(|a, b| DateRange { start: a.start.min(b.start), end: a.end.max(b.end) });
    let end_of = |day: chrono::NaiveDate| day.succ_opt().unwrap_or(day);
    let start = query.from.or(span.map(|span| span.start));
    let end = query.to.map(end_of).or(span.map(|span| span.end.min(plan.today)));
    let (Some(start), Some(end)) = (start, end) else { return Vec::new() };
    if start >= end {
        return Vec::new();
    }
    let range = DateRange { start, end };
    match query.grain {
        None => vec![Period { grain: Grain::Day, days: range, whole: true }],
        Some(grain) => {
            let periods = plan.calendar.periods(grain, range).into_iter();
            periods.map(|period| within(period, query)).collect()
        }
    }
}
