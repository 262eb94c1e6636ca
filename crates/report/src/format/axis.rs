//! The numbers along a value axis: one scale for all, and no more decimals than they need.

use super::{Formatter, currency::symbol, number::ladder};
use model::{report::Fmt, unit::Unit};
use rust_decimal::{Decimal, prelude::FromPrimitive};

impl Formatter {
    /// One text per tick.
    pub(crate) fn axis(&self, ticks: &[f64], format: &Fmt) -> Vec<String> {
        let largest = ticks.iter().fold(0.0_f64, |largest, tick| largest.max(tick.abs()));
        let scales = matches!(format.unit, Unit::Count | Unit::Money(_) | Unit::Number);
        let rung = ladder(self.locale())
            .iter()
            .rev()
            .find(|rung| scales && largest >= 10_000.0 && largest >= rung.divisor as f64)
            // 2,500 is read more easily than a quarter of ten thousand.
            .filter(|rung| largest >= 100_000.0 || !is_broken(ticks, rung.divisor as f64, largest));
        let (prefix, suffix, factor) = match &format.unit {
            Unit::Percent => (String::new(), "%", 100.0),
            Unit::Money(code) => (symbol(code, self.locale()).into_owned(), "", 1.0),
            _ => (String::new(), "", 1.0),
        };
        let factor = rung.map_or(factor, |rung| factor / rung.divisor as f64);
        let suffix = rung.map_or(suffix, |rung| rung.suffix);
        let shown: Vec<f64> = ticks.iter().map(|tick| tick * factor).collect();
        let decimals = decimals(&shown);
        shown.iter().map(|tick| self.axis_text(*tick, decimals, &prefix, suffix)).collect()
    }

    fn axis_text(&self, tick: f64, decimals: u32, prefix: &str, suffix: &str) -> String {
        let size = Decimal::from_f64(tick.abs()).unwrap_or_default();
        // A bare zero: no unit is needed to know nothing.
        if size.round_dp(decimals).is_zero() && suffix != "%" {
            return "0".to_owned();
        }
        let minus = if tick < 0.0 { "−" } else { "" };
        format!("{minus}{prefix}{}{suffix}", self.grouped(size, decimals))
    }
}

/// Whether a few of a unit would be told in parts of it.
fn is_broken(ticks: &[f64], unit: f64, largest: f64) -> bool {
    let scaled: Vec<f64> = ticks.iter().map(|tick| tick / unit).collect();
    largest < 10.0 * unit && decimals(&scaled) > 0
}

/// The fewest decimals that tell all ticks apart exactly: up to three, or as many more as ticks below one begin with zeros.
fn decimals(shown: &[f64]) -> u32 {
    let largest = shown.iter().fold(0.0_f64, |largest, tick| largest.max(tick.abs()));
    let zeros = if largest > 0.0 && largest < 0.1 { -largest.log10().floor() as u32 } else { 0 };
    let (most, close) = ((3 + zeros).min(12), 1e-6 * largest.min(1.0));
    let exact = |decimals: u32| {
        let scale = 10_f64.powi(decimals as i32);
        shown.iter().all(|tick| (tick - (tick * scale).round() / scale).abs() <= close)
    };
    (0..most).find(|decimals| exact(*decimals)).unwrap_or(most)
}
