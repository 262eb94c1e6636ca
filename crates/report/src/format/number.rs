//! Values, differences and relative changes.

use super::{Formatter, Sign, currency::symbol};
use fixed_decimal::Decimal as Digits;
use model::{label::Locale, report::Fmt, unit::Unit};
use rust_decimal::{Decimal, RoundingStrategy::MidpointAwayFromZero, prelude::FromPrimitive};

/// A step of the ladder of large numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    pub(super) divisor: i64,
    pub(super) suffix: &'static str,
    pub(super) decimals: u32,
}

static ENGLISH: [Scale; 4] = [
    Scale { divisor: 1_000, suffix: "K", decimals: 1 },
    Scale { divisor: 1_000_000, suffix: "M", decimals: 2 },
    Scale { divisor: 1_000_000_000, suffix: "B", decimals: 2 },
    Scale { divisor: 1_000_000_000_000, suffix: "T", decimals: 2 },
];
static CHINESE: [Scale; 3] = [
    Scale { divisor: 10_000, suffix: "万", decimals: 1 },
    Scale { divisor: 100_000_000, suffix: "亿", decimals: 2 },
    Scale { divisor: 1_000_000_000_000, suffix: "万亿", decimals: 2 },
];

/// Below this, numbers are written in full in both locales.
const FULL_BELOW: i64 = 10_000;

pub(super) fn ladder(locale: Locale) -> &'static [Scale] {
    match locale {
        Locale::En => &ENGLISH,
        Locale::ZhCn => &CHINESE,
    }
}

impl Formatter {
    /// A value in its unit.
    pub(crate) fn value(&self, value: Decimal, format: &Fmt, sign: Sign) -> String {
        let size = value.abs();
        let (body, rounds_to_zero) = self.body(size, format);
        match sign {
            Sign::Minus | Sign::Never if rounds_to_zero && !value.is_zero() => {
                let is_below = value.is_sign_negative() && sign == Sign::Minus;
                self.almost_nothing(is_below, format)
            }
            _ => format!("{}{body}", mark(value, rounds_to_zero, sign)),
        }
    }

    /// A value that its decimals cannot show: that it is less than the least that they can. Zero would claim that there
    /// is nothing.
    fn almost_nothing(&self, is_below: bool, format: &Fmt) -> String {
        let sizes = (0..=Decimal::MAX_SCALE).map(|places| Decimal::new(1, places));
        let shown = sizes.map(|size| self.body(size, format)).take_while(|(_, is_zero)| !is_zero);
        let least = shown.last().map(|(body, _)| body).unwrap_or_default();
        if is_below { format!(">−{least}") } else { format!("<{least}") }
    }

    /// A difference of two values of a unit.
    pub(crate) fn difference(&self, value: Decimal, format: &Fmt, sign: Sign) -> String {
        match &format.unit {
            Unit::Percent => self.percentage_points(value, format.decimals.unwrap_or(1), sign),
            Unit::Points => {
                let digits = self.value(value, format, sign);
                match self.locale() {
                    Locale::En => format!("{digits}\u{a0}points"),
                    Locale::ZhCn => format!("{digits}分"),
                }
            }
            _ => self.value(value, format, sign),
        }
    }

    /// A difference of two percentages, given as a fraction.
    pub(crate) fn percentage_points(&self, value: Decimal, decimals: u32, sign: Sign) -> String {
        let points = rounded(value * Decimal::ONE_HUNDRED, decimals);
        let digits = self.grouped(points.abs(), decimals);
        let mark = mark(points, points.is_zero(), sign);
        match self.locale() {
            Locale::En => format!("{mark}{digits}\u{a0}pp"),
            Locale::ZhCn => format!("{mark}{digits}个百分点"),
        }
    }

    /// A relative change, given as a fraction.
    pub(crate) fn relative(&self, change: Decimal, sign: Sign) -> String {
        let percent = change * Decimal::ONE_HUNDRED;
        let decimals = if percent.abs() >= Decimal::ONE_THOUSAND { 0 } else { 1 };
        let percent = rounded(percent, decimals);
        let digits = self.grouped(percent.abs(), decimals);
        format!("{}{digits}%", mark(percent, percent.is_zero(), sign))
    }

    /// A value in a cell of a chart, which has no room for more than three digits; the table has the rest.
    pub(crate) fn short(&self, value: f64, format: &Fmt) -> String {
        let scales = matches!(format.unit, Unit::Count | Unit::Money(_) | Unit::Number);
        let size = Decimal::from_f64(value.abs()).unwrap_or_default();
        let fits = |rung: &Scale| size >= Decimal::from(FULL_BELOW.max(rung.divisor));
        let rung = ladder(self.locale()).iter().rev().find(|rung| fits(rung));
        let Some(rung) = rung.filter(|_| scales) else {
            return self.real(value, format);
        };
        let shown = size / Decimal::from(rung.divisor);
        let whole_digits = shown.trunc().to_string().len() as u32;
        let mark = if value < 0.0 { "−" } else { "" };
        let symbol = match &format.unit {
            Unit::Money(code) => symbol(code, self.locale()),
            _ => "".into(),
        };
        let digits = self.grouped(shown, 3_u32.saturating_sub(whole_digits));
        format!("{mark}{symbol}{digits}{}", rung.suffix)
    }

    /// A fraction of one as a percentage, with the decimals that tell it from nothing.
    pub(crate) fn fraction(&self, value: f64) -> String {
        self.real(value, &Fmt { unit: Unit::Percent, decimals: Some(fraction_decimals(value)) })
    }

    /// Two values in full, with as many decimals as tell them apart; nothing where ten do not.
    pub(crate) fn apart(&self, a: Decimal, b: Decimal, format: &Fmt) -> Option<(String, String)> {
        let (scale, before, after) = match &format.unit {
            Unit::Money(code) => (Decimal::ONE, symbol(code, self.locale()).into_owned(), ""),
            Unit::Percent => (Decimal::ONE_HUNDRED, String::new(), "%"),
            _ => (Decimal::ONE, String::new(), ""),
        };
        let least = if matches!(format.unit, Unit::Money(_)) { 2 } else { 0 };
        let full = |value: Decimal, decimals: u32| {
            let digits = self.grouped((value * scale).abs(), decimals);
            format!("{}{before}{digits}{after}", mark(value, false, Sign::Minus))
        };
        let texts = (least..=10).map(|decimals| (full(a, decimals), full(b, decimals)));
        texts.into_iter().find(|(a, b)| a != b)
    }

    /// Digits with the locale's grouping; `value` is not negative.
    pub(super) fn grouped(&self, value: Decimal, decimals: u32) -> String {
        let text = format!("{:.*}", decimals as usize, rounded(value, decimals));
        let digits = Digits::try_from_str(&text).expect("a printed decimal is a decimal");
        self.grouping.format(&digits).to_string()
    }

    /// The text of a size without its sign, and whether it shows nothing but zeros.
    fn body(&self, size: Decimal, format: &Fmt) -> (String, bool) {
        let decimals = |habit: u32| format.decimals.unwrap_or(habit);
        let plain = |shown: Decimal, decimals: u32| {
            (self.grouped(shown, decimals), rounded(shown, decimals).is_zero())
        };
        match &format.unit {
            Unit::Count => self.scaled(size, decimals(0)),
            Unit::Number => self.scaled(size, decimals(2)),
            Unit::Money(code) => {
                let habit = if size < Decimal::ONE_THOUSAND { 2 } else { 0 };
                let (digits, zero) = self.scaled(size, decimals(habit));
                (format!("{}{digits}", symbol(code, self.locale())), zero)
            }
            Unit::Percent => {
                let (digits, zero) = plain(size * Decimal::ONE_HUNDRED, decimals(1));
                (format!("{digits}%"), zero)
            }
            Unit::Points => plain(size, decimals(1)),
            Unit::Score => plain(size, decimals(2)),
            Unit::Days => {
                let (digits, zero) = plain(size, decimals(1));
                (self.days(&digits), zero)
            }
        }
    }

    fn days(&self, digits: &str) -> String {
        match (self.locale(), digits) {
            (Locale::ZhCn, _) => format!("{digits}天"),
            (Locale::En, "1") => "1 day".to_owned(),
            (Locale::En, _) => format!("{digits}\u{a0}days"),
        }
    }

    /// In full when small, else on the first rung whose rounded number is short enough.
    fn scaled(&self, size: Decimal, decimals: u32) -> (String, bool) {
        let Some(place) = self.rung(size, decimals) else {
            let full = rounded(size, decimals);
            return (self.grouped(full, decimals), full.is_zero());
        };
        let rung = ladder(self.locale())[place];
        let shown = size / Decimal::from(rung.divisor);
        // Three digits say how much it is in either language: ¥12.5K, ¥1.25万.
        let is_short = rounded(shown, 2) < Decimal::TEN;
        let digits = self.grouped(shown, if is_short { 2 } else { rung.decimals });
        (format!("{digits}{}", rung.suffix), false)
    }

    /// The rung of a size that is alone; none for one that is written in full.
    pub(super) fn rung(&self, size: Decimal, decimals: u32) -> Option<usize> {
        if self.in_full || rounded(size, decimals) < Decimal::from(FULL_BELOW) {
            return None;
        }
        let rungs = ladder(self.locale());
        let fits = |rung: &Scale, next: Option<&Scale>| {
            // 999,950 would round to "1000.0K": it belongs to the next rung.
            next.is_none_or(|next| {
                let limit = Decimal::from(next.divisor) / Decimal::from(rung.divisor);
                rounded(size / Decimal::from(rung.divisor), rung.decimals) < limit
            })
        };
        let place = (0..rungs.len()).find(|&place| fits(&rungs[place], rungs.get(place + 1)));
        Some(place.unwrap_or(rungs.len() - 1))
    }
}

/// How many decimals a percentage needs to show two digits that are not zero: one at least, eight at most.
pub(crate) fn fraction_decimals(value: f64) -> u32 {
    let tells = |decimals: &u32| value.abs() * 100.0 * 10_f64.powi(*decimals as i32) >= 9.95;
    (1..8).find(tells).unwrap_or(if value.abs() > 0.0 { 8 } else { 1 })
}

pub(super) fn rounded(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, MidpointAwayFromZero)
}

/// Zero has no sign: "+0.0%" would claim a direction that the digits do not show.
fn mark(value: Decimal, rounds_to_zero: bool, sign: Sign) -> &'static str {
    match sign {
        _ if rounds_to_zero => "",
        Sign::Never => "",
        Sign::Minus | Sign::Always if value.is_sign_negative() => "−",
        Sign::Always => "+",
        Sign::Minus => "",
    }
}
