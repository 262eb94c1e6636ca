//! Sources → contracts → quarantine → lake → tables.
//!
//! Rule: the reader takes everything as text and the contract types it; nothing is guessed, nothing is lost:
//! rows read = accepted + quarantined + superseded, checked on every run.

pub mod contract;
mod control;
mod copies;
mod correction;
mod dataset;
mod dating;
mod drift;
mod error;
mod fetch;
mod lake;
mod notes;
mod parse;
mod quarantine;
mod refresh;
mod release;
mod rows;
mod rule;
mod sessions;
pub mod sniff;
mod source;
mod stamp;

pub use contract::Contract;
pub use error::ExtractError;
pub use quarantine::QuarantinedRow;
pub use release::{Correctable, Released, correctable, release, write};
pub use sessions::VISITOR_KEY;

use chrono::{NaiveDate, NaiveDateTime};
use engine::Tables;
use model::{
    calendar::Holidays,
    context::RunContext,
    id::DatasetId,
    period::DateRange,
    quality::{QualityNote, RowCounts, Warned},
};
use std::collections::BTreeMap;

/// What is extracted for one run.
#[derive(Debug, Clone)]
pub struct ExtractPlan {
    /// The contracts, lookups before those that use them.
    pub contracts: Vec<Contract>,
    /// The local day of the run: daily files of this day and later do not exist yet.
    pub today: NaiveDate,
    /// The scheduled moment, local.
    pub as_of: NaiveDateTime,
    /// The days that the report speaks of.
    pub reported: DateRange,
    /// Which days are worked.
    pub holidays: Holidays,
}

impl ExtractPlan {
    /// A plan for a day, reporting the day before it, with ordinary weekends.
    pub fn daily(contracts: Vec<Contract>, today: NaiveDate) -> Self {
        let as_of = today.and_time(chrono::NaiveTime::MIN);
        let reported = DateRange { start: today.pred_opt().unwrap_or(today), end: today };
        Self { contracts, today, as_of, reported, holidays: Holidays::default() }
    }
}

/// The datasets of one run.
#[derive(Debug, Clone, Default)]
pub struct Extracted {
    /// Where the rows are.
    pub tables: Tables,
    /// What became of the rows.
    pub counts: BTreeMap<DatasetId, RowCounts>,
    /// What became of the rows of each dataset's newest file: a bad night must not hide in a long history.
    pub newest: BTreeMap<DatasetId, RowCounts>,
    /// Identifies the rows that count.
    pub fingerprints: BTreeMap<DatasetId, String>,
    /// Datasets with faults that must hold the report, as notes of severity `Error`, and everything else
    /// worth knowing.
    pub notes: Vec<QualityNote>,
}

/// Loads what is new and gives the tables of every dataset.
///
/// # Errors
/// When lake or catalogue cannot be read or written, or rows do not reconcile.
pub fn extract(plan: &ExtractPlan, cx: &RunContext) -> Result<Warned<Extracted>, ExtractError> {
    let mut extracted = Extracted::default();
    let mut files = BTreeMap::new();
    for contract in &plan.contracts {
        let dataset = match &contract.sessions {
            Some(sessions) => sessions::made(contract, sessions, &extracted.tables, cx)?,
            None => dataset::load(contract, plan, cx)?,
        };
        tracing::info!(
            dataset = %contract.id, read = dataset.counts.read, accepted = dataset.counts.accepted,
            quarantined = dataset.counts.quarantined, superseded = dataset.counts.superseded, parsed = dataset.parsed,
            "dataset ready"
        );
        let mut notes = dataset.notes;
        let table = match &contract.time_looked_up {
            Some(time) => {
                dating::dated(contract, time, dataset.table, &extracted.tables, cx, &mut notes)?
            }
            None => dataset.table,
        };
        let fingerprint = match &contract.sessions {
            Some(sessions) => sessions::fingerprint(contract, sessions, &extracted.fingerprints),
            None => table.fingerprint(table.parts.iter()),
        };
        extracted.fingerprints.insert(contract.id.clone(), fingerprint);
        extracted.counts.insert(contract.id.clone(), dataset.counts);
        extracted.newest.insert(contract.id.clone(), dataset.newest);
        extracted.tables.0.insert(contract.id.clone(), table);
        extracted.notes.extend(notes);
        files.insert(&contract.id, dataset.files);
    }
    // Rules may look into any other dataset: they wait until all are there.
    for contract in plan.contracts.iter().filter(|contract| !contract.rules.is_empty()) {
        let (table, tables) = (&extracted.tables.0[&contract.id], &extracted.tables);
        let files = &files[&contract.id];
        let judging = rule::Judging { plan, contract, table, files, tables, cx };
        extracted.notes.extend(rule::judge(&judging)?);
    }
    let notes = extracted.notes.clone();
    Ok(Warned { value: extracted, notes })
}

/// The quarantined rows of the files that count for `plan`.
///
/// # Errors
/// A catalogue or a quarantine file that cannot be read.
pub fn quarantined(
    plan: &ExtractPlan,
    cx: &RunContext,
) -> Result<BTreeMap<DatasetId, Vec<QuarantinedRow>>, ExtractError> {
    let mut found = BTreeMap::new();
    for contract in &plan.contracts {
        let refused = dataset::quarantined(contract, plan.today, cx)?;
        found.insert(contract.id.clone(), refused.into_iter().map(|one| one.row).collect());
    }
    Ok(found)
}
