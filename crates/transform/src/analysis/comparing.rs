//! A value beside another: difference, change and verdict, the same in every analysis.

use crate::{desk::format_of, plan::TransformPlan};
use model::{
    expression::{Aggregate, AggregateFunction, Formula, FormulaOperator},
    id::MetricId,
    metric::{Metric, MetricKind},
    number::{Number, ratio},
    report::{Argument, Cell, Comparison, Figure, Fmt, Message, Verdict},
    unit::{Direction, Unit},
};

/// Changes below this share of the base are called unchanged.
const STILL: f64 = 0.0005;

/// A difference that needs no decimals beyond those of its metric.
const PLAIN: f64 = 10.0;

/// Whether a metric's relative change means anything: a ratio of percentages or points does not.
pub(crate) fn has_relative_change(metric: &Metric) -> bool {
    matches!(metric.unit, Unit::Count | Unit::Money(_) | Unit::Number | Unit::Days)
}

/// Whether twice the days make about twice the value: sums and counts do, ratios, extremes and running totals do not.
pub(crate) fn grows_with_days(plan: &TransformPlan, metric: &Metric) -> bool {
    match &metric.kind {
        MetricKind::Simple { formula, aggregates, .. } => grows(plan, formula, aggregates),
        MetricKind::Derived { formula } => grows(plan, formula, &[]),
        MetricKind::Previous { of, .. } => {
            plan.metrics.get(of).is_some_and(|metric| grows_with_days(plan, metric))
        }
        MetricKind::Cumulative { .. } | MetricKind::Retained { .. } | MetricKind::Share { .. } => {
            false
        }
    }
}

fn grows(plan: &TransformPlan, formula: &Formula, aggregates: &[Aggregate]) -> bool {
    use AggregateFunction::{Count, CountDistinct, CountFirst, Max, Min, Sum, SumLast};
    let part = |formula: &Formula| grows(plan, formula, aggregates);
    match formula {
        Formula::Aggregate(index) => match aggregates.get(*index).map(|one| one.function) {
            Some(Count | CountDistinct | CountFirst | Sum) => true,
            Some(Max | Min | SumLast) | None => false,
        },
        Formula::Metric(name) => {
            let metric = plan.metrics.get(&MetricId::new(name));
            metric.is_some_and(|metric| grows_with_days(plan, metric))
        }
        Formula::Number(_) => false,
        Formula::Negate(of) | Formula::Round { of, .. } => part(of),
        // `coalesce(x, 0)` grows as x does.
        Formula::Coalesce(parts) => parts.first().is_some_and(part),
        Formula::Binary { op, left, right } => match op {
            FormulaOperator::Add | FormulaOperator::Subtract => part(left) && part(right),
            FormulaOperator::Multiply => {
                is_constant(left) != is_constant(right) && (part(left) || part(right))
            }
            FormulaOperator::Divide => part(left) && is_constant(right),
        },
    }
}

fn is_constant(formula: &Formula) -> bool {
    matches!(formula, Formula::Number(_))
}

/// Whether slices of a metric add up to its total: a plain sum or row count does, a distinct count or a ratio does not.
pub(crate) fn adds_up(metric: &Metric) -> bool {
    match &metric.kind {
        MetricKind::Simple { formula, aggregates, .. } => {
            let additive =
                |function| matches!(function, AggregateFunction::Sum | AggregateFunction::Count);
            is_sum(formula) && aggregates.iter().all(|one| additive(one.function))
        }
        _ => false,
    }
}

fn is_sum(formula: &Formula) -> bool {
    use model::expression::FormulaOperator::{Add, Subtract};
    match formula {
        Formula::Aggregate(_) => true,
        Formula::Binary { op: Add | Subtract, left, right } => is_sum(left) && is_sum(right),
        Formula::Round { of, .. } | Formula::Negate(of) => is_sum(of),
        _ => false,
    }
}

/// A part's share of a whole; `None` where there is none: of a whole that is not positive, and for a negative part.
pub(crate) fn share(part: Option<Number>, whole: Option<Number>) -> Option<f64> {
    let part = part.filter(|part| part.to_f64() >= 0.0);
    let whole = whole.filter(|whole| whole.to_f64() > 0.0);
    ratio(part, whole).map(Number::to_f64)
}

/// Whether some parts have shares of their whole: beside a negative one the others would be more than everything.
pub(crate) fn have_shares(
    mut parts: impl Iterator<Item = Option<Number>>,
    whole: Option<Number>,
) -> bool {
    whole.is_some_and(|whole| whole.to_f64() > 0.0)
        && parts.all(|part| part.is_none_or(|part| part.to_f64() >= 0.0))
}

/// Whether a move from `base` to `value` is good.
pub(crate) fn verdict(metric: &Metric, value: Option<Number>, base: Option<Number>) -> Verdict {
    let (Some(value), Some(base)) = (value, base) else { return Verdict::Unknown };
    let moved = value.to_f64() - base.to_f64();
    if moved.abs() <= STILL * base.to_f64().abs() {
        return Verdict::Neutral;
    }
    match (metric.direction, moved > 0.0) {
        (Direction::Neutral, _) => Verdict::Neutral,
        (Direction::Up, true) | (Direction::Down, false) => Verdict::Good,
        (Direction::Up, false) | (Direction::Down, true) => Verdict::Bad,
    }
}

/// Whether a value meets its target in the metric's direction.
pub(crate) fn meets(metric: &Metric, value: Number, target: Number) -> bool {
    match metric.direction {
        Direction::Down => value.to_f64() <= target.to_f64(),
        Direction::Up | Direction::Neutral => value.to_f64() >= target.to_f64(),
    }
}

/// Good when a target is met, bad when not.
pub(crate) fn target_verdict(
    metric: &Metric,
    value: Option<Number>,
    target: Option<Number>,
) -> Verdict {
    match (value, target) {
        (Some(value), Some(target)) if meets(metric, value, target) => Verdict::Good,
        (Some(_), Some(_)) => Verdict::Bad,
        _ => Verdict::Unknown,
    }
}

/// The relative change; `None` when a side is unknown or the base is not positive.
pub(crate) fn change(value: Option<Number>, base: Option<Number>) -> Option<f64> {
    let base = base.filter(|base| base.to_f64() > 0.0)?;
    Some(value?.minus(base).over(base)?.to_f64())
}

/// The change as the argument that suits the metric: relative, in percentage points, or in its unit; in its unit as well where the base is not
/// positive, so that nothing relative can be said.
pub(crate) fn change_argument(
    metric: &Metric,
    value: Option<Number>,
    base: Option<Number>,
) -> Argument {
    let difference = value.zip(base).map(|(value, base)| value.minus(base));
    if has_relative_change(metric) {
        return match (change(value, base), difference) {
            (None, Some(_)) => Argument::value(difference, format_of(metric)),
            (change, _) => Argument::change(change),
        };
    }
    if metric.unit == Unit::Percent {
        let size = difference.map_or(0.0, Number::to_f64);
        return Argument::value(difference, beside_format(metric, size));
    }
    Argument::value(difference, format_of(metric))
}

/// How differences of about a size are written: with as many decimals as two digits need.
pub(crate) fn difference_format(metric: &Metric, size: f64) -> Fmt {
    let mut format = format_of(metric);
    let habit = match metric.unit {
        Unit::Percent | Unit::Points | Unit::Days => 1,
        Unit::Score => 2,
        // Amounts and counts are scaled; only small ones need decimals that their values do not have.
        _ if size == 0.0 || size.abs() >= 9.5 => return format,
        Unit::Money(_) | Unit::Number => 2,
        Unit::Count => 0,
    };
    let habit = metric.decimals.unwrap_or(habit);
    let shown = if metric.unit == Unit::Percent { size * 100.0 } else { size };
    let enough = |decimals: &u32| shown.abs() * 10f64.powi(*decimals as i32) >= 9.5;
    let most = habit + 2;
    let decimals = if shown == 0.0 { habit } else { (habit..most).find(enough).unwrap_or(most) };
    format.decimals = Some(decimals);
    format
}

/// A difference in a metric's unit, to be written with a sign style.
pub(crate) fn difference_argument(metric: &Metric, size: f64) -> Argument {
    Argument::value(Some(Number::Real(size)), difference_format(metric, size))
}

/// A difference as a cell; `like` is the size that decides on decimals.
pub(crate) fn difference_cell(
    metric: &Metric,
    size: Option<Number>,
    like: f64,
    verdict: Verdict,
) -> Cell {
    let format = difference_format(metric, like);
    Cell::Difference { figure: Figure { value: size, format, coverage: None }, verdict }
}

/// A difference in a table that shows values of the metric, too.
pub(crate) fn difference_beside(metric: &Metric, size: Option<Number>, verdict: Verdict) -> Cell {
    let format = beside_format(metric, size.map_or(0.0, Number::to_f64));
    Cell::Difference { figure: Figure { value: size, format, coverage: None }, verdict }
}

/// How a difference is written beside values of its metric: with their decimals, and with more only where these would
/// show nothing of it.
fn beside_format(metric: &Metric, size: f64) -> Fmt {
    let format = difference_format(metric, PLAIN);
    let shown = if metric.unit == Unit::Percent { size * 100.0 } else { size };
    let is_seen = (shown * 10f64.powi(format.decimals.unwrap_or(0) as i32)).round() != 0.0;
    if is_seen || size == 0.0 { format } else { difference_format(metric, size) }
}

/// A comparison of two values.
pub(crate) fn comparison(
    metric: &Metric,
    label: Message,
    value: Option<Number>,
    base: Figure,
    verdict: Verdict,
) -> Comparison {
    let difference = value.zip(base.value).map(|(value, base)| value.minus(base));
    let change = if has_relative_change(metric) { change(value, base.value) } else { None };
    let difference = Figure { value: difference, format: format_of(metric), coverage: None };
    Comparison { label, base, difference, change, verdict }
}

/// A plain percentage.
pub(crate) fn percent(share: Option<f64>) -> Argument {
    Argument::value(share.map(Number::Real), Fmt { unit: Unit::Percent, decimals: Some(1) })
}
