//! How numbers, dates and periods are written in a locale.
//!
//! Rule: units, scaling (万/亿, K/M), rounding and signs live here and nowhere else; templates and
//! messages only ever see finished text. Rounding is half away from zero, as in [`Number::rounded`].

mod axis;
mod column;
mod currency;
mod date;
mod number;
mod pair;
mod spreadsheet;

#[cfg(test)]
mod tests;

pub(crate) use column::Common;
pub(crate) use number::fraction_decimals;
pub use pair::side_by_side;
pub(crate) use spreadsheet::{Kind, number_format};

use icu_decimal::{DecimalFormatter, options::DecimalFormatterOptions};
use icu_locale_core::locale;
use model::{
    label::Locale,
    number::Number,
    report::{Figure, Fmt},
};
use rust_decimal::Decimal;

/// What stands for a value that is not known.
pub(crate) const UNKNOWN: &str = "–";

/// Which signs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// Minus only, as for values.
    Minus,
    /// Plus or minus, as for differences.
    Always,
    /// None, for sentences whose verb says the direction.
    Never,
}

/// What computing with real numbers leaves of nothing.
const NOISE: f64 = 1e-12;

/// Writes values for the readers of one locale.
pub(crate) struct Formatter {
    locale: Locale,
    grouping: DecimalFormatter,
    /// Whether large amounts and counts are written in full, not in K or 万.
    in_full: bool,
}

impl Formatter {
    /// A formatter for `locale`.
    pub(crate) fn new(locale: Locale) -> Self {
        let tag = match locale {
            Locale::En => locale!("en"),
            Locale::ZhCn => locale!("zh-CN"),
        };
        let grouping = DecimalFormatter::try_new(tag.into(), DecimalFormatterOptions::default())
            .expect("the number data of both locales are compiled in");
        Self { locale, grouping, in_full: false }
    }

    /// The same without K, M, 万 and 亿, for those who compute with what is written.
    pub(crate) fn in_full(self) -> Self {
        Self { in_full: true, ..self }
    }

    /// A name and its value, or a sentence and the next one, beside each other: between hanzi and figures no space is
    /// typed.
    pub(crate) fn beside(&self, first: &str, second: &str) -> String {
        match first.chars().next_back() {
            Some(sign) if sign >= '\u{2e80}' => format!("{first}{second}"),
            _ => format!("{first} {second}"),
        }
    }

    /// The locale it writes for.
    pub(crate) fn locale(&self) -> Locale {
        self.locale
    }

    /// A value with its unit.
    pub(crate) fn figure(&self, figure: &Figure) -> String {
        self.number(figure.value, &figure.format)
    }

    /// A difference of two values, signed; percentages differ by points.
    pub(crate) fn delta(&self, figure: &Figure) -> String {
        match figure.value.and_then(Number::to_decimal) {
            Some(value) => self.difference(value, &figure.format, Sign::Always),
            None => UNKNOWN.to_owned(),
        }
    }

    /// A relative change, signed.
    pub(crate) fn change(&self, change: Option<f64>) -> String {
        match change.and_then(|change| Number::Real(change).to_decimal()) {
            Some(change) => self.relative(change, Sign::Always),
            None => UNKNOWN.to_owned(),
        }
    }

    /// A number in a unit.
    pub(crate) fn number(&self, value: Option<Number>, format: &Fmt) -> String {
        let value = value.map(|value| match value {
            Number::Real(left) if left.abs() < NOISE => Number::Real(0.0),
            other => other,
        });
        match value.and_then(Number::to_decimal) {
            Some(value) => self.value(value, format, Sign::Minus),
            None => UNKNOWN.to_owned(),
        }
    }

    /// A point of a series.
    pub(crate) fn real(&self, value: f64, format: &Fmt) -> String {
        self.number(Some(Number::Real(value)), format)
    }

    /// A share of expected input.
    pub(crate) fn share(&self, share: f64) -> String {
        match Number::Real(share).to_decimal() {
            // 99.6 % of the days is not all of them: never round up to completeness.
            Some(share) => {
                let percent = (share * Decimal::ONE_HUNDRED).floor();
                format!("{}%", self.grouped(percent, 0))
            }
            None => UNKNOWN.to_owned(),
        }
    }

    /// A whole number, written in full.
    pub(crate) fn count(&self, count: i64) -> String {
        let digits = self.grouped(Decimal::from(count.unsigned_abs()), 0);
        if count < 0 { format!("−{digits}") } else { digits }
    }
}
