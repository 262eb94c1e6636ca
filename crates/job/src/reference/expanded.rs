//! A metric written out over measures: every name in its formula replaced by what it stands for.

use super::Definitions;
use crate::file::metric::{BackSpec, MetricSpec, ToDate};
use model::{
    expression::{Formula, FormulaOperator, parse_formula},
    id::MetricId,
};
use std::collections::BTreeSet;

/// A measure with its condition, as its file says it.
pub(super) fn leaf(spec: &MetricSpec) -> String {
    let measure = match (&spec.measure, &spec.first_seen) {
        (Some(measure), _) => measure.clone(),
        (None, first) => format!("first_seen({})", first.as_deref().unwrap_or_default()),
    };
    match &spec.condition {
        Some(condition) => format!("{measure} where {condition}"),
        None => measure,
    }
}

/// The metrics that an entry names, shares apart.
pub(super) fn parts(spec: &MetricSpec) -> Vec<MetricId> {
    let mut names = BTreeSet::new();
    if let Some(formula) = spec.formula.as_deref().and_then(|text| parse_formula(text).ok()) {
        formula.metrics(&mut names);
    }
    let mut parts: Vec<MetricId> = names.into_iter().map(MetricId::new).collect();
    parts.extend(spec.cumulative.iter().map(|one| one.of.clone()));
    parts.extend(spec.previous.iter().map(|one| one.of.clone()));
    parts.extend(spec.retained.iter().map(|one| one.of.clone()));
    parts
}

/// A metric over measures, each as `dataset[measure where condition]`.
pub(super) fn expanded(id: &MetricId, definitions: &Definitions<'_>) -> String {
    written(id, definitions, &mut Vec::new()).0
}

/// A text, and how tightly its outermost operator binds.
type Bound = (String, u8);

const ATOM: u8 = 3;

fn written(id: &MetricId, definitions: &Definitions<'_>, above: &mut Vec<MetricId>) -> Bound {
    let Some(definition) = definitions.get(id).filter(|_| !above.contains(id)) else {
        return (id.to_string(), ATOM);
    };
    let spec = &definition.spec;
    above.push(id.clone());
    let mut of = |id: &MetricId| written(id, definitions, above).0;
    let text = if let Some(one) = &spec.cumulative {
        let inner = of(&one.of);
        match (one.to_date, one.trailing) {
            (Some(ToDate::Ever), _) => format!("since_first({inner})"),
            (_, Some(periods)) => format!("trailing({periods}, {inner})"),
            (start, None) => format!("to_date({}, {inner})", super::to_date(start)),
        }
    } else if let Some(share) = &spec.share {
        let inner = of(&share.of);
        format!("share({inner}, within {})", share.within.join(", "))
    } else if let Some(previous) = &spec.previous {
        let word = match previous.by {
            BackSpec::Period => "period_before",
            BackSpec::Year => "year_before",
        };
        format!("{word}({})", of(&previous.of))
    } else if let Some(retained) = &spec.retained {
        format!("retained({})", of(&retained.of))
    } else if let Some(formula) = spec.formula.as_deref().and_then(|text| parse_formula(text).ok())
    {
        let found =
            arithmetic(&formula, &mut |name| written(&MetricId::new(name), definitions, above));
        above.pop();
        return found;
    } else {
        format!("{}[{}]", spec.dataset.as_deref().unwrap_or_default(), leaf(spec))
    };
    above.pop();
    (text, ATOM)
}

fn arithmetic(formula: &Formula, metric: &mut dyn FnMut(&str) -> Bound) -> Bound {
    match formula {
        Formula::Aggregate(index) => (format!("${}", index + 1), ATOM),
        Formula::Metric(name) => metric(name),
        Formula::Number(value) => (value.to_string(), ATOM),
        Formula::Negate(of) => (format!("-({})", arithmetic(of, metric).0), ATOM),
        Formula::Round { of, digits } => {
            (format!("round({}, {digits})", arithmetic(of, metric).0), ATOM)
        }
        Formula::Coalesce(parts) => {
            let parts: Vec<String> = parts.iter().map(|part| arithmetic(part, metric).0).collect();
            (format!("coalesce({})", parts.join(", ")), ATOM)
        }
        Formula::Binary { op, left, right } => {
            let binds = match op {
                FormulaOperator::Add | FormulaOperator::Subtract => 1,
                FormulaOperator::Multiply | FormulaOperator::Divide => 2,
            };
            let reorders = matches!(op, FormulaOperator::Subtract | FormulaOperator::Divide);
            let within = |(text, own): Bound, least: u8| {
                if own < least { format!("({text})") } else { text }
            };
            let left = within(arithmetic(left, metric), binds);
            let right = within(arithmetic(right, metric), binds + u8::from(reorders));
            (format!("{left} {} {right}", op.sign()), binds)
        }
    }
}
