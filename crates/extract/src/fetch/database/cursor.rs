//! How far the rows reach, and from where the next run asks.
//!
//! Method: rows come in the order of the cursor column, so the last one's value is the greatest. The next run asks from
//! there less the overlap, and leaves out the rows that it has already seen exactly so.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How far back a run asks again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Overlap {
    Number(u32),
    Seconds(u32),
}

/// What a run leaves for the next one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Bookmark {
    /// The greatest value of the cursor, as its rows say it.
    pub(super) cursor: Option<String>,
    /// Fingerprints of the rows that the run was told last, new or not.
    pub(super) seen: Vec<String>,
    /// The last of them by their keys.
    #[serde(default)]
    pub(super) last: Vec<Last>,
}

/// A row that a run was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Last {
    /// Identifies its key.
    pub(super) key: String,
    /// Its cursor, as it says it.
    pub(super) cursor: String,
}

impl Bookmark {
    /// The bookmark of a landing folder; an empty one before the first batch.
    pub(super) fn of(value: &Value) -> Result<Self, String> {
        match value {
            Value::Null => Ok(Self::default()),
            value => serde_json::from_value(value.clone())
                .map_err(|error| format!("the bookmark cannot be read: {error}")),
        }
    }
}

/// A value of a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Number(i64),
    Moment(NaiveDateTime),
}

/// From where to ask: the value less the overlap, and the same as a text in the value's own form.
///
/// # Errors
/// A value that is neither a whole number nor a date or moment, or an overlap of the other kind.
pub(super) fn back(value: &str, overlap: Overlap) -> Result<(Mark, String), String> {
    let early = || format!("`{value}` less the overlap is out of range");
    match (read(value)?, overlap) {
        ((Mark::Number(number), _), Overlap::Number(less)) => {
            let number = number.checked_sub(less.into()).ok_or_else(early)?;
            Ok((Mark::Number(number), number.to_string()))
        }
        ((Mark::Moment(moment), behind), Overlap::Seconds(less)) => {
            let less = TimeDelta::seconds(less.into());
            let moment = moment.checked_sub_signed(less).ok_or_else(early)?;
            let text = match value.as_bytes().get(10) {
                None => moment.format("%Y-%m-%d").to_string(),
                Some(mark) => {
                    let time = moment.format("%H:%M:%S");
                    format!("{}{}{time}{behind}", moment.format("%Y-%m-%d"), char::from(*mark))
                }
            };
            Ok((Mark::Moment(moment), text))
        }
        ((Mark::Number(_), _), Overlap::Seconds(_)) => {
            Err(format!("the cursor is a number (`{value}`), so `overlap` must be one"))
        }
        ((Mark::Moment(_), _), Overlap::Number(_)) => Err(format!(
            "the cursor is a time (`{value}`), so `overlap` must be a span such as `2 hours`"
        )),
    }
}

/// A value, and what stands behind its whole seconds.
pub(super) fn read(value: &str) -> Result<(Mark, &str), String> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = value.parse().map_err(|_| format!("`{value}` is too large for a cursor"))?;
        return Ok((Mark::Number(number), ""));
    }
    moment(value).ok_or_else(|| {
        format!(
            "`{value}` cannot be a cursor: a whole number, a date `2026-01-05` or a moment `2026-01-05 08:00:00`, \
             in UTC if it tells its offset, is expected"
        )
    })
}

fn moment(value: &str) -> Option<(Mark, &str)> {
    let day: NaiveDate = value.get(..10)?.parse().ok()?;
    let time = match value.get(10..)? {
        "" => return Some((Mark::Moment(day.into()), "")),
        time => time.strip_prefix(['T', ' '])?,
    };
    let clock = time.get(..8)?.parse().ok()?;
    let behind = time.get(8..)?;
    let fraction = behind.strip_prefix('.').unwrap_or("");
    let fraction = fraction.bytes().take_while(u8::is_ascii_digit).count();
    let offset = behind.get(if fraction > 0 { fraction + 1 } else { 0 }..)?;
    let is_utc = ["", "Z", "+00", "+00:00"].contains(&offset);
    is_utc.then_some((Mark::Moment(day.and_time(clock)), behind))
}

/// The form of a value: its digits as `0`.
pub(super) fn form(value: &str) -> String {
    value.chars().map(|sign| if sign.is_ascii_digit() { '0' } else { sign }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_run_asks_from_the_last_value_less_the_overlap() {
        let (hours, days, ten) =
            (Overlap::Seconds(7200), Overlap::Seconds(172_800), Overlap::Number(10));
        for (value, overlap, expected) in [
            ("42", ten, Some("32")),
            ("-3", ten, Some("-13")),
            ("2026-03-01", days, Some("2026-02-27")),
            ("2026-03-01", hours, Some("2026-02-28")),
            ("2026-01-01 01:30:00", hours, Some("2025-12-31 23:30:00")),
            ("2026-01-01T01:30:00.25Z", hours, Some("2025-12-31T23:30:00.25Z")),
            ("2026-01-01 01:30:00.123456+00:00", hours, Some("2025-12-31 23:30:00.123456+00:00")),
            ("2026-01-01 01:30:00+08:00", hours, None),
            ("2026-01-01 01:30", hours, None),
            ("2026-01-01 01:30:00.", hours, None),
            ("2026-13-01", hours, None),
            ("infinity", hours, None),
            ("0044-03-15 BC", hours, None),
            ("1.5", ten, None),
            ("42", hours, None),
            ("2026-01-01", ten, None),
            ("99999999999999999999", ten, None),
            ("", ten, None),
        ] {
            let found = back(value, overlap).ok().map(|(_, text)| text);
            assert_eq!(found.as_deref(), expected, "{value}");
        }
    }
}
