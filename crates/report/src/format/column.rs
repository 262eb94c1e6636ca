//! The figures of a column: one scale for all of them.
//!
//! Rule: where some would be written in full and others in K or 万, or in K and M, they share what the largest has, if
//! the smallest still shows two digits in it; up to a hundred thousand all are written in full. Totals are written as
//! what they are the totals of.

use super::{
    Formatter, Sign,
    currency::symbol,
    number::{Scale, ladder, rounded},
};
use model::{number::Number, report::Fmt, unit::Unit};
use rust_decimal::Decimal;

/// Columns whose largest figure is below this are written in full.
const FULL_BELOW: i64 = 100_000;

/// How every figure of a column is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Common {
    divisor: i64,
    suffix: &'static str,
    decimals: u32,
}

impl Formatter {
    /// The scale of figures that would have several, totals among them; none where they have one, or none that suits all.
    pub(crate) fn common(
        &self,
        values: &[Number],
        totals: &[Number],
        format: &Fmt,
    ) -> Option<Common> {
        if self.in_full || !matches!(format.unit, Unit::Count | Unit::Money(_) | Unit::Number) {
            return None;
        }
        let (sizes, totals) = (sizes(values), sizes(totals));
        let (least, most) = (*sizes.first()?, *sizes.last()?);
        let place = |size: &Decimal| self.rung(*size, format.decimals.unwrap_or(0));
        let highest = place(&most);
        if sizes.iter().chain(&totals).all(|size| place(size) == highest) {
            return None;
        }
        if most < Decimal::from(FULL_BELOW) {
            return Some(Common { divisor: 1, suffix: "", decimals: whole(least, format) });
        }
        let mut rungs = ladder(self.locale())[..=highest?].iter().rev();
        let on = |size: Decimal, rung: &Scale| size / Decimal::from(rung.divisor);
        let rung = rungs.find(|rung| on(least, rung) >= Decimal::new(1, 1))?;
        let greatest = totals.last().copied().unwrap_or_default().max(most);
        let is_long = on(greatest, rung) >= Decimal::from(10_000);
        let decimals = match on(least, rung) {
            // So many digits beside each other say nothing at a glance.
            least if is_long && least < Decimal::TEN => return None,
            _ if is_long => 0,
            least if least < Decimal::ONE => 2,
            _ => rung.decimals,
        };
        Some(Common { divisor: rung.divisor, suffix: rung.suffix, decimals })
    }

    /// A number in a unit, on the scale of its column.
    pub(crate) fn on(&self, common: Common, value: Number, format: &Fmt, sign: Sign) -> String {
        let Some(value) = value.to_decimal() else { return self.number(Some(value), format) };
        let shown = value.abs() / Decimal::from(common.divisor);
        // A total may be less than all that it is the total of.
        if rounded(shown, common.decimals).is_zero() && !shown.is_zero() {
            return self.value(value, format, sign);
        }
        let (digits, suffix) = match shown.is_zero() {
            true => (self.grouped(shown, 0), ""),
            false => (self.grouped(shown, common.decimals), common.suffix),
        };
        let before = match (sign, value.is_sign_negative()) {
            _ if shown.is_zero() => "",
            (Sign::Never, _) | (Sign::Minus, false) => "",
            (_, true) => "−",
            (Sign::Always, false) => "+",
        };
        match &format.unit {
            Unit::Money(code) => {
                format!("{before}{}{digits}{suffix}", symbol(code, self.locale()))
            }
            _ => format!("{before}{digits}{suffix}"),
        }
    }
}

/// What is not zero, without its sign, the least first.
fn sizes(values: &[Number]) -> Vec<Decimal> {
    let sizes = values.iter().filter_map(|value| value.to_decimal()).map(|size| size.abs());
    let mut sizes: Vec<Decimal> = sizes.filter(|size| !size.is_zero()).collect();
    sizes.sort_unstable();
    sizes
}

/// The decimals of figures in full beside large ones: none, unless the smallest needs them.
fn whole(least: Decimal, format: &Fmt) -> u32 {
    match &format.unit {
        _ if least >= Decimal::TEN => 0,
        Unit::Count => format.decimals.unwrap_or(0),
        _ => format.decimals.unwrap_or(2),
    }
}
