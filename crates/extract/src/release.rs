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

/// Publishes rows as JSON lines, for their owner's eyes only. Nothing is overwritten, for it may hold corrections, and
/// nothing is written among the sources.
///
/// # Errors
/// A file that is there already, lies in the data folder, or cannot be written.
pub fn write(path: &Path, rows: &[Correctable], data: &Path) -> io::Result<()> {
    let refused = |why: &str| Err(io::Error::new(io::ErrorKind::AlreadyExists, why));
    if path.symlink_metadata().is_ok() {
        return refused("it is there already; name another file");
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let is_source = match (folder.unwrap_or(Path::new(".")).canonicalize(), data.canonicalize()) {
        (Ok(folder), Ok(data)) => folder.starts_with(data),
        _ => false,
    };
    if is_source {
        return refused("it would lie among the sources; name a file outside of the data folder");
    }
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

impl Correctable {
    fn place(&self) -> Place {
        (self.dataset.clone(), self.content.clone(), self.record)
    }
}

/// Brings corrected records in. Each is read by its contract again; those that still break it are told and not kept,
/// but for those that only the whole file tells, such as a second row with a key: these stay in quarantine. None is kept
/// that would put another row there.
///
/// # Errors
/// When lake, catalogue or corrections cannot be read or written.
pub fn release(
    plan: &ExtractPlan,
    cx: &RunContext,
    rows: &[Correctable],
) -> Result<Released, ExtractError> {
    let _alone = correction::lock(&cx.state)?;
    extract(plan, cx)?;
    let mut released = Released::default();
    let before: BTreeSet<Place> = correctable(plan, cx)?.iter().map(Correctable::place).collect();
    let rows = once(rows, &mut released);
    let mut kept: BTreeMap<Place, usize> = BTreeMap::new();
    for contract in &plan.contracts {
        let own = rows.iter().filter(|(_, row)| row.dataset == contract.id);
        let own: Vec<(usize, &Correctable)> = own.copied().collect();
        if !own.is_empty() {
            keep(contract, plan, cx, &own, &mut kept, &mut released)?;
        }
    }
    let known: BTreeSet<&DatasetId> = plan.contracts.iter().map(|contract| &contract.id).collect();
    for (place, row) in rows.iter().filter(|(_, row)| !known.contains(&row.dataset)) {
        released.refused.insert(*place, format!("there is no dataset `{}`", row.dataset));
    }
    if kept.is_empty() {
        return Ok(released);
    }
    extract(plan, cx)?;
    let after = correctable(plan, cx)?;
    if let Some(worse) = after.iter().find(|row| !before.contains(&row.place())) {
        // Which of the corrections did it is not known: none is kept.
        withdraw(plan, cx, &kept)?;
        let (file, record, detail) = (&worse.file, worse.record, &worse.detail);
        let why =
            format!("would put another row into quarantine: `{file}` record {record}: {detail}");
        released.refused.extend(kept.into_values().map(|place| (place, why.clone())));
        return Ok(released);
    }
    for row in after {
        if let Some(place) = kept.remove(&row.place()) {
            released.refused.insert(place, format!("{}: {}", row.rule, row.detail));
        }
    }
    released.rows = kept.len() as u64;
    Ok(released)
}

/// The rows that have a correction, by their places; two for one record are refused, both.
fn once<'a>(rows: &'a [Correctable], released: &mut Released) -> Vec<(usize, &'a Correctable)> {
    let corrected = || rows.iter().enumerate().filter(|(_, row)| row.correction.is_some());
    let mut times: BTreeMap<Place, u64> = BTreeMap::new();
    corrected().for_each(|(_, row)| *times.entry(row.place()).or_default() += 1);
    let (single, twice): (Vec<_>, Vec<_>) =
        corrected().partition(|(_, row)| times.get(&row.place()) == Some(&1));
    let why = || "this record is corrected by more than one line; keep one of them".to_owned();
    released.refused.extend(twice.into_iter().map(|(place, _)| (place, why())));
    single
}

/// Takes corrections away again.
fn withdraw(
    plan: &ExtractPlan,
    cx: &RunContext,
    kept: &BTreeMap<Place, usize>,
) -> Result<(), ExtractError> {
    for (dataset, content, record) in kept.keys() {
        let mut store = Corrections::open(&cx.state, dataset, "", content)?;
        store.remove(*record);
        store.publish(&cx.state, dataset)?;
    }
    extract(plan, cx).map(|_| ())
}

/// Keeps the sound corrections of a dataset.
fn keep(
    contract: &Contract,
    plan: &ExtractPlan,
    cx: &RunContext,
    rows: &[(usize, &Correctable)],
    kept: &mut BTreeMap<Place, usize>,
    released: &mut Released,
) -> Result<(), ExtractError> {
    let refused = dataset::quarantined(contract, plan.today, cx)?;
    let by_place: BTreeMap<(&str, u64), &Refused> =
        refused.iter().map(|one| ((one.content.as_str(), one.row.record), one)).collect();
    let mut stores: BTreeMap<&str, Corrections> = BTreeMap::new();
    for &(place, row) in rows {
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
                kept.insert(row.place(), place);
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
