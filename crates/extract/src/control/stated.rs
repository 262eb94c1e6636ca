//! The control file: a CSV file with a row for each file of the source.
//!
//! Rule: blanks around names and totals are no part of them, all else is. A total is a plain decimal number, such as
//! `30.50`; `30,50` and `3.05e1` are none.

use crate::contract::ControlSpec;
use model::context::RunContext;
use rust_decimal::Decimal;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

/// What a control file states.
pub(super) struct Stated {
    /// By the names as they are written there.
    files: BTreeMap<String, Statement>,
    /// Names of which several rows say different things.
    pub(super) contradictory: BTreeSet<String>,
}

/// What it states of one file.
#[derive(PartialEq, Eq)]
pub(super) struct Statement {
    /// How many rows it has; nothing where the contract does not ask.
    pub(super) rows: Option<Total>,
    /// By the columns of the dataset.
    pub(super) sums: Vec<(String, Total)>,
}

/// A stated total.
#[derive(PartialEq, Eq)]
pub(super) enum Total {
    Known(Decimal),
    Missing,
    NoNumber,
}

impl Total {
    fn read(text: &str) -> Self {
        let text = text.trim();
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        match Decimal::from_str_exact(text) {
            _ if text.is_empty() => Self::Missing,
            Ok(number) if is_plain => Self::Known(number),
            _ => Self::NoNumber,
        }
    }
}

impl Stated {
    /// Reads the control file, once for all files.
    ///
    /// # Errors
    /// Why it is not as declared.
    pub(super) fn read(control: &ControlSpec, cx: &RunContext) -> Result<Self, String> {
        let bytes = fs::read(cx.data.join(&control.file)).map_err(|error| error.to_string())?;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
        let header = reader.headers().map_err(|error| error.to_string())?.clone();
        let place = |column: &String| place(&header, column);
        let name_at = place(&control.name)?;
        let rows_at = control.rows.as_ref().map(place).transpose()?;
        let sums = control.sums.iter().map(|(own, column)| Ok((own, place(column)?)));
        let sums: Vec<(&String, usize)> = sums.collect::<Result<_, String>>()?;
        let mut stated = Self { files: BTreeMap::new(), contradictory: BTreeSet::new() };
        for row in reader.records() {
            let row = row.map_err(|error| error.to_string())?;
            let field = |at: usize| row.get(at).unwrap_or_default();
            let name = field(name_at);
            if name.is_empty() {
                let line = row.position().map_or(0, csv::Position::line);
                return Err(format!("its line {line} names no file in `{}`", control.name));
            }
            let sums = sums.iter().map(|(own, at)| ((*own).clone(), Total::read(field(*at))));
            let rows = rows_at.map(|at| Total::read(field(at)));
            let statement = Statement { rows, sums: sums.collect() };
            if stated.files.get(name).is_some_and(|known| *known != statement) {
                stated.contradictory.insert(name.to_owned());
            }
            stated.files.entry(name.to_owned()).or_insert(statement);
        }
        Ok(stated)
    }

    /// What is stated of a file: under its name in the data folder, or the end of that behind a `/`.
    pub(super) fn of(&self, file: &str) -> impl Iterator<Item = (&str, &Statement)> {
        let ends = file.match_indices('/').map(|(slash, _)| slash + 1);
        let names = std::iter::once(0).chain(ends).map(|start| &file[start..]);
        let known = names.filter_map(|name| self.files.get_key_value(name));
        let known: Vec<_> = known.map(|(name, known)| (name.as_str(), known)).collect();
        known.into_iter()
    }

    /// All statements by name.
    pub(super) fn statements(&self) -> impl Iterator<Item = (&str, &Statement)> {
        self.files.iter().map(|(name, known)| (name.as_str(), known))
    }
}

/// Where a column stands in the header.
fn place(header: &csv::StringRecord, column: &String) -> Result<usize, String> {
    let mut found = header.iter().enumerate().filter(|(_, name)| name == column);
    match (found.next(), found.next()) {
        (Some((at, _)), None) => Ok(at),
        (Some(_), Some(_)) => Err(format!("two of its columns are called `{column}`")),
        (None, _) => {
            let has: Vec<String> = header.iter().map(|name| format!("`{name}`")).collect();
            let has = if has.is_empty() { "nothing".to_owned() } else { has.join(", ") };
            Err(format!("it has no column `{column}`; it has {has}"))
        }
    }
}
