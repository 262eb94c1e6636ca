//! Spreadsheets: the values that a sheet of an XLSX workbook stores, as text.
//!
//! Rule: nothing is calculated. A formula counts by its stored value; a sheet with a formula that has none was
//! never calculated, and the file is refused. Cells that hold an error break their row.

use super::{
    Item, Malformed, Record, Sink,
    header::{Fields, Header},
};
use crate::contract::{Contract, SheetSpec};
use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};
use std::io::Cursor;

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

pub(super) fn read(contract: &Contract, bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), String> {
    let spec = contract.source.sheet.clone().unwrap_or_default();
    let mut book: Book<'_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let name = sheet_name(&book, &spec)?;
    let sheet = sheet(&mut book, &name)?;
    let header_row = spec.header_row.unwrap_or(1);
    let first_row = spec.first_row.unwrap_or(header_row + 1);
    let heads: Vec<&Row> =
        sheet.iter().filter(|row| (header_row..first_row).contains(&row.number)).collect();
    if heads.is_empty() {
        return Err(format!("row {header_row} of `{name}` has no header"));
    }
    let names = headings(&heads, contract.source.trim);
    let header = Header::new(contract, names)?;
    let mut taken = 0;
    for row in sheet.iter().filter(|row| row.number >= first_row) {
        hand_over(contract, &header, row, &mut taken, sink)?;
    }
    Ok(())
}

/// The columns' names: of several header rows the first that says something counts, column by column.
fn headings(rows: &[&Row], trim: bool) -> Vec<String> {
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let said = |place: usize| {
        let texts = rows.iter().filter_map(|row| row.cells.get(place));
        texts.map(|cell| cell.heading(trim)).find(|text| !text.is_empty()).unwrap_or_default()
    };
    (0..width).map(said).collect()
}

/// The sheet that the contract means.
fn sheet_name(book: &Book<'_>, spec: &SheetSpec) -> Result<String, String> {
    let sheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let sheets: Vec<_> = sheets.collect();
    let listed = |names: Vec<&str>| format!("`{}`", names.join("`, `"));
    if let Some(name) = &spec.name {
        return match sheets.iter().any(|sheet| sheet.name == *name) {
            true => Ok(name.clone()),
            false => {
                let names = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
                Err(format!("there is no sheet `{name}`; there are: {}", listed(names)))
            }
        };
    }
    let visible = sheets.iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
    let visible: Vec<&str> = visible.map(|sheet| sheet.name.as_str()).collect();
    match visible.as_slice() {
        [name] => Ok((*name).to_owned()),
        [] => Err("every sheet is hidden; name the one that counts in `source.sheet.name`".into()),
        _ => Err(format!("name one of {} in `source.sheet.name`", listed(visible))),
    }
}

/// A row with any content.
struct Row {
    /// As the spreadsheet counts, from 1.
    number: u32,
    cells: Vec<Text>,
}

/// What a cell says.
#[derive(Debug, Clone, PartialEq, Default)]
enum Text {
    #[default]
    Nothing,
    Plain(String),
    /// A moment: by its date alone, and with its time of day.
    Moment {
        date: Option<String>,
        full: String,
    },
    Error(String),
}

fn sheet(book: &mut Book<'_>, name: &str) -> Result<Vec<Row>, String> {
    let mut reader = book.worksheet_cells_reader(name).map_err(|error| error.to_string())?;
    let mut rows: Vec<Row> = Vec::new();
    while let Some(cell) = reader.next_cell_with_formula().map_err(|error| error.to_string())? {
        let (row, column) = cell.pos;
        let text = Text::of(&cell.value);
        if text == Text::Nothing {
            if cell.formula.is_some() {
                let place = place(row, column);
                return Err(format!("the formula in {place} of `{name}` has no stored value"));
            }
            continue;
        }
        if rows.last().is_none_or(|last| last.number != row + 1) {
            rows.push(Row { number: row + 1, cells: Vec::new() });
        }
        let cells = &mut rows.last_mut().expect("a row was just made").cells;
        let width = column as usize + 1;
        if cells.len() < width {
            cells.resize(width, Text::Nothing);
        }
        cells[column as usize] = text;
    }
    Ok(rows)
}

fn hand_over(
    contract: &Contract,
    header: &Header,
    row: &Row,
    taken: &mut u64,
    sink: &mut Sink<'_>,
) -> Result<(), String> {
    let raw: Vec<&str> = row.cells.iter().map(|cell| cell.text(false)).collect();
    let raw = raw.join("\u{1f}");
    let raw = raw.as_bytes();
    let mut take = |fields: Fields<'_>| {
        *taken += 1;
        let (number, offset) = (*taken, None);
        sink(match &fields {
            Ok(fields) => Item::Good(Record { number, offset, fields, raw }),
            Err((rule, detail)) => {
                let detail = detail.clone();
                Item::Bad(Malformed { number, offset, rule, detail, raw })
            }
        })
    };
    if row.cells.len() > header.len() {
        let last = place(row.number - 1, row.cells.len() as u32 - 1);
        return take(Err(("field_count", format!("{last} stands beyond the header"))));
    }
    let field = |at: usize| match row.cells.get(at) {
        None | Some(Text::Nothing) => Ok(None),
        Some(Text::Error(error)) => {
            let place = place(row.number - 1, at as u32);
            Err(("cell", format!("{place} holds the error {error}")))
        }
        Some(cell) => {
            let text = cell.text(header.is_moment(at));
            Ok(Some(if contract.source.trim { text.trim() } else { text }))
        }
    };
    header.rows(&field, &mut take)
}

impl Text {
    fn of(value: &DataRef<'_>) -> Self {
        match value {
            DataRef::Empty => Self::Nothing,
            DataRef::String(text) => Self::Plain(text.clone()),
            DataRef::SharedString(text) => Self::Plain((*text).to_owned()),
            DataRef::Int(value) => Self::Plain(value.to_string()),
            // The shortest text that reads back to the same float: what was most likely typed.
            DataRef::Float(value) => Self::Plain(value.to_string()),
            DataRef::Bool(value) => Self::Plain(value.to_string()),
            DataRef::DateTime(moment) => Self::moment(moment),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Self::Plain(text.clone()),
            DataRef::Error(error) => Self::Error(error.to_string()),
        }
    }

    fn moment(moment: &ExcelDateTime) -> Self {
        // A duration is a number of days.
        if moment.is_duration() {
            return Self::Plain(moment.as_f64().to_string());
        }
        let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
        let date = format!("{year:04}-{month:02}-{day:02}");
        let fraction = if milli == 0 { String::new() } else { format!(".{milli:03}") };
        let full = format!("{date}T{hour:02}:{minute:02}:{second:02}{fraction}");
        let is_midnight = (hour, minute, second, milli) == (0, 0, 0, 0);
        Self::Moment { date: is_midnight.then_some(date), full }
    }

    /// The text; of a moment at midnight only the date, unless the time of day is wanted.
    fn text(&self, with_time: bool) -> &str {
        match self {
            Self::Nothing => "",
            Self::Plain(text) | Self::Error(text) => text,
            Self::Moment { date: Some(date), .. } if !with_time => date,
            Self::Moment { full, .. } => full,
        }
    }

    fn heading(&self, trim: bool) -> String {
        let text = self.text(false);
        if trim { text.trim().to_owned() } else { text.to_owned() }
    }
}

/// A cell's place as spreadsheets write it, such as `B17`; both counted from 0.
fn place(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    let letters: String = letters.iter().rev().collect();
    format!("{letters}{}", row + 1)
}
