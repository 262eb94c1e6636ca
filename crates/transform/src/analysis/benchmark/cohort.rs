//! Who our peers are: those like us in the cohort's columns, in fewer of them while there are too few.

use crate::desk::{Ask, Desk};
use model::{
    expression::{BinaryOperator, Literal, Scalar, parse_scalar},
    metric::Metric,
    peer::Panel,
    period::Period,
};
use std::collections::{BTreeMap, BTreeSet};

/// The cells of the cohort's columns in which each entity has rows.
pub(super) type Places = BTreeMap<String, BTreeSet<Vec<Option<String>>>>;

/// The wish for the cells of every entity.
pub(super) fn ask(panel: &Panel, metric: &Metric, period: Period) -> Ask {
    let mut by = vec![panel.entity.clone()];
    by.extend(panel.cohort.iter().cloned());
    Ask { metric: metric.id.clone(), periods: vec![period], by, only: with_us(panel) }
}

pub(super) fn places(desk: &Desk<'_>, ask: &Ask) -> Places {
    let mut places = Places::new();
    for members in desk.slices(ask, &ask.periods) {
        let mut members = members.into_iter();
        let Some(entity) = members.next().flatten() else { continue };
        places.entry(entity).or_default().insert(members.collect());
    }
    places
}

/// The entities that equal `own` in the first `kept` columns.
pub(super) fn alike(places: &Places, own: Option<&String>, kept: usize) -> BTreeSet<String> {
    let nowhere = BTreeSet::new();
    let ours = own.and_then(|own| places.get(own)).unwrap_or(&nowhere);
    // What is unknown of both of us is no likeness.
    let known: Vec<&[Option<String>]> = known_cells(ours, kept).collect();
    let shares_a_cell = |cells: &BTreeSet<Vec<Option<String>>>| {
        kept == 0 || known_cells(cells, kept).any(|cell| known.contains(&cell))
    };
    let peers = places.iter().filter(|(entity, _)| Some(*entity) != own);
    peers.filter(|(_, cells)| shares_a_cell(cells)).map(|(entity, _)| entity.clone()).collect()
}

/// Our own cell, as far as the first `kept` columns.
pub(super) fn own_cell(places: &Places, own: &str, kept: usize) -> Option<Vec<Option<String>>> {
    Some(known_cells(places.get(own)?, kept).next()?.to_vec())
}

/// A number for what each entity is in the columns that were dropped; the same number for the same.
pub(super) fn levels(places: &Places, kept: usize) -> BTreeMap<String, u32> {
    let rest = |cells: &BTreeSet<Vec<Option<String>>>| Some(cells.first()?[kept..].to_vec());
    let all: BTreeSet<Vec<Option<String>>> = places.values().filter_map(rest).collect();
    let numbers: BTreeMap<Vec<Option<String>>, u32> = all.into_iter().zip(0..).collect();
    let number = |cells| rest(cells).and_then(|rest| numbers.get(&rest).copied());
    let numbered = places.iter().map(|(entity, cells)| Some((entity.clone(), number(cells)?)));
    numbered.flatten().collect()
}

/// The cells without blanks, as far as the first `kept` columns.
fn known_cells(
    cells: &BTreeSet<Vec<Option<String>>>,
    kept: usize,
) -> impl Iterator<Item = &[Option<String>]> {
    cells.iter().map(move |cell| &cell[..kept]).filter(|cell| cell.iter().all(Option::is_some))
}

/// The panel's condition on rows, which never shuts ourselves out.
pub(super) fn with_us(panel: &Panel) -> Option<Scalar> {
    let filter = parse_scalar(panel.filter.as_deref()?).ok()?;
    let Some(own) = &panel.own else { return Some(filter) };
    Some(joined(BinaryOperator::Or, filter, compared(panel, BinaryOperator::Equal, own)))
}

/// The panel's condition on rows of others.
pub(super) fn without_us(panel: &Panel) -> Option<Scalar> {
    let filter = panel.filter.as_deref().and_then(|filter| parse_scalar(filter).ok());
    let others = panel.own.as_ref().map(|own| compared(panel, BinaryOperator::NotEqual, own));
    match (filter, others) {
        (Some(filter), Some(others)) => Some(joined(BinaryOperator::And, filter, others)),
        (filter, others) => filter.or(others),
    }
}

fn compared(panel: &Panel, op: BinaryOperator, own: &str) -> Scalar {
    Scalar::Binary {
        op,
        left: Box::new(Scalar::Column(panel.entity.to_string())),
        right: Box::new(Scalar::Literal(Literal::Text(own.to_owned()))),
    }
}

fn joined(op: BinaryOperator, left: Scalar, right: Scalar) -> Scalar {
    Scalar::Binary { op, left: Box::new(left), right: Box::new(right) }
}
