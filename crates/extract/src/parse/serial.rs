//! Days and moments as spreadsheets count them: days since a first one, with the time of day behind the point.
//!
//! Rule: the count of 1900 has a day 60 that never was, 29 February 1900. It is refused, and so are 0 and less.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

/// The last day that has a date of four digits for its year.
const LAST: i64 = 2_958_465;

/// From which day a spreadsheet counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Serial {
    /// 1 is 1 January 1900.
    From1900,
    /// 0 is 1 January 1904.
    From1904,
}

impl Serial {
    /// The count that a format names.
    pub(super) fn named(format: &str) -> Option<Self> {
        match format {
            "excel_1900" => Some(Self::From1900),
            "excel_1904" => Some(Self::From1904),
            _ => None,
        }
    }

    /// The day of a whole number.
    pub(super) fn day(self, text: &str) -> Option<NaiveDate> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let days: i64 = text.parse().ok().filter(|_| is_number)?;
        let (year, month, day) = match (self, days) {
            (Self::From1900, 1..=59) => (1899, 12, 31),
            (Self::From1900, 61..=LAST) => (1899, 12, 30),
            (Self::From1904, 0..=2_957_003) => (1904, 1, 1),
            _ => return None,
        };
        NaiveDate::from_ymd_opt(year, month, day)?.checked_add_signed(TimeDelta::days(days))
    }

    /// The moment of a number, to the millisecond, as spreadsheets show them.
    pub(super) fn moment(self, text: &str) -> Option<NaiveDateTime> {
        let (days, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let is_number = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
        let kept = fraction.get(..fraction.len().min(18)).filter(|_| is_number)?;
        let (parts, whole) = (kept.parse::<u128>().ok()?, 10_u128.pow(kept.len() as u32));
        let milliseconds = (parts * 86_400_000 + whole / 2) / whole;
        let since = TimeDelta::milliseconds(i64::try_from(milliseconds).ok()?);
        self.day(days)?.and_hms_opt(0, 0, 0)?.checked_add_signed(since)
    }
}
