//! Decimal text to integers of the smallest unit.

use super::{
    Broken,
    plain::{MARK, Plain, Style},
    short,
};
use crate::contract::{ColumnSpec, Grouping};

/// Decimal text to integers of `10^-scale`.
#[derive(Debug, Clone)]
pub(crate) struct NumberParser {
    pub(crate) scale: u32,
    /// How many decimals of the text count: the scale, less what the source's unit is smaller by.
    places: i64,
    rounds: bool,
    decimal: u8,
    thousands: Option<u8>,
    grouping: Grouping,
    /// What else may be written in or around a number; none where its bytes are digits and marks alone.
    style: Option<Style>,
}

impl NumberParser {
    pub(crate) fn new(scale: u32, spec: &ColumnSpec) -> Result<Self, (&'static str, String)> {
        if scale > 12 {
            return Err((
                "scale",
                format!("{scale} decimals leave too few digits before the point; 12 is the most"),
            ));
        }
        let ascii =
            |mark: char| u8::try_from(mark).ok().filter(|_| can_be_mark(mark) && mark.is_ascii());
        let fault = |mark| ("number", format!("`{mark}` cannot be a mark within numbers"));
        let decimal = spec.number.decimal.unwrap_or('.');
        let decimal = ascii(decimal).ok_or_else(|| fault(decimal))?;
        let marks: Vec<char> =
            spec.number.thousands.iter().flat_map(|marks| marks.chars()).collect();
        if let Some(mark) = marks.iter().find(|mark| !can_be_mark(**mark)) {
            return Err(fault(*mark));
        }
        if marks.iter().any(|mark| *mark == char::from(decimal)) {
            return Err(("number", "decimal and thousands mark are the same".into()));
        }
        let style = Style::new(&spec.number, &marks)?;
        let only = marks.first().and_then(|mark| u8::try_from(*mark).ok());
        let thousands = if style.is_some() { Some(MARK) } else { only };
        let places = i64::from(scale) - spec.divide.map_or(Ok(0), zeros)?;
        if places < 0 && !spec.round {
            let most = i64::from(scale) - places;
            let message =
                format!("takes {most} decimals to keep every digit; set `scale = {most}`");
            return Err(("divide", message));
        }
        let grouping = spec.number.grouping.unwrap_or(Grouping::Thousands);
        Ok(Self { scale, places, rounds: spec.round, decimal, thousands, grouping, style })
    }

    /// The same for bounds, which a contract writes in the column's own unit.
    pub(crate) fn of_bounds(&self) -> Self {
        Self { places: i64::from(self.scale), rounds: false, ..self.clone() }
    }

    pub(crate) fn parse(&self, text: &str) -> Result<i64, Broken> {
        let value = match &self.style {
            None => self.read(Plain::bytes(text)),
            Some(style) => style.plain(text).and_then(|plain| self.read(plain.borrowed())),
        };
        value.ok_or_else(|| {
            let what = match (self.rounds, self.places) {
                (true, _) => "a number".to_owned(),
                (false, 0) => "a whole number".to_owned(),
                (false, places) => format!("a number with at most {places} decimals"),
            };
            Broken::new("type", format!("`{}` is not {what}", short(text)))
        })
    }

    fn read(&self, plain: Plain<&[u8]>) -> Option<i64> {
        let Plain { digits, negative, power } = plain;
        let (digits, exponent) = if self.rounds { exponent(digits)? } else { (digits, 0) };
        let exponent = exponent + power;
        let digits = without_zeros(digits, self.decimal);
        let point = digits.iter().position(|byte| *byte == self.decimal);
        let (whole, fraction) = match point {
            Some(at) => (&digits[..at], &digits[at + 1..]),
            None => (digits, &digits[..0]),
        };
        let bare = whole.is_empty() || (point.is_some() && fraction.is_empty());
        let has_digits = !whole.is_empty() || !fraction.is_empty();
        if !has_digits || (bare && !self.rounds) || !self.grouped_well(whole) {
            return None;
        }
        let whole = || whole.iter().filter(|byte| Some(**byte) != self.thousands);
        // What stands behind these digits is beyond the scale.
        let kept = whole().count() as i64 + exponent + self.places;
        let (mut value, mut place, mut rest) = (0_i64, 0, 0);
        for byte in whole().chain(fraction) {
            let digit = byte.is_ascii_digit().then(|| i64::from(byte - b'0'))?;
            if place < kept {
                value = value.checked_mul(10)?.checked_sub(digit)?;
            } else if !self.rounds && digit > 0 {
                // It would be lost money; only zeros may stand there.
                return None;
            } else if place == kept {
                rest = digit;
            }
            place += 1;
        }
        for _ in place..kept {
            value = value.checked_mul(10)?;
        }
        let value = if rest >= 5 { value.checked_sub(1)? } else { value };
        if negative { Some(value) } else { value.checked_neg() }
    }

    /// Thousands marks stand between groups of exactly as many digits as declared, or nowhere; none stands behind a
    /// leading zero, for `0,500` is half of one elsewhere.
    fn grouped_well(&self, whole: &[u8]) -> bool {
        let Some(mark) = self.thousands.filter(|mark| whole.contains(mark)) else { return true };
        let groups: Vec<usize> = whole.split(|byte| *byte == mark).map(<[u8]>::len).collect();
        let (first, last) = (groups[0], groups[groups.len() - 1]);
        let width = if self.grouping == Grouping::Indian { 2 } else { 3 };
        let between = &groups[1..groups.len() - 1];
        whole[0] != b'0'
            && (1..=width).contains(&first)
            && last == 3
            && between.iter().all(|group| *group == width)
    }
}

fn can_be_mark(mark: char) -> bool {
    !mark.is_alphanumeric() && !"-+()%\u{2212}".contains(mark) && mark != char::from(MARK)
}

/// Zeros that are looked for in one go.
const ZEROS: &[u8] = &[b'0'; 64];

/// The digits without most of the zeros that say nothing, which would take their time one by one: those before others,
/// and the last ones behind the point. A zero stays where there were some.
fn without_zeros(mut digits: &[u8], decimal: u8) -> &[u8] {
    while let Some(behind) = digits.strip_prefix(ZEROS).filter(|behind| behind.starts_with(b"0")) {
        digits = behind;
    }
    if digits.contains(&decimal) {
        let before = |digits: &&[u8]| digits.ends_with(b"0");
        while let Some(shorter) = digits.strip_suffix(ZEROS).filter(before) {
            digits = shorter;
        }
    }
    digits
}

/// The digits before an exponent, and the power of ten that it gives.
fn exponent(digits: &[u8]) -> Option<(&[u8], i64)> {
    let Some(at) = digits.iter().position(|byte| byte.eq_ignore_ascii_case(&b'e')) else {
        return Some((digits, 0));
    };
    let power = std::str::from_utf8(&digits[at + 1..]).ok()?.parse::<i16>().ok()?;
    Some((&digits[..at], power.into()))
}

/// How many zeros a power of ten has.
fn zeros(divisor: u64) -> Result<i64, (&'static str, String)> {
    let power =
        divisor.checked_ilog10().filter(|power| *power > 0 && 10_u64.pow(*power) == divisor);
    power.map(i64::from).ok_or_else(|| {
        ("divide", format!("`{divisor}` is not 10, 100, 1000 …; nothing else divides exactly"))
    })
}
