//! Dates and moments, by declared format and zone.

use super::{
    Broken,
    layout::{Layout, agree},
    serial::Serial,
    short,
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;
use engine::polars_engine::compile::days_since_epoch;

/// The end of the year 9999, in microseconds.
const LAST_MOMENT: i64 = 253_402_300_799_999_999;

/// How a day is written.
#[derive(Debug, Clone)]
enum Day {
    Serial(Serial),
    Text(Layout),
}

impl Day {
    fn read(&self, text: &str) -> Option<NaiveDate> {
        match self {
            Self::Serial(serial) => serial.day(text),
            Self::Text(layout) => layout.read(text)?.to_naive_date().ok(),
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct DateParser(Vec<Day>);

impl DateParser {
    pub(crate) fn new(formats: &[String]) -> Result<Self, (&'static str, String)> {
        let day = |format: &String| match Serial::named(format) {
            Some(serial) => Ok(Day::Serial(serial)),
            None => Layout::new(format, true).map(Day::Text),
        };
        let days: Vec<Day> = formats.iter().map(day).collect::<Result<_, _>>()?;
        let layouts = formats.iter().zip(&days).filter_map(|(format, day)| match day {
            Day::Text(layout) => Some((format.as_str(), layout)),
            Day::Serial(_) => None,
        });
        agree(&layouts.collect::<Vec<_>>(), &|layout, text| {
            layout.read(text)?.to_naive_date().ok()
        })?;
        Ok(Self(days))
    }

    pub(crate) fn parse(&self, text: &str) -> Result<i32, Broken> {
        let date = self.0.iter().find_map(|day| day.read(text));
        date.map(days_since_epoch).ok_or_else(|| {
            Broken::new("type", format!("`{}` is not a date in the declared format", short(text)))
        })
    }
}

#[derive(Debug, Clone)]
enum Moment {
    Epoch { per_second: i64 },
    Serial(Serial),
    Text(Layout),
}

#[derive(Debug, Clone)]
pub(crate) struct TimestampParser {
    moments: Vec<Moment>,
    zone: Tz,
}

impl TimestampParser {
    pub(crate) fn new(
        formats: &[String],
        zone: Option<&str>,
        job_zone: Tz,
    ) -> Result<Self, (&'static str, String)> {
        let zone = match zone {
            Some(name) => name.parse().map_err(|_| {
                (
                    "zone",
                    format!("unknown time zone `{name}`; use an IANA name such as `Europe/London`"),
                )
            })?,
            None => job_zone,
        };
        let moment = |format: &String| match format.as_str() {
            "epoch_seconds" => Ok(Moment::Epoch { per_second: 1 }),
            "epoch_milliseconds" => Ok(Moment::Epoch { per_second: 1_000 }),
            "epoch_microseconds" => Ok(Moment::Epoch { per_second: 1_000_000 }),
            text => match Serial::named(text) {
                Some(serial) => Ok(Moment::Serial(serial)),
                None => Layout::new(text, false).map(Moment::Text),
            },
        };
        let moments: Vec<Moment> = formats.iter().map(moment).collect::<Result<_, _>>()?;
        let read = Self { moments, zone };
        let layouts =
            formats.iter().zip(&read.moments).filter_map(|(format, moment)| match moment {
                Moment::Text(layout) => Some((format.as_str(), layout)),
                Moment::Epoch { .. } | Moment::Serial(_) => None,
            });
        agree(&layouts.collect::<Vec<_>>(), &|layout, text| read.told(layout, text))?;
        Ok(read)
    }

    pub(crate) fn parse(&self, text: &str) -> Result<i64, Broken> {
        self.moments.iter().find_map(|moment| self.read(moment, text)).ok_or_else(|| {
            let what = "a moment in the declared format and zone";
            Broken::new("type", format!("`{}` is not {what}", short(text)))
        })
    }

    fn read(&self, moment: &Moment, text: &str) -> Option<i64> {
        match moment {
            Moment::Epoch { per_second } => {
                let value: i64 = text.parse().ok()?;
                // Milliseconds told as seconds would be tens of thousands of years ahead.
                let moment = value.checked_mul(1_000_000 / per_second)?;
                (-LAST_MOMENT..=LAST_MOMENT).contains(&moment).then_some(moment)
            }
            Moment::Serial(serial) => self.local(serial.moment(text)?),
            Moment::Text(layout) => self.told(layout, text),
        }
    }

    fn told(&self, layout: &Layout, text: &str) -> Option<i64> {
        let parsed = layout.read(text)?;
        if parsed.offset().is_some() || parsed.timestamp().is_some() {
            return Some(parsed.to_datetime().ok()?.timestamp_micros());
        }
        let date = parsed.to_naive_date().ok()?;
        // A format without a time of day means the day's beginning; a time that is not told is no midnight.
        let time = match layout.has_time {
            true => parsed.to_naive_time().ok()?,
            false => NaiveTime::MIN,
        };
        self.local(NaiveDateTime::new(date, time))
    }

    /// A local time in the autumn fold is its first pass; one in the spring gap never was, and is refused.
    fn local(&self, local: NaiveDateTime) -> Option<i64> {
        self.zone.from_local_datetime(&local).earliest().map(|moment| moment.timestamp_micros())
    }
}

/// The day of a moment in `zone`, as days since 1970.
pub(crate) fn day_of(microseconds: i64, zone: Tz) -> Option<i32> {
    let moment = DateTime::from_timestamp_micros(microseconds)?;
    Some(days_since_epoch(moment.with_timezone(&zone).date_naive()))
}

/// A moment at which a day has not begun any later in `zone`: its beginning, where that is a time of day.
pub(crate) fn start_of(day: NaiveDate, zone: Tz) -> i64 {
    let midnight = day.and_time(NaiveTime::MIN);
    match zone.from_local_datetime(&midnight).earliest() {
        Some(moment) => moment.timestamp_micros(),
        // The clock was put forward at midnight; no zone is further ahead than 14 hours.
        None => (midnight.and_utc() - chrono::TimeDelta::hours(14)).timestamp_micros(),
    }
}

/// The date of a day number.
pub(crate) fn date_of(days: i32) -> NaiveDate {
    NaiveDate::default() + chrono::TimeDelta::days(i64::from(days))
}
