//! Which row of a natural key counts.
//!
//! Method: of all rows with a key the one with the greatest version counts; among equals the last in load
//! order (file day, file name, place in file), whatever period it is filed under. The answer for a set of parts is kept
//! under its fingerprint, and where the day is part of the key a period is decided on its own.

use super::{KEY_HIGH, KEY_LOW, PLACE, VERSION, catalogue::folder};
use crate::{
    contract::{Contract, OnDuplicate},
    error::ExtractError,
    parse::date_of,
};
use engine::{DAY, Part};
use model::fingerprint::Fingerprinter;
use polars::prelude::*;
use std::{
    collections::{BTreeMap, HashMap},
    fs::{self, File},
    path::Path,
};

/// The superseded positions per part, in the order of the parts.
type Superseded = Vec<Vec<u32>>;

/// Marks the superseded rows of `parts`, which are in load order.
pub(crate) fn resolve(
    contract: &Contract,
    parts: &mut [Part],
    state: &Path,
) -> Result<(), ExtractError> {
    if contract.key.is_empty() {
        return Ok(());
    }
    let day_in_key = contract.time.as_ref().is_some_and(|time| contract.key.contains(time));
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, part) in parts.iter().enumerate() {
        let period = part.path.parent().and_then(Path::file_name).unwrap_or_default();
        let group = if day_in_key { period.to_string_lossy().into_owned() } else { String::new() };
        groups.entry(group).or_default().push(index);
    }
    for group in groups.values() {
        let members: Vec<&Part> = group.iter().map(|index| &parts[*index]).collect();
        let superseded = kept_or_decided(contract, &members, state)?;
        for (index, rows) in group.iter().zip(superseded) {
            uncount(&mut parts[*index], rows)?;
        }
    }
    Ok(())
}

fn kept_or_decided(
    contract: &Contract,
    parts: &[&Part],
    state: &Path,
) -> Result<Superseded, ExtractError> {
    let mut print = Fingerprinter::new("superseded by place");
    for part in parts {
        print.field(&part.fingerprint);
    }
    let path = folder(state, contract).join("superseded").join(format!("{}.json", print.finish()));
    let kept = fs::read(&path).ok().and_then(|text| serde_json::from_slice(&text).ok());
    if let Some(kept) = kept {
        return Ok(kept);
    }
    let decided = decide(parts, contract.on_duplicate == OnDuplicate::Refuse)?;
    let text = serde_json::to_vec(&decided).expect("positions always serialize");
    publish::file(&path, &text).map_err(|source| ExtractError::Write { path, source })?;
    Ok(decided)
}

/// So many rows are decided at once; more of them in several rounds, each for a share of the keys.
const MOST_AT_ONCE: u64 = 4_000_000;

fn decide(parts: &[&Part], first_counts: bool) -> Result<Superseded, ExtractError> {
    let rows: u64 = parts.iter().map(|part| part.rows).sum();
    let rounds = rows.div_ceil(MOST_AT_ONCE).max(1);
    let mut superseded = vec![Vec::new(); parts.len()];
    for round in 0..rounds {
        let is_meant = |high: i64| high as u64 % rounds == round;
        decide_share(parts, first_counts, is_meant, &mut superseded)?;
    }
    for rows in &mut superseded {
        rows.sort_unstable();
    }
    Ok(superseded)
}

/// Decides the keys whose first half is meant.
fn decide_share(
    parts: &[&Part],
    first_counts: bool,
    is_meant: impl Fn(i64) -> bool,
    superseded: &mut Superseded,
) -> Result<(), ExtractError> {
    // Only looked up, never walked: its order reaches no output.
    let mut counts: HashMap<(i64, i64), Row> = HashMap::new();
    let mut chunk = 0;
    for (index, part) in parts.iter().enumerate() {
        // The parts of a chunk follow one another, by period, and have one name.
        if index > 0 && part.path.file_name() != parts[index - 1].path.file_name() {
            chunk += 1;
        }
        let keys = keys(part)?;
        for at in 0..keys.high.len() {
            let key = (keys.high[at], keys.low[at]);
            if !is_meant(key.0) {
                continue;
            }
            let (version, place) = (keys.version[at], keys.place[at]);
            let row = Row { version, loaded: (chunk, place), part: index as u32, row: at as u32 };
            let Some(holder) = counts.get_mut(&key) else {
                counts.insert(key, row);
                continue;
            };
            let lost = if row.takes_over(holder, first_counts) {
                std::mem::replace(holder, row)
            } else {
                row
            };
            superseded[lost.part as usize].push(lost.row);
        }
    }
    Ok(())
}

/// A row among others of its key.
struct Row {
    version: i64,
    /// Its chunk in load order, and its place there.
    loaded: (u32, u32),
    /// Where it lies in the lake.
    part: u32,
    row: u32,
}

impl Row {
    fn takes_over(&self, holder: &Self, first_counts: bool) -> bool {
        match first_counts {
            true => self.loaded < holder.loaded,
            false => (self.version, self.loaded) > (holder.version, holder.loaded),
        }
    }
}

/// The columns that decide, of one part.
struct Keys {
    high: Vec<i64>,
    low: Vec<i64>,
    version: Vec<i64>,
    place: Vec<u32>,
}

fn keys(part: &Part) -> Result<Keys, ExtractError> {
    let lake = |source| ExtractError::Lake { path: part.path.clone(), source };
    let frame = read(part, &[KEY_HIGH, KEY_LOW, VERSION, PLACE])?;
    let column = |name: &str| -> Result<Vec<i64>, ExtractError> {
        let values = frame.column(name).and_then(|column| column.i64().cloned()).map_err(lake)?;
        Ok(values.iter().map(Option::unwrap_or_default).collect())
    };
    let places = frame.column(PLACE).and_then(|column| column.u32().cloned()).map_err(lake)?;
    Ok(Keys {
        high: column(KEY_HIGH)?,
        low: column(KEY_LOW)?,
        version: column(VERSION)?,
        place: places.iter().map(Option::unwrap_or_default).collect(),
    })
}

fn read(part: &Part, names: &[&str]) -> Result<DataFrame, ExtractError> {
    let lake = |source| ExtractError::Lake { path: part.path.clone(), source };
    let file = File::open(&part.path)
        .map_err(|error| lake(PolarsError::IO { error: error.into(), msg: None }))?;
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    ParquetReader::new(file).with_columns(Some(names)).finish().map_err(lake)
}

/// Takes superseded rows out of the part's daily counts.
fn uncount(part: &mut Part, rows: Vec<u32>) -> Result<(), ExtractError> {
    if !rows.is_empty() && !part.days.is_empty() {
        let lake = |source| ExtractError::Lake { path: part.path.clone(), source };
        let frame = read(part, &[DAY])?;
        let days = frame.column(DAY).and_then(|day| day.cast(&DataType::Int32)).map_err(lake)?;
        let days = days.i32().map_err(lake)?.clone();
        for row in &rows {
            let Some(day) = days.get(*row as usize).map(date_of) else { continue };
            if let Some(count) = part.days.get_mut(&day) {
                *count -= 1;
                if *count == 0 {
                    part.days.remove(&day);
                }
            }
        }
    }
    part.superseded = rows;
    Ok(())
}
