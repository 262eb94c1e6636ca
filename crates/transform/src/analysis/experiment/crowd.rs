//! Who saw which version, and what each did in the days that count.
//!
//! Rule: the version first seen counts. Whoever saw two is counted, left out and told; whoever's days are not over yet
//! is left out of that outcome.

use super::{
    arm::{Arm, Sums},
    spec::{Kind, OutcomeSpec, Spec},
};
use chrono::{Days, NaiveDate};
use engine::{Moment, TrailAnswer};
use model::number::Number;
use std::collections::BTreeSet;

/// Everybody who saw a version.
pub(super) struct Crowd<'a> {
    spec: &'a Spec,
    persons: Vec<Person<'a>>,
    /// Exposures without a person, or without a moment.
    pub(super) strange: u64,
}

/// Somebody who saw a version.
struct Person<'a> {
    version: &'a str,
    seen: &'a Moment,
    trail: &'a [Moment],
    /// The day on which another version was seen as well.
    other: Option<NaiveDate>,
}

impl<'a> Crowd<'a> {
    /// Reads trails, whose first kind of act is the exposure and the others the outcomes in their order.
    pub(super) fn read(spec: &'a Spec, answer: &'a TrailAnswer) -> Self {
        let persons = answer.trails.iter().filter_map(|trail| person(spec, trail)).collect();
        let first = |counts: &[u64]| counts.first().copied().unwrap_or(0);
        Self { spec, persons, strange: first(&answer.nobodys) + first(&answer.undated) }
    }

    pub(super) fn versions(&self) -> BTreeSet<String> {
        self.persons.iter().map(|person| person.version.to_owned()).collect()
    }

    /// How many saw a version, and no other, before a day.
    pub(super) fn people(&self, version: &str, cut: NaiveDate) -> u64 {
        let own = self.persons.iter().filter(|person| person.version == version);
        own.filter(|person| person.seen.day < cut && !person.is_twice(cut)).count() as u64
    }

    /// How many saw two versions before a day.
    pub(super) fn twice(&self, cut: NaiveDate) -> u64 {
        self.persons.iter().filter(|person| person.is_twice(cut)).count() as u64
    }

    /// What the people of a version did before a day.
    pub(super) fn arm(&self, index: usize, version: &str, cut: NaiveDate) -> Arm {
        let outcome = &self.spec.outcome[index];
        let mut arm = Arm::new(outcome.kind, self.spec.before.is_some());
        let own = self.persons.iter().filter(|person| person.version == version);
        for person in own.filter(|person| person.seen.day < cut && !person.is_twice(cut)) {
            let window = self.spec.window.map(|days| after(person.seen.day, days));
            if window.is_some_and(|end| end > cut) {
                arm.waiting += 1;
                continue;
            }
            let end = window.unwrap_or(cut);
            let counted = |moment: &&Moment| {
                moment.act == index + 1 && moment.at >= person.seen.at && moment.day < end
            };
            let since = self.spec.before.map(|days| person.seen.day - Days::new(u64::from(days)));
            let earlier = |moment: &&Moment| {
                moment.act == index + 1
                    && moment.at < person.seen.at
                    && since.is_some_and(|since| moment.day >= since)
            };
            let found = total(outcome, person.trail.iter().filter(counted));
            let before = total(outcome, person.trail.iter().filter(earlier));
            match (found, before) {
                (Some(found), Some(before)) => arm.add(found, before),
                _ => arm.unknown += 1,
            }
        }
        arm
    }
}

impl Person<'_> {
    fn is_twice(&self, cut: NaiveDate) -> bool {
        self.other.is_some_and(|day| day < cut)
    }
}

/// The first exposure within the days of the trial.
fn person<'a>(spec: &Spec, trail: &'a [Moment]) -> Option<Person<'a>> {
    let within = |moment: &&Moment| {
        moment.act == 0
            && moment.label().is_some()
            && moment.day >= spec.start
            && spec.end.is_none_or(|end| moment.day <= end)
    };
    let mut exposures = trail.iter().filter(within);
    let seen = exposures.next()?;
    let version = seen.label()?;
    let other = exposures.find(|moment| moment.label() != Some(version)).map(|moment| moment.day);
    Some(Person { version, seen, trail, other })
}

/// The day on which the days that count are over.
fn after(day: NaiveDate, days: u32) -> NaiveDate {
    day + Days::new(u64::from(days) + 1)
}

/// The sums of a person's acts; `None` if one of them is unknown.
fn total<'a>(outcome: &OutcomeSpec, acts: impl Iterator<Item = &'a Moment>) -> Option<Sums> {
    let (mut value, mut per) = (Number::whole(0), Number::whole(0));
    for moment in acts {
        let told = |place: usize| moment.values.get(place).copied().flatten();
        let one = if outcome.value.is_some() { told(0)? } else { Number::whole(1) };
        value = value.plus(one);
        if outcome.kind == Kind::Ratio {
            per = per.plus(told(usize::from(outcome.value.is_some()))?);
        }
    }
    let value = value.to_f64();
    Some(match outcome.kind {
        Kind::Rate => Sums { value: f64::from(u8::from(value > 0.0)), per: 0.0 },
        Kind::Mean | Kind::Ratio => Sums { value, per: per.to_f64() },
    })
}
