//! Versions whose sums are given, where rows of single people are not kept.

use super::{
    arm::Arm,
    spec::{Kind, Spec},
};
use chrono::NaiveDate;
use engine::{Moment, TrailAnswer};
use model::number::Number;
use std::collections::BTreeSet;

/// Rows of sums: the "person" of a trail is the version.
pub(super) struct Totals<'a> {
    spec: &'a Spec,
    rows: Vec<&'a Moment>,
}

impl<'a> Totals<'a> {
    pub(super) fn read(spec: &'a Spec, answer: &'a TrailAnswer) -> Self {
        let within =
            |row: &&Moment| row.day >= spec.start && spec.end.is_none_or(|end| row.day <= end);
        Self { spec, rows: answer.trails.iter().flatten().filter(within).collect() }
    }

    pub(super) fn versions(&self) -> BTreeSet<String> {
        self.rows.iter().filter_map(|row| row.label()).map(str::to_owned).collect()
    }

    /// The sum of a value over the rows of a version; `None` if one of them is unknown.
    fn sum(&self, place: usize, version: &str, cut: NaiveDate) -> Option<f64> {
        let own = self.rows.iter().filter(|row| row.label() == Some(version) && row.day < cut);
        let mut sum = Number::whole(0);
        for row in own {
            sum = sum.plus(row.values.get(place).copied().flatten()?);
        }
        Some(sum.to_f64())
    }

    pub(super) fn people(&self, version: &str, cut: NaiveDate) -> u64 {
        self.sum(0, version, cut).map_or(0, |people| people.max(0.0) as u64)
    }

    pub(super) fn arm(&self, index: usize, version: &str, cut: NaiveDate) -> Arm {
        let outcomes = &self.spec.outcome;
        let first = 1 + outcomes[..index].iter().map(|one| one.sums().len()).sum::<usize>();
        let outcome = &outcomes[index];
        let mut arm = Arm::new(outcome.kind, false);
        let people = self.people(version, cut);
        let found: Option<Vec<f64>> =
            (0..outcome.sums().len()).map(|k| self.sum(first + k, version, cut)).collect();
        let Some(found) = found else {
            arm.unknown = people;
            return arm;
        };
        arm.units = people;
        match (outcome.kind, found.as_slice()) {
            (Kind::Rate, [hits, ..]) => arm.sums[0] = *hits,
            (Kind::Mean, [sum, squares, ..]) => arm.sums[..2].copy_from_slice(&[*sum, *squares]),
            (Kind::Ratio, all) if all.len() == 5 => arm.sums.copy_from_slice(all),
            _ => arm.units = 0,
        }
        arm
    }
}
