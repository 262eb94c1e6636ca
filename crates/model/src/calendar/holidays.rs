//! Public holidays, make-up workdays and festivals of a country or a company.
//!
//! Rule: what is not listed is an ordinary day. The empty calendar knows no holidays, and Monday to Friday are worked;
//! one with years answers for those years only, and `covers` says whether it does.

use crate::{id::FestivalId, label::Label, period::DateRange};
use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Which days are worked, and which have a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holidays {
    /// The first and the last year that are listed; any year when absent.
    pub years: Option<(i32, i32)>,
    /// Listed years whose days off are not announced in full yet.
    pub provisional: BTreeSet<i32>,
    /// The weekdays that are not worked.
    pub weekend: Vec<Weekday>,
    /// Public holidays and the days off around them.
    pub days_off: BTreeMap<NaiveDate, Label>,
    /// Days of a weekend that are worked in place of a day off.
    pub make_up: BTreeSet<NaiveDate>,
    /// Festivals that move or that sell.
    pub festivals: BTreeMap<FestivalId, Festival>,
}

/// A festival: a day that sales are held against, year by year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Festival {
    /// Its name.
    pub label: Label,
    /// When it was and will be, in order.
    pub occasions: Vec<Occasion>,
}

/// A festival in one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occasion {
    /// The day that distances are counted from.
    pub day: NaiveDate,
    /// The days over which it is held; `day` is among them.
    pub days: DateRange,
}

/// A day with a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedDay {
    /// The day; the first one where several in a row have the name.
    pub date: NaiveDate,
    /// Its name.
    pub label: Label,
}

impl Default for Holidays {
    fn default() -> Self {
        Self {
            years: None,
            provisional: BTreeSet::new(),
            weekend: vec![Weekday::Sat, Weekday::Sun],
            days_off: BTreeMap::new(),
            make_up: BTreeSet::new(),
            festivals: BTreeMap::new(),
        }
    }
}

impl Holidays {
    /// Whether `date` is worked.
    pub fn is_workday(&self, date: NaiveDate) -> bool {
        let is_free = self.weekend.contains(&date.weekday()) || self.days_off.contains_key(&date);
        self.make_up.contains(&date) || !is_free
    }

    /// How many days of `range` are worked.
    pub fn workdays(&self, range: DateRange) -> u32 {
        range.iter().map(|day| u32::from(self.is_workday(day))).sum()
    }

    /// The holiday that makes `date` a day off.
    pub fn holiday(&self, date: NaiveDate) -> Option<&Label> {
        self.days_off.get(&date)
    }

    /// Whether every day of `range` lies in a year that is listed.
    pub fn covers(&self, range: DateRange) -> bool {
        self.years
            .is_none_or(|(first, last)| first <= range.start.year() && range.last().year() <= last)
    }

    /// Whether `range` touches a year whose days off are not announced in full yet.
    pub fn is_provisional(&self, range: DateRange) -> bool {
        (range.start.year()..=range.last().year()).any(|year| self.provisional.contains(&year))
    }

    /// Days from the nearest occasion of a festival to `date`: negative before it, 0 on its day, positive after it.
    pub fn festival_distance(&self, festival: &FestivalId, date: NaiveDate) -> Option<i64> {
        let occasions = &self.festivals.get(festival)?.occasions;
        let nearest = nearest(occasions, DateRange { start: date, end: date.succ_opt()? })?;
        Some((date - occasions[nearest].day).num_days())
    }

    /// The day that lay as far from the festival as `date` does, `years_back` occasions earlier.
    pub fn same_distance(
        &self,
        festival: &FestivalId,
        date: NaiveDate,
        years_back: usize,
    ) -> Option<NaiveDate> {
        let range =
            self.same_distance_of(festival, DateRange { start: date, end: date }, years_back);
        range.map(|range| range.start)
    }

    /// The days that lay as far from the festival as `range` does, `years_back` occasions earlier.
    pub fn same_distance_of(
        &self,
        festival: &FestivalId,
        range: DateRange,
        years_back: usize,
    ) -> Option<DateRange> {
        let occasions = &self.festivals.get(festival)?.occasions;
        let nearest = nearest(occasions, range)?;
        let earlier = occasions.get(nearest.checked_sub(years_back)?)?;
        let shift = occasions[nearest].day - earlier.day;
        Some(DateRange { start: range.start - shift, end: range.end - shift })
    }

    /// How many days lie between `range` and the nearest day of a festival; 0 when they share a day.
    pub fn days_to_festival(&self, festival: &FestivalId, range: DateRange) -> Option<i64> {
        let occasions = &self.festivals.get(festival)?.occasions;
        nearest(occasions, range).map(|nearest| apart(occasions[nearest].days, range))
    }

    /// The holidays and festivals that begin within `range`, by day.
    pub fn named_days(&self, range: DateRange) -> Vec<NamedDay> {
        let begins = |date: &NaiveDate, label: &Label| {
            let before = date.pred_opt().and_then(|before| self.days_off.get(&before));
            before != Some(label)
        };
        let off = self.days_off.range(range.start..range.end);
        let mut named: Vec<NamedDay> = off
            .filter(|(date, label)| begins(date, label))
            .map(|(date, label)| NamedDay { date: *date, label: label.clone() })
            .collect();
        for festival in self.festivals.values() {
            let within = festival.occasions.iter().filter(|one| range.contains(one.day));
            let label = || festival.label.clone();
            let is_said = |date: NaiveDate| self.days_off.get(&date) == Some(&festival.label);
            let fresh = within.filter(|one| !is_said(one.day));
            named.extend(fresh.map(|one| NamedDay { date: one.day, label: label() }));
        }
        named.sort();
        named
    }
}

/// The place of the occasion that is nearest to `range`, the earlier one of two that are as near.
fn nearest(occasions: &[Occasion], range: DateRange) -> Option<usize> {
    let distance = |one: &Occasion| {
        let day = DateRange { start: one.day, end: one.day + chrono::Days::new(1) };
        apart(day, range)
    };
    let numbered = occasions.iter().enumerate();
    numbered.min_by_key(|(_, one)| distance(one)).map(|(place, _)| place)
}

/// How many days lie between two spans; 0 when they share a day.
fn apart(one: DateRange, other: DateRange) -> i64 {
    let gap = (one.start - other.last()).num_days().max((other.start - one.last()).num_days());
    gap.max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("date")
    }

    fn range(start: &str, end: &str) -> DateRange {
        DateRange { start: day(start), end: day(end) }
    }

    /// The Chinese calendar of the spring of 2026 and 2025, by hand.
    fn spring() -> Holidays {
        let label = Label::new("Spring Festival", "春节");
        let occasion = |text: &str| Occasion {
            day: day(text),
            days: DateRange { start: day(text), end: day(text) + chrono::Days::new(7) },
        };
        let festival = Festival {
            label: label.clone(),
            occasions: vec![occasion("2025-01-29"), occasion("2026-02-17")],
        };
        Holidays {
            years: Some((2025, 2026)),
            days_off: range("2026-02-15", "2026-02-24")
                .iter()
                .map(|day| (day, label.clone()))
                .collect(),
            make_up: [day("2026-02-14"), day("2026-02-28")].into(),
            festivals: [(FestivalId::new("spring_festival"), festival)].into(),
            ..Holidays::default()
        }
    }

    #[test]
    fn a_day_off_is_not_worked_and_a_make_up_day_is() {
        let holidays = spring();
        // February 2026 has 20 weekdays; 16 to 20 and 23 are off, 14 and 28 are made up for.
        assert_eq!(holidays.workdays(range("2026-02-01", "2026-03-01")), 16);
        assert!(holidays.is_workday(day("2026-02-14")));
        assert!(!holidays.is_workday(day("2026-02-23")));
        assert_eq!(
            holidays.holiday(day("2026-02-20")).map(|label| label.zh_cn.as_str()),
            Some("春节")
        );
        assert_eq!(Holidays::default().workdays(range("2026-02-01", "2026-03-01")), 20);
    }

    #[test]
    fn distances_are_counted_from_the_nearest_occasion() {
        let (holidays, id) = (spring(), FestivalId::new("spring_festival"));
        assert_eq!(holidays.festival_distance(&id, day("2026-02-10")), Some(-7));
        assert_eq!(holidays.festival_distance(&id, day("2025-02-01")), Some(3));
        assert_eq!(holidays.same_distance(&id, day("2026-02-10"), 1), Some(day("2025-01-22")));
        assert_eq!(
            holidays.same_distance(&id, day("2025-02-01"), 1),
            None,
            "nothing is known of 2024"
        );
        assert_eq!(holidays.festival_distance(&FestivalId::new("mars"), day("2025-02-01")), None);
        assert_eq!(holidays.days_to_festival(&id, range("2026-02-01", "2026-03-01")), Some(0));
        assert_eq!(holidays.days_to_festival(&id, range("2026-03-01", "2026-04-01")), Some(6));
    }

    #[test]
    fn a_calendar_answers_for_its_years_only() {
        assert!(spring().covers(range("2025-01-01", "2027-01-01")));
        assert!(!spring().covers(range("2024-12-31", "2025-01-02")));
        assert!(Holidays::default().covers(range("1999-01-01", "2099-01-01")));
    }

    #[test]
    fn a_run_of_days_off_is_named_once_on_its_first_day() {
        let named = spring().named_days(range("2026-02-01", "2026-03-01"));
        assert_eq!(named.iter().map(|one| one.date).collect::<Vec<_>>(), [day("2026-02-15")]);
    }
}
