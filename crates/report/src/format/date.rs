//! Days, moments and periods.

use super::Formatter;
use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use model::{
    label::Locale,
    period::{DateRange, Grain, Period},
};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const QUARTERS: [&str; 4] = ["一", "二", "三", "四"];

impl Formatter {
    /// A day: `5 Nov 2026`, `2026年11月5日`.
    pub(crate) fn date(&self, date: NaiveDate) -> String {
        match self.locale() {
            Locale::En => format!("{} {} {}", date.day(), short_month(date), date.year()),
            Locale::ZhCn => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        }
    }

    /// A moment: `5 Nov 2026, 06:30`.
    pub(crate) fn moment(&self, moment: NaiveDateTime) -> String {
        let time = format!("{:02}:{:02}", moment.hour(), moment.minute());
        match self.locale() {
            Locale::En => format!("{}, {time}", self.date(moment.date())),
            Locale::ZhCn => format!("{} {time}", self.date(moment.date())),
        }
    }

    /// A month without its year: `November`, `11月`; counted from 1.
    pub(crate) fn month_of_year(&self, month: u32) -> String {
        match self.locale() {
            Locale::En => {
                let at = usize::try_from(month).unwrap_or(0).wrapping_sub(1);
                MONTHS.get(at).copied().unwrap_or_default().to_owned()
            }
            Locale::ZhCn => format!("{month}月"),
        }
    }

    /// A span of days, the last one included: `20–26 Jul 2026`.
    pub(crate) fn range(&self, days: DateRange) -> String {
        let (first, last) = (days.start, days.last());
        if first == last {
            return self.date(first);
        }
        let same_year = first.year() == last.year();
        let same_month = same_year && first.month() == last.month();
        let start = match self.locale() {
            Locale::En if same_month => first.day().to_string(),
            Locale::En if same_year => format!("{} {}", first.day(), short_month(first)),
            Locale::En | Locale::ZhCn => self.date(first),
        };
        let end = match self.locale() {
            Locale::ZhCn if same_month => format!("{}日", last.day()),
            Locale::ZhCn if same_year => format!("{}月{}日", last.month(), last.day()),
            Locale::En | Locale::ZhCn => self.date(last),
        };
        format!("{start}–{end}")
    }

    /// A period in a sentence: `July 2026`, `2026年第30周`; a partial one by its days.
    pub(crate) fn period(&self, period: &Period) -> String {
        if !period.whole && period.grain != Grain::Day {
            return self.range(period.days);
        }
        let start = period.days.start;
        let (year, month) = (start.year(), start.month0() as usize);
        match (period.grain, self.locale()) {
            (Grain::Day, _) => self.date(start),
            (Grain::Week, Locale::En) => {
                let (year, week) = week(start);
                format!("week {week}, {year}")
            }
            (Grain::Week, Locale::ZhCn) => {
                let (year, week) = week(start);
                format!("{year}年第{week}周")
            }
            (Grain::Month, Locale::En) => format!("{} {year}", MONTHS[month]),
            (Grain::Month, Locale::ZhCn) => format!("{year}年{}月", month + 1),
            (Grain::FiscalMonth | Grain::FiscalQuarter, _) => self.fiscal(period),
            (Grain::Quarter, Locale::En) => format!("Q{} {year}", month / 3 + 1),
            (Grain::Quarter, Locale::ZhCn) => format!("{year}年第{}季度", QUARTERS[month / 3]),
            (Grain::Year, Locale::En) => year.to_string(),
            (Grain::Year, Locale::ZhCn) => format!("{year}年"),
            (Grain::FiscalYear, Locale::En) => period.name(),
            (Grain::FiscalYear, Locale::ZhCn) => {
                format!("{}财年", period.name().trim_start_matches("FY"))
            }
        }
    }

    /// A fiscal month by its nominal month, a fiscal quarter by the month in which it ends.
    fn fiscal(&self, period: &Period) -> String {
        let nominal = period.nominal_month();
        let (year, month) = (nominal.year(), nominal.month0() as usize);
        match (period.grain == Grain::FiscalQuarter, self.locale()) {
            (true, Locale::En) => format!("fiscal quarter to {} {year}", MONTHS[month]),
            (true, Locale::ZhCn) => format!("截至{year}年{}月的财季", month + 1),
            (false, Locale::En) => format!("fiscal {} {year}", MONTHS[month]),
            (false, Locale::ZhCn) => format!("{year}年{}月（财月）", month + 1),
        }
    }

    /// A period as a heading: the name, and for weeks the days, which few readers know by number.
    pub(crate) fn period_heading(&self, period: &Period) -> String {
        let name = self.period(period);
        match (period.grain, period.whole, self.locale()) {
            (Grain::Week, true, Locale::En) => {
                format!("Week{} ({})", name.trim_start_matches("week"), self.range(period.days))
            }
            (Grain::Week, true, Locale::ZhCn) => {
                format!("{name}（{}）", self.range(period.days))
            }
            _ => name,
        }
    }

    /// A period on an axis; the year stands below the first tick and wherever it changes.
    pub(crate) fn tick(&self, period: &Period, previous: Option<&Period>) -> String {
        let (short, year) = self.short_period(period);
        let turned = previous.is_none_or(|previous| self.short_period(previous).1 != year);
        match period.grain {
            Grain::Year | Grain::FiscalYear => self.period(period),
            _ if turned => format!("{short}\n{year}"),
            _ => short,
        }
    }

    fn short_period(&self, period: &Period) -> (String, i32) {
        let start = period.days.start;
        let (month, year) = (start.month(), start.year());
        match (period.grain, self.locale()) {
            (Grain::Day, Locale::En) => (format!("{} {}", start.day(), short_month(start)), year),
            (Grain::Day, Locale::ZhCn) => (format!("{month}月{}日", start.day()), year),
            (Grain::Week, locale) => {
                let (year, week) = week(start);
                let short = match locale {
                    Locale::En => format!("W{week}"),
                    Locale::ZhCn => format!("第{week}周"),
                };
                (short, year)
            }
            (Grain::Month, Locale::En) => (short_month(start).to_owned(), year),
            (Grain::Month, Locale::ZhCn) => (format!("{month}月"), year),
            (Grain::FiscalMonth | Grain::FiscalQuarter, locale) => {
                let nominal = period.nominal_month();
                let short = match locale {
                    Locale::En => short_month(nominal).to_owned(),
                    Locale::ZhCn => format!("{}月", nominal.month()),
                };
                let to = if period.grain == Grain::FiscalMonth { "" } else { "–" };
                (format!("{to}{short}"), nominal.year())
            }
            (Grain::Quarter, _) => (format!("Q{}", start.month0() / 3 + 1), year),
            (Grain::Year | Grain::FiscalYear, _) => (self.period(period), year),
        }
    }
}

fn short_month(date: NaiveDate) -> &'static str {
    &MONTHS[date.month0() as usize][..3]
}

/// The ISO year and week that hold the week's fourth day, as in [`Period::name`].
fn week(start: NaiveDate) -> (i32, u32) {
    let iso = (start + chrono::Days::new(3)).iso_week();
    (iso.year(), iso.week())
}
