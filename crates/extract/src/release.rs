//! Quarantined rows on their way to a person who corrects them, and back.

use crate::{
    ExtractPlan,
    contract::Contract,
    correction::{self, Corrections},
    dataset::{self, Refused},
    error::ExtractError,
    extract,
    quarantine::private,
    rows::{Batch, Line},
};
use model::{context::RunContext, id::DatasetId};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
};

/// A quarantined row as a person corrects it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correctable {
    /// The dataset.
    pub dataset: DatasetId,
    /// The source file, relative to the data folder.
    pub file: String,
    /// Identifies the file's content.
    pub content: String,
    /// The record's number, counted from 1, header not counted.
    pub record: u64,
    /// Where the record starts, in bytes of the unpacked file.
    pub offset: Option<u64>,
    /// The column at fault, if one.
    pub column: Option<String>,
    /// The broken rule.
    pub rule: String,
    /// What was wrong.
    pub detail: String,
    /// The record as it stands in the file.
    pub raw: String,
    /// The record as it should stand there; nothing is corrected when absent.
    pub correction: Option<String>,
}

/// What became of corrections.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Released {
    /// How many rows count now.
    pub rows: u64,
    /// Those that do not, by their places among the given ones, and why.
    pub refused: BTreeMap<usize, String>,
}

/// Every quarantined row of the files that count for `plan`, ready to be corrected.
///
/// # Errors
/// A catalogue or a quarantine file that cannot be read.
pub fn correctable(plan: &ExtractPlan, cx: &RunContext) -> Result<Vec<Correctable>, ExtractError> {
    let mut found = Vec::new();
    for contract in &plan.contracts {
        for refused in dataset::quarantined(contract, plan.today, cx)? {
            let (row, content) = (refused.row, refused.content);
            found.push(Correctable {
                dataset: contract.id.clone(),
                file: row.file,
                content,
                record: row.record,
                offset: row.offset,
                column: row.column,
                rule: row.rule,
                detail: row.detail,
                raw: row.raw,
                correction: None,
            });
        }
    }
    Ok(found)
}

/// Publishes rows as JSON lines, for their owner's eyes only.
///
/// # Errors
/// A file that cannot be written.
pub fn write(path: &Path, rows: &[Correctable]) -> io::Result<()> {
    publish::with(path, |file| {
        private(file)?;
        for row in rows {
            serde_json::to_writer(&mut *file, row)?;
            io::Write::write_all(file, b"\n")?;
        }
        Ok(())
    })
}

/// Where a correction belongs.
type Place = (DatasetId, String, u64);

/// Brings corrected records in. Each is read by its contract again; those that still break it are told and not kept,
/// but for those that only the whole file tells, such as a second row with a key: these stay in quarantine.
///
/// # Errors
/// When lake, catalogue or corrections cannot be read or written.
pub fn release(
    plan: &ExtractPlan,
    cx: &RunContext,
    rows: &[Correctable],
) -> Result<Released, ExtractError> {
    extract(plan, cx)?;
    let mut released = Released::default();
    let mut kept: BTreeMap<Place, usize> = BTreeMap::new();
    for contract in &plan.contracts {
        let own = || rows.iter().enumerate().filter(|(_, row)| row.dataset == contract.id);
        let given = own().filter(|(_, row)| row.correction.is_some()).count();
        if given > 0 {
            keep(contract, plan, cx, &mut own(), &mut kept, &mut released)?;
        }
    }
    let known: BTreeSet<&DatasetId> = plan.contracts.iter().map(|contract| &contract.id).collect();
    for (place, row) in rows.iter().enumerate().filter(|(_, row)| row.correction.is_some()) {
        if !known.contains(&row.dataset) {
            released.refused.insert(place, format!("there is no dataset `{}`", row.dataset));
        }
    }
    if kept.is_empty() {
        return Ok(released);
    }
    extract(plan, cx)?;
    for row in correctable(plan, cx)? {
        if let Some(place) = kept.remove(&(row.dataset, row.content, row.record)) {
            released.refused.insert(place, format!("{}: {}", row.rule, row.detail));
        }
    }
    released.rows = kept.len() as u64;
    Ok(released)
}

/// Keeps the sound corrections of a dataset.
fn keep(
    contract: &Contract,
    plan: &ExtractPlan,
    cx: &RunContext,
    rows: &mut dyn Iterator<Item = (usize, &Correctable)>,
    kept: &mut BTreeMap<Place, usize>,
    released: &mut Released,
) -> Result<(), ExtractError> {
    let refused = dataset::quarantined(contract, plan.today, cx)?;
    let by_place: BTreeMap<(&str, u64), &Refused> =
        refused.iter().map(|one| ((one.content.as_str(), one.row.record), one)).collect();
    let mut stores: BTreeMap<&str, Corrections> = BTreeMap::new();
    for (place, row) in rows {
        let Some(text) = &row.correction else { continue };
        let known = by_place.get(&(row.content.as_str(), row.record)).copied();
        let fault = match known {
            None => Some(format!(
                "`{}` has no such record in quarantine: it was released before, or the file was delivered anew",
                row.file
            )),
            Some(known) if known.row.expired.is_some() => {
                Some("its text has expired, so nobody can say what it stood for".into())
            }
            Some(known) if known.row.raw != row.raw => {
                Some("`raw` was changed; write the corrected record into `correction`".into())
            }
            Some(known) => unsound(contract, known, text),
        };
        match (fault, known) {
            (None, Some(known)) => {
                let mut store = match stores.remove(known.content.as_str()) {
                    Some(store) => store,
                    None => Corrections::open(&cx.state, &contract.id, &row.file, &known.content)?,
                };
                store.add(row.record, &row.raw, text);
                stores.insert(&known.content, store);
                kept.insert((contract.id.clone(), row.content.clone(), row.record), place);
            }
            (fault, _) => {
                released.refused.insert(place, fault.unwrap_or_default());
            }
        }
    }
    stores.values().try_for_each(|store| store.publish(&cx.state, &contract.id))
}

/// Why a correction breaks the contract by itself.
fn unsound(contract: &Contract, known: &Refused, text: &str) -> Option<String> {
    let mut batch = Batch::new(contract, &known.found.name);
    let line = Line { number: known.row.record, offset: known.row.offset, raw: text.as_bytes() };
    let fault = correction::push(contract, (&known.found, &known.columns), text, line, &mut batch)?;
    let (column, rule, detail) = fault;
    let column = column.map(|column| format!(" `{column}`")).unwrap_or_default();
    Some(format!("{rule}{column}: {detail}"))
}
