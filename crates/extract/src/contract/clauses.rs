//! Which clauses of a source the formats have.
//!
//! Rule: a clause that a format cannot have would do nothing, and nothing would be said. So it is refused: by the check
//! where `format` or the endings of the files tell the format, else with the file.

use super::{Format, Origin, SourceSpec, Spec, resolve::Fault};
use crate::source::format_of;

/// A clause: its path, and the formats that have it.
type Clause = (&'static str, &'static [Format]);

impl Format {
    /// What contracts call it.
    fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::FixedWidth => "fixed_width",
            Self::JsonLines => "json_lines",
            Self::Parquet => "parquet",
            Self::Spreadsheet => "spreadsheet",
            Self::WebLog => "web_log",
        }
    }
}

/// The clauses that are given and that not every format has: of one file, or of all.
fn given(source: &SourceSpec, file: Option<&str>) -> Vec<Clause> {
    use Format::{Csv, FixedWidth, JsonLines, Parquet, Spreadsheet, WebLog};
    let is_headerless = match file {
        Some(file) => source.headerless(file).is_some(),
        None => source
            .headerless
            .as_ref()
            .is_some_and(|spec| spec.files.is_empty() || source.format.is_some()),
    };
    let clauses: [(bool, &'static str, &'static [Format]); 14] = [
        (source.encoding.is_some(), "source.encoding", &[Csv, FixedWidth, WebLog]),
        (source.delimiter.is_some(), "source.delimiter", &[Csv]),
        (source.quote.is_some(), "source.quote", &[Csv]),
        (source.quoted.is_some(), "source.quoted", &[Csv]),
        (source.escape.is_some(), "source.escape", &[Csv]),
        (source.sep_line, "source.sep_line", &[Csv]),
        (source.header_rows.is_some(), "source.header_rows", &[Csv]),
        (source.footer.is_some(), "source.footer", &[Csv]),
        (source.preamble.is_some(), "source.preamble", &[Csv, FixedWidth]),
        (is_headerless, "source.headerless", &[Csv, Spreadsheet]),
        (source.sheet.is_some(), "source.sheet", &[Spreadsheet]),
        (source.wide.is_some(), "source.wide", &[Csv, FixedWidth, Spreadsheet]),
        (source.trim, "source.trim", &[Csv, Spreadsheet]),
        (source.explode.is_some(), "source.explode", &[JsonLines, Parquet]),
    ];
    clauses.into_iter().filter(|(given, ..)| *given).map(|(_, path, of)| (path, of)).collect()
}

fn words(formats: &[Format]) -> String {
    let words: Vec<&str> = formats.iter().map(|format| format.word()).collect();
    format!("`{}`", words.join("` or `"))
}

impl SourceSpec {
    /// The formats that its files have, as far as that is known before they are there, and what tells each.
    fn formats(&self) -> Vec<(Format, Option<&str>)> {
        if let Some(format) = self.format {
            return vec![(format, None)];
        }
        let names: Vec<&str> = match self.origin() {
            None => self.files.iter().map(String::as_str).collect(),
            Some(Origin::Download(spec)) => {
                let bare = |url| str::split(url, ['?', '#']).next().unwrap_or_default();
                spec.urls.iter().map(String::as_str).map(bare).collect()
            }
            Some(Origin::Objects(spec)) => vec![spec.pattern.as_str()],
            // Fetched rows are kept as lines of JSON.
            Some(Origin::Database(_) | Origin::Singer(_)) => {
                return vec![(Format::JsonLines, None)];
            }
        };
        names.into_iter().filter_map(|name| Some((format_of(name)?, Some(name)))).collect()
    }

    /// Why a file of a format cannot be read under these clauses.
    pub(crate) fn unfit(&self, file: &str, format: Format) -> Option<String> {
        let (path, of) =
            given(self, Some(file)).into_iter().find(|(_, of)| !of.contains(&format))?;
        let (word, of) = (format.word(), words(of));
        Some(format!(
            "is of the format `{word}`, and its contract has `{path}`, which only files of the format {of} have; take the \
             clause out, or give these files a contract of their own"
        ))
    }
}

/// Faults of clauses that the told formats cannot have; where another check has found a clause at fault, that is enough.
pub(super) fn check(spec: &Spec, faults: &mut Vec<Fault>) {
    let source = &spec.source;
    let formats = source.formats();
    for (path, of) in given(source, None) {
        let known =
            |fault: &Fault| fault.path == path || fault.path.starts_with(&format!("{path}."));
        if faults.iter().any(known) {
            continue;
        }
        if let Some((format, by)) = formats.iter().find(|(format, _)| !of.contains(format)) {
            let told = by.map(|name| format!(", and `{name}` is `{}`", format.word()));
            let told = told.unwrap_or_default();
            let message = format!("only files of the format {} have this{told}", words(of));
            faults.push(Fault::new(path, message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::resolve;
    use model::id::DatasetId;
    use serde_json::{Value, json};

    /// The first fault of a contract with one clause more, and why files are refused under it.
    fn told(files: Value, clause: &Value) -> Result<SourceSpec, String> {
        let mut source = json!({ "files": files });
        for (key, value) in clause.as_object().expect("a clause") {
            source[key] = value.clone();
        }
        let columns = json!({ "a": { "type": "text" }, "b": { "type": "text" } });
        let spec =
            json!({ "description": "d", "owner": "o", "source": source, "columns": columns });
        let spec = serde_json::from_value(spec).expect("a contract");
        let resolved = resolve(&DatasetId::new("d"), &spec, chrono_tz::UTC);
        resolved.map(|contract| contract.source).map_err(|faults| {
            faults.iter().map(|fault| format!("{}: {}", fault.path, fault.message)).collect()
        })
    }

    #[test]
    fn a_clause_that_the_format_of_the_files_cannot_have_is_refused() {
        let cases = [
            (json!({ "encoding": "gbk" }), "csv"),
            (json!({ "delimiter": ";" }), "csv"),
            (json!({ "quote": "'" }), "csv"),
            (json!({ "quoted": false }), "csv"),
            (json!({ "escape": "\\" }), "csv"),
            (json!({ "sep_line": true, "delimiter": ";" }), "csv"),
            (json!({ "header_rows": 2 }), "csv"),
            (json!({ "footer": { "records": 1 } }), "csv"),
            (json!({ "preamble": 1 }), "csv"),
            (json!({ "headerless": { "columns": ["a"] } }), "csv xlsx"),
            (json!({ "sheet": { "name": "x" } }), "xlsx"),
            (json!({ "wide": { "keep": [], "name": "a", "value": "b" } }), "csv xlsx"),
            (json!({ "trim": true }), "csv xlsx"),
            (json!({ "explode": "x" }), "ndjson parquet"),
        ];
        for (clause, of) in &cases {
            let path =
                format!("source.{}", clause.as_object().unwrap().keys().next_back().unwrap());
            for ending in ["csv", "xlsx", "ndjson", "parquet"] {
                let (file, has) = (format!("d.{ending}"), of.contains(ending));
                let named = told(json!([file]), clause);
                assert_eq!(named.is_ok(), has, "{clause} {ending}: {named:?}");
                if let Err(fault) = named {
                    let says =
                        [path.as_str(), "only files of the format `", &format!("`{file}` is `")];
                    assert!(says.iter().all(|text| fault.contains(text)), "{fault}");
                }
                // Where the ending is open, the file is refused.
                let open = told(json!(["*"]), clause).expect("nothing is known yet");
                let refused = open.unfit(&file, format_of(&file).expect("a format"));
                assert_eq!(refused.is_none(), has, "{clause} {ending}: {refused:?}");
            }
        }
        let mixed = json!({ "headerless": { "columns": ["a"], "files": ["*.csv"] } });
        assert!(told(json!(["d.csv", "d.parquet"]), &mixed).is_ok());
    }
}
