//! From trails to purchases.
//!
//! Rule: rows of one day are one purchase, their amounts netted. A day that nets to less than nothing is no purchase; one
//! that nets to nothing is a purchase, but who never paid tells nothing of spend. Rows without an amount are left out.

use chrono::{Datelike, NaiveDate};
use engine::{Trail, TrailAnswer};
use model::{number::Number, period::DateRange};
use stats::lifetime::{Customer, Purchase, summarise};
use std::collections::BTreeMap;

/// What customers bought, without who they are.
#[derive(Debug)]
pub(super) struct Purchases {
    /// The purchases, by the place of the customer.
    pub(super) log: Vec<Purchase>,
    /// Customers as the models see them.
    pub(super) customers: Vec<Customer>,
    /// What each customer has spent, in their order.
    pub(super) spent: Vec<f64>,
    /// Their segment, told by the first purchase.
    pub(super) members: Vec<Option<String>>,
    /// The last day, counted from the year 0.
    pub(super) end: i64,
    /// The days from the first purchase to the end.
    pub(super) days: DateRange,
    /// What was left out.
    pub(super) left_out: LeftOut,
}

/// Rows that are not looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct LeftOut {
    /// Without a person.
    pub(super) nobodys: usize,
    /// Without a moment.
    pub(super) undated: usize,
    /// Without an amount.
    pub(super) unvalued: usize,
    /// Days that net to less than nothing.
    pub(super) negative: usize,
}

fn place(day: NaiveDate) -> i64 {
    i64::from(day.num_days_from_ce())
}

impl Purchases {
    /// Puts the days of every person together.
    pub(super) fn read(answer: &TrailAnswer, days: DateRange) -> Self {
        let sum = |counts: &[u64]| counts.iter().sum::<u64>() as usize;
        let mut found = Self {
            log: Vec::new(),
            customers: Vec::new(),
            spent: Vec::new(),
            members: Vec::new(),
            end: place(days.last()),
            days,
            left_out: LeftOut::default(),
        };
        found.left_out.nobodys = sum(&answer.nobodys);
        found.left_out.undated = sum(&answer.undated);
        let mut first: Option<NaiveDate> = None;
        for trail in &answer.trails {
            let customer = found.spent.len();
            let Some(bought) = Bought::read(trail, &mut found.left_out) else { continue };
            first = first.map_or(Some(bought.first), |first| Some(first.min(bought.first)));
            let purchase = |(day, amount): (&NaiveDate, &f64)| Purchase {
                customer,
                day: place(*day),
                amount: *amount,
            };
            found.log.extend(bought.days.iter().map(purchase));
            found.spent.push(bought.days.values().sum());
            found.members.push(bought.member);
        }
        found.days.start = first.unwrap_or(days.end);
        found.customers = summarise(&found.log, found.end).unwrap_or_default();
        found
    }

    /// Weeks from the first purchase to the end.
    pub(super) fn weeks(&self) -> u32 {
        (self.days.days() / 7).max(0) as u32
    }

    /// Customers who bought again.
    pub(super) fn repeaters(&self) -> usize {
        self.customers.iter().filter(|customer| customer.repeats > 0).count()
    }

    /// Whether every customer has the same segment, or none.
    pub(super) fn is_divided(&self) -> bool {
        self.members.iter().any(|member| *member != self.members[0])
    }
}

/// What one person bought.
struct Bought {
    first: NaiveDate,
    days: BTreeMap<NaiveDate, f64>,
    member: Option<String>,
}

impl Bought {
    fn read(trail: &Trail, left_out: &mut LeftOut) -> Option<Self> {
        let mut days: BTreeMap<NaiveDate, Number> = BTreeMap::new();
        for moment in trail {
            let Some(amount) = moment.value() else {
                left_out.unvalued += 1;
                continue;
            };
            let sum = days.entry(moment.day).or_insert(Number::whole(0));
            *sum = sum.plus(amount);
        }
        let days: BTreeMap<NaiveDate, f64> =
            days.into_iter().map(|(day, amount)| (day, amount.to_f64())).collect();
        let negative = days.values().filter(|amount| **amount < 0.0).count();
        left_out.negative += negative;
        let days: BTreeMap<NaiveDate, f64> =
            days.into_iter().filter(|(_, amount)| *amount >= 0.0).collect();
        let first = *days.keys().next()?;
        let opening = trail.iter().find(|moment| moment.day == first && moment.value().is_some());
        let member = opening.and_then(|moment| moment.label()).map(str::to_owned);
        Some(Self { first, days, member })
    }
}
