//! Finding, unpacking and identifying source files.

use crate::{
    contract::{Contract, Format},
    fetch::Landing,
};
use chrono::NaiveDate;
use model::context::RunContext;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// A file that a contract's globs name.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Relative to the data folder, with `/`; the stable name in lake, quarantine and messages.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) format: Format,
    /// The day of a daily file.
    pub(crate) day: Option<NaiveDate>,
    /// Whether it is a batch of fetched rows, packed by this program: the same rows again are then news, not a copy.
    pub(crate) is_batch: bool,
}

/// The files of a contract that count at `today`, in loading order: by day, then by name.
///
/// # Errors
/// A glob that cannot be read, or a file whose format cannot be told.
pub(crate) fn find(
    contract: &Contract,
    cx: &RunContext,
    today: NaiveDate,
) -> Result<Vec<Found>, String> {
    let format = |name: &str| contract.source.format.or_else(|| format_of(name));
    if contract.source.origin().is_some() {
        return Landing::open(contract, &cx.state)?.files(format);
    }
    let data = &cx.data;
    let mut files = Vec::new();
    for pattern in &contract.source.files {
        let wanted = data.join(pattern.replace("{date}", "????-??-??"));
        let wanted = wanted.to_string_lossy().into_owned();
        let paths = glob::glob(&wanted).map_err(|error| format!("`{pattern}`: {error}"))?;
        for path in paths {
            let path = path.map_err(|error| error.to_string())?;
            if path.is_dir() {
                continue;
            }
            let name = relative(&path, data);
            let day = pattern.contains("{date}").then(|| day_in(pattern, &name)).flatten();
            if pattern.contains("{date}") && day.is_none_or(|day| day >= today) {
                continue;
            }
            let format = format(&name).ok_or_else(|| {
                format!("`{name}`: its ending tells no format; set `source.format`")
            })?;
            files.push(Found { name, path, format, day, is_batch: false });
        }
    }
    files.sort_by(|a, b| (a.day, stem(&a.name), &a.name).cmp(&(b.day, stem(&b.name), &b.name)));
    files.dedup_by(|a, b| a.name == b.name);
    Ok(files)
}

/// Names beside daily files that look like one and have no day that exists, such as `2026-06-31.csv`, `20260629.csv` and
/// `2026-06-02 (1).csv`: their rows do not count.
pub(crate) fn undated(contract: &Contract, cx: &RunContext, files: &[Found]) -> Vec<String> {
    let daily = contract.source.files.iter().filter(|pattern| pattern.contains("{date}"));
    let mut names = BTreeSet::new();
    for pattern in daily {
        // A day begins with a digit, and has six of them at least; what begins otherwise is of something else.
        let wanted = cx.data.join(pattern.replace("{date}", "[0-9]*"));
        for path in glob::glob(&wanted.to_string_lossy()).into_iter().flatten().flatten() {
            let name = relative(&path, &cx.data);
            let digits = name.bytes().filter(u8::is_ascii_digit).count();
            if digits >= 6 && day_in(pattern, &name).is_none() && !path.is_dir() {
                names.insert(name);
            }
        }
    }
    names.retain(|name| files.iter().all(|found| found.name != *name));
    names.into_iter().collect()
}

/// The name without its endings: `spend-2026-02.csv` comes before its copy `spend-2026-02 (1).csv`.
pub(crate) fn stem(name: &str) -> &str {
    let file = name.rfind('/').map_or(0, |slash| slash + 1);
    name[file..].find('.').map_or(name, |dot| &name[..file + dot])
}

fn relative(path: &Path, data: &Path) -> String {
    let relative = path.strip_prefix(data).unwrap_or(path);
    relative.to_string_lossy().replace('\\', "/")
}

/// The day in a name, where a pattern has its `{date}`.
pub(crate) fn day_in(pattern: &str, name: &str) -> Option<NaiveDate> {
    let (before, after) = pattern.split_once("{date}")?;
    // Only the text around the day is literal when the pattern has no wildcard before it.
    let start = match before.contains(['*', '?', '[']) {
        false => before.len(),
        true => {
            let folder = before.rsplit_once('/').map_or("", |(folder, _)| folder);
            let literal = before.rsplit(['*', ']', '?']).next().unwrap_or("");
            name.get(folder.len()..)?.find(literal)? + folder.len() + literal.len()
        }
    };
    let day = name.get(start..start + 10)?.parse().ok()?;
    let rest = name.get(start + 10..)?;
    (after.contains('*') || rest == after).then_some(day)
}

/// A name without the ending that says how it is packed, in small or large letters.
pub(crate) fn unpacked_name(name: &str) -> &str {
    let bare = |ending: &str| {
        let (bare, end) = name.split_at_checked(name.len().checked_sub(ending.len())?)?;
        end.eq_ignore_ascii_case(ending).then_some(bare)
    };
    [".gz", ".zst", ".zip"].into_iter().find_map(bare).unwrap_or(name)
}

/// The format that a name's ending tells.
pub(crate) fn format_of(name: &str) -> Option<Format> {
    let name = name.to_lowercase();
    let bare = unpacked_name(&name);
    let is = |endings: &[&str]| endings.iter().any(|ending| bare.ends_with(ending));
    if is(&[".csv", ".tsv", ".txt"]) {
        Some(Format::Csv)
    } else if is(&[".ndjson", ".jsonl"]) {
        Some(Format::JsonLines)
    } else if is(&[".parquet"]) {
        Some(Format::Parquet)
    } else if is(&[".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"]) {
        Some(Format::Spreadsheet)
    } else {
        None
    }
}

impl Found {
    /// The delimiter that the file's ending promises.
    pub(crate) fn usual_delimiter(&self) -> char {
        if self.name.to_lowercase().contains(".tsv") { '\t' } else { ',' }
    }
}
