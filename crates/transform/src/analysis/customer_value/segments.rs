//! Customers who can be spoken to alike, by how lately, how often and for how much they bought.

use super::{outlook::Outlook, purchases::Purchases};
use crate::analysis::people::{self, Grouped, grouped};
use model::label::Label;
use stats::lifetime::{Behaviour, LEAST_CUSTOMERS, Segment, segments};
use std::collections::BTreeMap;

/// The chance to be there below which somebody is called probably gone.
const GONE: f64 = 0.5;

/// Customers by segment, the best first.
pub(super) struct Groups {
    /// Each segment with the places of its customers.
    pub(super) all: Vec<(Segment, Vec<usize>)>,
    /// Which are shown.
    pub(super) grouped: Grouped,
}

/// One row: its name, and the places of its customers.
pub(super) struct Part {
    pub(super) label: Label,
    pub(super) places: Vec<usize>,
}

/// The segments; `None` for too few customers to divide.
pub(super) fn groups(purchases: &Purchases) -> Option<Groups> {
    if purchases.customers.len() < LEAST_CUSTOMERS {
        return None;
    }
    let behaviour = purchases.customers.iter().map(|customer| Behaviour {
        days_since: ((customer.age - customer.recency) * 7.0).round(),
        purchases: customer.repeats + 1,
        spent: purchases.spent[customer.customer],
    });
    let found = segments(&behaviour.collect::<Vec<_>>())?;
    let mut by: BTreeMap<Segment, Vec<usize>> = BTreeMap::new();
    for (place, segment) in found.into_iter().enumerate() {
        by.entry(segment).or_default().push(place);
    }
    let all: Vec<(Segment, Vec<usize>)> = by.into_iter().collect();
    let sizes: Vec<usize> = all.iter().map(|(_, places)| places.len()).collect();
    let mut grouped = grouped(&sizes);
    // The best first, not the largest.
    grouped.shown.sort_unstable();
    Some(Groups { all, grouped })
}

impl Groups {
    /// The rows that are shown, those put together last.
    pub(super) fn parts(&self) -> Vec<Part> {
        let shown = self.grouped.shown.iter().map(|place| {
            let (segment, places) = &self.all[*place];
            Part { label: name(*segment), places: places.clone() }
        });
        let mut parts: Vec<Part> = shown.collect();
        let together = self.grouped.together.iter().flat_map(|place| &self.all[*place].1).copied();
        let mut places: Vec<usize> = together.collect();
        places.sort_unstable();
        if places.len() >= people::LEAST {
            parts.push(Part { label: people::others(), places });
        }
        parts
    }

    /// The customers who were good and are probably gone; `None` if there are too few to be told of.
    pub(super) fn gone(&self, outlook: &Outlook) -> Option<Vec<usize>> {
        let (_, slipping) = self.all.iter().find(|(segment, _)| *segment == Segment::Slipping)?;
        let is_gone = |place: &&usize| outlook.worths[**place].alive < GONE;
        let gone: Vec<usize> = slipping.iter().filter(is_gone).copied().collect();
        (gone.len() >= people::LEAST).then_some(gone)
    }
}

/// What a segment is called.
fn name(segment: Segment) -> Label {
    match segment {
        Segment::Best => Label::new("Champions", "核心客户"),
        Segment::Loyal => Label::new("Loyal", "忠诚客户"),
        Segment::Slipping => Label::new("At risk", "流失风险客户"),
        Segment::Promising => Label::new("Promising", "潜力客户"),
        Segment::New => Label::new("New", "新客户"),
        Segment::Occasional => Label::new("Occasional", "偶购客户"),
        Segment::Fading => Label::new("Fading", "转淡客户"),
        Segment::Dormant => Label::new("Dormant", "沉睡客户"),
        Segment::Lost => Label::new("Lost", "已流失客户"),
    }
}
