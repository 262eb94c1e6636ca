//! Rows on their way from a database into a batch: one JSON object per row, each value a text or null.
//!
//! Rule: a text keeps its bytes. What is no UTF-8 makes a line that is no JSON, so the row goes to quarantine, whole.

use super::{
    Question,
    cursor::{self, Bookmark, Mark},
    reach::Reach,
};
use crate::fetch::Remark;
use model::fingerprint::Fingerprinter;
use std::{
    collections::{BTreeSet, HashSet, VecDeque},
    io::Write,
    sync::mpsc::SyncSender,
};

/// Lines are handed on in blocks of about this many bytes.
const BLOCK: usize = 1 << 18;

/// How many rows of a run the next one knows again. Those beyond come again and are superseded.
const MOST_SEEN: usize = 20_000;

/// What the asking thread hands on.
pub(super) enum Handed {
    Lines(Vec<u8>),
    /// All rows were handed on: how far they reach, and what is worth knowing about that.
    End(Bookmark, Vec<Remark>),
    Failed(String),
}

/// Takes an answer row by row.
pub(super) struct Lines<'a> {
    question: &'a Question,
    hand_on: &'a SyncSender<Handed>,
    /// What stands before each value: its name, quoted.
    heads: Vec<Vec<u8>>,
    cursor_at: Option<usize>,
    /// Where the columns of the contract's key stand, if there is a cursor.
    key_at: Vec<usize>,
    /// Only asked, never walked.
    known: HashSet<String>,
    line: Vec<u8>,
    block: Vec<u8>,
    rows: u64,
    reach: Reach<'a>,
    seen: VecDeque<String>,
}

impl<'a> Lines<'a> {
    /// Ready for the rows of an answer with these columns.
    ///
    /// # Errors
    /// A column that is there twice, or one that the contract or the cursor needs and that is not there.
    pub(super) fn new(
        question: &'a Question,
        names: &[String],
        hand_on: &'a SyncSender<Handed>,
    ) -> Result<Self, String> {
        let mut distinct = BTreeSet::new();
        if let Some(twice) = names.iter().find(|name| !distinct.insert(name.as_str())) {
            return Err(format!("two columns are called `{twice}`; give one another name by `AS`"));
        }
        if names.is_empty() {
            return Err("the statement gives no columns; write a `SELECT`".to_owned());
        }
        let has = || names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        for aliases in &question.wanted {
            if !aliases.iter().any(|alias| distinct.contains(alias.as_str())) {
                return Err(format!(
                    "there is no column `{}`; there are {}",
                    aliases.join("` or `"),
                    has()
                ));
            }
        }
        let cursor_at = match &question.cursor {
            Some(cursor) => {
                let at = names.iter().position(|name| name == cursor);
                Some(at.ok_or_else(|| format!("the cursor `{cursor}` is not among {}", has()))?)
            }
            None => None,
        };
        let is_key = |name: &String| {
            question.key.iter().any(|aliases| aliases.iter().any(|one| one == name))
        };
        let key_at = (0..names.len()).filter(|at| cursor_at.is_some() && is_key(&names[*at]));
        let head = |name: &String| {
            let mut head = Vec::new();
            quote(&mut head, name.as_bytes());
            head.push(b':');
            head
        };
        Ok(Self {
            heads: names.iter().map(head).collect(),
            known: question.seen.iter().cloned().collect(),
            line: Vec::new(),
            block: Vec::with_capacity(BLOCK + (1 << 12)),
            rows: 0,
            reach: Reach::new(question),
            seen: VecDeque::new(),
            question,
            hand_on,
            cursor_at,
            key_at: key_at.collect(),
        })
    }

    /// Takes a row; false when no further one is wanted. A fault is told at once, as the driver may first read all rows
    /// that are left.
    pub(super) fn row<F: AsRef<[u8]>>(
        &mut self,
        fields: impl Iterator<Item = Result<Option<F>, String>>,
    ) -> bool {
        self.take(fields).unwrap_or_else(|reason| {
            // Nobody is there to hear it: the time is over.
            let _ = self.hand_on.send(Handed::Failed(reason));
            false
        })
    }

    /// Where the cursor stands in a row.
    pub(super) fn cursor_at(&self) -> Option<usize> {
        self.cursor_at
    }

    fn take<F: AsRef<[u8]>>(
        &mut self,
        fields: impl Iterator<Item = Result<Option<F>, String>>,
    ) -> Result<bool, String> {
        self.rows += 1;
        if self.rows > self.question.most_rows {
            let most = self.question.most_rows;
            return Err(format!("there are more than {most} rows (`limits.rows`)"));
        }
        self.line.clear();
        let mut key = (!self.key_at.is_empty()).then(|| Fingerprinter::new("key"));
        let mut reached: Option<(String, Mark)> = None;
        for (index, field) in fields.enumerate() {
            let field = field?;
            self.line.push(if index == 0 { b'{' } else { b',' });
            self.line.extend_from_slice(&self.heads[index]);
            match &field {
                Some(text) => quote(&mut self.line, text.as_ref()),
                None => self.line.extend_from_slice(b"null"),
            }
            if let Some(key) = key.as_mut().filter(|_| self.key_at.contains(&index)) {
                match &field {
                    Some(text) => key.field("=").field(text.as_ref()),
                    None => key.field("null"),
                };
            }
            if self.cursor_at == Some(index) {
                reached = Some(self.cursor(field.as_ref().map(AsRef::as_ref))?);
            }
        }
        self.line.extend_from_slice(b"}\n");
        if let Some((text, mark)) = reached {
            let is_known = self.is_known();
            self.reach.row(&text, mark, key.map(|key| key.finish()), is_known);
            if is_known {
                return Ok(true);
            }
        }
        self.block.extend_from_slice(&self.line);
        if self.block.len() < BLOCK { Ok(true) } else { Ok(self.hand_block_on()) }
    }

    /// The value of the cursor of a row.
    fn cursor(&self, value: Option<&[u8]>) -> Result<(String, Mark), String> {
        let column = self.question.cursor.as_deref().unwrap_or_default();
        let Some(value) = value else {
            return Err(format!(
                "row {}: the cursor `{column}` is null, so changes of that row would never be seen; take a column that \
                 is always filled, or a query with `COALESCE`",
                self.rows
            ));
        };
        let text = String::from_utf8_lossy(value);
        if self.question.cursor_keeps_form {
            let before = self.reach.cursor().or(self.question.reached.as_deref());
            let is_number =
                |text: &str| matches!(cursor::read(text), Ok((cursor::Mark::Number(_), _)));
            let same = before.is_none_or(|before| {
                (is_number(before) && is_number(&text))
                    || cursor::form(before) == cursor::form(&text)
            });
            if !same {
                let before = before.unwrap_or_default();
                return Err(format!(
                    "row {}: the cursor `{column}` is `{text}` here and `{before}` elsewhere; in a file texts are \
                     ordered sign by sign, so all must be written alike",
                    self.rows
                ));
            }
        }
        let read = cursor::read(&text);
        let (mark, _) =
            read.map_err(|reason| format!("row {}, `{column}`: {reason}", self.rows))?;
        Ok((text.into_owned(), mark))
    }

    /// Whether the last run was told the very same row; either way the next one will know it.
    fn is_known(&mut self) -> bool {
        let print = Fingerprinter::new("row").field(&self.line).finish();
        let known = self.known.contains(&print);
        if self.seen.len() == MOST_SEEN {
            self.seen.pop_front();
        }
        self.seen.push_back(print);
        known
    }

    fn hand_block_on(&mut self) -> bool {
        let block = std::mem::replace(&mut self.block, Vec::with_capacity(BLOCK + (1 << 12)));
        self.hand_on.send(Handed::Lines(block)).is_ok()
    }

    /// Hands on what is left, and how far the rows reach.
    pub(super) fn end(mut self) {
        if !self.block.is_empty() && !self.hand_block_on() {
            return;
        }
        let end = match self.reach.end() {
            Ok(reached) => {
                let (cursor, last) = (reached.cursor, reached.last);
                Handed::End(Bookmark { cursor, seen: self.seen.into(), last }, reached.remarks)
            }
            Err(reason) => Handed::Failed(reason),
        };
        // Nobody is there to hear it: the time is over.
        let _ = self.hand_on.send(end);
    }
}

/// Writes bytes as a JSON text.
fn quote(line: &mut Vec<u8>, text: &[u8]) {
    line.push(b'"');
    let mut start = 0;
    for (at, byte) in text.iter().enumerate() {
        if *byte >= b' ' && *byte != b'"' && *byte != b'\\' {
            continue;
        }
        line.extend_from_slice(&text[start..at]);
        start = at + 1;
        match byte {
            b'"' | b'\\' => line.extend_from_slice(&[b'\\', *byte]),
            // Writing into memory does not fail.
            _ => drop(write!(line, "\\u{byte:04x}")),
        }
    }
    line.extend_from_slice(&text[start..]);
    line.push(b'"');
}

/// Bytes that are no text, as PostgreSQL shows them: `\x` and hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(2 + 2 * bytes.len());
    text.extend_from_slice(b"\\x");
    for byte in bytes {
        // Writing into memory does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_survives_as_json() {
        let all: String =
            (0..=0x2FF).filter_map(char::from_u32).chain("日本😀\u{2028}".chars()).collect();
        let mut line = Vec::new();
        quote(&mut line, all.as_bytes());
        assert_eq!(serde_json::from_slice::<String>(&line).expect("JSON"), all);
        let mut line = Vec::new();
        quote(&mut line, b"caf\xe9 \xff");
        assert!(serde_json::from_slice::<String>(&line).is_err(), "no text, so no row");
        assert_eq!(hexadecimal(b"\x00h\xff"), b"\\x0068ff");
    }
}
