//! Number formats of spreadsheets: units as the page writes them, in full.
//!
//! Rule: the same decimals, signs and marks of units as the page, but neither K nor 万, so that the digits of the cell
//! are the digits of the value.

use super::currency::symbol;
use model::{
    label::Locale,
    report::Fmt,
    unit::{Unit, currency_digits},
};

/// What a number is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// A value in a unit; a percentage is a fraction of one.
    Plain(Fmt),
    /// A difference of two values in a unit; that of two percentages is in points.
    Difference(Fmt),
    /// How far apart two values are, up or down: a difference without its sign.
    Distance(Fmt),
    /// A relative change as a fraction.
    Change,
}

/// The format code of a kind of number; `mark` is a judgement before it.
pub(crate) fn number_format(kind: &Kind, mark: &str, locale: Locale) -> String {
    let (body, signed) = match kind {
        Kind::Plain(format) => (plain(format, locale), false),
        Kind::Change => ("0.0%".to_owned(), true),
        Kind::Difference(format) => (difference(format, locale), true),
        Kind::Distance(format) => (difference(format, locale), false),
    };
    let mark = if mark.is_empty() { String::new() } else { format!("\"{mark} \"") };
    match signed {
        true => format!("{mark}+{body};{mark}-{body};{mark}{body}"),
        false if mark.is_empty() => body,
        false => format!("{mark}{body};{mark}-{body}"),
    }
}

/// A difference in a unit, without its sign.
fn difference(format: &Fmt, locale: Locale) -> String {
    let (body, unit) = match (&format.unit, locale) {
        (Unit::Percent, Locale::En) => (points(format), "\u{a0}pp"),
        (Unit::Percent, Locale::ZhCn) => (points(format), "个百分点"),
        (Unit::Points, Locale::En) => (plain(format, locale), "\u{a0}points"),
        (Unit::Points, Locale::ZhCn) => (plain(format, locale), "分"),
        _ => return plain(format, locale),
    };
    format!("{body}\"{unit}\"")
}

/// Percentage points.
fn points(format: &Fmt) -> String {
    digits("0", format.decimals.unwrap_or(1))
}

fn plain(format: &Fmt, locale: Locale) -> String {
    let decimals = |habit: u32| format.decimals.unwrap_or(habit);
    match &format.unit {
        Unit::Count => digits("#,##0", decimals(0)),
        Unit::Money(code) => {
            let symbol = symbol(code, locale);
            format!("\"{symbol}\"{}", digits("#,##0", decimals(currency_digits(code))))
        }
        Unit::Percent => format!("{}%", digits("0", decimals(1))),
        Unit::Points => digits("0", decimals(1)),
        Unit::Score => digits("0", decimals(2)),
        Unit::Number => digits("#,##0", decimals(2)),
        Unit::Days => {
            let unit = match locale {
                Locale::En => "\u{a0}days",
                Locale::ZhCn => "天",
            };
            format!("{}\"{unit}\"", digits("0", decimals(1)))
        }
    }
}

fn digits(whole: &str, decimals: u32) -> String {
    let decimals = "0".repeat(decimals as usize);
    if decimals.is_empty() { whole.to_owned() } else { format!("{whole}.{decimals}") }
}
