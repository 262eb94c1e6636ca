//! How far the rows of an answer reach, and whether the source is still the one that was asked before.
//!
//! Rule: a source's greatest cursor never goes back, and of the rows that were fetched last some are there again, as the
//! overlap asks for them. Else it was restored or rows were deleted: what was fetched is not what it has, and nobody can
//! tell what is missing. A moment after the run is no place to go on from: one mistyped year would end the dataset.

use super::{
    Question,
    cursor::{self, Last, Mark},
};
use crate::{
    fetch::Remark,
    notes::{count, text},
};
use chrono::{NaiveDateTime, TimeDelta};
use model::quality::Severity;
use std::collections::{BTreeMap, VecDeque};

/// So many rows are known by their keys at the next run.
const MOST_LAST: usize = 100;

/// By how much a moment may be ahead of the run: it may be told in any zone.
const AHEAD: TimeDelta = TimeDelta::hours(24);

/// Whether a cursor's value is after a run.
pub(super) fn is_ahead(mark: Mark, now: NaiveDateTime) -> bool {
    matches!(mark, Mark::Moment(moment) if moment.signed_duration_since(now) > AHEAD)
}

/// What the rows of an answer told so far.
pub(super) struct Reach<'a> {
    question: &'a Question,
    /// The greatest value that is not after the run.
    cursor: Option<String>,
    /// How many rows are after it.
    ahead: u64,
    /// Rows that were fetched last and should be there again, with their cursors. Only looked up.
    awaited: BTreeMap<&'a str, &'a str>,
    again: u64,
    /// Whether one of them is as it was, or moved on.
    is_steady: bool,
    last: VecDeque<Last>,
}

/// What a whole answer leaves.
pub(super) struct Reached {
    pub(super) cursor: Option<String>,
    pub(super) last: Vec<Last>,
    pub(super) remarks: Vec<Remark>,
}

impl<'a> Reach<'a> {
    pub(super) fn new(question: &'a Question) -> Self {
        // Parts of a second are not compared: a row counts as awaited only where it surely lies behind the start.
        let is_asked = |last: &&Last| match (&question.from, cursor::read(&last.cursor)) {
            (Some((Mark::Number(from), _)), Ok((Mark::Number(number), _))) => number >= *from,
            (Some((Mark::Moment(from), _)), Ok((Mark::Moment(moment), _))) => moment > *from,
            _ => false,
        };
        let awaited = question.last.iter().filter(is_asked);
        Self {
            question,
            cursor: None,
            ahead: 0,
            awaited: awaited.map(|last| (last.key.as_str(), last.cursor.as_str())).collect(),
            again: 0,
            is_steady: false,
            last: VecDeque::new(),
        }
    }

    /// The greatest value so far.
    pub(super) fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// Takes a row: its cursor, what identifies it, and whether the last run was told the very same one.
    pub(super) fn row(&mut self, text: &str, mark: Mark, key: Option<String>, is_known: bool) {
        if is_ahead(mark, self.question.now) {
            self.ahead += 1;
            return;
        }
        self.cursor = Some(text.to_owned());
        let Some(key) = key else { return };
        if let Some(before) = self.awaited.get(key.as_str()) {
            self.again += 1;
            self.is_steady |= is_known || *before != text;
        }
        if self.last.len() == MOST_LAST {
            self.last.pop_front();
        }
        self.last.push_back(Last { key, cursor: text.to_owned() });
    }

    /// What the answer leaves for the next run.
    ///
    /// # Errors
    /// Why the source is not the one that was asked before.
    pub(super) fn end(self) -> Result<Reached, String> {
        if let Some(why) = self.lost() {
            return Err(format!(
                "{why}: it was restored, rows were deleted, or a copy of it that lags behind was asked, so what was fetched \
                 before may not be what it has; if it does not catch up, delete `{}` in the state folder, and the next run \
                 fetches all rows anew",
                self.question.landing
            ));
        }
        let column = text(self.question.cursor.as_deref().unwrap_or_default());
        let warning = |key, number| Remark {
            severity: Severity::Warning,
            key,
            arguments: vec![("column", column.clone()), ("count", count(number))],
        };
        let mut remarks = Vec::new();
        if self.ahead > 0 {
            remarks.push(warning("quality.cursor_ahead", self.ahead));
        }
        // One row may have changed so; if all did, another history was written.
        if self.again > 1 && !self.is_steady {
            remarks.push(warning("quality.cursor_rewritten", self.again));
        }
        let cursor = self.cursor.or_else(|| self.question.reached.clone());
        Ok(Reached { cursor, last: self.last.into(), remarks })
    }

    fn lost(&self) -> Option<String> {
        let reached = self.question.reached.as_deref()?;
        let column = self.question.cursor.as_deref().unwrap_or_default();
        let Some(cursor) = &self.cursor else {
            let from = self.question.from.as_ref().map_or(reached, |(_, from)| from);
            return Some(format!(
                "no row has a `{column}` of `{from}` or more, and one with `{reached}` was fetched before"
            ));
        };
        if is_less(cursor, reached) {
            return Some(format!(
                "its greatest `{column}` is `{cursor}`, and one with `{reached}` was fetched before"
            ));
        }
        (!self.awaited.is_empty() && self.again == 0).then(|| {
            let rows = self.awaited.len();
            format!("of the last {rows} rows up to `{column}` = `{reached}` that were fetched before, none is there")
        })
    }
}

fn is_less(one: &str, other: &str) -> bool {
    match (cursor::read(one), cursor::read(other)) {
        (Ok((Mark::Number(one), _)), Ok((Mark::Number(other), _))) => one < other,
        (Ok((Mark::Moment(one), _)), Ok((Mark::Moment(other), _))) => one < other,
        _ => false,
    }
}
