//! Exact and approximate numbers.
//!
//! Money, counts and their sums are exact decimals; a ratio is a binary float because a quotient has
//! no finite decimal form anyway. The two meet only in arithmetic that says which it yields.

use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A known number; an unknown one is `Option::None`, never zero.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Number {
    /// An exact decimal: counts, money and sums of these. Written as text, e.g. `"823746.140"`.
    Exact(#[schemars(with = "String")] Decimal),
    /// A quotient, an estimate, or anything else that is not exact.
    Real(f64),
}

impl Number {
    /// An exact whole number.
    pub fn whole(value: i64) -> Self {
        Self::Exact(Decimal::from(value))
    }

    /// The value as a float, for ratios, charts and statistics.
    pub fn to_f64(self) -> f64 {
        match self {
            Self::Exact(value) => value.to_f64().unwrap_or(f64::NAN),
            Self::Real(value) => value,
        }
    }

    /// The exact decimal, or the nearest one of a real; `None` when out of range.
    pub fn to_decimal(self) -> Option<Decimal> {
        match self {
            Self::Exact(value) => Some(value),
            Self::Real(value) => Decimal::from_f64(value),
        }
    }

    /// The sum; exact when both are and it fits.
    pub fn plus(self, other: Self) -> Self {
        self.exactly(other, Decimal::checked_add)
            .unwrap_or(Self::Real(self.to_f64() + other.to_f64()))
    }

    /// The difference; exact when both are and it fits.
    pub fn minus(self, other: Self) -> Self {
        self.exactly(other, Decimal::checked_sub)
            .unwrap_or(Self::Real(self.to_f64() - other.to_f64()))
    }

    /// The product; exact when both are and it fits.
    pub fn times(self, other: Self) -> Self {
        self.exactly(other, Decimal::checked_mul)
            .unwrap_or(Self::Real(self.to_f64() * other.to_f64()))
    }

    /// The quotient as a real; `None` when `divisor` is zero.
    pub fn over(self, divisor: Self) -> Option<Self> {
        let divisor = divisor.to_f64();
        let quotient = self.to_f64() / divisor;
        (divisor != 0.0 && quotient.is_finite()).then_some(Self::Real(quotient))
    }

    /// Rounded half away from zero to `digits` decimals, as SQL's `round` does.
    pub fn rounded(self, digits: u32) -> Self {
        use rust_decimal::RoundingStrategy::MidpointAwayFromZero;
        match self {
            Self::Exact(value) => {
                Self::Exact(value.round_dp_with_strategy(digits, MidpointAwayFromZero))
            }
            Self::Real(value) => {
                let scale = 10f64.powi(i32::try_from(digits).unwrap_or(15));
                Self::Real((value * scale).round() / scale)
            }
        }
    }

    fn exactly(self, other: Self, op: fn(Decimal, Decimal) -> Option<Decimal>) -> Option<Self> {
        match (self, other) {
            (Self::Exact(left), Self::Exact(right)) => op(left, right).map(Self::Exact),
            _ => None,
        }
    }
}

/// Full precision, no grouping: the form of machine-readable output.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(value) => write!(f, "{value}"),
            Self::Real(value) => write!(f, "{value}"),
        }
    }
}

/// `numerator / denominator`, unknown when either is or when the denominator is zero.
pub fn ratio(numerator: Option<Number>, denominator: Option<Number>) -> Option<Number> {
    numerator?.over(denominator?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_keeps_its_scale_and_a_ratio_its_precision() {
        let gross = Number::Exact("823746.140".parse().expect("decimal"));
        assert_eq!(gross.to_string(), "823746.140");
        let aov = gross.over(Number::whole(1559)).expect("not zero");
        assert_eq!(aov.rounded(4).to_string(), "528.3811");
    }

    #[test]
    fn nothing_divided_by_zero_is_unknown() {
        assert_eq!(Number::whole(1).over(Number::whole(0)), None);
        assert_eq!(ratio(None, Some(Number::whole(2))), None);
    }

    #[test]
    fn exact_arithmetic_stays_exact() {
        let tenth = Number::Exact("0.1".parse().expect("decimal"));
        let sum = (0..10).fold(Number::whole(0), |sum, _| sum.plus(tenth));
        assert_eq!(sum, Number::Exact(Decimal::ONE));
    }
}
