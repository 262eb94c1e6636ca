//! A value of a Parquet file as text, exactly.

use super::leaves::Leaf;
use crate::source::header::Unfit;
use ::parquet::{data_type::Decimal, record::Field};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta};
use std::borrow::Cow;

/// What a value says; `None` for null.
///
/// # Errors
/// A value that has no text: nested, no UTF-8, or beyond the calendar.
pub(super) fn text<'a>(field: &'a Field, leaf: &Leaf) -> Result<Option<Cow<'a, str>>, Unfit> {
    let text = match field {
        Field::Null => return Ok(None),
        Field::Str(text) => return Ok(Some(text.into())),
        Field::Bool(flag) => flag.to_string(),
        Field::Byte(value) => value.to_string(),
        Field::Short(value) => value.to_string(),
        Field::Int(value) => value.to_string(),
        Field::Long(value) => match *leaf {
            Leaf::Moment { digits, is_utc } => moment(*value, digits, is_utc)?,
            Leaf::TimeOfDay => time_of_day(*value, 9)?,
            Leaf::Plain | Leaf::Nested | Leaf::Unknown => value.to_string(),
        },
        Field::UByte(value) => value.to_string(),
        Field::UShort(value) => value.to_string(),
        Field::UInt(value) => value.to_string(),
        Field::ULong(value) => value.to_string(),
        // The shortest text that reads back to the same float: what the writer most likely meant.
        Field::Float16(value) => value.to_f32().to_string(),
        Field::Float(value) => value.to_string(),
        Field::Double(value) => value.to_string(),
        Field::Decimal(value) => decimal(value)?,
        Field::Bytes(bytes) => match std::str::from_utf8(bytes.data()) {
            Ok(text) => return Ok(Some(text.into())),
            Err(_) => return Err(("encoding", "has bytes that are not UTF-8".into())),
        },
        Field::Date(days) => {
            let date = NaiveDate::default().checked_add_signed(TimeDelta::days(i64::from(*days)));
            date.ok_or_else(beyond)?.to_string()
        }
        Field::TimeMillis(value) => time_of_day(i64::from(*value), 3)?,
        Field::TimeMicros(value) => time_of_day(*value, 6)?,
        Field::TimestampMillis(value) => moment(*value, 3, leaf.is_utc())?,
        Field::TimestampMicros(value) => moment(*value, 6, leaf.is_utc())?,
        Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => {
            return Err(("type", "is nested; name a field within it, or explode it".into()));
        }
    };
    Ok(Some(text.into()))
}

impl Leaf {
    fn is_utc(self) -> bool {
        matches!(self, Self::Moment { is_utc: true, .. })
    }
}

fn beyond() -> Unfit {
    ("type", "lies beyond the calendar".into())
}

/// A count of `10^-digits` seconds since 1970.
fn moment(value: i64, digits: u32, is_utc: bool) -> Result<String, Unfit> {
    let per_second = 10_i64.pow(digits);
    let nanos = value.rem_euclid(per_second) * 10_i64.pow(9 - digits);
    let moment = DateTime::from_timestamp(
        value.div_euclid(per_second),
        u32::try_from(nanos).map_err(|_| beyond())?,
    );
    let zone = if is_utc { "%:z" } else { "" };
    let format = format!("%Y-%m-%d %H:%M:%S%.{digits}f{zone}");
    Ok(moment.ok_or_else(beyond)?.format(&format).to_string())
}

/// A count of `10^-digits` seconds since midnight.
fn time_of_day(value: i64, digits: u32) -> Result<String, Unfit> {
    let per_second = 10_i64.pow(digits);
    let seconds = u32::try_from(value.div_euclid(per_second)).ok();
    let nanos = u32::try_from(value.rem_euclid(per_second) * 10_i64.pow(9 - digits)).ok();
    let time = seconds
        .zip(nanos)
        .and_then(|(seconds, nanos)| NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanos));
    Ok(time.ok_or_else(beyond)?.format(&format!("%H:%M:%S%.{digits}f")).to_string())
}

/// The digits of a decimal, which never was a float.
fn decimal(value: &Decimal) -> Result<String, Unfit> {
    let too_long = || ("type", "is a decimal of more than 38 digits".to_owned());
    let bytes = value.data();
    // Big-endian, in two's complement.
    let sign = if bytes.first().is_some_and(|first| *first > 0x7f) { 0xff } else { 0 };
    let skipped = bytes.len().saturating_sub(16);
    let mut wide = [sign; 16];
    if bytes[..skipped].iter().any(|byte| *byte != sign) {
        return Err(too_long());
    }
    wide[16 - (bytes.len() - skipped)..].copy_from_slice(&bytes[skipped..]);
    let units = i128::from_be_bytes(wide);
    if skipped > 0 && (units < 0) != (sign == 0xff) {
        return Err(too_long());
    }
    let scale = usize::try_from(value.scale()).map_err(|_| too_long())?;
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if units < 0 { "-" } else { "" };
    Ok(if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_and_moments_are_written_digit_by_digit() {
        let of = |units: i64, scale| decimal(&Decimal::from_i64(units, 18, scale));
        assert_eq!(of(-7, 2), Ok("-0.07".into()));
        assert_eq!(of(1_234_567_890_123_456_789, 4), Ok("123456789012345.6789".into()));
        assert_eq!(of(0, 0), Ok("0".into()));
        let wide = |bytes: Vec<u8>| decimal(&Decimal::from_bytes(bytes.into(), 40, 0));
        assert_eq!(wide(vec![0xff; 20]), Ok("-1".into()));
        assert_eq!(wide([vec![1], vec![0; 16]].concat()).expect_err("long").0, "type");
        let utc = moment(-1, 6, true);
        assert_eq!(utc, Ok("1969-12-31 23:59:59.999999+00:00".into()));
        assert_eq!(
            moment(1_700_000_000_123_456_789, 9, false),
            Ok("2023-11-14 22:13:20.123456789".into())
        );
        assert_eq!(moment(i64::MAX, 3, false).expect_err("far").0, "type");
        assert_eq!(time_of_day(86_399_999, 3), Ok("23:59:59.999".into()));
    }
}
