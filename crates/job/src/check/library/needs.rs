//! What a borrowed metric lacks in a job, and how that is said.

use model::id::DatasetId;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// What a borrowed metric lacks in a job.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Datasets without a contract, with the columns that are read.
    pub datasets: BTreeMap<DatasetId, BTreeSet<String>>,
    /// Columns that contracts lack.
    pub columns: BTreeMap<DatasetId, BTreeSet<String>>,
    /// Datasets whose contract has no `time`.
    pub undated: BTreeSet<DatasetId>,
    /// Metrics that nobody defines.
    pub metrics: BTreeSet<String>,
    /// What does not fit the contract's types.
    pub misfits: BTreeSet<String>,
    /// Whether the job would have to name a currency.
    pub currency: bool,
}

impl Needs {
    /// Whether nothing is lacking.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds what another metric lacks.
    pub(crate) fn add(&mut self, other: &Self) {
        for (mine, theirs) in
            [(&mut self.datasets, &other.datasets), (&mut self.columns, &other.columns)]
        {
            for (dataset, columns) in theirs {
                mine.entry(dataset.clone()).or_default().extend(columns.iter().cloned());
            }
        }
        self.undated.extend(other.undated.iter().cloned());
        self.metrics.extend(other.metrics.iter().cloned());
        self.misfits.extend(other.misfits.iter().cloned());
        self.currency |= other.currency;
    }
}

/// `needs dataset …; needs …`: what follows the metric's name in a sentence.
impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said: Vec<String> = Vec::new();
        if !self.datasets.is_empty() {
            let one = |(dataset, columns): (&DatasetId, &BTreeSet<String>)| match columns.is_empty()
            {
                true => format!("dataset `{dataset}`"),
                false => format!("dataset `{dataset}` with {}", named(columns)),
            };
            let all: Vec<String> = self.datasets.iter().map(one).collect();
            let them = if all.len() == 1 { "it" } else { "them" };
            said.push(format!("needs {}; no contract brings {them}", all.join(" and ")));
        }
        for (dataset, columns) in &self.columns {
            let columns = named(columns);
            said.push(format!("needs {columns} of dataset `{dataset}`, which its contract lacks"));
        }
        for dataset in &self.undated {
            said.push(format!("needs days: dataset `{dataset}` has no `time`"));
        }
        for metric in &self.metrics {
            said.push(format!("needs metric `{metric}`, which nobody defines"));
        }
        for misfit in &self.misfits {
            said.push(format!("does not fit its contract: {misfit}"));
        }
        if self.currency {
            said.push(
                "needs a currency: say `currency = \"CNY\"` or another ISO 4217 code in the job"
                    .into(),
            );
        }
        f.write_str(&said.join("; "))
    }
}

fn named(columns: &BTreeSet<String>) -> String {
    let word = if columns.len() == 1 { "column" } else { "columns" };
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    format!("{word} `{}`", names.join("`, `"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lacking_is_said_in_one_sentence() {
        let columns = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let mut needs = Needs::default();
        needs.datasets.insert(DatasetId::new("spend"), columns(&["platform"]));
        assert_eq!(
            needs.to_string(),
            "needs dataset `spend` with column `platform`; no contract brings it"
        );
        let mut other = Needs { currency: true, ..Needs::default() };
        other.datasets.insert(DatasetId::new("costs"), columns(&["amount", "kind"]));
        other.columns.insert(DatasetId::new("orders"), columns(&["unit_cost"]));
        needs.add(&other);
        assert_eq!(
            needs.to_string(),
            "needs dataset `costs` with columns `amount`, `kind` and dataset `spend` with column `platform`; no \
             contract brings them; needs column `unit_cost` of dataset `orders`, which its contract lacks; needs a \
             currency: say `currency = \"CNY\"` or another ISO 4217 code in the job"
        );
    }
}
