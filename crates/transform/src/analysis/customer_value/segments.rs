//! Customers who can be spoken to alike, by how lately, how often and for how much they bought.
//!
//! Rule: a name says what was seen and nothing of who is still there: that is for the model to say.

use super::{outlook::Outlook, purchases::Purchases};
use crate::analysis::people::{self, Grouped, grouped};
use model::label::Label;
use stats::lifetime::{Behaviour, LEAST_CUSTOMERS, Segment, segments};
use std::collections::BTreeMap;

/// The share of a segment that is still there below which it is called mostly gone.
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

    /// The segment of those who were good and have been silent for long, as the table has it, if most of them are
    /// gone; `None` if it is not shown.
    pub(super) fn gone(&self, outlook: &Outlook) -> Option<Part> {
        let mut shown = self.grouped.shown.iter().map(|place| &self.all[*place]);
        let (segment, places) = shown.find(|(segment, _)| *segment == Segment::Slipping)?;
        let is_gone = outlook.active(places) < GONE * places.len() as f64;
        is_gone.then(|| Part { label: name(*segment), places: places.clone() })
    }
}

/// What a segment is called.
fn name(segment: Segment) -> Label {
    match segment {
        Segment::Best => Label::new("Big buyers seen lately", "近期来过的大客户"),
        Segment::Loyal => Label::new("Big buyers quiet for a while", "有段时间没来的大客户"),
        Segment::Slipping => Label::new("Big buyers silent for long", "很久没来的大客户"),
        Segment::Promising => Label::new("Medium buyers seen lately", "近期来过的中等客户"),
        Segment::New => Label::new("First-time buyers seen lately", "近期首购客户"),
        Segment::Occasional => Label::new("Small buyers seen lately", "近期来过的小客户"),
        Segment::Fading => Label::new("Smaller buyers quiet for a while", "有段时间没来的中小客户"),
        Segment::Dormant => Label::new("Smaller buyers silent for long", "很久没来的中小客户"),
        Segment::Lost => Label::new("Smaller buyers silent longest", "最久没来的中小客户"),
    }
}
