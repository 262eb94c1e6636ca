//! CSV under a drawn dialect.
//!
//! Promised: no panic; rows reconcile; a file is refused, or its rows and the records that are none are those that
//! another reader finds, one that tells marks apart first; and what was accepted, written as plain CSV and read again,
//! is accepted with the same cells.

mod reader;

use super::{Target, mutation};
use crate::{
    rng::Rng,
    torture::bed::{self, Loaded},
};
use reader::{Dialect, Footer, PLAIN};
use serde_json::{Value, json};
use std::{fs, path::Path};

/// CSV.
pub(super) const TARGET: Target = Target { name: "csv", corpus, draw: mutation::drawn, check };

/// How many columns the files of the corpus have, most of them.
const COLUMNS: usize = 7;

const DIALECTS: [Dialect; 9] = [
    PLAIN,
    PLAIN,
    Dialect { delimiter: ";", escape: Some(b'\\'), ..PLAIN },
    Dialect { delimiter: ", ", ..PLAIN },
    Dialect { delimiter: "‖", ..PLAIN },
    Dialect { quote: None, ..PLAIN },
    Dialect { quote: Some(b'\''), is_trimmed: true, ..PLAIN },
    Dialect { preamble: 1, footer: Footer::Records(2), ..PLAIN },
    Dialect { total: Some("Total"), footer: Footer::From("End"), ..PLAIN },
];

fn corpus(data: &Path) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut files = Vec::new();
    for folder in ["csv-pollution/csv", "csv-spectrum/csvs"] {
        let mut paths = Vec::new();
        for entry in fs::read_dir(data.join("torture").join(folder))? {
            paths.push(entry?.path());
        }
        paths.sort();
        for path in paths {
            files.push(fs::read(path)?);
        }
    }
    Ok(files)
}

fn check(input: &[u8], rng: &mut Rng) -> Result<(), String> {
    let names: Vec<String> = (1..=COLUMNS).map(|place| format!("column {place}")).collect();
    let dialect = rng.pick(&DIALECTS);
    let input = if rng.per_mille(800) { written(dialect, input) } else { input.to_vec() };
    let mut source = declared(dialect);
    source["files"] = json!(["*.csv"]);
    source["null"] = json!([]);
    source["headerless"] = json!({ "columns": names });
    let loaded = bed::load(&bed::texts(source.clone(), &names), &[("file.csv", &input)])?;
    let told = |reason| format!("{reason}; {:?} read by {source}", String::from_utf8_lossy(&input));
    compared(&loaded, dialect.read(&input, &names)).map_err(told)?;
    again(&names, &loaded.rows).map_err(told)
}

/// The input with the marks of a dialect.
fn written(dialect: &Dialect, input: &[u8]) -> Vec<u8> {
    let quote = dialect.quote.unwrap_or(b'"');
    let mark = |byte: &u8| match byte {
        b',' => dialect.delimiter.as_bytes().to_vec(),
        b'"' => vec![quote],
        other => vec![*other],
    };
    input.iter().flat_map(mark).collect()
}

/// A dialect as a contract says it.
fn declared(dialect: &Dialect) -> Value {
    let mut source = json!({ "delimiter": dialect.delimiter, "trim": dialect.is_trimmed });
    match dialect.quote {
        None => source["quoted"] = json!(false),
        Some(quote) => source["quote"] = json!(char::from(quote)),
    }
    if let Some(escape) = dialect.escape {
        source["escape"] = json!(char::from(escape));
    }
    if dialect.preamble > 0 {
        source["preamble"] = json!(dialect.preamble);
    }
    match dialect.footer {
        Footer::None => {}
        Footer::Records(records) => source["footer"] = json!({ "records": records }),
        Footer::From(start) => source["footer"] = json!({ "from": start }),
    }
    if let Some(total) = dialect.total {
        source["totals"] = json!({ "column": "c000", "values": [total] });
    }
    source
}

/// Holds what was loaded against what another reader found.
fn compared(loaded: &Loaded, read: Result<reader::Read, &'static str>) -> Result<(), String> {
    let read = match (read, loaded.is_refused()) {
        (Err(_), true) => return Ok(()),
        (Err(reason), false) => return Err(format!("not refused, although {reason}: {loaded}")),
        (Ok(_), true) => {
            return Err(format!("refused, and another reader finds no fault: {loaded}"));
        }
        (Ok(read), false) => read,
    };
    let cells = |row: &Vec<Option<String>>| -> Vec<String> {
        row.iter().map(|cell| cell.clone().unwrap_or_default()).collect()
    };
    let rows: Vec<Vec<String>> = loaded.rows.iter().map(cells).collect();
    let bad: Vec<u64> = loaded.quarantined.iter().map(|row| row.record).collect();
    match (&rows, &bad) == (&read.rows, &read.bad) {
        true => Ok(()),
        false => Err(format!(
            "by another reader there are the rows {:?}, and the records {:?} are none: {loaded}",
            read.rows, read.bad
        )),
    }
}

/// The rows once more, from plain CSV.
fn again(names: &[String], rows: &[Vec<Option<String>>]) -> Result<(), String> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut writer =
        csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
    for row in rows {
        let cells = row.iter().map(|cell| cell.as_deref().unwrap_or_default());
        writer.write_record(cells).map_err(|error| error.to_string())?;
    }
    let file = writer.into_inner().map_err(|error| error.to_string())?;
    let source: Value =
        json!({ "files": ["*.csv"], "null": [], "headerless": { "columns": names } });
    let loaded = bed::load(&bed::texts(source, names), &[("file.csv", &file)])?;
    match loaded.rows == rows && loaded.quarantined.is_empty() {
        true => Ok(()),
        false => Err(format!("written {rows:?}, read again {loaded}")),
    }
}
