//! Local moments as people write them, in job files and on the command line.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Deserializer, de::Error as _};

/// How a moment is written; a day alone is its first moment.
const FORMATS: [&str; 4] =
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"];

/// The local moment that a text says.
///
/// # Errors
/// A text that is no moment, in a sentence with examples.
pub fn local_moment(text: &str) -> Result<NaiveDateTime, String> {
    let moment = |format: &&str| NaiveDateTime::parse_from_str(text, format).ok();
    let day = || text.parse::<NaiveDate>().ok().map(|day| day.and_time(NaiveTime::MIN));
    FORMATS.iter().find_map(moment).or_else(day).ok_or_else(|| {
        format!("`{text}` is no moment; write 2026-07-01, 2026-07-01T06:30 or 2026-07-01T06:30:00")
    })
}

/// Reads a moment of a job file.
pub(super) fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDateTime>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    text.map(|text| local_moment(&text).map_err(D::Error::custom)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_the_time_of_day_may_be_left_out() {
        let said = |text: &str| local_moment(text).map(|moment| moment.to_string());
        for text in ["2026-12-31T06:30", "2026-12-31T06:30:00", "2026-12-31 06:30"] {
            assert_eq!(said(text).as_deref(), Ok("2026-12-31 06:30:00"), "{text}");
        }
        assert_eq!(said("2026-12-31").as_deref(), Ok("2026-12-31 00:00:00"));
        // A moment of the job is local to its zone.
        for text in ["", "2026-12-31T06", "2026-13-01", "2026-12-31T06:30:00Z", "31.12.2026"] {
            let reason = said(text).expect_err(text);
            assert!(reason.starts_with(&format!("`{text}` is no moment; write 2026-07-01")));
        }
    }
}
