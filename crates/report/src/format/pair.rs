//! Two values of a metric, for analysts who hold them against each other.
//!
//! Rule: written in full and without marks of thousands, with the decimals of the unit, or with more where both would
//! read the same.

use super::number::fraction_decimals;
use model::{
    number::Number,
    report::Fmt,
    unit::{Unit, currency_digits},
};

/// The decimals of a real number whose unit is not known; of one below 1, its digits.
const DECIMALS: i32 = 6;
/// The digits that a real number surely has.
const DIGITS: i32 = 15;
/// So many more decimals may be needed to tell two values apart.
const MORE: u32 = 14;

/// Both values as text; `None` where one is unknown. Without a format their unit is not known, and a percentage is a
/// fraction of one.
pub fn side_by_side(values: [Option<Number>; 2], format: Option<&Fmt>) -> [Option<String>; 2] {
    let known = values.into_iter().flatten();
    let least = match format {
        Some(format) => known.map(|value| habit(format, value)).max(),
        None => known.filter_map(places).min(),
    };
    let least = least.unwrap_or(0);
    let written =
        |decimals: u32| values.map(|value| value.map(|value| text(value, format, decimals)));
    if values[0] == values[1] {
        return written(least);
    }
    let apart = (least..=least + MORE).map(written).find(|[first, second]| first != second);
    apart.unwrap_or_else(|| values.map(|value| value.map(|value| value.to_string())))
}

/// The decimals that a unit usually has.
fn habit(format: &Fmt, value: Number) -> u32 {
    format.decimals.unwrap_or_else(|| match &format.unit {
        Unit::Count => 0,
        Unit::Money(code) => currency_digits(code),
        Unit::Percent => fraction_decimals(value.to_f64()),
        Unit::Points | Unit::Days => 1,
        Unit::Score | Unit::Number => 2,
    })
}

/// The decimals that say enough of a real number; `None` where there is nothing to round.
fn places(value: Number) -> Option<u32> {
    let Number::Real(real) = value else { return None };
    let size = real.abs().log10().floor();
    if !size.is_finite() {
        return None;
    }
    let size = size as i32;
    let places = if size < 0 { DECIMALS - 1 - size } else { DECIMALS.min(DIGITS - 1 - size) };
    Some(u32::try_from(places).unwrap_or(0))
}

fn text(value: Number, format: Option<&Fmt>, decimals: u32) -> String {
    match (format.map(|format| &format.unit), value) {
        (Some(Unit::Percent), _) => {
            format!("{} %", fixed(value.times(Number::whole(100)), decimals))
        }
        (Some(_), _) => fixed(value, decimals),
        (None, Number::Exact(exact)) => exact.to_string(),
        (None, Number::Real(_)) => without_zeros(&fixed(value, decimals)).to_owned(),
    }
}

fn fixed(value: Number, decimals: u32) -> String {
    let places = decimals as usize;
    match value {
        Number::Real(real) => format!("{real:.places$}"),
        // A decimal is cut off where it is printed, so that it is rounded before.
        Number::Exact(_) => match value.rounded(decimals) {
            Number::Exact(exact) => format!("{exact:.places$}"),
            Number::Real(real) => format!("{real:.places$}"),
        },
    }
}

fn without_zeros(text: &str) -> &str {
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => text,
    }
}
