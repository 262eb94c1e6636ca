//! Small public tables of numbers, read whole.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use super::row::{Goal, Row};

/// A table of numbers with named columns.
pub(super) struct Table {
    names: Vec<String>,
    columns: Vec<Vec<f64>>,
}

impl Table {
    /// The column of this name.
    pub(super) fn column(&self, name: &str) -> anyhow::Result<&[f64]> {
        let place = self.names.iter().position(|known| known == name);
        place
            .map(|place| self.columns[place].as_slice())
            .with_context(|| format!("no column {name}"))
    }
}

/// Reads a file of comma-separated numbers under a line of names; names may stand in quotes.
pub(super) fn numbers(path: &Path) -> anyhow::Result<Table> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let head = lines.next().with_context(|| format!("{} is empty", path.display()))?;
    let names: Vec<String> =
        head.split(',').map(|name| name.trim_matches('"').to_owned()).collect();
    let mut columns = vec![Vec::new(); names.len()];
    for line in lines {
        for (column, field) in columns.iter_mut().zip(line.split(',')) {
            column.push(field.trim().parse().with_context(|| format!("no number: {field}"))?);
        }
    }
    Ok(Table { names, columns })
}

/// What a topic says whose data are absent.
pub(super) fn absent(path: &Path) -> Vec<Row> {
    vec![Row::new(format!("no data in {}", path.display()), f64::NAN, Goal::Shown, "")]
}
