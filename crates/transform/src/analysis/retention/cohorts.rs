//! From trails to cohorts.
//!
//! Rule: a person belongs to the period of their first act; only periods that are over count, and the one that has
//! begun is left out. Rows without an amount bring nothing that is known, and are told of.
//! Means and comparisons are over cohorts that are shown: those that are hidden enter no figure, so none gives them away.
//! Left out as well are the first cohorts, which hold people from before the data who only came round again: as many as
//! the time between two active periods of a person at the 90th percentile, at least one and at most a quarter of all.

use super::{Mode, Spec};
use crate::{
    analysis::people,
    plan::{SectionPlan, TransformPlan},
};
use engine::{Trail, TrailAnswer};
use model::period::{DateRange, Period};
use stats::{
    quantile::quantile,
    retention::{Returned, Triangle, triangle},
};
use std::collections::BTreeMap;

/// One person: the period of the first act, and what was done how long after.
pub(super) struct Person {
    /// The place of the first period.
    pub(super) cohort: usize,
    /// Ages with an act; in renewal mode all up to the last.
    pub(super) ages: Vec<usize>,
    /// What each age brought.
    brought: BTreeMap<usize, f64>,
    /// How many periods lie between one with an act and the next.
    gaps: Vec<f64>,
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
    /// How many first cohorts also hold people from before the data.
    pub(super) early: usize,
    /// The first cohort that means and comparisons look at: it is shown, and not early.
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
        let early = if spec.skip_first { early(&persons, &sizes) } else { 0 };
        Self {
            hidden: people::hidden(&sizes),
            early,
            from: early.max(sizes.len().saturating_sub(spec.periods as usize)),
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
        self.periods.len() >= 2 && (0..self.periods.len()).any(|cohort| self.is_shown(cohort))
    }

    /// Whether a cohort has anybody, and is not hidden.
    pub(super) fn is_shown(&self, cohort: usize) -> bool {
        self.triangle.sizes[cohort] > 0 && !self.hidden[cohort]
    }

    /// Whether means look at a cohort.
    pub(super) fn counts(&self, cohort: usize) -> bool {
        cohort >= self.from && self.is_shown(cohort)
    }

    /// Everybody of the cohorts that means look at.
    pub(super) fn whole(&self) -> usize {
        let counted = (self.from..self.periods.len()).filter(|cohort| self.counts(*cohort));
        counted.map(|cohort| self.triangle.sizes[cohort] as usize).sum()
    }

    /// Persons and returns at an age over the shown cohorts from `from` to `to` that have lived it.
    pub(super) fn lived(&self, from: usize, to: usize, age: usize) -> (u64, u64) {
        let shown = (from..to.min(self.periods.len())).filter(|cohort| self.is_shown(*cohort));
        let cohorts = shown.filter_map(|cohort| {
            let came = (*self.triangle.customers[cohort].get(age)?)?;
            Some((self.triangle.sizes[cohort], came))
        });
        cohorts.fold((0, 0), |(size, came), one| (size + one.0, came + one.1))
    }

    /// The share over all cohorts that means look at.
    pub(super) fn mean(&self, age: usize) -> Option<f64> {
        self.mean_of(self.from, age, age)
    }

    /// The share at an age over the shown cohorts from `from` on that have lived the age `later`.
    pub(super) fn mean_of(&self, from: usize, age: usize, later: usize) -> Option<f64> {
        let (size, came) = self.lived(from, self.periods.len().saturating_sub(later), age);
        (size > 0).then(|| came as f64 / size as f64)
    }

    /// What a cohort has brought up to an age, per original customer; `None` while that is not over.
    pub(super) fn brought(&self, cohort: usize, age: usize) -> Option<f64> {
        let size = self.triangle.sizes[cohort];
        let is_over = cohort + age < self.periods.len();
        (is_over && size > 0)
            .then(|| self.brought[cohort][..=age].iter().sum::<f64>() / size as f64)
    }

    /// What a person has brought up to an age, over the cohorts that means look at and that have lived the age `later`.
    pub(super) fn mean_brought(&self, age: usize, later: usize) -> Option<f64> {
        (0..=age).map(|age| self.mean_more(age, later)).sum()
    }

    /// What a person has brought up to an age: at each age the mean over the cohorts that have lived it, added up, so
    /// that a cohort which drops out takes nothing away.
    pub(super) fn chained(&self, age: usize) -> Option<f64> {
        (0..=age).map(|age| self.mean_more(age, age)).sum()
    }

    /// What a person brings at one age, over the cohorts that means look at and that have lived the age `later`.
    fn mean_more(&self, age: usize, later: usize) -> Option<f64> {
        let (mut sum, mut size) = (0.0, 0);
        let lived = self.from..self.periods.len().saturating_sub(later);
        for cohort in lived.filter(|cohort| self.counts(*cohort)) {
            size += self.triangle.sizes[cohort];
            sum += self.brought[cohort][age];
        }
        (size > 0).then(|| sum / size as f64)
    }
}

/// How many first cohorts hold people from before the data, somebody being left to speak of.
fn early(persons: &[Person], sizes: &[usize]) -> usize {
    let gaps: Vec<f64> = persons.iter().flat_map(|person| person.gaps.iter().copied()).collect();
    let typical = quantile(&gaps, 0.9).map_or(1, |gap| gap.ceil() as usize);
    let count = typical.min(sizes.len() / 4).max(1).min(sizes.len());
    let leaves_some = |count: &usize| sizes[*count..].iter().any(|size| *size > 0);
    (1..=count).rev().find(leaves_some).unwrap_or(0)
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
        let gaps = ages.windows(2).map(|two| (two[1] - two[0]) as f64).collect();
        if spec.mode == Mode::Renewal {
            ages = (0..=ages.last().copied()?).collect();
        }
        Some(Self { cohort, ages, brought, gaps, member: first.label().map(str::to_owned) })
    }
}
