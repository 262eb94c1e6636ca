//! Which dates or moments a column's texts are, by the formats that all of them keep.
//!
//! Rule: a format is proposed only if the values decide it: day and month apart by a day above 12.

use crate::{
    contract::ColumnSpec,
    parse::{Parser, Value},
};
use regex::Regex;
use serde_json::json;
use std::sync::OnceLock;

const DATES: [&str; 17] = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%b %d, %Y",
    "%Y-%m",
    "%Y年%m月%d日",
];

const TIMES: [&str; 9] = [
    "%H:%M:%S",
    "%H:%M:%S%.f",
    "%H:%M",
    "%H:%M:%S%:z",
    "%H:%M:%S%.f%:z",
    "%I:%M %p",
    "%I:%M:%S %p",
    "%I:%M%p",
    "%I:%M:%S%p",
];

/// Days before 1900 and after 2100, in days since 1970.
const PLAUSIBLE: std::ops::Range<i64> = -25_567..47_847;

/// A way of writing days or moments.
#[derive(Debug)]
struct Way {
    format: String,
    /// What the digits must look like; parsers take fewer.
    shape: Regex,
    parser: Parser,
    is_moment: bool,
}

/// All ways, compiled once.
fn ways() -> &'static [Way] {
    static WAYS: OnceLock<Vec<Way>> = OnceLock::new();
    WAYS.get_or_init(|| {
        let dates = DATES.iter().map(|date| ((*date).to_owned(), false));
        let moments = DATES.iter().filter(|date| date.contains("%d")).flat_map(|date| {
            let times = TIMES.iter().flat_map(move |time| {
                [" ", "T"].map(|between| (format!("{date}{between}{time}"), true))
            });
            times.chain([
                (format!("{date}T%H:%M:%SZ"), true),
                (format!("{date}T%H:%M:%S%.fZ"), true),
            ])
        });
        dates.chain(moments).filter_map(|(format, is_moment)| Way::new(format, is_moment)).collect()
    })
}

impl Way {
    fn new(format: String, is_moment: bool) -> Option<Self> {
        let kind = if is_moment { "timestamp" } else { "date" };
        let spec: ColumnSpec =
            serde_json::from_value(json!({ "type": kind, "format": [format] })).ok()?;
        let parser = Parser::new(&spec, chrono_tz::UTC).ok()?;
        let wide = if format.starts_with("%Y%m%d") { r"\d{2}" } else { r"\d{1,2}" };
        let mut shape = regex::escape(&format);
        for (code, digits) in [
            ("%Y", r"\d{4}"),
            ("%y", r"\d{2}"),
            ("%m", wide),
            ("%d", wide),
            ("%b", "[A-Za-z]{3}"),
            ("%H", r"(?P<hour>\d{1,2})"),
            ("%I", r"\d{1,2}"),
            ("%p", r"(?i:am|pm)"),
            ("%M", r"\d{2}"),
            ("%S", r"\d{2}"),
            (r"%\.f", r"\.\d+"),
            ("%:z", r"[+-]\d\d:\d\d"),
        ] {
            shape = shape.replace(code, digits);
        }
        Some(Self { shape: Regex::new(&format!("^{shape}$")).ok()?, format, parser, is_moment })
    }

    /// Whether the text has an hour that no clock of twelve hours shows.
    fn has_late_hour(&self, text: &str) -> bool {
        let hour =
            self.shape.captures(text).and_then(|found| found.name("hour")?.as_str().parse().ok());
        hour.is_some_and(|hour: u8| !(1..=12).contains(&hour))
    }

    /// Whether it could be of a clock of twelve hours: standards, with a `T` or an offset, are not.
    fn may_be_of_half_days(&self) -> bool {
        self.format.contains(" %H") && !self.format.ends_with("%:z")
    }

    /// The value of a text, if it is one of this way.
    fn read(&self, text: &str) -> Option<Value> {
        if !self.shape.is_match(text) {
            return None;
        }
        let value = self.parser.value(text).ok()?;
        let day = match value {
            Value::Date(days) => i64::from(days),
            Value::Timestamp(microseconds) => microseconds / 86_400_000_000,
            _ => return None,
        };
        PLAUSIBLE.contains(&day).then_some(value)
    }
}

/// Whether a text is a date or a moment in some way of writing.
pub(super) fn is_moment(text: &str) -> bool {
    // Cheap to see: a digit comes first, or behind the short name of a month.
    let bytes = text.as_bytes();
    let may_be = text.len() > 5 && (bytes[0].is_ascii_digit() || bytes[3] == b' ');
    may_be && ways().iter().any(|way| way.read(text).is_some())
}

/// The ways in which a column's moments may be written.
#[derive(Debug, Clone)]
pub(super) struct Moments {
    /// Which of all ways every value kept so far.
    alive: Vec<usize>,
    has_values: bool,
    has_late_hour: bool,
}

impl Moments {
    pub(super) fn new() -> Self {
        Self { alive: (0..ways().len()).collect(), has_values: false, has_late_hour: false }
    }

    /// Looks at a value.
    pub(super) fn see(&mut self, text: &str) {
        if !self.alive.is_empty() {
            self.has_values = true;
            self.alive.retain(|way| ways()[*way].read(text).is_some());
            self.has_late_hour = self.has_late_hour
                || self.alive.first().is_some_and(|way| ways()[*way].has_late_hour(text));
        }
    }

    /// Whether every value is a moment in some way of writing.
    pub(super) fn are_all(&self) -> bool {
        self.has_values && !self.alive.is_empty()
    }

    /// The clauses of the column, with what is to be said of them; none if it holds no moments.
    pub(super) fn proposal(&self) -> Option<Result<(serde_json::Value, String), String>> {
        let alive: Vec<&Way> = self.alive.iter().map(|way| &ways()[*way]).collect();
        let first = alive.first().filter(|_| self.has_values)?;
        if alive.len() > 1 {
            let formats: Vec<String> =
                alive.iter().map(|way| format!("`{}`", way.format)).collect();
            let formats = formats.join(" and ");
            return Some(Err(format!(
                "dates, but every value reads by {formats}; say which is right"
            )));
        }
        let kind = if first.is_moment { "timestamp" } else { "date" };
        let mut column = json!({ "type": kind, "format": [first.format] });
        let mut said = format!("are written as {}", first.format);
        if first.format.ends_with('Z') {
            column["zone"] = json!("UTC");
        } else if first.is_moment && !first.format.ends_with("%:z") {
            said += "; without `zone` they are of the job's zone";
        }
        if first.may_be_of_half_days() && !self.has_late_hour {
            said += "; DOUBT: no hour is 0 or above 12, so AM and PM may have been lost";
        }
        Some(Ok((column, said)))
    }
}
