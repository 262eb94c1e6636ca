//! From trails to cohorts.
//!
//! Rule: a person belongs to the period of their first act; only periods that are over count, and the one that has
//! begun is left out. Rows without an amount bring nothing that is known, and are told of.

use super::{Mode, Spec};
use crate::{
    analysis::people,
    plan::{SectionPlan, TransformPlan},
};
use engine::{Trail, TrailAnswer};
use model::period::{DateRange, Period};
use stats::retention::{Returned, Triangle, triangle};
use std::collections::BTreeMap;

/// One person: the period of the first act, and what was done how long after.
pub(super) struct Person {
    /// The place of the first period.
    pub(super) cohort: usize,
    /// Ages with an act; in renewal mode all up to the last.
    pub(super) ages: Vec<usize>,
    /// What each age brought.
    brought: BTreeMap<usize, f64>,
    /// Their segment.
    pub(super) member: Option<String>,
}

/// Cohorts by age.
pub(super) struct Cohorts {
    /// The periods that are over, from the first act on.
    pub(super) periods: Vec<Period>,
    /// Everybody who began in one of them.
    pub(super) persons: Vec<Person>,
    /// Who was there again.
    pub(super) triangle: Triangle,
    /// What each cohort brought at each age.
    brought: Vec<Vec<f64>>,
    /// Which cohorts are too small to be shown, or protect one that is.
    pub(super) hidden: Vec<bool>,
    /// The first cohort that means and comparisons look at.
    pub(super) from: usize,
    /// Rows without a person, a moment, an amount.
    pub(super) nobodys: usize,
    pub(super) undated: usize,
    pub(super) unvalued: usize,
}

impl Cohorts {
    pub(super) fn read(
        spec: &Spec,
        plan: &TransformPlan,
        section: &SectionPlan,
        answer: &TrailAnswer,
    ) -> Self {
        let end = plan.calendar.last_closed(spec.cohort, section.period.days.end).days.end;
        let first = answer.trails.iter().filter_map(|trail| Some(trail.first()?.day)).min();
        let first = first.filter(|first| *first < end).unwrap_or(end);
        let periods = plan.calendar.periods(spec.cohort, DateRange { start: first, end });
        let mut unvalued = 0;
        let persons: Vec<Person> = answer
            .trails
            .iter()
            .filter_map(|trail| Person::read(spec, &periods, trail, &mut unvalued))
            .collect();
        let triangle = of(&persons.iter().collect::<Vec<_>>(), periods.len());
        let mut brought = vec![vec![0.0; periods.len()]; periods.len()];
        for person in &persons {
            for (age, amount) in &person.brought {
                brought[person.cohort][*age] += amount;
            }
        }
        let sizes: Vec<usize> = triangle.sizes.iter().map(|size| *size as usize).collect();
        let sum = |counts: &[u64]| counts.iter().sum::<u64>() as usize;
        Self {
            hidden: people::hidden(&sizes),
            from: usize::from(spec.skip_first && sizes.iter().skip(1).any(|size| *size > 0)),
            nobodys: sum(&answer.nobodys),
            undated: sum(&answer.undated),
            unvalued,
            periods,
            persons,
            triangle,
            brought,
        }
    }

    /// Whether there are two periods, and persons enough to speak of.
    pub(super) fn is_told(&self) -> bool {
        self.periods.len() >= 2 && self.persons.len() >= people::LEAST
    }

    /// Persons and returns at an age over the cohorts from `from` to `to` that have lived it.
    pub(super) fn lived(&self, from: usize, to: usize, age: usize) -> (u64, u64) {
        let cohorts = (from..to.min(self.triangle.sizes.len())).filter_map(|cohort| {
            let came = (*self.triangle.customers[cohort].get(age)?)?;
            Some((self.triangle.sizes[cohort], came))
        });
        cohorts.fold((0, 0), |(size, came), one| (size + one.0, came + one.1))
    }

    /// The share over all cohorts that means look at.
    pub(super) fn mean(&self, age: usize) -> Option<f64> {
        let (size, came) = self.lived(self.from, self.periods.len(), age);
        (size > 0).then(|| came as f64 / size as f64)
    }

    /// What a cohort has brought up to an age, per original customer; `None` while that is not over.
    pub(super) fn brought(&self, cohort: usize, age: usize) -> Option<f64> {
        let size = self.triangle.sizes[cohort];
        let is_over = cohort + age < self.periods.len();
        (is_over && size > 0)
            .then(|| self.brought[cohort][..=age].iter().sum::<f64>() / size as f64)
    }

    /// The same over all cohorts that means look at and that have lived the age.
    pub(super) fn mean_brought(&self, age: usize) -> Option<f64> {
        let (mut sum, mut size) = (0.0, 0);
        for cohort in self.from..self.periods.len().saturating_sub(age) {
            size += self.triangle.sizes[cohort];
            sum += self.brought[cohort][..=age].iter().sum::<f64>();
        }
        (size > 0).then(|| sum / size as f64)
    }
}

/// The triangle of some persons.
pub(super) fn of(persons: &[&Person], closed: usize) -> Triangle {
    let mut sizes = vec![0; closed];
    let mut returned = Vec::new();
    for person in persons {
        sizes[person.cohort] += 1;
        let there = person.ages.iter();
        returned.extend(there.map(|age| Returned {
            cohort: person.cohort,
            age: *age,
            customers: 1,
        }));
    }
    triangle(&sizes, &returned, closed)
        .unwrap_or(Triangle { sizes, customers: vec![Vec::new(); closed] })
}

impl Person {
    fn read(spec: &Spec, periods: &[Period], trail: &Trail, unvalued: &mut usize) -> Option<Self> {
        let place = |day| {
            let place = periods.partition_point(|period: &Period| period.days.end <= day);
            (place < periods.len()).then_some(place)
        };
        let first = trail.first()?;
        let cohort = place(first.day)?;
        let mut ages = Vec::new();
        let mut brought: BTreeMap<usize, f64> = BTreeMap::new();
        for moment in trail {
            let Some(age) = place(moment.day).map(|place| place - cohort) else { continue };
            ages.push(age);
            if spec.value.is_some() {
                match moment.value() {
                    Some(amount) => *brought.entry(age).or_default() += amount.to_f64(),
                    None => *unvalued += 1,
                }
            }
        }
        ages.dedup();
        if spec.mode == Mode::Renewal {
            ages = (0..=ages.last().copied()?).collect();
        }
        Some(Self { cohort, ages, brought, member: first.label().map(str::to_owned) })
    }
}
