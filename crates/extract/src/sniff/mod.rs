//! Sniffing: a contract that a file would keep, proposed to a person with the evidence for each line.
//!
//! Rule: a run never sniffs. What the values leave open is not proposed but named, so that whoever knows decides; and
//! every proposal is read back by its own contract before it is shown.

mod column;
mod dialect;
mod encoding;
mod moments;
mod names;
mod numbers;
mod propose;
#[cfg(test)]
mod tests;
mod write;

use crate::{
    contract::{self, Contract, Format, Spec},
    source::{self, Found, Item},
};
use column::Column;
use dialect::Dialect;
use model::id::DatasetId;
use serde_json::{Map, Value, json};
use std::path::Path;

/// A proposed contract, for a person to accept.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The contract file, with the evidence as comments.
    pub toml: String,
}

/// Proposes a contract for a file that a source will call `name`; of a workbook with several sheets one is named.
///
/// # Errors
/// A file that cannot be read, in one sentence.
pub fn propose(file: &Path, name: &str, sheet: Option<&str>) -> Result<Proposal, String> {
    let format = source::format_of(name)
        .ok_or_else(|| format!("`{name}`: its ending tells no format that is known"))?;
    let found =
        Found { name: name.into(), path: file.to_path_buf(), format, day: None, is_batch: false };
    let mut draft = draft(&found, sheet)?;
    let mut seen = see(&draft, &found)?;
    // Bad records at the very end, and nowhere else, are what stands below the rows.
    if let Some(records) = seen.footer() {
        draft.source.insert("footer".into(), json!({ "records": records }));
        draft
            .evidence
            .push(("footer", format!("the last {records} records do not have the form of rows")));
        seen = see(&draft, &found)?;
    }
    if let Some((place, text)) = seen.total() {
        let why = format!(
            "the last row has `{text}` in `{}`: it sums up the others and is none of them",
            draft.columns[place]
        );
        let totals = |column: &str| json!({ "column": column, "values": [text] });
        draft.source.insert("totals".into(), totals(&plain_name(place)));
        seen = see(&draft, &found)?;
        let names = names::of_contract(&draft.columns);
        draft.source.insert("totals".into(), totals(&names[place]));
        draft.evidence.push(("totals", why));
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
            Dialect::of(found, guess.encoding)?.describe(found, &mut draft);
        }
        Format::JsonLines => names::of_json_lines(found, &mut draft)?,
        Format::Parquet => names::of_parquet(found, &mut draft)?,
        Format::Spreadsheet => names::of_spreadsheet(found, sheet, &mut draft)?,
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

/// What was seen of all rows of a file.
struct Seen {
    columns: Vec<Column>,
    rows: u64,
    /// The numbers of the first records that are none, and how many there are.
    bad: Vec<u64>,
    bad_count: u64,
    last: u64,
    /// The rule and the reason of the first one.
    first_bad: Option<String>,
    /// The texts of the last row.
    last_row: Vec<Option<String>>,
}

/// What rows that sum up others are called.
const TOTALS: [&str; 9] =
    ["total", "totals", "grand total", "sum", "summe", "gesamt", "total général", "合计", "总计"];

impl Seen {
    /// How many records stand below the rows, if all that are none do.
    fn footer(&self) -> Option<u64> {
        let first = *self.bad.first()?;
        let below = self.last - first + 1;
        (below == self.bad_count && below <= 5 && self.rows > 2 * below).then_some(below)
    }

    /// Where the last row says that it is a total, and how.
    fn total(&self) -> Option<(usize, String)> {
        let told = self.last_row.iter().enumerate().find_map(|(place, text)| {
            let text = text.as_deref()?;
            let is_total =
                TOTALS.contains(&text.trim().trim_end_matches(':').to_lowercase().as_str());
            is_total.then(|| (place, text.trim().to_owned()))
        });
        told.filter(|_| self.rows > 2)
    }
}

/// What a column is called while rows are read as text; the order of the names is that of the places.
fn plain_name(place: usize) -> String {
    format!("c{place:06}")
}

/// Reads every row as text.
fn see(draft: &Draft, found: &Found) -> Result<Seen, String> {
    let column = |(at, name): (usize, &String)| {
        let spec = json!({ "type": "text", "aliases": [name], "null": [], "may_be_absent": true });
        (plain_name(at), spec)
    };
    let columns: Map<String, Value> = draft.columns.iter().enumerate().map(column).collect();
    let contract = resolved(&spec(draft, json!(columns)))?;
    let columns = draft.columns.iter().map(|name| Column::new(name)).collect();
    let mut seen = Seen {
        columns,
        rows: 0,
        bad: Vec::new(),
        bad_count: 0,
        last: 0,
        first_bad: None,
        last_row: Vec::new(),
    };
    source::read(&contract, found, &mut |item| {
        match item {
            Item::Good(record) | Item::Placed(record, _) if contract.is_total(record.fields) => {
                seen.last = record.number;
            }
            Item::Good(record) | Item::Placed(record, _) => {
                seen.rows += 1;
                seen.last = record.number;
                seen.last_row.clear();
                seen.last_row.extend(record.fields.iter().map(|text| text.map(str::to_owned)));
                for (column, text) in seen.columns.iter_mut().zip(record.fields) {
                    column.see(*text);
                }
            }
            Item::Bad(bad) => {
                seen.last = bad.number;
                seen.bad_count += 1;
                seen.first_bad.get_or_insert(format!("{}: {}", bad.rule, bad.detail));
                if seen.bad.len() < 8 {
                    seen.bad.push(bad.number);
                }
            }
            Item::Columns(_) | Item::Remark(..) => {}
        }
        Ok(())
    })?;
    Ok(seen)
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
