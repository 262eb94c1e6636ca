//! Sniffing: a contract that a file would keep, proposed to a person with the evidence for each line.
//!
//! Rule: a run never sniffs. What the values leave open is not proposed but named, so that whoever knows decides; and
//! every proposal is read back by its own contract before it is shown.

mod column;
mod dialect;
mod encoding;
mod format;
mod header;
mod moments;
mod names;
mod numbers;
mod propose;
mod see;
mod sheet;
#[cfg(test)]
mod tests;
mod totals;
mod write;

use crate::{
    contract::{self, Contract, Format, Spec},
    source::{self, Found, Item},
};
use dialect::Dialect;
use model::id::DatasetId;
use see::see;
use serde_json::{Map, Value, json};
use std::path::Path;

/// A proposed contract, for a person to accept.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The contract file, with the evidence as comments.
    pub toml: String,
}

/// Proposes a contract for a file that a source will call `name`: of the format that its name tells, unless one is
/// declared; of a workbook with several sheets one is named.
///
/// # Errors
/// A file that cannot be read, or that no proposal reads, in one sentence.
pub fn propose(
    file: &Path,
    name: &str,
    format: Option<Format>,
    sheet: Option<&str>,
) -> Result<Proposal, String> {
    let (found, why) = format::of(file, name, format)?;
    let mut draft = draft(&found, sheet)?;
    if let Some(why) = why {
        draft.source.insert("format".into(), json!(found.format));
        draft.evidence.insert(0, ("format", why));
    }
    let mut seen = see(&draft, &found)?;
    // Odd records at the very end, and nowhere else, are what stands below the rows.
    if let Some(records) = seen.footer().filter(|_| found.format == Format::Csv) {
        draft.source.insert("footer".into(), json!({ "records": records }));
        draft
            .evidence
            .push(("footer", format!("the last {records} records do not have the form of rows")));
        seen = see(&draft, &found)?;
    }
    seen.are_rows()?;
    if let Some(totals) = totals::find(&mut draft, &found, &seen)? {
        let declared = |column: &str| json!({ "column": column, "values": totals.values });
        draft.source.insert("totals".into(), declared(&see::plain_name(totals.place)));
        seen = see(&draft, &found)?;
        let names = names::of_contract(&draft.columns);
        draft.source.insert("totals".into(), declared(&names[totals.place]));
        draft.evidence.push(("totals", totals.why));
    }
    let mut proposal = propose::proposal(&draft, seen);
    // What does not read back by its own type was more than the values say: it stays text.
    for name in unread(&proposal.spec, &found)? {
        proposal.as_text(&name);
    }
    Ok(Proposal { toml: write::toml(&draft, &proposal) })
}

/// What is known of a file before its values are.
struct Draft {
    name: String,
    /// The settings of the source, without its files.
    source: Map<String, Value>,
    /// Why, by setting.
    evidence: Vec<(&'static str, String)>,
    /// The names of the columns in the file.
    columns: Vec<String>,
    /// What was left out, and why.
    left_out: Vec<String>,
}

impl Draft {
    /// Columns that nothing names.
    fn headerless(&mut self, width: usize) {
        self.columns = (1..=width).map(|place| format!("column {place}")).collect();
        self.source.insert("headerless".into(), json!({ "columns": self.columns }));
        let why = "the first record has values and no names; give the columns better ones";
        self.evidence.push(("headerless", why.into()));
    }
}

fn draft(found: &Found, sheet: Option<&str>) -> Result<Draft, String> {
    let mut draft = Draft {
        name: found.name.clone(),
        source: Map::new(),
        evidence: Vec::new(),
        columns: Vec::new(),
        left_out: Vec::new(),
    };
    match found.format {
        Format::Csv => {
            let guess = encoding::of(found)?;
            draft.evidence.push(("encoding", guess.evidence.clone()));
            if let Some(name) = guess.declared {
                draft.source.insert("encoding".into(), json!(name));
            }
            Dialect::of(found, guess.encoding)?.describe(found, &mut draft)?;
        }
        Format::JsonLines => names::of_json_lines(found, &mut draft)?,
        Format::Parquet => names::of_parquet(found, &mut draft)?,
        Format::Spreadsheet => sheet::describe(found, sheet, &mut draft)?,
        Format::FixedWidth | Format::WebLog => {
            return Err("its fields stand where only their owner knows".into());
        }
    }
    names::without_doubles(&mut draft);
    match draft.columns.is_empty() {
        true => Err("has no column with a name".into()),
        false => Ok(draft),
    }
}

/// The specification of a draft with columns.
fn spec(draft: &Draft, columns: Value) -> Value {
    let mut source = draft.source.clone();
    source.insert("files".into(), json!([draft.name]));
    let (description, owner) = ("A file.", "Nobody yet");
    json!({ "description": description, "owner": owner, "source": source, "columns": columns })
}

fn resolved(spec: &Value) -> Result<Contract, String> {
    let spec: Spec = serde_json::from_value(spec.clone()).map_err(|error| error.to_string())?;
    contract::resolve(&DatasetId::new("sniffed"), &spec, chrono_tz::UTC).map_err(|faults| {
        faults.iter().map(|fault| format!("{}: {}; ", fault.path, fault.message)).collect()
    })
}

/// The columns whose proposed clauses not every value keeps.
fn unread(spec: &Value, found: &Found) -> Result<Vec<String>, String> {
    let contract = resolved(spec)?;
    let mut broken = vec![false; contract.columns.len()];
    source::read(&contract, found, &mut |item| {
        let (Item::Good(record) | Item::Placed(record, _)) = item else { return Ok(()) };
        if contract.is_total(record.fields) {
            return Ok(());
        }
        for ((column, text), broken) in contract.columns.iter().zip(record.fields).zip(&mut broken)
        {
            let text = text.filter(|text| !column.null.iter().any(|token| token == text));
            *broken |= match text {
                Some(text) => column.parser.value(text).is_err(),
                None => column.required,
            };
        }
        Ok(())
    })?;
    let names = contract.columns.iter().zip(broken).filter(|(_, broken)| *broken);
    Ok(names.map(|(column, _)| column.name.clone()).collect())
}
