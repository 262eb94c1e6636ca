//! The columns of a sheet of a workbook, and where its rows begin.

use super::{
    Draft,
    header::{self, Header},
};
use crate::{
    contract::LimitsSpec,
    source::{Found, sheet_rows},
};
use serde_json::json;

/// Looks for the row that names the columns.
pub(super) fn describe(
    found: &Found,
    sheet: Option<&str>,
    draft: &mut Draft,
) -> Result<(), String> {
    let (name, rows) = sheet_rows(found, &LimitsSpec::default(), sheet, header::SAMPLE)?;
    let records: Vec<&[String]> = rows.iter().map(|(_, texts)| texts.as_slice()).collect();
    let header = header::find(&records).ok_or_else(|| format!("the sheet `{name}` is empty"))?;
    let (number, texts) = &rows[header.place()];
    if let Header::At(_, doubt) = header {
        draft.source.insert("sheet".into(), json!({ "name": name, "header_row": number }));
        let why = format!("row {number} is taken for the names of the columns");
        let why = doubt.map_or(why.clone(), |doubt| {
            format!("DOUBT: {why}, but {doubt}; `first_row` is the row with which data begin")
        });
        draft.evidence.push(("sheet", why));
        draft.columns = texts.clone();
        return Ok(());
    }
    draft.source.insert("sheet".into(), json!({ "name": name, "first_row": number }));
    draft.evidence.push(("sheet", format!("rows begin in row {number}")));
    draft.headerless(records.iter().map(|record| record.len()).max().unwrap_or(0));
    Ok(())
}
