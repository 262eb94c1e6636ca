//! Which part of a workbook is the table.

use super::SourceSpec;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which sheet of a spreadsheet is read, and where its table stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SheetSpec {
    /// Its name; may be absent when just one sheet is visible. A hidden sheet is read only if it is named.
    pub name: Option<String>,
    /// The part that is read, as spreadsheets write it; the whole sheet when absent. Without a last row it goes on to
    /// the end. Example: `B4:H200` or `B4:H`.
    pub range: Option<String>,
    /// `find`: the header is the first row that has the names of all columns which files may not lack. When absent it
    /// stands in `header_row`.
    pub header: Option<HeaderSearch>,
    /// The row with the column names, as the spreadsheet counts its rows; the first of `range` when absent.
    pub header_row: Option<u32>,
    /// The first row with data; the one after the header when absent. Rows between the two name the columns that have
    /// no name in the header row.
    pub first_row: Option<u32>,
    /// What stands between the names of several header rows when a column is called by all of them, merged cells by
    /// what they say. Example: ` / ` for `2024 / Q1`.
    pub join: Option<String>,
    /// The columns, by their names in the file, whose empty cells mean what stands above them, as where cells were
    /// merged. In all others an empty cell is unknown.
    #[serde(default)]
    pub fill_down: Vec<String>,
}

/// How a header is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HeaderSearch {
    /// By the names of the columns that the contract needs.
    Find,
}

/// The part of a sheet that is read: rows counted from 1, columns from 0, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Region {
    pub(crate) first_row: u32,
    pub(crate) last_row: u32,
    pub(crate) first_column: u32,
    pub(crate) last_column: u32,
}

impl SheetSpec {
    /// The part that is read.
    ///
    /// # Errors
    /// A range that is none.
    pub(crate) fn region(&self) -> Result<Region, String> {
        let everything =
            Region { first_row: 1, last_row: u32::MAX, first_column: 0, last_column: u32::MAX - 1 };
        let Some(text) = &self.range else { return Ok(everything) };
        let fault = || format!("`{text}` is no range of cells such as `B4:H200` or `B4:H`");
        let (from, to) = text.split_once(':').ok_or_else(fault)?;
        let (first_column, first_row) = corner(from).ok_or_else(fault)?;
        let (last_column, last_row) = corner(to).ok_or_else(fault)?;
        let region = Region {
            first_row: first_row.unwrap_or(1),
            last_row: last_row.unwrap_or(u32::MAX),
            first_column,
            last_column,
        };
        match region.first_row <= region.last_row && first_column <= last_column {
            true => Ok(region),
            false => Err(fault()),
        }
    }
}

/// The column, counted from 0, and the row of a cell.
fn corner(text: &str) -> Option<(u32, Option<u32>)> {
    let letters = text.len() - text.trim_start_matches(|c: char| c.is_ascii_uppercase()).len();
    let (letters, row) = text.split_at(letters);
    if !(1..=3).contains(&letters.len()) {
        return None;
    }
    let column =
        letters.bytes().fold(0, |column, letter| column * 26 + u32::from(letter - b'A') + 1) - 1;
    match row {
        "" => Some((column, None)),
        row => Some((column, Some(row.parse().ok().filter(|row| *row > 0)?))),
    }
}

/// Faults of these settings.
pub(super) fn check(source: &SourceSpec, fault: &mut dyn FnMut(&str, String)) {
    let Some(sheet) = &source.sheet else { return };
    let first = match sheet.region() {
        Ok(region) => region.first_row,
        Err(message) => return fault("source.sheet.range", message),
    };
    let header = sheet.header_row.unwrap_or(first);
    if header == 0 {
        fault("source.sheet.header_row", "spreadsheets count rows from 1".into());
    }
    if header < first {
        fault("source.sheet.header_row", format!("row {header} stands above the range"));
    }
    let data_may_begin = if source.headerless.is_some() { header } else { header + 1 };
    if sheet.first_row.is_some_and(|row| row < data_may_begin) {
        fault("source.sheet.first_row", format!("data come after the header in row {header}"));
    }
    let is_placed = sheet.header_row.is_some() || sheet.first_row.is_some();
    if sheet.header.is_some() && (is_placed || source.headerless.is_some()) {
        fault(
            "source.sheet.header",
            "a header that is found has no row that is known before".into(),
        );
    }
    if sheet.join.is_some() && sheet.first_row.is_none_or(|row| row < header + 2) {
        let message = "joins the names of several header rows; set `first_row` below them";
        fault("source.sheet.join", message.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_spreadsheets_write_them() {
        let region = |text: &str| {
            let spec = SheetSpec { range: Some(text.into()), ..SheetSpec::default() };
            let region = spec.region().ok()?;
            Some((region.first_column, region.first_row, region.last_column, region.last_row))
        };
        assert_eq!(region("B4:H200"), Some((1, 4, 7, 200)));
        assert_eq!(region("A1:AA"), Some((0, 1, 26, u32::MAX)));
        assert_eq!(region("C:XFD"), Some((2, 1, 16383, u32::MAX)));
        for text in ["", "B4", "B4:A9", "B9:C4", "b4:c9", "4:9", "B0:C9", "B4:C9:D", "ABCD1:ABCE2"]
        {
            assert_eq!(region(text), None, "{text}");
        }
    }
}
