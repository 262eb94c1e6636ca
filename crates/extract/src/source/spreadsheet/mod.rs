//! Spreadsheets: the values that a sheet of a workbook stores, as text.
//!
//! Rule: nothing is calculated. A formula counts by its stored value; cells that hold an error, or a formula without a
//! value, break their row. What is hidden is never read unless the contract names it, and is told.

mod book;
mod cell;
mod compound;
mod open_document;
mod package;
mod table;
mod tags;

use super::{Found, Item, Sink, guarded, packed};
use crate::contract::{Contract, LimitsSpec};
use book::Book;
use calamine::{Sheet, SheetType, SheetVisible};
use model::{
    quality::Severity,
    report::{Argument, Message},
};
use table::Table;

const BROKEN: &str = "is no sound workbook: its parts do not fit what it says of them";

/// The columns that a spreadsheet has at most.
const COLUMNS: u32 = 16_384;

/// A sheet's name, and the texts of its first rows by their numbers, each up to its last filled cell.
pub(crate) type SheetSample = (String, Vec<(u32, Vec<String>)>);

/// The first rows of a sheet that have any content, for whoever proposes a contract.
///
/// # Errors
/// A workbook that is refused, or several sheets of which none is named.
pub(crate) fn first_rows(
    found: &Found,
    limits: &LimitsSpec,
    sheet: Option<&str>,
    most: usize,
) -> Result<SheetSample, String> {
    let bytes = &packed::whole(found, limits)?;
    let mut sample = (String::new(), Vec::new());
    guarded(BROKEN, || {
        let mut book = Book::open(bytes, limits)?;
        sample.0 = sheet_name(book.sheets(), sheet, "with `--sheet`")?;
        book.rows(&sample.0, &mut |row| {
            if sample.1.len() < most {
                let mut texts = Vec::new();
                for (column, text) in row.cells.iter().filter(|(column, _)| *column < COLUMNS) {
                    texts.resize(*column as usize + 1, String::new());
                    text.text(false).clone_into(&mut texts[*column as usize]);
                }
                sample.1.push((row.number, texts));
            }
            Ok(())
        })
    })?;
    Ok(sample)
}

pub(super) fn read(contract: &Contract, found: &Found, sink: &mut Sink<'_>) -> Result<(), String> {
    let bytes = &packed::whole(found, &contract.source.limits)?;
    guarded(BROKEN, || {
        let spec = contract.source.sheet.clone().unwrap_or_default();
        let mut book = Book::open(bytes, &contract.source.limits)?;
        let name = sheet_name(book.sheets(), spec.name.as_deref(), "in `source.sheet.name`")?;
        tell_hidden(&book, &name, sink)?;
        let merged = match &spec.join {
            Some(_) => book.merged(&name)?,
            None => Vec::new(),
        };
        let headerless = contract.source.headerless(&found.name);
        let mut table = Table::new(contract, &spec, headerless, merged, sink)?;
        book.rows(&name, &mut |row| table.take(row, sink))?;
        table.end(&name, sink)
    })
}

/// The sheet that is meant; `how` one of several is named.
fn sheet_name(sheets: &[Sheet], name: Option<&str>, how: &str) -> Result<String, String> {
    let sheets: Vec<_> = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).collect();
    let is_visible = |sheet: &&&Sheet| sheet.visible == SheetVisible::Visible;
    let visible = sheets.iter().filter(is_visible).map(|sheet| sheet.name.as_str());
    let visible: Vec<&str> = visible.collect();
    let listed = format!("`{}`", visible.join("`, `"));
    if let Some(name) = name {
        return match sheets.iter().any(|sheet| sheet.name == name) {
            true => Ok(name.to_owned()),
            // Names of hidden sheets are nobody's business.
            false => Err(format!("there is no sheet `{name}`; there are: {listed}")),
        };
    }
    match visible.as_slice() {
        [name] => Ok((*name).to_owned()),
        [] => Err(format!("every sheet is hidden; name the one that counts {how}")),
        _ => Err(format!("name one of {listed} {how}")),
    }
}

/// Tells that the workbook hides sheets that are not read, and rows or columns.
fn tell_hidden(book: &Book<'_>, name: &str, sink: &mut Sink<'_>) -> Result<(), String> {
    let count = |count: usize| Argument::Count(i64::try_from(count).unwrap_or(i64::MAX));
    let is_hidden = |sheet: &&Sheet| sheet.visible != SheetVisible::Visible && sheet.name != name;
    let sheets = book.sheets().iter().filter(is_hidden).count();
    if sheets > 0 {
        let message = Message::new("quality.hidden_sheets").with("count", count(sheets));
        sink(Item::Remark(Severity::Info, message))?;
    }
    let (rows, columns) = book.hidden();
    if rows + columns > 0 {
        let message = Message::new("quality.hidden_rows").with("count", count(rows + columns));
        sink(Item::Remark(Severity::Warning, message))?;
    }
    Ok(())
}
