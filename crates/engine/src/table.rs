//! Where the rows of a dataset are.

use chrono::NaiveDate;
use model::{
    contract::{ColumnType, Shape},
    fingerprint::Fingerprinter,
    id::DatasetId,
    period::DateRange,
    slice::Members,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// The name of the lake column that holds the business day of a row.
pub const DAY: &str = "__day";

/// The lake files of one dataset.
#[derive(Debug, Clone)]
pub struct Table {
    /// Every column that expressions may use, looked-up ones included.
    pub shape: Shape,
    /// The files, in the order in which they were loaded.
    pub parts: Vec<Part>,
    /// The joins that bring looked-up columns, in order.
    pub lookups: Vec<Lookup>,
    /// The contract's fingerprint.
    pub contract: String,
    /// Which of its rows may be answered from.
    pub reach: Reach,
}

/// Which rows of a table may be answered from.
///
/// A query asks for rows of a dataset and gets those within reach, whatever its kind. What these rows look up is
/// brought as it is: it is part of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Reach {
    /// All of them.
    #[default]
    All,
    /// Those with these members, by column; unknown ones are never among them.
    Only(BTreeMap<String, String>),
    /// None, because the table cannot tell which rows belong to a slice: it lacks this dimension.
    Nothing(String),
}

/// One lake file: the accepted rows of one source file in one partition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The file.
    pub path: PathBuf,
    /// Identifies its rows, before any was superseded.
    pub fingerprint: String,
    /// Counted rows per business day, superseded ones left out; empty for datasets without days.
    pub days: BTreeMap<NaiveDate, u64>,
    /// The positions of superseded rows, ascending.
    pub superseded: Vec<u32>,
    /// All rows in the file.
    pub rows: u64,
}

/// A join into another dataset: order → customer → region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lookup {
    /// The other dataset.
    pub dataset: DatasetId,
    /// The column here that holds the key.
    pub on: String,
    /// The other dataset's natural key.
    pub key: String,
    /// The columns it brings: name there, name here.
    pub take: Vec<(String, String)>,
}

/// Every table of a run.
#[derive(Debug, Clone, Default)]
pub struct Tables(pub BTreeMap<DatasetId, Table>);

impl Tables {
    /// The same tables within reach of a slice's readers, who may see `shared` datasets whole.
    #[must_use]
    pub fn within(&self, slice: &Members, shared: &BTreeSet<DatasetId>) -> Self {
        let within = |(dataset, table): (&DatasetId, &Table)| {
            let reach = table.reach_of(slice, shared.contains(dataset));
            (dataset.clone(), Table { reach, ..table.clone() })
        };
        Self(self.0.iter().map(within).collect())
    }

    /// Identifies everything that the named columns of a dataset bring in from other datasets: the joins
    /// themselves and the rows behind them.
    pub(crate) fn looked_up(&self, dataset: &DatasetId, names: &BTreeSet<String>) -> String {
        let mut print = Fingerprinter::new("looked up");
        let mut names = names.clone();
        // Which rows count depends on the columns that say it.
        if let Some(Reach::Only(only)) = self.0.get(dataset).map(|table| &table.reach) {
            names.extend(only.keys().cloned());
        }
        let mut pending: Vec<&DatasetId> = Vec::new();
        let lookups = self.0.get(dataset).map(|table| table.lookups.as_slice()).unwrap_or_default();
        for lookup in lookups.iter().rev() {
            if lookup.take.iter().any(|(_, here)| names.contains(here)) {
                names.insert(lookup.on.clone());
                print.field(model::fingerprint::of("lookup", lookup));
                pending.push(&lookup.dataset);
            }
        }
        while let Some(dataset) = pending.pop() {
            let Some(other) = self.0.get(dataset) else { continue };
            // What is looked up is not cut down.
            let whole = Table { reach: Reach::All, ..other.clone() };
            print.field(dataset.as_str()).field(whole.fingerprint(whole.parts.iter()));
            for lookup in &other.lookups {
                print.field(model::fingerprint::of("lookup", lookup));
                pending.push(&lookup.dataset);
            }
        }
        print.finish()
    }
}

impl Part {
    /// Identifies the rows that count.
    pub fn state(&self) -> String {
        let mut print = Fingerprinter::new("part");
        print.field(&self.fingerprint);
        for row in &self.superseded {
            print.field(row.to_le_bytes());
        }
        print.finish()
    }

    /// The days it spans; `None` for datasets without days or without counted rows.
    pub fn span(&self) -> Option<DateRange> {
        let start = *self.days.first_key_value()?.0;
        let end = self.days.last_key_value()?.0.succ_opt()?;
        Some(DateRange { start, end })
    }
}

impl Table {
    /// What the readers of a slice may see of it. It is cut down to the members of every dimension that it has; one that
    /// lacks a dimension is out of reach, unless it is shared.
    pub fn reach_of(&self, slice: &Members, is_shared: bool) -> Reach {
        let has = |name: &str| self.shape.kind(name) == Some(ColumnType::Text);
        let mut only = BTreeMap::new();
        for (dimension, member) in slice.iter() {
            if has(dimension.as_str()) {
                only.insert(dimension.to_string(), member.to_owned());
            } else if !is_shared {
                return Reach::Nothing(dimension.to_string());
            }
        }
        if only.is_empty() { Reach::All } else { Reach::Only(only) }
    }

    /// The files with rows in `days`, in load order.
    pub fn parts_in(&self, days: DateRange) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(move |part| part.days.range(days.start..days.end).next().is_some())
    }

    /// Counted rows per business day.
    pub fn days(&self) -> BTreeMap<NaiveDate, u64> {
        let mut days = BTreeMap::new();
        for part in &self.parts {
            for (day, rows) in &part.days {
                *days.entry(*day).or_insert(0) += rows;
            }
        }
        days
    }

    /// Identifies all rows that count, whatever their order of loading.
    pub fn fingerprint<'a>(&self, parts: impl Iterator<Item = &'a Part>) -> String {
        let mut states: Vec<String> = parts.map(Part::state).collect();
        states.sort_unstable();
        let mut print = Fingerprinter::new("table");
        print.field(&self.contract);
        for state in states {
            print.field(state);
        }
        match &self.reach {
            Reach::All => {}
            Reach::Only(only) => {
                print.field("within");
                for (column, member) in only {
                    print.field(column).field(member);
                }
            }
            Reach::Nothing(dimension) => {
                print.field("nothing").field(dimension);
            }
        }
        print.finish()
    }
}
