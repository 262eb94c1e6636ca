//! Which peers stand behind a figure, and whether a further figure would tell about a few of them.

use crate::plan::TransformPlan;
use model::{
    expression::{BinaryOperator, Formula, FormulaOperator, Scalar},
    id::{DatasetId, DimensionId, MetricId},
    label::Label,
    metric::{Metric, MetricKind},
    peer::{Panel, PeerGroup},
    period::{DateRange, Period},
};
use stats::peer::suppression::{Floor, differences_are_safe};
use std::collections::{BTreeMap, BTreeSet};

/// Which peers stand behind a figure that is shown, each with its value.
#[derive(Debug, Clone)]
pub(super) struct Membership {
    /// Where the peers are found, and the days: not the grain, for a fiscal month may be the days of a month.
    place: (DatasetId, DimensionId, DateRange),
    measure: String,
    group: Label,
    values: BTreeMap<String, f64>,
}

impl Membership {
    pub(super) fn new(
        plan: &TransformPlan,
        (group, panel): (&PeerGroup, &Panel),
        metric: &Metric,
        period: &Period,
        values: &BTreeMap<String, f64>,
    ) -> Self {
        Self {
            place: (group.dataset.clone(), panel.entity.clone(), period.days),
            measure: measure(plan, metric, panel.entity.as_str()),
            group: group.label.clone(),
            values: values.clone(),
        }
    }

    /// The groups already shown from which, alone or two of them taken together, this one differs by too few peers.
    ///
    /// Two are taken together as their union; where one lies within the other, also as what is left of the larger.
    pub(super) fn differs_too_little(
        &self,
        shown: &[Membership],
        floor: &Floor,
    ) -> Option<Vec<Label>> {
        let alike: Vec<&Membership> = shown.iter().filter(|one| one.is_same_figure(self)).collect();
        let everyone = alike.iter().flat_map(|one| one.values.keys()).chain(self.values.keys());
        let everyone: BTreeSet<&String> = everyone.collect();
        let numbers: BTreeMap<&String, u64> = everyone.into_iter().zip(0u64..).collect();
        let numbered = |one: &Membership| -> BTreeSet<u64> {
            one.values.keys().map(|member| numbers[member]).collect()
        };
        let next: Vec<u64> = numbered(self).into_iter().collect();
        let tells = |before: BTreeSet<u64>| {
            let before: Vec<u64> = before.into_iter().collect();
            !differences_are_safe(&next, &[&before], floor)
        };
        let sets: Vec<BTreeSet<u64>> = alike.iter().map(|one| numbered(one)).collect();
        let labels = |places: &[usize]| {
            let mut labels: Vec<Label> = Vec::new();
            for place in places {
                if !labels.contains(&alike[*place].group) {
                    labels.push(alike[*place].group.clone());
                }
            }
            labels
        };
        if let Some(place) = sets.iter().position(|one| tells(one.clone())) {
            return Some(labels(&[place]));
        }
        for (first, one) in sets.iter().enumerate() {
            for (second, other) in sets.iter().enumerate().skip(first + 1) {
                let rest = if other.is_subset(one) {
                    one - other
                } else if one.is_subset(other) {
                    other - one
                } else {
                    BTreeSet::new()
                };
                if tells(one | other) || tells(rest) {
                    return Some(labels(&[first, second]));
                }
            }
        }
        None
    }

    /// Whether both show the same of the same days: by their measure, or because all common peers have the same value.
    fn is_same_figure(&self, other: &Membership) -> bool {
        let mut common = self.values.iter().filter_map(|(member, value)| {
            other.values.get(member).map(|other| value.total_cmp(other).is_eq())
        });
        let mut all_same = || common.next().is_some_and(|first| first && common.all(|same| same));
        self.place == other.place && (self.measure == other.measure || all_same())
    }
}

/// A metric by what it is made of, whatever it is called. Constants, signs and rounding are left out, for whoever knows
/// them takes them off; so are conditions on the peers themselves, which only choose among them.
fn measure(plan: &TransformPlan, metric: &Metric, entity: &str) -> String {
    let of = |id: &MetricId| {
        let metric = plan.metrics.get(id);
        metric.map_or_else(|| id.to_string(), |metric| measure(plan, metric, entity))
    };
    match &metric.kind {
        MetricKind::Simple { dataset, formula, aggregates } => {
            let aggregates: Vec<String> = aggregates
                .iter()
                .map(|one| {
                    let filter =
                        one.filter.as_ref().and_then(|filter| without(filter.clone(), entity));
                    format!("{dataset}:{:?}({:?}){filter:?}", one.function, one.argument)
                })
                .collect();
            written(formula, &|place| aggregates.get(place).cloned().unwrap_or_default(), &of)
        }
        MetricKind::Derived { formula } => written(formula, &|_| String::new(), &of),
        MetricKind::Cumulative { of: base, window } => format!("{window:?}({})", of(base)),
        MetricKind::Previous { of: base, back } => format!("{back:?}({})", of(base)),
        MetricKind::Retained { of: base } => format!("retained({})", of(base)),
        MetricKind::Share { of: base, within } => format!("{within:?}({})", of(base)),
    }
}

fn written(
    formula: &Formula,
    aggregate: &dyn Fn(usize) -> String,
    metric: &dyn Fn(&MetricId) -> String,
) -> String {
    let part = |formula: &Formula| written(formula, aggregate, metric);
    match formula {
        Formula::Aggregate(place) => aggregate(*place),
        Formula::Metric(name) => metric(&MetricId::new(name)),
        Formula::Number(number) => number.to_string(),
        Formula::Negate(of) | Formula::Round { of, .. } => part(of),
        Formula::Coalesce(parts) => parts.first().map(part).unwrap_or_default(),
        Formula::Binary { left, right, .. } if is_constant(left) => part(right),
        Formula::Binary { left, right, .. } if is_constant(right) => part(left),
        Formula::Binary { op, left, right } => {
            let mut sides = [part(left), part(right)];
            if matches!(op, FormulaOperator::Add | FormulaOperator::Multiply) {
                sides.sort();
            }
            format!("({} {op:?} {})", sides[0], sides[1])
        }
    }
}

fn is_constant(formula: &Formula) -> bool {
    match formula {
        Formula::Number(_) => true,
        Formula::Negate(of) | Formula::Round { of, .. } => is_constant(of),
        Formula::Binary { left, right, .. } => is_constant(left) && is_constant(right),
        Formula::Aggregate(_) | Formula::Metric(_) | Formula::Coalesce(_) => false,
    }
}

/// A condition without its parts on the entity's column.
fn without(filter: Scalar, entity: &str) -> Option<Scalar> {
    if let Scalar::Binary { op: BinaryOperator::And, left, right } = filter {
        return match (without(*left, entity), without(*right, entity)) {
            (Some(left), Some(right)) => Some(Scalar::Binary {
                op: BinaryOperator::And,
                left: Box::new(left),
                right: Box::new(right),
            }),
            (left, right) => left.or(right),
        };
    }
    let mut columns = BTreeSet::new();
    filter.columns(&mut columns);
    (!columns.contains(entity)).then_some(filter)
}
