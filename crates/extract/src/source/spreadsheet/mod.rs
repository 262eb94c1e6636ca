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
use crate::contract::{Contract, SheetSpec};
use book::Book;
use calamine::{Sheet, SheetType, SheetVisible};
use model::{
    quality::Severity,
    report::{Argument, Message},
};
use table::Table;

pub(super) fn read(contract: &Contract, found: &Found, sink: &mut Sink<'_>) -> Result<(), String> {
    let bytes = &packed::whole(found, &contract.source.limits)?;
    guarded("is no sound workbook: its parts do not fit what it says of them", || {
        let spec = contract.source.sheet.clone().unwrap_or_default();
        let mut book = Book::open(bytes, &contract.source.limits)?;
        let name = sheet_name(book.sheets(), &spec)?;
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

/// The sheet that the contract means.
fn sheet_name(sheets: &[Sheet], spec: &SheetSpec) -> Result<String, String> {
    let sheets: Vec<_> = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).collect();
    let is_visible = |sheet: &&&Sheet| sheet.visible == SheetVisible::Visible;
    let visible = sheets.iter().filter(is_visible).map(|sheet| sheet.name.as_str());
    let visible: Vec<&str> = visible.collect();
    let listed = format!("`{}`", visible.join("`, `"));
    if let Some(name) = &spec.name {
        return match sheets.iter().any(|sheet| sheet.name == *name) {
            true => Ok(name.clone()),
            // Names of hidden sheets are nobody's business.
            false => Err(format!("there is no sheet `{name}`; there are: {listed}")),
        };
    }
    match visible.as_slice() {
        [name] => Ok((*name).to_owned()),
        [] => Err("every sheet is hidden; name the one that counts in `source.sheet.name`".into()),
        _ => Err(format!("name one of {listed} in `source.sheet.name`")),
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
