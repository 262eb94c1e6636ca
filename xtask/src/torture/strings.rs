//! blns and hostile-strings: each as a cell, as the name of a dimension and as part of a file's name.
//!
//! Whatever comes out of lake or quarantine must be, byte for byte, what went in; a file name that the file system itself
//! does not take is none. Templates, mail and SQL have tests of their own in the suite.

use super::{bed, tally::Line};
use serde_json::{Value, json};
use std::{fs, path::Path};

/// The list of naughty strings.
pub(super) fn blns(set: &Path) -> anyhow::Result<Vec<Line>> {
    let strings: Vec<String> = serde_json::from_str(&fs::read_to_string(set.join("blns.json"))?)?;
    line("blns", &strings)
}

/// Our own strings: SQL, templates, paths, addresses, secrets.
pub(super) fn hostile(set: &Path) -> anyhow::Result<Vec<Line>> {
    let mut strings = Vec::new();
    for name in ["sql_parameters", "template_values", "paths", "urls", "secrets"] {
        let text = fs::read_to_string(set.join(format!("{name}.json")))?;
        match serde_json::from_str(&text)? {
            Value::Array(list) => {
                strings.extend(list.iter().filter_map(Value::as_str).map(str::to_owned))
            }
            other => {
                let planted = other["plant"].as_object().into_iter().flatten();
                strings
                    .extend(planted.filter_map(|(_, secret)| secret.as_str()).map(str::to_owned));
            }
        }
    }
    line("hostile-strings", &strings)
}

fn line(set: &str, strings: &[String]) -> anyhow::Result<Vec<Line>> {
    let mut line = Line::new(set);
    for string in strings {
        let case: String = string.chars().take(60).collect();
        let outcome =
            as_cell(string).and_then(|()| as_column(string)).and_then(|()| as_file_name(string));
        line.count(&format!("{case:?}"), outcome);
    }
    Ok(vec![line])
}

/// CSV to lake to CSV, between two harmless rows.
fn as_cell(string: &str) -> Result<(), String> {
    let rows = [["1", "before", "x"], ["2", string, "y"], ["3", "after", "z"]];
    let file = written(&[&["id", "string", "end"][..], &rows[0], &rows[1], &rows[2]])?;
    let columns = ["id", "string", "end"].map(str::to_owned);
    let loaded = bed::load(
        &bed::texts(json!({ "files": ["*.csv"], "null": [] }), &columns),
        &[("file.csv", &file)],
    )?;
    if string.contains('\0') {
        // No text has NUL: the row is kept whole in quarantine.
        let is_kept = loaded.quarantined.len() == 1 && loaded.quarantined[0].raw.contains(string);
        return if is_kept { Ok(()) } else { Err(format!("NUL is not kept: {loaded}")) };
    }
    let expected = rows.map(|row| row.map(|cell| Some(cell.to_owned())).to_vec());
    if loaded.rows != expected {
        return Err(format!("as a cell: {loaded}"));
    }
    let texts = loaded.rows.iter().map(|row| row.iter().flatten().map(String::as_str).collect());
    let texts: Vec<Vec<&str>> = texts.collect();
    let again: Vec<&[&str]> = std::iter::once(&["id", "string", "end"][..])
        .chain(texts.iter().map(Vec::as_slice))
        .collect();
    match written(&again)? == file {
        true => Ok(()),
        false => Err("written again it has other bytes".into()),
    }
}

/// The string as the name of a column, and as the name of a series that becomes the member of a dimension.
fn as_column(string: &str) -> Result<(), String> {
    let is_name =
        !string.is_empty() && !["id", "name", "value"].contains(&string) && !string.contains('\0');
    if !is_name {
        return Ok(());
    }
    let file = written(&[&["id", string], &["1", "x"]])?;
    let columns = ["id", string].map(str::to_owned);
    let source = json!({ "files": ["*.csv"], "null": [] });
    let loaded = bed::load(&bed::texts(source, &columns), &[("file.csv", &file)])?;
    if loaded.rows != [["1", "x"].map(|cell| Some(cell.to_owned()))] {
        return Err(format!("as a column: {loaded}"));
    }
    let wide = json!({ "keep": ["id"], "name": "name", "value": "value" });
    let source = json!({ "files": ["*.csv"], "null": [], "wide": wide });
    let columns = ["id", "name", "value"].map(str::to_owned);
    let loaded = bed::load(&bed::texts(source, &columns), &[("file.csv", &file)])?;
    match loaded.rows == [["1", string, "x"].map(|cell| Some(cell.to_owned()))] {
        true => Ok(()),
        false => Err(format!("as a member: {loaded}")),
    }
}

/// The string in the name of a file; its value comes from that name.
fn as_file_name(string: &str) -> Result<(), String> {
    let fits = !string.is_empty() && !string.contains(['/', '\0']) && string.len() <= 200;
    if !fits {
        return Ok(());
    }
    let name = format!("in-{string}.csv");
    let columns = json!({
        "id": { "type": "text" },
        "name": { "type": "text", "from_file_name": "(?s)^in-(.*)\\.csv$" },
    });
    let spec = bed::contract(json!({ "files": ["*.csv"], "null": [] }), columns);
    let loaded = bed::load(&spec, &[(&name, b"id\n1\n")])?;
    // A backslash parts folders on other systems, so names are told with a slash.
    let told = string.replace('\\', "/");
    match loaded.rows == [["1", &told].map(|cell| Some(cell.to_owned()))] {
        true => Ok(()),
        false => Err(format!("as a file name: {loaded}")),
    }
}

fn written(rows: &[&[&str]]) -> Result<Vec<u8>, String> {
    let mut writer =
        csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
    for row in rows {
        writer.write_record(*row).map_err(|error| error.to_string())?;
    }
    writer.into_inner().map_err(|error| error.to_string())
}
