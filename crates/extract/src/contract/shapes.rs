//! Files that are no plain table with one header line: what their contracts say about them.

use super::{Contract, Format, SourceSpec, Spec, dialect, resolve::Fault, sheet};
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

/// What marks records that sum up others, and series of a wide table that do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TotalsSpec {
    /// The column of this contract that tells them; needed with `values`.
    pub column: Option<String>,
    /// What it says in them, blanks around it aside. Example: `["Total", "合计"]`.
    #[serde(default)]
    pub values: Vec<String>,
    /// What series that sum up others are called in a wide table. Example: `["Total"]`.
    #[serde(default)]
    pub series: Vec<String>,
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

impl Contract {
    /// Whether a record sums up others.
    pub(crate) fn is_total(&self, fields: &[Option<&str>]) -> bool {
        let Some(totals) = &self.source.totals else { return false };
        let has = |at: Option<usize>, values: &[String]| {
            let said = at.and_then(|at| fields.get(at).copied().flatten());
            said.is_some_and(|said| values.iter().any(|text| text == said.trim()))
        };
        let named = totals.column.as_ref();
        let at = named.and_then(|name| self.columns.iter().position(|one| one.name == *name));
        has(at, &totals.values)
            || (!totals.series.is_empty() && has(self.series_column(), &totals.series))
    }

    /// Whether a series of a wide table sums up others.
    pub(crate) fn is_total_series(&self, name: &str) -> bool {
        let Some(totals) = &self.source.totals else { return false };
        let column = self.series_column().and_then(|at| self.columns.get(at));
        let tells_series = column.is_some_and(|one| totals.column.as_ref() == Some(&one.name));
        let has = |names: &[String]| names.iter().any(|text| text == name.trim());
        has(&totals.series) || (tells_series && has(&totals.values))
    }

    /// The column that says which series a row is of.
    fn series_column(&self) -> Option<usize> {
        let name = &self.source.wide.as_ref()?.name;
        self.columns.iter().position(|column| column.aliases.contains(name))
    }
}

impl WideSpec {
    /// The columns of a header that are series: places and names.
    ///
    /// # Errors
    /// As [`Self::pattern`].
    pub(crate) fn series<'n>(&self, names: &'n [String]) -> Result<Vec<(usize, &'n str)>, String> {
        let pattern = self.pattern()?;
        let name = |heading: &'n String| match &pattern {
            None => (!heading.is_empty() && !self.keep.contains(heading)).then_some(&**heading),
            Some(pattern) => pattern
                .captures(heading)
                .and_then(|groups| groups.get(1).or(groups.get(0)).map(|found| found.as_str())),
        };
        Ok(names
            .iter()
            .enumerate()
            .filter_map(|(at, heading)| Some((at, name(heading)?)))
            .collect())
    }

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
        match &totals.column {
            Some(column) if !spec.columns.contains_key(column) => {
                fault("source.totals.column", format!("there is no column `{column}`"));
            }
            None if !totals.values.is_empty() => {
                let message = "say which column has these values: `column = \"order_id\"`";
                fault("source.totals.values", message.into());
            }
            _ => {}
        }
        let is_of_rows = totals.column.is_some() || totals.series.is_empty();
        if is_of_rows && totals.values.is_empty() {
            fault("source.totals.values", "name what marks a row of totals: `[\"Total\"]`".into());
        }
        if !totals.series.is_empty() && source.wide.is_none() {
            let message = "only tables with a column per series have these: see `wide`";
            fault("source.totals.series", message.into());
        }
    }
    if let Some(wide) = &source.wide {
        let is_taken = |name: &String| {
            spec.columns.iter().any(|(own, column)| match column.aliases.is_empty() {
                true => own == name,
                false => column.aliases.iter().any(|alias| alias.name() == name),
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
