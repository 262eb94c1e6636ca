//! What was seen of one column.

use super::{moments::Moments, numbers::Numbers};
use model::fingerprint::Fingerprinter;
use std::collections::{BTreeMap, HashSet};

/// Texts that often mean "unknown". In columns of text only the empty one is proposed: Null is a name as well.
const NULLS: [&str; 12] =
    ["", "-", "--", "NULL", "null", "N/A", "n/a", "NA", "#N/A", "nan", "NaN", "\\N"];

/// Whether a text often means "unknown".
pub(super) fn is_null(text: &str) -> bool {
    NULLS.contains(&text)
}

/// So many values are remembered to tell keys; a longer column is not proposed as one.
const MOST_VALUES: usize = 5_000_000;

/// The most members of an enumeration.
const MOST_MEMBERS: usize = 12;

/// A column.
pub(super) struct Column {
    pub(super) name: String,
    /// How many values it has that are not likely to mean "unknown".
    pub(super) values: u64,
    /// How often each text that may mean "unknown" stands there, and how often the source says null.
    pub(super) nulls: BTreeMap<&'static str, u64>,
    pub(super) absent: u64,
    pub(super) numbers: Numbers,
    pub(super) moments: Moments,
    /// The members, while they are few.
    pub(super) members: Option<BTreeMap<String, u64>>,
    /// Only looked up, never walked; none once a value came twice.
    seen: Option<HashSet<u128>>,
    pub(super) has_blanks_around: bool,
}

impl Column {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            values: 0,
            nulls: BTreeMap::new(),
            absent: 0,
            numbers: Numbers::new(),
            moments: Moments::new(),
            members: Some(BTreeMap::new()),
            seen: Some(HashSet::new()),
            has_blanks_around: false,
        }
    }

    /// Looks at a field.
    pub(super) fn see(&mut self, text: Option<&str>) {
        let Some(text) = text else {
            self.absent += 1;
            return;
        };
        self.has_blanks_around |= text.trim() != text;
        if let Some(null) = NULLS.iter().find(|null| **null == text) {
            *self.nulls.entry(null).or_default() += 1;
            return;
        }
        self.values += 1;
        self.numbers.see(text);
        self.moments.see(text);
        if let Some(members) = &mut self.members {
            *members.entry(text.to_owned()).or_default() += 1;
            if members.len() > MOST_MEMBERS || text.chars().count() > 40 {
                self.members = None;
            }
        }
        if let Some(seen) = &mut self.seen {
            let is_new = seen.insert(Fingerprinter::new("value").field(text).number());
            if !is_new || seen.len() > MOST_VALUES {
                self.seen = None;
            }
        }
    }

    /// Whether every row has a value of its own.
    pub(super) fn is_unique(&self) -> bool {
        self.seen.is_some() && self.is_full() && self.values > 1
    }

    /// Whether every row has a value.
    pub(super) fn is_full(&self) -> bool {
        self.nulls.is_empty() && self.absent == 0 && self.values > 0
    }

    /// The members of a column that has few, each of them often.
    pub(super) fn enumeration(&self) -> Option<Vec<&str>> {
        let members = self.members.as_ref()?;
        let is_often = self.values >= 20 * members.len() as u64 && members.len() > 1;
        is_often.then(|| members.keys().map(String::as_str).collect())
    }
}
