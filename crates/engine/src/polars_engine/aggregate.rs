//! Cube queries: one pass of masking, one aggregation per grouping set.

use super::{
    PolarsEngine,
    batches::{batches, united},
    compile, first_seen, scan,
};
use crate::{
    Cell, CubeAnswer, CubeQuery, EngineError, Tables,
    answer::empty_value,
    table::{DAY, Table},
};
use chrono::NaiveDate;
use model::{
    contract::{ColumnShape, ColumnType, Shape},
    expression::{Aggregate, AggregateFunction, Scalar},
    number::Number,
    period::DateRange,
};
use polars::prelude::*;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

const WINDOW: &str = "__window";
const START: &str = "__start";
const LAST: &str = "__last";

/// Windows further apart than this are answered by passes of their own: what lies between is never read.
const APART: i64 = 31;

/// Answers a cube query.
pub(crate) fn cube(
    engine: &PolarsEngine,
    query: &CubeQuery,
    tables: &Tables,
) -> Result<CubeAnswer, EngineError> {
    let mut answer = CubeAnswer::default();
    for windows in clusters(&query.windows) {
        let near = CubeQuery { windows, ..query.clone() };
        answer.cells.extend(one_pass(engine, &near, tables)?.cells);
    }
    Ok(answer)
}

/// The windows in groups that lie close together.
fn clusters(windows: &[DateRange]) -> Vec<Vec<DateRange>> {
    let mut sorted = windows.to_vec();
    sorted.sort_unstable();
    let mut clusters: Vec<(chrono::NaiveDate, Vec<DateRange>)> = Vec::new();
    for window in sorted {
        match clusters.last_mut() {
            Some((end, cluster)) if (window.start - *end).num_days() <= APART => {
                cluster.push(window);
                *end = window.end.max(*end);
            }
            _ => clusters.push((window.end, vec![window])),
        }
    }
    clusters.into_iter().map(|(_, cluster)| cluster).collect()
}

fn one_pass(
    engine: &PolarsEngine,
    query: &CubeQuery,
    tables: &Tables,
) -> Result<CubeAnswer, EngineError> {
    let table =
        tables.0.get(&query.dataset).ok_or_else(|| EngineError::NoTable(query.dataset.clone()))?;
    let Some(hull) = hull(&query.windows).filter(|hull| table.parts_in(*hull).next().is_some())
    else {
        return Ok(CubeAnswer::default());
    };
    let mut names: BTreeSet<String> = query.by.iter().map(|by| by.as_str().to_owned()).collect();
    names.extend(query.aggregates.iter().flat_map(Aggregate::columns));
    let windows = window_days(&query.windows, &table.days(), query)?;
    let plan = Plan::new(query, &table.shape)?;
    let mut frames = Vec::new();
    for batch in batches(query, table, hull) {
        let of_batch = batch.map(|batch| {
            let mut tables = tables.clone();
            tables.0.insert(query.dataset.clone(), batch);
            tables
        });
        let tables = of_batch.as_ref().unwrap_or(tables);
        let mut frame = scan::rows(&query.dataset, &names, Some(hull), tables)?.join(
            windows.clone().lazy(),
            [col(DAY)],
            [col(DAY)],
            JoinArgs::new(JoinType::Inner),
        );
        for (index, aggregate) in query.aggregates.iter().enumerate() {
            if aggregate.function == AggregateFunction::CountFirst {
                let first = first_seen::first_days(engine, query, aggregate, hull, tables)?;
                frame = first_seen::with_first_day(frame, index, aggregate, first, &table.shape)
                    .map_err(|error| refused(aggregate, invalid(&error)))?;
            }
        }
        let aggregated = frame
            .with_columns(plan.reals.clone())
            .with_columns(plan.masked.clone())
            .group_by(plan.keys.clone())
            .agg(plan.outputs.clone())
            .collect();
        frames.push(
            aggregated.map_err(|source| EngineError::Refused {
                what: query.dataset.to_string(),
                source,
            })?,
        );
    }
    let frame = united(query, &plan.keys, frames)
        .map_err(|source| EngineError::Refused { what: query.dataset.to_string(), source })?;
    read(query, table, &frame)
}

fn hull(windows: &[DateRange]) -> Option<DateRange> {
    let start = windows.iter().map(|window| window.start).min()?;
    let end = windows.iter().map(|window| window.end).max()?;
    Some(DateRange { start, end })
}

/// Which windows each day with rows belongs to, with the window's first day and its last one with rows.
fn window_days(
    windows: &[DateRange],
    days: &BTreeMap<NaiveDate, u64>,
    query: &CubeQuery,
) -> Result<DataFrame, EngineError> {
    let (mut day, mut window_index) = (Vec::new(), Vec::new());
    let (mut start, mut last) = (Vec::new(), Vec::new());
    for (index, window) in windows.iter().enumerate() {
        let within = days.range(window.start..window.end);
        let latest = within.clone().next_back().map(|(date, _)| *date);
        for (date, _) in within {
            day.push(compile::days_since_epoch(*date));
            window_index.push(index as u32);
            start.push(compile::days_since_epoch(window.start));
            last.push(compile::days_since_epoch(latest.unwrap_or(*date)));
        }
    }
    let date = |name: &str, days: Vec<i32>| Column::new(name.into(), days).cast(&DataType::Date);
    let height = window_index.len();
    let columns = date(DAY, day).and_then(|day| {
        let index = Column::new(WINDOW.into(), window_index);
        DataFrame::new(height, vec![day, index, date(START, start)?, date(LAST, last)?])
    });
    columns.map_err(|source| EngineError::Refused { what: query.dataset.to_string(), source })
}

/// The expressions of one cube query.
struct Plan {
    reals: Vec<Expr>,
    masked: Vec<Expr>,
    keys: Vec<Expr>,
    outputs: Vec<Expr>,
}

impl Plan {
    fn new(query: &CubeQuery, shape: &Shape) -> Result<Self, EngineError> {
        let mut plan = Self {
            reals: Vec::new(),
            masked: Vec::new(),
            keys: vec![col(WINDOW)],
            outputs: Vec::new(),
        };
        plan.keys.extend(query.by.iter().map(|by| col(by.as_str())));
        let real_shape = real_shape(shape);
        let mut real_columns = BTreeSet::new();
        for (index, aggregate) in query.aggregates.iter().enumerate() {
            let built = plan.add(index, aggregate, shape, &real_shape, &mut real_columns);
            built.map_err(|error| refused(aggregate, invalid(&error)))?;
        }
        plan.reals = real_columns
            .iter()
            .map(|name| col(name.as_str()).cast(DataType::Float64).alias(real(name)))
            .collect();
        Ok(plan)
    }

    fn add(
        &mut self,
        index: usize,
        aggregate: &Aggregate,
        shape: &Shape,
        real_shape: &Shape,
        real_columns: &mut BTreeSet<String>,
    ) -> Result<(), model::expression::ExpressionError> {
        let mut mask = match &aggregate.filter {
            Some(filter) => compile::scalar(filter, shape)?.0,
            None => lit(true),
        };
        if aggregate.function == AggregateFunction::CountFirst {
            mask = mask.and(col(first_seen::column(index)).gt_eq(col(START)));
        }
        if aggregate.function == AggregateFunction::SumLast {
            mask = mask.and(col(DAY).eq(col(LAST)));
        }
        let value = match &aggregate.argument {
            Some(argument) => compile::scalar(argument, shape)?.0,
            None => lit(1i64).cast(DataType::Int64),
        };
        let masked = name("v", index);
        let absent = lit(NULL);
        self.masked
            .push(when(mask.clone()).then(value).otherwise(absent.clone()).alias(masked.as_str()));
        let matched = name("n", index);
        self.masked.push(
            when(mask.clone())
                .then(lit(1i64).cast(DataType::Int64))
                .otherwise(lit(0i64).cast(DataType::Int64))
                .alias(matched.as_str()),
        );
        let known = col(masked.as_str());
        self.outputs.push(col(matched.as_str()).sum().alias(matched.as_str()));
        self.outputs.push(known.clone().count().cast(DataType::Int64).alias(name("k", index)));
        let output = name("r", index);
        let result = match aggregate.function {
            AggregateFunction::Sum | AggregateFunction::SumLast => {
                if let Some(argument) = &aggregate.argument {
                    argument.columns(real_columns);
                    let real_value = compile::scalar(&renamed(argument, shape), real_shape)?.0;
                    let real_masked = name("x", index);
                    let checked = when(mask).then(real_value).otherwise(absent);
                    self.masked.push(checked.cast(DataType::Float64).alias(real_masked.as_str()));
                    self.outputs.push(col(real_masked.as_str()).sum().alias(real_masked.as_str()));
                }
                known.sum()
            }
            AggregateFunction::Min => known.min(),
            AggregateFunction::Max => known.max(),
            AggregateFunction::Count => known.count(),
            AggregateFunction::CountDistinct | AggregateFunction::CountFirst => {
                known.drop_nulls().n_unique()
            }
        };
        self.outputs.push(result.cast(DataType::Int64).alias(output.as_str()));
        real_columns.retain(|name| matches!(shape.kind(name), Some(ColumnType::Number { .. })));
        Ok(())
    }
}

pub(super) fn name(kind: &str, index: usize) -> String {
    format!("__{kind}{index}")
}

fn real(name: &str) -> String {
    format!("__real_{name}")
}

/// The same columns with every number also there as a float, to notice sums that left 64 bits.
fn real_shape(shape: &Shape) -> Shape {
    let mut both = shape.clone();
    both.columns.extend(
        shape
            .columns
            .iter()
            .filter(|c| matches!(c.kind, ColumnType::Number { .. }))
            .map(|column| ColumnShape { name: real(&column.name), kind: column.kind }),
    );
    both
}

fn renamed(scalar: &Scalar, shape: &Shape) -> Scalar {
    let boxed = |of: &Scalar| Box::new(renamed(of, shape));
    match scalar {
        Scalar::Column(name) if matches!(shape.kind(name), Some(ColumnType::Number { .. })) => {
            Scalar::Column(real(name))
        }
        Scalar::Negate(of) => Scalar::Negate(boxed(of)),
        Scalar::Binary { op, left, right } => {
            Scalar::Binary { op: *op, left: boxed(left), right: boxed(right) }
        }
        Scalar::Case { branches, otherwise } => Scalar::Case {
            branches: branches
                .iter()
                .map(|(when, then)| (when.clone(), renamed(then, shape)))
                .collect(),
            otherwise: otherwise.as_deref().map(boxed),
        },
        Scalar::Call { function, arguments } => Scalar::Call {
            function: *function,
            arguments: arguments.iter().map(|argument| renamed(argument, shape)).collect(),
        },
        other => other.clone(),
    }
}

fn read(query: &CubeQuery, table: &Table, frame: &DataFrame) -> Result<CubeAnswer, EngineError> {
    let fault = |source| EngineError::Refused { what: query.dataset.to_string(), source };
    let windows = frame.column(WINDOW).and_then(|column| column.u32().cloned()).map_err(fault)?;
    let mut members = Vec::new();
    for by in &query.by {
        let kind = table.shape.kind(by.as_str()).unwrap_or(ColumnType::Text);
        members.push(member_texts(frame, by.as_str(), kind).map_err(fault)?);
    }
    let mut values = Vec::new();
    for (index, aggregate) in query.aggregates.iter().enumerate() {
        values.push(aggregate_values(query, aggregate, index, table, frame)?);
    }
    let mut answer = CubeAnswer::default();
    for row in 0..frame.height() {
        let Some(window) = windows.get(row).and_then(|index| query.windows.get(index as usize))
        else {
            continue;
        };
        let members = members.iter().map(|column| column[row].clone()).collect();
        let cell = Cell { window: *window, members };
        answer.cells.insert(cell, values.iter().map(|column: &Vec<_>| column[row]).collect());
    }
    Ok(answer)
}

pub(super) fn member_texts(
    frame: &DataFrame,
    name: &str,
    kind: ColumnType,
) -> PolarsResult<Vec<Option<String>>> {
    let column = frame.column(name)?;
    Ok(match kind {
        ColumnType::Text => column.str()?.iter().map(|text| text.map(str::to_owned)).collect(),
        ColumnType::Number { scale } => {
            let numbers = column.i64()?;
            let text =
                |value: i64| Decimal::from_i128_with_scale(i128::from(value), scale).to_string();
            numbers.iter().map(|value| value.map(text)).collect()
        }
        _ => {
            let texts = column.cast(&DataType::String)?;
            texts.str()?.iter().map(|text| text.map(str::to_owned)).collect()
        }
    })
}

fn aggregate_values(
    query: &CubeQuery,
    aggregate: &Aggregate,
    index: usize,
    table: &Table,
    frame: &DataFrame,
) -> Result<Vec<Option<Number>>, EngineError> {
    let whole = |kind: &str| {
        let column = frame.column(&name(kind, index)).and_then(|column| column.i64().cloned());
        column.map_err(|source| refused(aggregate, source))
    };
    let (matched, known, results) = (whole("n")?, whole("k")?, whole("r")?);
    let scale = scale_of(aggregate, &table.shape);
    let reals = frame.column(&name("x", index)).and_then(|column| column.f64().cloned()).ok();
    let mut values = Vec::with_capacity(frame.height());
    for row in 0..frame.height() {
        if let Some(real) = reals.as_ref().and_then(|reals| reals.get(row)) {
            let exact = results.get(row).unwrap_or(0) as f64;
            // A sum that wrapped round is off by 2^64; rounding of floats is many orders below that.
            if (exact - real).abs() > 1e15 + real.abs() * 1e-6 {
                return Err(EngineError::Overflow {
                    dataset: query.dataset.clone(),
                    aggregate: aggregate.to_string(),
                });
            }
        }
        let nothing_known = known.get(row).unwrap_or(0) == 0;
        let nothing_matched = matched.get(row).unwrap_or(0) == 0;
        values.push(match aggregate.function {
            AggregateFunction::Sum
            | AggregateFunction::SumLast
            | AggregateFunction::Min
            | AggregateFunction::Max
                if nothing_known =>
            {
                // Rows without any known value leave the sum unknown; no rows at all make it zero.
                if nothing_matched { empty_value(aggregate) } else { None }
            }
            _ => results.get(row).map(|value| {
                Number::Exact(Decimal::from_i128_with_scale(i128::from(value), scale))
            }),
        });
    }
    Ok(values)
}

fn scale_of(aggregate: &Aggregate, shape: &Shape) -> u32 {
    use AggregateFunction::{Count, CountDistinct, CountFirst};
    let counts = matches!(aggregate.function, Count | CountDistinct | CountFirst);
    let kind = aggregate
        .argument
        .as_ref()
        .and_then(|scalar| model::expression::type_of(scalar, shape).ok().flatten());
    match kind {
        Some(ColumnType::Number { scale }) if !counts => scale,
        _ => 0,
    }
}

fn invalid(error: &model::expression::ExpressionError) -> PolarsError {
    PolarsError::InvalidOperation(error.to_string().into())
}

fn refused(aggregate: &Aggregate, source: PolarsError) -> EngineError {
    EngineError::Refused { what: aggregate.to_string(), source }
}
