//! Decimal text to integers of the smallest unit.

use super::{Broken, short};
use crate::contract::NumberText;

/// Decimal text to integers of `10^-scale`.
#[derive(Debug, Clone)]
pub(crate) struct NumberParser {
    pub(crate) scale: u32,
    decimal: u8,
    thousands: Option<u8>,
}

impl NumberParser {
    pub(crate) fn new(scale: u32, text: &NumberText) -> Result<Self, (&'static str, String)> {
        if scale > 12 {
            return Err((
                "scale",
                format!("{scale} decimals leave too few digits before the point; 12 is the most"),
            ));
        }
        let ascii = |mark: char| {
            u8::try_from(mark).ok().filter(|byte| {
                byte.is_ascii() && !byte.is_ascii_alphanumeric() && *byte != b'-' && *byte != b'+'
            })
        };
        let fault = |mark| ("number", format!("`{mark}` cannot be a mark within numbers"));
        let decimal = text.decimal.unwrap_or('.');
        let decimal = ascii(decimal).ok_or_else(|| fault(decimal))?;
        let thousands =
            text.thousands.map(|mark| ascii(mark).ok_or_else(|| fault(mark))).transpose()?;
        if thousands == Some(decimal) {
            return Err(("number", "decimal and thousands mark are the same".into()));
        }
        Ok(Self { scale, decimal, thousands })
    }

    pub(crate) fn parse(&self, text: &str) -> Result<i64, Broken> {
        self.read(text.as_bytes()).ok_or_else(|| {
            let decimals = match self.scale {
                0 => "a whole number".to_owned(),
                scale => format!("a number with at most {scale} decimals"),
            };
            Broken::new("type", format!("`{}` is not {decimals}", short(text)))
        })
    }

    fn read(&self, text: &[u8]) -> Option<i64> {
        let (negative, digits) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let point = digits.iter().position(|byte| *byte == self.decimal);
        let (whole, fraction) = match point {
            Some(at) => (&digits[..at], &digits[at + 1..]),
            None => (digits, &digits[..0]),
        };
        if whole.is_empty() || (point.is_some() && fraction.is_empty()) || !self.grouped_well(whole)
        {
            return None;
        }
        let mut value: i64 = 0;
        let mut push = |byte: u8| -> Option<()> {
            let digit = byte.is_ascii_digit().then(|| i64::from(byte - b'0'))?;
            value = value.checked_mul(10)?.checked_sub(digit)?;
            Some(())
        };
        for byte in whole.iter().filter(|byte| Some(**byte) != self.thousands) {
            push(*byte)?;
        }
        let scale = self.scale as usize;
        for place in 0..scale {
            push(fraction.get(place).copied().unwrap_or(b'0'))?;
        }
        // Digits beyond the scale would be lost money; only zeros may stand there.
        if fraction.iter().skip(scale).any(|byte| *byte != b'0') {
            return None;
        }
        if negative { Some(value) } else { value.checked_neg() }
    }

    /// Thousands marks stand between groups of exactly three digits, or nowhere.
    fn grouped_well(&self, whole: &[u8]) -> bool {
        let Some(mark) = self.thousands.filter(|mark| whole.contains(mark)) else { return true };
        let mut groups = whole.split(|byte| *byte == mark);
        let first = groups.next().unwrap_or_default();
        (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3)
    }
}
