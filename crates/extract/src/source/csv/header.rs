//! What stands above the rows of a CSV file: the line that names its delimiter, and the names of its columns.

use super::{quotes::Quotes, records::Records};
use crate::{contract::Contract, source::text};
use std::io::BufRead;

/// The most bytes of a line `sep=;`, and of another one in its place that are told.
const LONGEST_SEP: usize = 64;

/// Passes over the line `sep=;` that spreadsheets write; says how many bytes it has.
///
/// # Errors
/// Another line, or one that names another delimiter.
pub(super) fn pass_sep_line(text: &mut dyn BufRead, delimiter: &str) -> Result<u64, String> {
    let mut start = Vec::new();
    let length =
        text::pass_line(text, LONGEST_SEP, &mut start).map_err(|error| error.to_string())?;
    let line = String::from_utf8_lossy(&start);
    let named = line.strip_prefix("sep=").or_else(|| line.strip_prefix("SEP="));
    match (length, named) {
        (Some(length), Some(named)) if named == delimiter => Ok(length),
        (_, Some(named)) => Err(format!(
            "its line `sep=` names the delimiter `{named}`, and its contract declares `{delimiter}`"
        )),
        (_, None) => Err(format!("begins with `{line}`, not with the line `sep={delimiter}`")),
    }
}

/// The names of the columns.
///
/// # Errors
/// A file without a header, or one that is not written as declared.
pub(super) fn names(contract: &Contract, records: &mut Records<'_>) -> Result<Vec<String>, String> {
    let wanted = contract.source.header_rows.unwrap_or(1);
    let mut rows: Vec<Vec<String>> = Vec::new();
    for row in 1..=wanted {
        let Some(raw) = records.next()? else {
            return Err(match row {
                1 => "the file is empty: not even a header".into(),
                _ => format!("the file ends within its header of {wanted} records"),
            });
        };
        if raw.quotes != Quotes::Sound {
            return Err("a quote stands inside a name of its header".into());
        }
        let mut names = Vec::new();
        for name in &raw.fields {
            let name = std::str::from_utf8(name)
                .map_err(|_| "its header has bytes that are not in the declared encoding")?;
            names.push(if contract.source.trim { name.trim().to_owned() } else { name.to_owned() });
        }
        rows.push(names);
    }
    if let Some(row) = rows.iter().find(|row| row.len() != rows[0].len()) {
        let (one, other) = (rows[0].len(), row.len());
        return Err(format!("the records of its header have {one} and {other} fields"));
    }
    Ok(joined(rows))
}

/// Each column's texts from top to bottom.
fn joined(mut rows: Vec<Vec<String>>) -> Vec<String> {
    let Some(last) = rows.pop() else { return Vec::new() };
    for row in &mut rows {
        for at in 1..row.len() {
            if row[at].is_empty() {
                row[at] = row[at - 1].clone();
            }
        }
    }
    rows.push(last);
    let name = |at: usize| {
        let mut parts: Vec<&str> = rows.iter().map(|row| row[at].as_str()).collect();
        parts.retain(|part| !part.is_empty());
        // A header that stands there twice names its columns once.
        parts.dedup();
        parts.join(" ")
    };
    (0..rows[0].len()).map(name).collect()
}
