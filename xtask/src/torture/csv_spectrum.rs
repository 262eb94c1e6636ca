//! csv-spectrum: twelve files and the JSON that each must parse to, text for text.
//!
//! The JSON of `location_coordinates` gives another telephone number than its CSV has; here the file is right. Its
//! quotes are marks of inches in unquoted fields: its contract says that nothing is quoted.

use super::{bed, tally::Line};
use anyhow::Context as _;
use serde_json::{Value, json};
use std::{fs, path::Path};

/// The file, the column, what the JSON says, what the file has.
const OTHERWISE: (&str, &str, &str, &str) =
    ("location_coordinates", "Contact Phone Number", "1234567890", "2095257564");

/// Every file against its JSON.
pub(super) fn lines(set: &Path) -> anyhow::Result<Vec<Line>> {
    let mut line = Line::new("csv-spectrum");
    let mut names = Vec::new();
    for entry in fs::read_dir(set.join("csvs")).context("the folder `csvs`")? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".csv").map(str::to_owned));
    }
    names.sort();
    for name in names {
        let bytes = fs::read(set.join("csvs").join(format!("{name}.csv")))?;
        let text = fs::read_to_string(set.join("json").join(format!("{name}.json")))?;
        let expected = expected(&name, serde_json::from_str(&text)?)?;
        line.count(&name, check(&name, &bytes, &expected));
    }
    Ok(vec![line])
}

/// The columns in their order by name, and the rows.
struct Expected {
    columns: Vec<String>,
    rows: Vec<Vec<Option<String>>>,
}

fn expected(name: &str, told: Value) -> anyhow::Result<Expected> {
    let rows = match told {
        Value::Array(rows) => rows,
        one => vec![one],
    };
    let first = rows.first().and_then(Value::as_object).context("an object")?;
    let columns: Vec<String> = first.keys().cloned().collect();
    let cell = |row: &Value, column: &String| {
        let text = row[column].as_str().with_context(|| format!("no text `{column}`"))?;
        let (file, place, told, right) = OTHERWISE;
        let is_otherwise = (name, column.as_str(), text) == (file, place, told);
        Ok(Some(if is_otherwise { right.to_owned() } else { text.to_owned() }))
    };
    let rows = rows
        .iter()
        .map(|row| columns.iter().map(|column| cell(row, column)).collect())
        .collect::<anyhow::Result<_>>()?;
    Ok(Expected { columns, rows })
}

fn check(name: &str, bytes: &[u8], expected: &Expected) -> Result<(), String> {
    let quoted = name != OTHERWISE.0;
    let source = json!({ "files": ["*.csv"], "quoted": quoted, "null": [] });
    let loaded = bed::load(&bed::texts(source, &expected.columns), &[("file.csv", bytes)])?;
    if loaded.is_refused() || loaded.rows != expected.rows {
        return Err(format!("expected {:?}, read {loaded}", expected.rows));
    }
    Ok(())
}
