//! Numbers as people write them, told as digits and marks: signs, parentheses, currency, per cent, wide digits.
//!
//! Rule: only what the contract declares is understood, and each of it once.

use crate::contract::{Negative, NumberText};

/// What stands for every declared thousands mark.
pub(super) const MARK: u8 = 0x1d;

/// A number without what is written around it.
#[derive(Debug)]
pub(super) struct Plain<T> {
    pub(super) digits: T,
    pub(super) negative: bool,
    /// The power of ten that it is to be multiplied by.
    pub(super) power: i64,
}

impl<'a> Plain<&'a [u8]> {
    /// A number with a sign before it, at most.
    pub(super) fn bytes(text: &'a str) -> Self {
        let (negative, digits) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        Self { digits, negative, power: 0 }
    }
}

impl Plain<Vec<u8>> {
    pub(super) fn borrowed(&self) -> Plain<&[u8]> {
        Plain { digits: &self.digits, negative: self.negative, power: self.power }
    }
}

/// What may be written in or around a number.
#[derive(Debug, Clone)]
pub(super) struct Style {
    thousands: Vec<char>,
    negative: Vec<Negative>,
    symbols: Vec<String>,
    percent: bool,
    full_width: bool,
}

impl Style {
    /// None where bytes are enough: digits, a sign, one mark of ASCII.
    ///
    /// # Errors
    /// A symbol that could be part of a number.
    pub(super) fn new(
        text: &NumberText,
        thousands: &[char],
    ) -> Result<Option<Self>, (&'static str, String)> {
        let could_be_number = |symbol: &&String| {
            symbol.is_empty() || symbol.contains(|c: char| c.is_numeric() || "+-.,()%".contains(c))
        };
        if let Some(symbol) = text.symbols.iter().find(could_be_number) {
            return Err(("number", format!("`{symbol}` cannot be told from a number")));
        }
        let is_plain = text.negative.is_empty()
            && text.symbols.is_empty()
            && !text.percent
            && !text.full_width;
        if is_plain && (thousands.is_empty() || (thousands.len() == 1 && thousands[0].is_ascii())) {
            return Ok(None);
        }
        Ok(Some(Self {
            thousands: thousands.to_vec(),
            negative: text.negative.clone(),
            symbols: text.symbols.clone(),
            percent: text.percent,
            full_width: text.full_width,
        }))
    }

    /// The digits and marks of a number.
    pub(super) fn plain(&self, text: &str) -> Option<Plain<Vec<u8>>> {
        let knows = |way| self.negative.contains(&way);
        let inner = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        let in_parentheses = inner.filter(|_| knows(Negative::Parentheses));
        let mut signs: Vec<bool> = in_parentheses.iter().map(|_| true).collect();
        let mut rest = in_parentheses.unwrap_or(text);
        let mut power = 0;
        if let Some(before) = rest.strip_suffix('-').filter(|_| knows(Negative::Behind)) {
            signs.push(true);
            rest = before;
        }
        if let Some(before) = rest.strip_suffix('%').filter(|_| self.percent) {
            power = -2;
            rest = before;
        }
        let mut has_symbol = false;
        loop {
            let sign = match rest.chars().next()? {
                '-' => Some(true),
                '+' => Some(false),
                '\u{2212}' if knows(Negative::MinusSign) => Some(true),
                _ => None,
            };
            if let Some(sign) = sign {
                signs.push(sign);
                rest = &rest[rest.chars().next()?.len_utf8()..];
                continue;
            }
            let without = |symbol: &String| {
                rest.strip_prefix(symbol.as_str()).or_else(|| rest.strip_suffix(symbol.as_str()))
            };
            match self.symbols.iter().find_map(without).filter(|_| !has_symbol) {
                Some(within) => rest = within,
                None => break,
            }
            has_symbol = true;
        }
        // Two signs contradict or repeat each other: nobody writes them on purpose.
        if signs.len() > 1 {
            return None;
        }
        let digits = self.digits(rest)?;
        Some(Plain { digits, negative: signs.contains(&true), power })
    }

    /// ASCII digits and marks; none where two kinds of thousands marks stand in one number.
    fn digits(&self, text: &str) -> Option<Vec<u8>> {
        let mut mark = None;
        let byte = |character: char| match character {
            '\u{ff10}'..='\u{ff19}' if self.full_width => {
                u8::try_from(u32::from(character) - 0xff10).ok().map(|digit| b'0' + digit)
            }
            _ if self.thousands.contains(&character) => {
                (*mark.get_or_insert(character) == character).then_some(MARK)
            }
            _ => u8::try_from(character).ok().filter(|byte| byte.is_ascii_graphic()),
        };
        text.chars().map(byte).collect()
    }
}
