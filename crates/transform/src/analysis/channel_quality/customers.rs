//! What became of the customers that each channel won.
//!
//! Rule: the channel of the first act won the customer; every customer is looked at for the same days after it, and
//! one whose days are not over yet is left out. A repeat is an act on a later day.

use super::Spec;
use chrono::{Days, NaiveDate};
use engine::{Moment, TrailAnswer};
use model::period::DateRange;
use stats::{
    experiment::Sample,
    peer::suppression::{Cell, Floor, one_way},
};
use std::collections::BTreeMap;

/// The customers of one channel, or of several.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Won {
    /// Customers whose days are over.
    pub customers: u64,
    /// Those who came back on a later day.
    pub repeaters: u64,
    /// Those whose every act within the days has a value.
    pub valued: u64,
    /// The value of those.
    sum: f64,
    /// The sum of squares of the value of each.
    squares: f64,
}

impl Won {
    /// Whether a customer came back.
    pub(super) fn repeat(&self) -> Sample {
        Sample::Rate { units: self.customers as f64, hits: self.repeaters as f64 }
    }

    /// What a customer is worth.
    pub(super) fn value(&self) -> Sample {
        Sample::Mean { units: self.valued as f64, sum: self.sum, squares: self.squares }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            customers: self.customers + other.customers,
            repeaters: self.repeaters + other.repeaters,
            valued: self.valued + other.valued,
            sum: self.sum + other.sum,
            squares: self.squares + other.squares,
        }
    }
}

/// The customers of all channels.
#[derive(Debug, Default)]
pub(super) struct Customers {
    /// By channel as `by` names it; `None` is a first act without a channel.
    pub channels: BTreeMap<Option<String>, Won>,
    /// Channels too small to be shown, with those that protect them.
    pub withheld: Vec<Option<String>>,
    /// Customers whose days are not over.
    pub young: u64,
    /// Acts that belong to nobody.
    pub nobodys: u64,
    /// Acts without a moment.
    pub undated: u64,
}

impl Customers {
    pub(super) fn of(answer: &TrailAnswer, spec: &Spec, period: DateRange) -> Self {
        let mut found = Self {
            nobodys: answer.nobodys.iter().sum(),
            undated: answer.undated.iter().sum(),
            ..Self::default()
        };
        let same = spec.same.iter().flat_map(|(member, names)| {
            names.iter().map(move |name| (name.as_str(), member.as_str()))
        });
        let same: BTreeMap<&str, &str> = same.collect();
        let window = Days::new(u64::from(spec.window));
        // The last day that a first act may have, so that its window ends within the period; and the first.
        let latest = period.last() - window;
        let earliest = latest.checked_sub_days(Days::new(u64::from(spec.acquired)));
        let earliest = earliest.unwrap_or(NaiveDate::MIN);
        for trail in &answer.trails {
            let Some(first) = trail.first() else { continue };
            if first.day > latest {
                found.young += 1;
            } else if first.day > earliest {
                let channel = first.label().map(|name| *same.get(name).unwrap_or(&name));
                let won = won(trail, first.day, first.day + window, spec.value.is_some());
                let all = found.channels.entry(channel.map(str::to_owned)).or_default();
                *all = all.plus(won);
            }
        }
        found.withheld = found.withhold();
        found
    }

    /// With the row of all channels, one small channel alone would be given away by subtraction.
    fn withhold(&self) -> Vec<Option<String>> {
        let cells: Vec<Cell> =
            self.channels.values().map(|won| Cell::counted(won.customers as usize)).collect();
        let may = one_way(&cells, true, &Floor::default());
        let hidden = self.channels.keys().zip(&may.cells).filter(|(_, may)| !may.is_shown());
        hidden.map(|(channel, _)| channel.clone()).collect()
    }

    /// Those of channels that may be shown.
    pub(super) fn shown(&self) -> impl Iterator<Item = (&Option<String>, &Won)> {
        self.channels.iter().filter(|(channel, _)| !self.withheld.contains(channel))
    }

    /// All channels together.
    pub(super) fn all(&self) -> Won {
        self.channels.values().fold(Won::default(), |sum, won| sum.plus(*won))
    }

    /// All channels but one.
    pub(super) fn others(&self, channel: &Option<String>) -> Won {
        let others = self.channels.iter().filter(|(other, _)| *other != channel);
        others.fold(Won::default(), |sum, (_, won)| sum.plus(*won))
    }
}

/// One customer, from the first day until the last one that counts.
fn won(trail: &[Moment], first: NaiveDate, last: NaiveDate, has_value: bool) -> Won {
    let within = || trail.iter().filter(|moment| moment.day <= last);
    let values: Option<Vec<f64>> =
        within().map(|moment| moment.value().map(model::number::Number::to_f64)).collect();
    let value = values.filter(|_| has_value).map(|values| values.iter().sum::<f64>());
    Won {
        customers: 1,
        repeaters: u64::from(within().any(|moment| moment.day > first)),
        valued: u64::from(value.is_some()),
        sum: value.unwrap_or(0.0),
        squares: value.map_or(0.0, |value| value * value),
    }
}
