//! How delimited text is written: what separates, quotes and escapes, and which lines are no rows.

use super::{SourceSpec, resolve::Fault};
use encoding_rs::Encoding;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What stands below the last row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FooterSpec {
    /// So many records at the end of every file.
    Records(u32),
    /// A regular expression for the start of the record with which it begins; the rest of the file, at most 100 records,
    /// belongs to it.
    From(String),
}

impl FooterSpec {
    /// What begins it.
    ///
    /// # Errors
    /// What is wrong with the expression.
    pub(crate) fn pattern(&self) -> Result<Option<regex::Regex>, String> {
        let Self::From(text) = self else { return Ok(None) };
        let pattern = regex::Regex::new(&format!("^(?:{text})"));
        pattern.map(Some).map_err(|error| error.to_string())
    }
}

/// The encoding of a name.
///
/// # Errors
/// A name that is none, or that of an encoding that is not read.
pub(crate) fn encoding(name: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label_no_replacement(name.as_bytes()).ok_or_else(|| {
        let instead = "save the file as UTF-8, or name one of the WHATWG's, such as `utf-8`, `utf-16le`, `gb18030`, \
                       `windows-1252`";
        format!("the encoding `{name}` is not supported; {instead}")
    })
}

/// Faults of these settings.
pub(super) fn check(source: &SourceSpec, faults: &mut Vec<Fault>) {
    let mut fault = |path: &str, message: String| faults.push(Fault::new(path, message));
    if let Some(Err(message)) = source.encoding.as_deref().map(encoding) {
        fault("source.encoding", message);
    }
    let (delimiter, quote) = (source.delimiter.as_deref(), source.quote.unwrap_or('"'));
    if delimiter.is_some_and(|mark| mark.is_empty() || mark.contains(['\r', '\n', '\u{1f}', quote]))
    {
        let message = "it separates fields, so it is neither empty nor a quote nor a line end";
        fault("source.delimiter", message.into());
    }
    for (path, mark) in [("source.quote", source.quote), ("source.escape", source.escape)] {
        if mark.is_some_and(|mark| !mark.is_ascii() || mark.is_ascii_control()) {
            fault(path, "it is one printable ASCII character".into());
        }
    }
    if source.escape.is_some() && source.escape == Some(quote) {
        fault("source.escape", "doubled quotes need no `escape`".into());
    }
    if source.quoted == Some(false) && (source.quote.is_some() || source.escape.is_some()) {
        fault("source.quote", "`quoted = false` says that there are no quotes".into());
    }
    if source.header_rows == Some(0) {
        fault("source.header_rows", "files without a header are named by `headerless`".into());
    }
    if source.sep_line && source.delimiter.is_none() {
        fault("source.sep_line", "the line must agree with a declared `delimiter`".into());
    }
    if let Some(Err(message)) = source.footer.as_ref().map(FooterSpec::pattern) {
        fault("source.footer", message);
    }
}
