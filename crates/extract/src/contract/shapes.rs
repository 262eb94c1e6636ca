//! Files that are no plain table with one header line: what their contracts say about them.

use super::{Format, SourceSpec, Spec, dialect, resolve::Fault, sheet};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A field of fixed-width text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldSpec {
    /// What it is called, as a header would name it.
    pub name: String,
    /// The place of its first character in a line, counted from 1.
    pub start: u32,
    /// How many characters it has; up to the end of the line when absent.
    pub width: Option<u32>,
}

impl FieldSpec {
    /// The place of its first character, counted from 1.
    pub(crate) fn first(&self) -> usize {
        self.start as usize
    }

    /// The place of its last character, unless the line's end is its own.
    pub(crate) fn last(&self) -> Option<usize> {
        Some((self.start as usize + self.width? as usize).saturating_sub(1))
    }

    /// Whether a place is within it.
    pub(crate) fn has(&self, place: usize) -> bool {
        place >= self.first() && self.last().is_none_or(|last| place <= last)
    }
}

/// Files without a header line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeaderlessSpec {
    /// Which of the source's files have none: globs relative to the data folder; all of them when absent.
    #[serde(default)]
    pub files: Vec<String>,
    /// What their columns are called, in order; every one of them.
    pub columns: Vec<String>,
}

/// What marks records that sum up others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TotalsSpec {
    /// The column of this contract that tells them.
    pub column: String,
    /// What it says in them, blanks around it aside. Example: `["Total", "合计"]`.
    pub values: Vec<String>,
}

/// A table with one column per series, told as one row per filled cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WideSpec {
    /// The columns, by their names in the file, that every row of a record repeats. All other named columns are series.
    pub keep: Vec<String>,
    /// A regular expression for the whole heading of a series, whose first group, if it has one, is the series' name.
    /// All other columns are left alone. Example: `mdsp_(.+)`.
    pub series: Option<String>,
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

impl WideSpec {
    /// What tells headings of series, and their names, from other columns.
    ///
    /// # Errors
    /// What is wrong with the expression.
    pub(crate) fn pattern(&self) -> Result<Option<regex::Regex>, String> {
        let pattern = self.series.as_ref().map(|text| regex::Regex::new(&format!("^(?:{text})$")));
        pattern.transpose().map_err(|error| error.to_string())
    }
}

/// Faults of these settings.
pub(super) fn check(spec: &Spec, faults: &mut Vec<Fault>) {
    let source = &spec.source;
    dialect::check(source, faults);
    let mut fault = |path: &str, message: String| faults.push(Fault::new(path, message));
    let is_of = |formats: &[Format]| source.format.is_none_or(|known| formats.contains(&known));
    for (key, given, formats) in [
        ("source.preamble", source.preamble.is_some(), &[Format::Csv, Format::FixedWidth][..]),
        ("source.headerless", source.headerless.is_some(), &[Format::Csv, Format::Spreadsheet]),
        ("source.delimiter", source.delimiter.is_some(), &[Format::Csv]),
        ("source.quote", source.quote.is_some(), &[Format::Csv]),
        ("source.quoted", source.quoted.is_some(), &[Format::Csv]),
    ] {
        if given && !is_of(formats) {
            fault(key, format!("only files of the format {:?} have this", formats[0]));
        }
    }
    check_layout(source, &mut fault);
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
    sheet::check(source, &mut fault);
    if let Some(totals) = &source.totals {
        if !spec.columns.contains_key(&totals.column) {
            let message = format!("there is no column `{}`", totals.column);
            fault("source.totals.column", message);
        }
        if totals.values.is_empty() {
            fault("source.totals.values", "name what marks a row of totals: `[\"Total\"]`".into());
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
        if let Err(message) = wide.pattern() {
            fault("source.wide.series", message);
        }
        let nested = matches!(source.format, Some(Format::JsonLines | Format::Parquet));
        if nested || source.explode.is_some() {
            let message = "only CSV files and spreadsheets are wide; nested lists have `explode`";
            fault("source.wide.name", message.into());
        }
    }
}

/// Faults of the places of fixed-width text.
fn check_layout(source: &SourceSpec, fault: &mut dyn FnMut(&str, String)) {
    let Some(layout) = &source.layout else {
        if source.format == Some(Format::FixedWidth) {
            let example = "`layout = [{ name = \"customer\", start = 2, width = 5 }]`";
            fault("source.format", format!("the places of the fields are needed: {example}"));
        }
        return;
    };
    if source.format != Some(Format::FixedWidth) {
        let message = "only files of the `format = \"fixed_width\"` have this";
        return fault("source.layout", message.into());
    }
    for (index, field) in layout.iter().enumerate() {
        let (path, name) = (format!("source.layout[{index}]"), &field.name);
        if field.start == 0 || field.width == Some(0) {
            fault(
                &path,
                format!("`{name}`: places are counted from 1, and a field has at least one"),
            );
        }
        for other in &layout[..index] {
            if other.name == *name {
                fault(&path, format!("there are two fields `{name}`"));
            }
            if other.has(field.first()) || field.has(other.first()) {
                fault(&path, format!("`{name}` and `{}` share places", other.name));
            }
        }
    }
}
