//! Workbooks of four formats, told apart by what they are and not by what they are called.

use super::{
    cell::{Rows, Take, Text},
    compound, open_document,
    package::{self, Kind},
};
use crate::contract::LimitsSpec;
use calamine::{Data, Dimensions, Ods, Range, Reader, Sheet, Xls, Xlsb, Xlsx};
use std::{collections::BTreeMap, fmt::Display, io::Cursor};

type Bytes<'a> = Cursor<&'a [u8]>;

/// An open workbook.
pub(super) struct Book<'a> {
    sheets: Sheets<'a>,
    /// How many rows and columns are hidden.
    hidden: (usize, usize),
}

enum Sheets<'a> {
    Ods(Ods<Bytes<'a>>),
    Xls(Xls<Bytes<'a>>),
    Xlsb(Xlsb<Bytes<'a>>),
    Xlsx(Xlsx<Bytes<'a>>),
}

impl<'a> Book<'a> {
    /// Opens a workbook after a look at what it would cost.
    ///
    /// # Errors
    /// Bytes that are no workbook, or one that is protected, damaged or made to fill the memory.
    pub(super) fn open(bytes: &'a [u8], limits: &LimitsSpec) -> Result<Self, String> {
        let cursor = Cursor::new(bytes);
        if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
            compound::sound(bytes)?;
            let sheets = Sheets::Xls(Xls::new(cursor).map_err(told)?);
            return Ok(Self { sheets, hidden: (0, 0) });
        }
        if !bytes.starts_with(b"PK") {
            return Err(no_workbook(bytes));
        }
        let package = package::sound(bytes, limits)?;
        let sheets = match package.kind {
            Kind::Binary => Sheets::Xlsb(Xlsb::new(cursor).map_err(told)?),
            Kind::OpenDocument => Sheets::Ods(Ods::new(cursor).map_err(told)?),
            Kind::Xml => Sheets::Xlsx(Xlsx::new(cursor).map_err(told)?),
        };
        Ok(Self { sheets, hidden: package.hidden })
    }

    /// Its sheets, in order.
    pub(super) fn sheets(&self) -> &[Sheet] {
        match &self.sheets {
            Sheets::Ods(book) => book.sheets_metadata(),
            Sheets::Xls(book) => book.sheets_metadata(),
            Sheets::Xlsb(book) => book.sheets_metadata(),
            Sheets::Xlsx(book) => book.sheets_metadata(),
        }
    }

    /// How many rows and columns are hidden in its sheets; not known of the binary formats.
    pub(super) fn hidden(&self) -> (usize, usize) {
        self.hidden
    }

    /// The merged cells of a sheet.
    pub(super) fn merged(&mut self, name: &str) -> Result<Vec<Dimensions>, String> {
        match &mut self.sheets {
            Sheets::Xls(book) => book.merge_cells_by_sheet_name(name).map_err(told),
            Sheets::Xlsx(book) => book.merge_cells_by_sheet_name(name).map_err(told),
            Sheets::Ods(_) | Sheets::Xlsb(_) => Err(
                "which cells are merged is known of `.xlsx` and `.xls` only (`source.sheet.join`)"
                    .into(),
            ),
        }
    }

    /// Hands over the rows of a sheet that have any content, in order.
    pub(super) fn rows<'t>(&mut self, name: &str, take: &'t mut Take<'t>) -> Result<(), String> {
        let mut rows = Rows::new(take);
        match &mut self.sheets {
            Sheets::Ods(book) => {
                let values = book.worksheet_range(name).map_err(told)?;
                let formulas = book.worksheet_formula(name).map_err(told)?;
                stored(&values, &formulas, &mut rows, true)?;
            }
            Sheets::Xls(book) => {
                let values = book.worksheet_range(name).map_err(told)?;
                let formulas = book.worksheet_formula(name).map_err(told)?;
                stored(&values, &formulas, &mut rows, false)?;
            }
            Sheets::Xlsb(book) => {
                let mut cells = book.worksheet_cells_reader(name).map_err(told)?;
                while let Some(cell) = cells.next_cell().map_err(told)? {
                    rows.cell(cell.get_position(), Text::of(cell.get_value()))?;
                }
            }
            Sheets::Xlsx(book) => {
                let mut cells = book.worksheet_cells_reader(name).map_err(told)?;
                while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(told)? {
                    let text = match (Text::of(&cell.value), &cell.formula) {
                        (Text::Nothing, Some(_)) => Text::Uncalculated,
                        (text, _) => text,
                    };
                    rows.cell(cell.pos, text)?;
                }
            }
        }
        rows.end()
    }
}

/// The cells of a format that is read as a whole.
fn stored(
    values: &Range<Data>,
    formulas: &Range<String>,
    rows: &mut Rows<'_>,
    errors_are_texts: bool,
) -> Result<(), String> {
    let absolute = |start: Option<(u32, u32)>, (row, column): (usize, usize)| {
        let (first_row, first_column) = start.unwrap_or_default();
        (first_row + row as u32, first_column + column as u32)
    };
    let mut cells: BTreeMap<(u32, u32), Text> = BTreeMap::new();
    for (row, column, formula) in formulas.used_cells() {
        if !formula.is_empty() {
            cells.insert(absolute(formulas.start(), (row, column)), Text::Uncalculated);
        }
    }
    for (row, column, value) in values.used_cells() {
        let place = absolute(values.start(), (row, column));
        let text = Text::of_data(value);
        let is_error = errors_are_texts
            && cells.contains_key(&place)
            && open_document::is_error(text.text(false));
        match text {
            Text::Nothing => {}
            Text::Plain(text) if is_error => {
                cells.insert(place, Text::Error(text));
            }
            text => {
                cells.insert(place, text);
            }
        }
    }
    cells.into_iter().try_for_each(|(place, text)| rows.cell(place, text))
}

fn told(error: impl Display) -> String {
    format!("is no sound workbook ({error}); open it and save it anew, or export it again")
}

/// Why bytes that begin like no workbook are none.
fn no_workbook(bytes: &[u8]) -> String {
    let start = &bytes[..bytes.len().min(512)];
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    if start.starts_with(b"<") {
        return "is a page of HTML or XML that is only called a workbook; export it as one".into();
    }
    let is_text = |byte: &u8| *byte >= b' ' || b"\t\r\n".contains(byte);
    match !start.is_empty() && start.iter().all(is_text) {
        true => {
            "is plain text that is only called a workbook; if it is CSV, set `format = \"csv\"`"
                .into()
        }
        false => "is no workbook, or it was cut".into(),
    }
}
