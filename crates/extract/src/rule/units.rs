//! Days and files, and which of them are judged.

use super::Judging;
use crate::{
    contract::{Contract, Per},
    error::ExtractError,
    lake::folder,
    notes::text,
    parse::date_of,
};
use chrono::NaiveDate;
use engine::{DAY, Part, Reach, Table, Tables, polars_engine};
use model::{fingerprint::Fingerprinter, report::Argument};
use polars::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    ops::Range,
    path::Path,
};

/// What came of one source file.
#[derive(Debug, Clone)]
pub(crate) struct FileRows {
    pub(crate) name: String,
    /// Rows read.
    pub(crate) read: u64,
    /// Its rows in the lake.
    pub(crate) parts: Vec<Part>,
}

/// What is judged as one.
pub(super) struct Unit<'a> {
    pub(super) name: Argument,
    /// Its rows: those that count of a day, those read of a file.
    pub(super) rows: u64,
    parts: Vec<&'a Part>,
}

/// Takes rows with the place of each one's unit.
type Take<'a> = dyn FnMut(&DataFrame, &[Option<usize>]) -> PolarsResult<()> + 'a;

/// Makes a fact of rows and their days.
type Make<'a, T> = dyn Fn(&DataFrame, &[Option<NaiveDate>]) -> PolarsResult<T> + 'a;

/// The days or the files of a dataset, in order.
pub(super) struct Units<'a> {
    contract: &'a Contract,
    table: &'a Table,
    state: &'a Path,
    pub(super) units: Vec<Unit<'a>>,
    /// The place of the first that is judged.
    pub(super) judged: usize,
    /// Where the units stand, if they are days.
    days: Option<BTreeMap<NaiveDate, usize>>,
}

impl<'a> Units<'a> {
    pub(super) fn new(judging: &Judging<'a>, per: Per) -> Self {
        let (mut units, mut days) = (Vec::new(), None);
        let mut judged = None;
        let since = judging.plan.reported.start;
        if per == Per::File {
            for (place, file) in judging.files.iter().enumerate() {
                let is_judged = |part: &Part| part.days.range(since..).next().is_some();
                if file.parts.iter().any(is_judged) {
                    judged.get_or_insert(place);
                }
                let parts = file.parts.iter().collect();
                units.push(Unit { name: text(&file.name), rows: file.read, parts });
            }
        } else {
            let mut places = BTreeMap::new();
            let all = judging.table.days();
            for (day, rows) in all.range(..judging.plan.today) {
                if *day >= since {
                    judged.get_or_insert(units.len());
                }
                places.insert(*day, units.len());
                let parts = Vec::new();
                units.push(Unit { name: Argument::Date(*day), rows: *rows, parts });
            }
            for part in &judging.table.parts {
                for day in part.days.keys() {
                    if let Some(place) = places.get(day) {
                        units[*place].parts.push(part);
                    }
                }
            }
            days = Some(places);
        }
        let judged = judged.unwrap_or(units.len().saturating_sub(1));
        let (contract, state) = (judging.contract, judging.cx.state.as_path());
        Self { contract, table: judging.table, state, units, judged, days }
    }

    /// The places of those that are judged.
    pub(super) fn judged(&self) -> Range<usize> {
        self.judged..self.units.len()
    }

    /// The place of a day's unit.
    pub(super) fn of_day(&self, day: NaiveDate) -> Option<usize> {
        self.days.as_ref()?.get(&day).copied()
    }

    /// Hands over the columns of the rows of some units, part by part, with the place of each row's unit; rows of other
    /// units have none.
    pub(super) fn each(
        &self,
        range: Range<usize>,
        columns: &[&str],
        take: &mut Take<'_>,
    ) -> Result<(), ExtractError> {
        let mut done: BTreeSet<&Path> = BTreeSet::new();
        for place in range.clone() {
            for part in &self.units[place].parts {
                if !done.insert(&part.path) {
                    continue;
                }
                let frame = self.frame(part, columns)?;
                let told = |source| self.told(source);
                let places: Vec<Option<usize>> = match self.days {
                    None => vec![Some(place); frame.height()],
                    Some(_) => {
                        let within = |day| self.of_day(day?).filter(|place| range.contains(place));
                        days(&frame).map_err(told)?.into_iter().map(within).collect()
                    }
                };
                take(&frame, &places).map_err(told)?;
            }
        }
        Ok(())
    }

    /// What is to be known of each part, once: kept under the fingerprint of the part's rows that count.
    pub(super) fn facts<T: Serialize + DeserializeOwned>(
        &self,
        of: (&str, &str),
        column: &str,
        make: &Make<'_, T>,
    ) -> Result<Vec<(Option<usize>, T)>, ExtractError> {
        let mut facts = Vec::new();
        let mut done: BTreeSet<&Path> = BTreeSet::new();
        for (place, unit) in self.units.iter().enumerate() {
            for part in &unit.parts {
                if !done.insert(&part.path) {
                    continue;
                }
                let mut print = Fingerprinter::new("rule");
                print.field(of.0).field(of.1).field(column).field(part.state());
                let path = folder(self.state, self.contract).join("rules");
                let path = path.join(format!("{}.json", print.finish()));
                let kept = fs::read(&path).ok().and_then(|text| serde_json::from_slice(&text).ok());
                let fact = match kept {
                    Some(fact) => fact,
                    None => {
                        let frame = self.frame(part, &[column])?;
                        let told = |source| self.told(source);
                        let fact = make(&frame, &days(&frame).map_err(told)?).map_err(told)?;
                        let text = serde_json::to_vec(&fact).expect("facts always serialize");
                        publish::file(&path, &text)
                            .map_err(|source| ExtractError::Write { path, source })?;
                        fact
                    }
                };
                facts.push((self.days.is_none().then_some(place), fact));
            }
        }
        Ok(facts)
    }

    /// The rows of a part that count.
    fn frame(&self, part: &Part, columns: &[&str]) -> Result<DataFrame, ExtractError> {
        let table = Table {
            shape: self.contract.own.clone(),
            parts: vec![part.clone()],
            lookups: Vec::new(),
            contract: self.table.contract.clone(),
            reach: Reach::All,
        };
        let id = &self.contract.id;
        let tables = Tables([(id.clone(), table)].into());
        let names = columns.iter().map(|name| (*name).to_owned()).collect();
        let frame = polars_engine::rows(id, &names, &tables)?;
        frame.collect().map_err(|source| self.told(source))
    }

    fn told(&self, source: PolarsError) -> ExtractError {
        ExtractError::Derive { dataset: self.contract.id.clone(), source }
    }
}

/// The business day of each row; none where rows have no days.
fn days(frame: &DataFrame) -> PolarsResult<Vec<Option<NaiveDate>>> {
    let Ok(days) = frame.column(DAY) else { return Ok(vec![None; frame.height()]) };
    let days = days.cast(&DataType::Int32)?;
    Ok(days.i32()?.iter().map(|day| day.map(date_of)).collect())
}
