//! The job's calendar: time zone, week start and fiscal year.

use super::retail::{RetailYear, fiscal_months};
use crate::period::{DateRange, Grain, Period};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// How days are grouped into periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// The zone whose midnights separate days.
    pub zone: Tz,
    /// The first day of a week; Monday makes ISO weeks.
    pub week_start: Weekday,
    /// The first month of the fiscal year, 1 to 12.
    pub fiscal_start: u32,
    /// How fiscal months, quarters and years are made of weeks; of calendar months when absent.
    pub retail: Option<RetailYear>,
}

impl Default for Calendar {
    fn default() -> Self {
        Self { zone: Tz::UTC, week_start: Weekday::Mon, fiscal_start: 1, retail: None }
    }
}

impl Calendar {
    /// The local date of a moment.
    pub fn date(&self, moment: DateTime<Tz>) -> NaiveDate {
        moment.with_timezone(&self.zone).date_naive()
    }

    /// The whole period that holds `date`.
    pub fn period(&self, grain: Grain, date: NaiveDate) -> Period {
        let start = self.start(grain, date);
        Period { grain, days: DateRange { start, end: self.moved(grain, start, 1) }, whole: true }
    }

    /// The last whole period that had ended when `today` began.
    pub fn last_closed(&self, grain: Grain, today: NaiveDate) -> Period {
        self.before(&self.period(grain, today), 1)
    }

    /// The open part of the period that holds the day before `today`: period to date.
    pub fn to_date(&self, grain: Grain, today: NaiveDate) -> Period {
        let whole = self.period(grain, today - Days::new(1));
        let end = whole.days.end.min(today);
        Period {
            days: DateRange { start: whole.days.start, end },
            whole: end == whole.days.end,
            grain,
        }
    }

    /// The period `steps` before; a partial one is answered by the same number of days elapsed.
    pub fn before(&self, period: &Period, steps: u32) -> Period {
        let start = self.moved(period.grain, period.days.start, -i64::from(steps));
        self.alike(period, start)
    }

    /// The same period a year earlier: 52 weeks back for days and weeks, else the same month, quarter or year.
    pub fn year_before(&self, period: &Period) -> Period {
        let grain = period.grain;
        let start = match grain {
            // 364 days keep the weekday, which matters more to daily sales than the date does.
            Grain::Day | Grain::Week => period.days.start - Days::new(364),
            Grain::Month | Grain::Quarter | Grain::Year => period.days.start - Months::new(12),
            Grain::FiscalMonth | Grain::FiscalQuarter | Grain::FiscalYear => {
                self.moved(grain, period.days.start, -12 / fiscal_months(grain))
            }
        };
        self.alike(period, start)
    }

    /// The whole periods of `grain` that touch `range`, in order.
    pub fn periods(&self, grain: Grain, range: DateRange) -> Vec<Period> {
        let mut periods = Vec::new();
        let mut period = self.period(grain, range.start);
        while period.days.start < range.end {
            periods.push(period);
            period = self.period(grain, period.days.end);
        }
        periods
    }

    /// The `count` whole periods that end with `last`, in order.
    pub fn run_up_to(&self, last: &Period, count: u32) -> Vec<Period> {
        (0..count).rev().map(|steps| self.before(last, steps)).collect()
    }

    fn alike(&self, period: &Period, start: NaiveDate) -> Period {
        let whole = self.period(period.grain, start);
        if period.whole {
            return whole;
        }
        let elapsed = Days::new(period.days.days().unsigned_abs());
        let end = (whole.days.start + elapsed).min(whole.days.end);
        Period { days: DateRange { start: whole.days.start, end }, whole: false, ..whole }
    }

    fn start(&self, grain: Grain, date: NaiveDate) -> NaiveDate {
        let first_of_month = date.with_day(1).unwrap_or(date);
        match grain {
            Grain::Day => date,
            Grain::Week => {
                let past = date.weekday().days_since(self.week_start);
                date - Days::new(u64::from(past))
            }
            Grain::Month => first_of_month,
            Grain::Quarter => first_of_month - Months::new(date.month0() % 3),
            Grain::Year => first_of_month - Months::new(date.month0()),
            Grain::FiscalMonth | Grain::FiscalQuarter | Grain::FiscalYear => match self.retail {
                Some(rule) => self.retail_start(rule, grain, date, 0),
                None => {
                    let past = (date.month() + 12 - self.fiscal_start) % 12;
                    first_of_month - Months::new(past % fiscal_months(grain) as u32)
                }
            },
        }
    }

    /// The first day of the period that lies `steps` after the one that starts on `start`.
    fn moved(&self, grain: Grain, start: NaiveDate, steps: i64) -> NaiveDate {
        match (grain, self.retail) {
            (Grain::Day, _) => start + TimeDelta::days(steps),
            (Grain::Week, _) => start + TimeDelta::days(7 * steps),
            (Grain::Month, _) => months_later(start, steps),
            (Grain::Quarter, _) => months_later(start, 3 * steps),
            (Grain::Year, _) => months_later(start, 12 * steps),
            (Grain::FiscalMonth | Grain::FiscalQuarter | Grain::FiscalYear, Some(rule)) => {
                self.retail_start(rule, grain, start, steps)
            }
            (Grain::FiscalMonth | Grain::FiscalQuarter | Grain::FiscalYear, None) => {
                months_later(start, fiscal_months(grain) * steps)
            }
        }
    }
}

fn months_later(date: NaiveDate, months: i64) -> NaiveDate {
    let many = Months::new(u32::try_from(months.unsigned_abs()).unwrap_or(u32::MAX));
    if months < 0 { date - many } else { date + many }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("date")
    }

    #[test]
    fn periods_are_named_as_printed_calendars_name_them() {
        let iso = Calendar::default();
        let fiscal = Calendar { fiscal_start: 4, ..iso };
        let sunday = Calendar { week_start: Weekday::Sun, ..iso };
        let cases = [
            (iso, Grain::Day, "2011-11-05", "2011-11-05", "2011-11-05"),
            (iso, Grain::Week, "2021-01-03", "2020-W53", "2020-12-28"),
            (iso, Grain::Week, "2026-07-26", "2026-W30", "2026-07-20"),
            (sunday, Grain::Week, "2026-07-26", "2026-W31", "2026-07-26"),
            (iso, Grain::Month, "2024-02-29", "2024-02", "2024-02-01"),
            (iso, Grain::Quarter, "2026-12-31", "2026-Q4", "2026-10-01"),
            (iso, Grain::Year, "2026-12-31", "2026", "2026-01-01"),
            (iso, Grain::FiscalYear, "2026-12-31", "FY2026", "2026-01-01"),
            (fiscal, Grain::FiscalYear, "2026-03-31", "FY2026", "2025-04-01"),
            (fiscal, Grain::FiscalYear, "2026-04-01", "FY2027", "2026-04-01"),
            (fiscal, Grain::FiscalQuarter, "2026-08-31", "FQ2026-09", "2026-07-01"),
            (fiscal, Grain::FiscalQuarter, "2027-03-31", "FQ2027-03", "2027-01-01"),
            (fiscal, Grain::FiscalMonth, "2027-03-31", "F2027-03", "2027-03-01"),
        ];
        for (calendar, grain, date, name, start) in cases {
            let period = calendar.period(grain, day(date));
            assert_eq!(
                (period.name().as_str(), period.days.start),
                (name, day(start)),
                "{grain} {date}"
            );
            assert!(period.days.contains(day(date)));
        }
    }

    #[test]
    fn only_a_finished_period_is_closed() {
        let calendar = Calendar::default();
        assert_eq!(calendar.last_closed(Grain::Month, day("2026-07-01")).name(), "2026-06");
        assert_eq!(calendar.last_closed(Grain::Month, day("2026-07-31")).name(), "2026-06");
        assert_eq!(calendar.last_closed(Grain::Day, day("2026-07-01")).name(), "2026-06-30");
    }

    #[test]
    fn a_partial_period_is_compared_with_the_same_days_elapsed() {
        let calendar = Calendar::default();
        let so_far = calendar.to_date(Grain::Month, day("2026-03-31"));
        assert_eq!(so_far.days.days(), 30);
        assert!(!so_far.whole);
        // February has 28 days: the comparison cannot be longer than the month itself.
        assert_eq!(calendar.before(&so_far, 1).days.days(), 28);
        assert!(calendar.to_date(Grain::Month, day("2026-04-01")).whole);
    }
}
