//! Files through the real extraction in a folder of their own, and what lies in lake and quarantine afterwards.

use chrono::{NaiveDate, TimeZone, Utc};
use engine::Table;
use extract::{Contract, ExtractPlan, QuarantinedRow, contract};
use model::{
    calendar::Holidays,
    context::RunContext,
    contract::ColumnType,
    id::{DatasetId, RunId},
    period::DateRange,
    quality::{RowCounts, Severity},
    report::Argument,
};
use polars::prelude::{AnyValue, DataFrame, ParquetReader, SerReader};
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeMap,
    fmt, fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

/// The dataset of every case.
const DATASET: &str = "torture";

/// What became of the files of one case.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The rows that count, in the order of files and records; columns as the contract's specification names them,
    /// by name.
    pub(crate) rows: Vec<Vec<Option<String>>>,
    pub(crate) counts: RowCounts,
    pub(crate) quarantined: Vec<QuarantinedRow>,
    /// Severity, key and arguments of each note.
    pub(crate) notes: Vec<(Severity, String)>,
    /// How far fetched batches reach; null where nothing was fetched.
    pub(crate) bookmark: Value,
}

impl Loaded {
    /// Whether a file was refused as a whole.
    pub(crate) fn is_refused(&self) -> bool {
        self.is_noted("quality.unreadable_file")
    }

    /// Whether a note with this key was made.
    pub(crate) fn is_noted(&self, key: &str) -> bool {
        self.notes.iter().any(|(_, note)| note.split(' ').next() == Some(key))
    }
}

impl fmt::Display for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules = self.quarantined.iter().map(|row| {
            let column = row.column.as_deref().unwrap_or("-");
            format!("record {} {} {column}: {}", row.record, row.rule, row.detail)
        });
        let rules: Vec<_> = rules.collect();
        write!(f, "{:?}, quarantined {rules:?}, notes {:?}, ", self.counts, self.notes)?;
        write!(f, "rows {:?}", self.rows)
    }
}

/// A contract of nothing but texts: the columns in their order, found by their names in the file.
pub(crate) fn texts(source: Value, columns: &[String]) -> Value {
    let column = |(at, name): (usize, &String)| {
        (format!("c{at:03}"), json!({ "type": "text", "aliases": [name] }))
    };
    let columns: Map<String, Value> = columns.iter().enumerate().map(column).collect();
    contract(source, columns)
}

/// A contract from its source and its columns.
pub(crate) fn contract(source: Value, columns: impl Into<Value>) -> Value {
    let columns: Value = columns.into();
    json!({ "description": "A case.", "owner": "Tests", "source": source, "columns": columns })
}

/// Loads files by a contract.
///
/// # Errors
/// A contract with faults, an extraction that fails or panics, or rows that do not reconcile.
pub(crate) fn load(spec: &Value, files: &[(&str, &[u8])]) -> Result<Loaded, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    load_in(folder.path(), spec, files)
}

/// The same in a folder that was loaded in before, or will be again: its files are in `data`, what becomes of them in
/// `state`.
///
/// # Errors
/// As [`load`].
pub(crate) fn load_in(
    folder: &Path,
    spec: &Value,
    files: &[(&str, &[u8])],
) -> Result<Loaded, String> {
    for (name, bytes) in files {
        let path = folder.join("data").join(name);
        let parent = path.parent().ok_or("a file lies in a folder")?;
        fs::create_dir_all(parent).map_err(|error| error.to_string())?;
        fs::write(path, bytes).map_err(|error| error.to_string())?;
    }
    let contract = resolved(spec)?;
    let today = NaiveDate::from_ymd_opt(2100, 1, 1).unwrap_or_default();
    let plan = ExtractPlan {
        contracts: vec![contract.clone()],
        today,
        as_of: today.into(),
        reported: DateRange { start: today, end: today },
        holidays: Holidays::default(),
    };
    let cx = RunContext {
        run: RunId::new("torture"),
        now: Utc.timestamp_opt(0, 0).single().unwrap_or_default(),
        data: folder.join("data"),
        state: folder.join("state"),
        secrets: BTreeMap::new(),
        send: false,
    };
    let extracted = catch_unwind(AssertUnwindSafe(|| extract::extract(&plan, &cx)));
    let extracted = extracted.map_err(|_| "the extraction panicked".to_owned())?;
    let extracted = extracted.map_err(|error| format!("{error:?}"))?.value;
    let id = DatasetId::new(DATASET);
    let quarantined = extract::quarantined(&plan, &cx).map_err(|error| error.to_string())?;
    let notes = extracted.notes.iter().map(|note| {
        let arguments = note.message.arguments.iter().map(|(name, value)| match value {
            Argument::Text(text) => format!("{name}={text}"),
            other => format!("{name}={other:?}"),
        });
        let arguments: Vec<_> = arguments.collect();
        (note.severity, format!("{} {}", note.message.key, arguments.join(" ")))
    });
    let loaded = Loaded {
        rows: rows(&extracted.tables.0[&id], &contract)?,
        counts: extracted.counts[&id],
        quarantined: quarantined.into_values().flatten().collect(),
        notes: notes.collect(),
        bookmark: bookmark(&cx.state)?,
    };
    let kept = (loaded.rows.len() as u64, loaded.quarantined.len() as u64);
    if !loaded.counts.reconcile() || kept != (loaded.counts.accepted, loaded.counts.quarantined) {
        return Err(format!("rows do not reconcile: {kept:?} in lake and quarantine, {loaded}"));
    }
    Ok(loaded)
}

/// What the landing folder says of its batches.
fn bookmark(state: &Path) -> Result<Value, String> {
    let Ok(folders) = fs::read_dir(state.join("landing").join(DATASET)) else {
        return Ok(Value::Null);
    };
    // One folder: a case has one origin.
    for folder in folders.flatten() {
        if let Ok(text) = fs::read(folder.path().join("manifest.json")) {
            let read = serde_json::from_slice(&text);
            let manifest: Value = read.map_err(|error| error.to_string())?;
            return Ok(manifest["bookmark"].clone());
        }
    }
    Ok(Value::Null)
}

fn resolved(spec: &Value) -> Result<Contract, String> {
    let spec = serde_json::from_value(spec.clone()).map_err(|error| error.to_string())?;
    contract::resolve(&DatasetId::new(DATASET), &spec, chrono_tz::UTC).map_err(|faults| {
        let faults: Vec<_> =
            faults.iter().map(|fault| format!("{}: {}", fault.path, fault.message)).collect();
        faults.join("; ")
    })
}

/// The rows of a lake table, written as canonical text.
fn rows(table: &Table, contract: &Contract) -> Result<Vec<Vec<Option<String>>>, String> {
    let mut rows = Vec::new();
    for part in &table.parts {
        let file = fs::File::open(&part.path).map_err(|error| error.to_string())?;
        let frame = ParquetReader::new(file).finish().map_err(|error| error.to_string())?;
        for row in 0..frame.height() {
            if !part.superseded.contains(&u32::try_from(row).unwrap_or(u32::MAX)) {
                let cell = |column: &contract::Column| cell(&frame, column, row);
                rows.push(contract.columns.iter().map(cell).collect::<Result<_, _>>()?);
            }
        }
    }
    Ok(rows)
}

fn cell(
    frame: &DataFrame,
    column: &contract::Column,
    row: usize,
) -> Result<Option<String>, String> {
    let values = frame.column(&column.name).map_err(|error| error.to_string())?;
    let value = values.get(row).map_err(|error| error.to_string())?;
    Ok(match (column.kind, value) {
        (_, AnyValue::Null) => None,
        (_, AnyValue::String(text)) => Some(text.to_owned()),
        (_, AnyValue::StringOwned(text)) => Some(text.to_string()),
        (_, AnyValue::Boolean(flag)) => Some(flag.to_string()),
        (ColumnType::Number { scale }, AnyValue::Int64(number)) => Some(decimal(number, scale)),
        (_, AnyValue::Date(days)) => {
            let day = NaiveDate::default() + chrono::TimeDelta::days(i64::from(days));
            Some(day.to_string())
        }
        (_, AnyValue::Datetime(micros, ..) | AnyValue::DatetimeOwned(micros, ..)) => {
            chrono::DateTime::from_timestamp_micros(micros).map(|moment| moment.to_rfc3339())
        }
        (_, other) => return Err(format!("`{}` holds {other:?}", column.name)),
    })
}

/// An integer of `10^-scale` as decimal text.
fn decimal(number: i64, scale: u32) -> String {
    let scale = scale as usize;
    let digits = format!("{:0>width$}", number.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if number < 0 { "-" } else { "" };
    if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}
