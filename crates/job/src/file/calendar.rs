//! Calendar files: `calendars/<name>.toml`, with public holidays, make-up workdays and festivals.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use model::{
    calendar::{Festival, Holidays, Occasion, RetailYear},
    id::FestivalId,
    label::Label,
    period::DateRange,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The days around its year that a block may list: New Year's bridges reach over.
const OVERLAP: u64 = 7;

/// Week start, fiscal year and holidays of a job.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarSpec {
    /// The first day of a week: `monday` (ISO) when absent.
    pub week_start: Option<String>,
    /// The first month of the fiscal year, 1 to 12; 1 when absent.
    pub fiscal_start: Option<u32>,
    /// Fiscal months of whole weeks; calendar months when absent. Example: `{ pattern = "4-4-5", ends = "nearest" }`.
    pub fiscal: Option<RetailYear>,
    /// The calendar file with holidays and festivals, by name; no holidays when absent. Example: `"cn"`.
    pub holidays: Option<String>,
}

/// A calendar file: `calendars/<name>.toml`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarFile {
    /// Where or for whom it holds.
    pub label: Label,
    /// The weekdays that are not worked: Saturday and Sunday when absent.
    pub weekend: Option<Vec<String>>,
    /// The names of the holidays.
    #[serde(default)]
    pub holidays: BTreeMap<String, Label>,
    /// The years in order, without gaps. Other years are not known.
    #[serde(default)]
    pub year: Vec<YearSpec>,
    /// Festivals that move or that sell, by name.
    #[serde(default)]
    pub festivals: BTreeMap<String, FestivalSpec>,
}

/// The days off of a year: `[[year]]`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct YearSpec {
    /// The year.
    pub year: i32,
    /// Whether its days off are not announced in full yet.
    #[serde(default)]
    pub provisional: bool,
    /// Where the days were announced.
    pub source: Option<String>,
    /// The days off, weekends among them or not.
    #[serde(default)]
    pub days_off: Vec<DaysOff>,
    /// Days of a weekend that are worked in their place.
    #[serde(default)]
    pub make_up: Vec<NaiveDate>,
}

/// Days off in a row.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DaysOff {
    /// The holiday, by its name under `[holidays]`.
    pub holiday: String,
    /// The first day.
    pub from: NaiveDate,
    /// The last day; the first one when absent.
    pub to: Option<NaiveDate>,
}

/// A festival: `[festivals.<name>]`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FestivalSpec {
    /// Its name for readers.
    pub label: Label,
    /// When it was and will be, in order.
    pub occasions: Vec<OccasionSpec>,
}

/// A festival in one year.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OccasionSpec {
    /// The day that distances are counted from.
    pub day: NaiveDate,
    /// The first day over which it is held; `day` when absent.
    pub from: Option<NaiveDate>,
    /// The last day over which it is held; `day` when absent.
    pub to: Option<NaiveDate>,
}

/// What is wrong with a calendar file, and at which key.
pub(crate) struct CalendarFault {
    /// The key.
    pub(crate) path: String,
    /// What is wrong.
    pub(crate) message: String,
    /// The name that is not known, where that is the fault.
    pub(crate) unknown: Option<String>,
}

impl CalendarFile {
    /// The calendar, or every fault in it.
    pub(crate) fn lower(&self) -> Result<Holidays, Vec<CalendarFault>> {
        let mut reading = Reading { file: self, holidays: Holidays::default(), faults: Vec::new() };
        reading.weekend();
        reading.years();
        for (index, year) in self.year.iter().enumerate() {
            reading.days_off(&format!("year[{index}]"), year);
        }
        // A day off may be made up for in the block of the year before.
        for (index, year) in self.year.iter().enumerate() {
            reading.make_up(&format!("year[{index}]"), year);
        }
        for (name, festival) in &self.festivals {
            reading.festival(name, festival);
        }
        if reading.faults.is_empty() { Ok(reading.holidays) } else { Err(reading.faults) }
    }
}

/// A calendar file on its way to a calendar.
struct Reading<'a> {
    file: &'a CalendarFile,
    holidays: Holidays,
    faults: Vec<CalendarFault>,
}

impl Reading<'_> {
    fn fault(&mut self, path: String, message: impl Into<String>) {
        self.faults.push(CalendarFault { path, message: message.into(), unknown: None });
    }

    fn weekend(&mut self) {
        let Some(words) = &self.file.weekend else { return };
        let mut weekend = Vec::new();
        for (index, word) in words.iter().enumerate() {
            match word.parse::<Weekday>() {
                Ok(day) => weekend.push(day),
                Err(_) => {
                    let message = format!("`{word}` is no weekday; use `monday` … `sunday`");
                    self.fault(format!("weekend[{index}]"), message);
                }
            }
        }
        self.holidays.weekend = weekend;
    }

    fn years(&mut self) {
        let years: Vec<i32> = self.file.year.iter().map(|year| year.year).collect();
        for (index, pair) in years.windows(2).enumerate() {
            if pair[1] != pair[0] + 1 {
                let message =
                    format!("{} follows {}; list every year once, in order", pair[1], pair[0]);
                self.fault(format!("year[{}].year", index + 1), message);
            }
        }
        self.holidays.years = years.first().copied().zip(years.last().copied());
        let provisional = self.file.year.iter().filter(|year| year.provisional);
        self.holidays.provisional = provisional.map(|year| year.year).collect();
    }

    fn days_off(&mut self, path: &str, year: &YearSpec) {
        for (index, off) in year.days_off.iter().enumerate() {
            let at = |key: &str| format!("{path}.days_off[{index}].{key}");
            let Some(label) = self.file.holidays.get(&off.holiday).cloned() else {
                let unknown = Some(off.holiday.clone());
                let message = format!("unknown holiday `{}`", off.holiday);
                self.faults.push(CalendarFault { path: at("holiday"), message, unknown });
                continue;
            };
            let Some(days) = span(off.from, off.to.unwrap_or(off.from)) else {
                self.fault(at("to"), "lies before `from`");
                continue;
            };
            if !is_of(year.year, days.start) || !is_of(year.year, days.last()) {
                self.fault(at("from"), format!("does not belong to {}", year.year));
                continue;
            }
            for day in days.iter() {
                if self.holidays.days_off.insert(day, label.clone()).is_some() {
                    self.fault(at("from"), format!("{day} is listed twice"));
                }
            }
        }
    }

    fn make_up(&mut self, path: &str, year: &YearSpec) {
        for (index, day) in year.make_up.iter().enumerate() {
            let at = format!("{path}.make_up[{index}]");
            if self.holidays.days_off.contains_key(day) {
                self.fault(at, format!("{day} is a day off as well"));
            } else if !is_of(year.year, *day) {
                self.fault(at, format!("does not belong to {}", year.year));
            } else if !self.holidays.weekend.contains(&day.weekday()) {
                self.fault(at, format!("{day} is no day of a weekend; it is worked anyway"));
            } else if !self.holidays.make_up.insert(*day) {
                self.fault(at, format!("{day} is listed twice"));
            }
        }
    }

    fn festival(&mut self, name: &str, festival: &FestivalSpec) {
        let mut occasions: Vec<Occasion> = Vec::new();
        for (index, one) in festival.occasions.iter().enumerate() {
            let at = format!("festivals.{name}.occasions[{index}].day");
            let days = span(one.from.unwrap_or(one.day), one.to.unwrap_or(one.day));
            let Some(days) = days.filter(|days| days.contains(one.day)) else {
                self.fault(at, "does not lie between `from` and `to`");
                continue;
            };
            if occasions.last().is_some_and(|last| one.day <= last.day) {
                self.fault(at, "does not come after the occasion before it");
            }
            occasions.push(Occasion { day: one.day, days });
        }
        let label = festival.label.clone();
        self.holidays.festivals.insert(FestivalId::new(name), Festival { label, occasions });
    }
}

/// The days from `first` to `last`, unless they stand the wrong way round.
fn span(first: NaiveDate, last: NaiveDate) -> Option<DateRange> {
    (first <= last).then(|| DateRange { start: first, end: last + Days::new(1) })
}

/// Whether a day lies in a year or right beside it.
fn is_of(year: i32, day: NaiveDate) -> bool {
    let within = [Some(day), day.checked_add_days(Days::new(OVERLAP))]
        .into_iter()
        .chain([day.checked_sub_days(Days::new(OVERLAP))]);
    within.flatten().any(|day| day.year() == year)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = r#"
        label = { en = "Here", zh-CN = "此地" }
        [holidays]
        new_year = { en = "New Year", zh-CN = "元旦" }
        [[year]]
        year = 2026
        days_off = [{ holiday = "new_year", from = "2025-12-31", to = "2026-01-02" }]
        make_up = ["2026-01-04"]
        [festivals.sale]
        label = { en = "Sale", zh-CN = "促销" }
        occasions = [{ day = "2026-06-18", from = "2026-06-01" }]
    "#;

    fn check(from: &str, to: &str, expected: &[(&str, &str)]) {
        let text = SOUND.replace(from, to);
        assert!(from.is_empty() || text != SOUND, "`{from}` is not in the sound file");
        let file: CalendarFile = toml::from_str(&text).expect("a calendar file");
        let faults = file.lower().err().unwrap_or_default();
        let found: Vec<_> =
            faults.iter().map(|one| (one.path.as_str(), one.message.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_sound_file_is_read() {
        check("", "", &[]);
    }

    #[test]
    fn what_cannot_be_meant_is_refused_where_it_stands() {
        let (day, up) = ("year[0].days_off[0]", "year[0].make_up[0]");
        let at = |key: &str| format!("{day}.{key}");
        check(
            "holiday = \"new_year\"",
            "holiday = \"new_yaer\"",
            &[(&at("holiday"), "unknown holiday `new_yaer`")],
        );
        check("to = \"2026-01-02\"", "to = \"2025-01-02\"", &[(&at("to"), "lies before `from`")]);
        check(
            "from = \"2025-12-31\"",
            "from = \"2025-11-30\"",
            &[(&at("from"), "does not belong to 2026")],
        );
        check(
            "2026-01-04\"]",
            "2026-01-05\"]",
            &[(up, "2026-01-05 is no day of a weekend; it is worked anyway")],
        );
        check("2026-01-04\"]", "2026-01-01\"]", &[(up, "2026-01-01 is a day off as well")]);
        check(
            "label = { en = \"Here\"",
            "weekend = [\"fryday\"]\nlabel = { en = \"Here\"",
            &[
                ("weekend[0]", "`fryday` is no weekday; use `monday` … `sunday`"),
                (up, "2026-01-04 is no day of a weekend; it is worked anyway"),
            ],
        );
        check(
            "[festivals.sale]",
            "[[year]]\nyear = 2028\n[festivals.sale]",
            &[("year[1].year", "2028 follows 2026; list every year once, in order")],
        );
        check(
            "from = \"2026-06-01\"",
            "from = \"2026-07-01\"",
            &[("festivals.sale.occasions[0].day", "does not lie between `from` and `to`")],
        );
    }
}
