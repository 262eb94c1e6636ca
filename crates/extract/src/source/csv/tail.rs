//! Records that are no rows although they look like some: footers.
//!
//! Rule: only what the contract declares is passed over, and how much that was is told; what keeps the contract refuses
//! the file.

use super::records::Raw;
use crate::{
    contract::{Contract, FooterSpec},
    source::{Item, Sink, passed::row_below},
};
use model::{
    quality::Severity,
    report::{Argument, Message},
};
use std::{borrow::Cow, collections::VecDeque};

/// The longest footer that a pattern begins.
const LONGEST: u64 = 100;

/// What is passed over.
pub(super) struct Tail {
    /// Records that are held back, for they may be the last.
    held: VecDeque<Raw>,
    footer: usize,
    begins: Option<regex::Regex>,
    /// How many records the footer has so far, once it began.
    in_footer: Option<u64>,
    passed_over: u64,
}

impl Tail {
    /// What a contract says.
    ///
    /// # Errors
    /// A pattern that is none.
    pub(super) fn new(contract: &Contract) -> Result<Self, String> {
        let source = &contract.source;
        let (footer, begins) = match &source.footer {
            Some(FooterSpec::Records(records)) => (*records as usize, None),
            Some(from) => (0, from.pattern()?),
            None => (0, None),
        };
        let held = VecDeque::new();
        Ok(Self { held, footer, begins, in_footer: None, passed_over: 0 })
    }

    /// The next row, if a record brings one.
    ///
    /// # Errors
    /// A footer that does not end, or has a row.
    pub(super) fn row<'a>(
        &mut self,
        raw: &'a Raw,
        is_row: &dyn Fn(&Raw) -> bool,
    ) -> Result<Option<Cow<'a, Raw>>, String> {
        let begins = |pattern: &regex::Regex| {
            std::str::from_utf8(&raw.bytes).is_ok_and(|text| pattern.is_match(text))
        };
        if self.in_footer.is_some() || self.begins.as_ref().is_some_and(begins) {
            if is_row(raw) {
                return Err(row_below(raw.offset));
            }
            let records = self.in_footer.unwrap_or(0) + 1;
            self.in_footer = Some(records);
            self.passed_over += 1;
            return match records > LONGEST {
                true => {
                    Err(format!("has more than {LONGEST} records below the start of its footer"))
                }
                false => Ok(None),
            };
        }
        if self.footer == 0 {
            return Ok(Some(Cow::Borrowed(raw)));
        }
        self.held.push_back(raw.clone());
        let is_full = self.held.len() > self.footer;
        Ok(if is_full { self.held.pop_front().map(Cow::Owned) } else { None })
    }

    /// Judges the records that turned out to be the last.
    ///
    /// # Errors
    /// A file that ends before its footer does, or has a row in it.
    pub(super) fn judge(&self, is_row: &dyn Fn(&Raw) -> bool) -> Result<(), String> {
        if self.held.len() < self.footer {
            let (records, wanted) = (self.held.len(), self.footer);
            return Err(format!("has {records} records, and a footer of {wanted} is declared"));
        }
        let row = self.held.iter().find(|raw| is_row(raw));
        row.map_or(Ok(()), |row| Err(row_below(row.offset)))
    }

    /// Tells how many records were passed over.
    ///
    /// # Errors
    /// What the sink says.
    pub(super) fn tell(self, sink: &mut Sink<'_>) -> Result<(), String> {
        let count = self.passed_over + self.held.len() as u64;
        if count == 0 {
            return Ok(());
        }
        let count = Argument::Count(i64::try_from(count).unwrap_or(i64::MAX));
        let message = Message::new("quality.no_rows").with("count", count);
        sink(Item::Remark(Severity::Info, message))
    }
}
