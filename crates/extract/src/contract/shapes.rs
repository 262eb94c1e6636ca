//! Files that are no plain table with one header line: what their contracts say about them.

use super::{Format, SourceSpec, Spec, resolve::Fault};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// CSV files without a header line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeaderlessSpec {
    /// Which of the source's files have none: globs relative to the data folder; all of them when absent.
    #[serde(default)]
    pub files: Vec<String>,
    /// What their columns are called, in order; every one of them.
    pub columns: Vec<String>,
}

/// Which sheet of a spreadsheet is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SheetSpec {
    /// Its name; may be absent when just one sheet is visible. A hidden sheet is read only if it is named.
    pub name: Option<String>,
    /// The row with the column names, as the spreadsheet counts its rows; 1 when absent.
    pub header_row: Option<u32>,
    /// The first row with data; the one after the header when absent. Rows between the two name the columns that have
    /// no name in the header row.
    pub first_row: Option<u32>,
}

/// A table with one column per series, told as one row per filled cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WideSpec {
    /// The columns, by their names in the file, that every row of a record repeats. All other named columns are series.
    pub keep: Vec<String>,
    /// The name under which a contract column gets the series' heading.
    pub name: String,
    /// The name under which a contract column gets the cell.
    pub value: String,
}

impl SourceSpec {
    /// The column names of a file that has no header of its own.
    pub(crate) fn headerless(&self, file: &str) -> Option<&[String]> {
        let spec = self.headerless.as_ref()?;
        let names_it = |pattern: &String| {
            glob::Pattern::new(pattern).is_ok_and(|pattern| pattern.matches(file))
        };
        (spec.files.is_empty() || spec.files.iter().any(names_it)).then_some(&*spec.columns)
    }
}

/// Faults of these settings.
pub(super) fn check(spec: &Spec, faults: &mut Vec<Fault>) {
    let source = &spec.source;
    let mut fault = |path: &str, message: String| faults.push(Fault::new(path, message));
    if source.quoted == Some(false) && source.quote.is_some() {
        fault("source.quote", "`quoted = false` says that there are no quotes".into());
    }
    let of = |format: Format| source.format.is_none_or(|known| known == format);
    for (key, given, format) in [
        ("source.preamble", source.preamble.is_some(), Format::Csv),
        ("source.headerless", source.headerless.is_some(), Format::Csv),
        ("source.sheet", source.sheet.is_some(), Format::Spreadsheet),
    ] {
        if given && !of(format) {
            fault(key, format!("only files of the format {format:?} have this"));
        }
    }
    if let Some(headerless) = &source.headerless {
        for (index, pattern) in headerless.files.iter().enumerate() {
            if let Err(error) = glob::Pattern::new(pattern) {
                fault(&format!("source.headerless.files[{index}]"), error.to_string());
            }
        }
        if headerless.columns.is_empty() {
            let message = "without a header the names of all columns are needed, in order";
            fault("source.headerless.columns", message.into());
        }
    }
    if let Some(sheet) = &source.sheet {
        let header = sheet.header_row.unwrap_or(1);
        if header == 0 {
            fault("source.sheet.header_row", "spreadsheets count rows from 1".into());
        }
        if sheet.first_row.is_some_and(|first| first <= header) {
            fault("source.sheet.first_row", format!("data come after the header in row {header}"));
        }
    }
    if let Some(wide) = &source.wide {
        let is_taken = |name: &String| {
            spec.columns.iter().any(|(own, column)| match column.aliases.is_empty() {
                true => own == name,
                false => column.aliases.contains(name),
            })
        };
        for (key, name) in [("source.wide.name", &wide.name), ("source.wide.value", &wide.value)] {
            if !is_taken(name) {
                fault(key, format!("no column of this contract is called `{name}` in its source"));
            }
        }
        let nested = matches!(source.format, Some(Format::JsonLines | Format::Parquet));
        if nested || source.explode.is_some() {
            let message = "only CSV files and spreadsheets are wide; nested lists have `explode`";
            fault("source.wide.name", message.into());
        }
    }
}
