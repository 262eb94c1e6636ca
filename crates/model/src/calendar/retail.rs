//! Retail years: 52 or 53 whole weeks, cut into months of four and five weeks.
//!
//! Rule: the year ends on the last weekday before `week_start`, so that a calendar of weeks from Sunday closes on a
//! Saturday; its nominal end is the last day of the month before `fiscal_start`. A 53rd week goes to the last month.
//! Source: the National Retail Federation's 4-5-4 calendar, and the 4-4-5 quarters of accounting practice.

use super::Calendar;
use crate::period::Grain;
use chrono::{Datelike, Days, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Weeks in a retail year, a 53rd one apart.
const WEEKS: u64 = 52;

/// How many days before or after the nominal day a retail year can start at most.
const SHIFT: u64 = 7;

/// A fiscal year of whole weeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetailYear {
    /// How the 13 weeks of a quarter make three months.
    pub pattern: RetailPattern,
    /// On which weekday near the end of the month before `fiscal_start` the year ends.
    #[serde(default)]
    pub ends: YearEnd,
}

/// How the 13 weeks of a quarter make three months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RetailPattern {
    /// Four, four and five weeks.
    #[serde(rename = "4-4-5")]
    FourFourFive,
    /// Four, five and four weeks.
    #[serde(rename = "4-5-4")]
    FourFiveFour,
    /// Five, four and four weeks.
    #[serde(rename = "5-4-4")]
    FiveFourFour,
}

/// On which last weekday a retail year ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum YearEnd {
    /// The last one in the month.
    Last,
    /// The one nearest to the end of the month.
    #[default]
    Nearest,
}

impl RetailPattern {
    /// Weeks before each month of a quarter.
    fn weeks_before(self) -> [u64; 3] {
        match self {
            Self::FourFourFive => [0, 4, 8],
            Self::FourFiveFour => [0, 4, 9],
            Self::FiveFourFour => [0, 5, 9],
        }
    }
}

impl Calendar {
    /// The first day of the retail year whose nominal first day lies in `year`.
    fn retail_year(&self, rule: RetailYear, year: i32) -> NaiveDate {
        let month = self.fiscal_start.clamp(1, 12);
        let nominal = NaiveDate::from_ymd_opt(year, month, 1).unwrap_or_default();
        let past = u64::from(nominal.weekday().days_since(self.week_start));
        match rule.ends {
            YearEnd::Nearest if past > 3 => nominal + Days::new(7 - past),
            YearEnd::Last | YearEnd::Nearest => nominal - Days::new(past),
        }
    }

    /// The first day of the `month`-th retail month, counted from January of year 0 by nominal years.
    fn retail_month(&self, rule: RetailYear, month: i64) -> NaiveDate {
        let year = i32::try_from(month.div_euclid(12)).unwrap_or(i32::MAX);
        let place = month.rem_euclid(12) as usize;
        let weeks = 13 * (place as u64 / 3) + rule.pattern.weeks_before()[place % 3];
        self.retail_year(rule, year) + Days::new(7 * weeks)
    }

    /// The retail month that holds `date`, counted as in `retail_month`.
    fn retail_place(&self, rule: RetailYear, date: NaiveDate) -> i64 {
        // A year can start up to half a week before its nominal day, so the next one may have begun.
        let nominal_years = [date.year() + 1, date.year()];
        let begun = nominal_years.into_iter().find(|year| self.retail_year(rule, *year) <= date);
        let year = begun.unwrap_or(date.year() - 1);
        let elapsed = (date - self.retail_year(rule, year)).num_days().unsigned_abs() / 7;
        let week = elapsed.min(WEEKS - 1);
        let months = rule.pattern.weeks_before();
        let within = months.iter().rposition(|before| *before <= week % 13).unwrap_or(0);
        i64::from(year) * 12 + (week / 13 * 3) as i64 + within as i64
    }

    /// The first day of the retail period of a fiscal grain, `steps` periods after the one that holds `date`.
    pub(super) fn retail_start(
        &self,
        rule: RetailYear,
        grain: Grain,
        date: NaiveDate,
        steps: i64,
    ) -> NaiveDate {
        let months = fiscal_months(grain);
        let first = self.retail_place(rule, date).div_euclid(months) * months;
        self.retail_month(rule, first + steps * months)
    }
}

/// How many fiscal months a fiscal grain has.
pub(super) fn fiscal_months(grain: Grain) -> i64 {
    match grain {
        Grain::FiscalQuarter => 3,
        Grain::FiscalYear => 12,
        Grain::Day
        | Grain::Week
        | Grain::Month
        | Grain::FiscalMonth
        | Grain::Quarter
        | Grain::Year => 1,
    }
}

/// A day that surely lies in the nominal month in which a fiscal period starts.
pub(crate) fn within_nominal_month(start: NaiveDate) -> NaiveDate {
    start + Days::new(SHIFT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Weekday;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("date")
    }

    fn retail(pattern: RetailPattern, ends: YearEnd, fiscal_start: u32) -> Calendar {
        Calendar {
            week_start: Weekday::Sun,
            fiscal_start,
            retail: Some(RetailYear { pattern, ends }),
            ..Calendar::default()
        }
    }

    #[test]
    fn retail_months_are_those_of_the_printed_4_5_4_calendar() {
        // National Retail Federation, 4-5-4 calendars of 2023 (53 weeks) to 2025.
        let nrf = retail(RetailPattern::FourFiveFour, YearEnd::Nearest, 2);
        let cases = [
            ("2023-01-29", Grain::FiscalYear, "FY2024", "2023-01-29", "2024-02-03"),
            ("2024-02-03", Grain::FiscalMonth, "F2024-01", "2023-12-31", "2024-02-03"),
            ("2024-02-04", Grain::FiscalMonth, "F2024-02", "2024-02-04", "2024-03-02"),
            ("2024-03-03", Grain::FiscalMonth, "F2024-03", "2024-03-03", "2024-04-06"),
            ("2024-05-04", Grain::FiscalQuarter, "FQ2024-04", "2024-02-04", "2024-05-04"),
            ("2025-02-01", Grain::FiscalYear, "FY2025", "2024-02-04", "2025-02-01"),
            ("2025-11-28", Grain::FiscalMonth, "F2025-11", "2025-11-02", "2025-11-29"),
            ("2026-01-31", Grain::FiscalQuarter, "FQ2026-01", "2025-11-02", "2026-01-31"),
        ];
        for (date, grain, name, first, last) in cases {
            let period = nrf.period(grain, day(date));
            let found = (period.name(), period.days.start, period.days.last());
            assert_eq!(found, (name.to_owned(), day(first), day(last)), "{grain} of {date}");
        }
    }

    #[test]
    fn a_retail_year_ends_on_the_last_saturday_or_on_the_nearest() {
        // Published annual reports: years to the last Saturday of September, and to the Saturday nearest to
        // 31 December.
        let last = retail(RetailPattern::FourFourFive, YearEnd::Last, 10);
        let nearest = retail(RetailPattern::FourFourFive, YearEnd::Nearest, 1);
        let ends = |calendar: Calendar, date| {
            let period = calendar.period(Grain::FiscalYear, day(date));
            (period.name(), period.days.last().to_string(), period.days.days() / 7)
        };
        let expected = |name: &str, last: &str, weeks| (name.to_owned(), last.to_owned(), weeks);
        assert_eq!(ends(last, "2017-09-30"), expected("FY2017", "2017-09-30", 53));
        assert_eq!(ends(last, "2022-09-24"), expected("FY2022", "2022-09-24", 52));
        assert_eq!(ends(last, "2023-06-01"), expected("FY2023", "2023-09-30", 53));
        assert_eq!(ends(nearest, "2021-01-02"), expected("FY2020", "2021-01-02", 53));
        assert_eq!(ends(nearest, "2022-12-31"), expected("FY2022", "2022-12-31", 52));
    }

    #[test]
    fn the_months_of_each_pattern_follow_one_another_without_gap() {
        use RetailPattern::{FiveFourFour, FourFiveFour, FourFourFive};
        for pattern in [FourFourFive, FourFiveFour, FiveFourFour] {
            for ends in [YearEnd::Last, YearEnd::Nearest] {
                for fiscal_start in 1..=12 {
                    let calendar = retail(pattern, ends, fiscal_start);
                    let mut month = calendar.period(Grain::FiscalMonth, day("2015-06-15"));
                    for _ in 0..160 {
                        let next = calendar.period(Grain::FiscalMonth, month.days.end);
                        assert_eq!(next.days.start, month.days.end);
                        assert_eq!(calendar.before(&next, 1), month);
                        assert_ne!(next.name(), month.name());
                        assert!([28, 35, 42].contains(&next.days.days()), "{next:?}");
                        month = next;
                    }
                    assert_eq!(calendar.before(&month, 12), calendar.year_before(&month));
                }
            }
        }
    }
}
