//! A value beside another: difference, change and verdict, the same in every analysis.

use crate::desk::format_of;
use model::{
    metric::Metric,
    number::Number,
    report::{Argument, Comparison, Figure, Fmt, Message, Verdict},
    unit::{Direction, Unit},
};

/// Changes below this share of the base are called unchanged.
const STILL: f64 = 0.0005;

/// Whether a metric's relative change means anything: a ratio of percentages or points does not.
pub(crate) fn has_relative_change(metric: &Metric) -> bool {
    matches!(metric.unit, Unit::Count | Unit::Money(_) | Unit::Number | Unit::Days)
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

/// The change as the argument that suits the metric: relative, in percentage points, or in its unit.
pub(crate) fn change_argument(
    metric: &Metric,
    value: Option<Number>,
    base: Option<Number>,
) -> Argument {
    if has_relative_change(metric) {
        return Argument::change(change(value, base));
    }
    let difference = value.zip(base).map(|(value, base)| value.minus(base));
    if metric.unit == Unit::Percent {
        return match Argument::value(difference, format_of(metric)) {
            Argument::Value { value, .. } => Argument::PercentagePoints(value),
            other => other,
        };
    }
    Argument::value(difference, format_of(metric))
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
