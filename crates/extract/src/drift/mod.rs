//! Drift: how the columns of a file differ from those last seen.
//!
//! Method: what is known of a file's columns is kept with what became of it. A new content is held against the content
//! before it, or against the file before it in loading order, as they were known before this run; the first load of all
//! is held against nothing. Harmless changes are told once: in the reports of the period in which they were seen. A file
//! without a needed column, with a column of another type, or with its columns in another order where no header names
//! them, is refused.

mod profile;
mod watch;

pub(crate) use watch::Watch;

use crate::{
    contract::{Column, Contract},
    lake::{Catalogue, Loaded},
    notes::{count, text},
    source::Found,
};
use chrono::NaiveDate;
use model::{
    label::Label,
    period::DateRange,
    quality::Severity,
    report::{Argument, Message},
};
use profile::Profile;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of a file's columns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// The file.
    file: String,
    /// What they are called, in order; empty where a file names none. Where values are nested, the contract's own paths
    /// are among them.
    columns: Vec<String>,
    /// What their values look like, by contract column, where no header names them.
    profiles: BTreeMap<String, Profile>,
}

impl Seen {
    /// What the columns are called.
    pub(crate) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The name under which a file has a contract column.
    fn name_of<'a>(&self, column: &'a Column) -> Option<&'a str> {
        let mut aliases = column.aliases.of(&self.file).map(String::as_str);
        aliases.find(|alias| self.columns.iter().any(|name| name == alias))
    }
}

/// What was last seen before a file: its own earlier content, or the file before it that was not read in this run.
pub(crate) fn before(
    found: &Found,
    files: &[Found],
    catalogue: &Catalogue,
    touched: &BTreeSet<String>,
) -> Option<Seen> {
    let sound = |loaded: &Loaded| match loaded.unreadable {
        None => Some(loaded.seen.clone()),
        Some(_) => loaded.before.clone(),
    };
    let place = files.iter().position(|file| file.name == found.name)?;
    let mut names = files[..=place].iter().rev().map(|file| &file.name);
    names.find_map(|name| {
        let known = catalogue.files.get(name).filter(|_| !touched.contains(name));
        known.and_then(sound).filter(|seen| !seen.columns.is_empty())
    })
}

/// Whether what was first seen on a day is told in the report of a period that is over.
pub(crate) fn is_told(since: NaiveDate, today: NaiveDate, reported: DateRange) -> bool {
    (today - since).num_days() < reported.days()
}

/// Harmless changes of some files, told together.
#[derive(Default)]
pub(crate) struct Changes {
    /// The first file with each sort of change, and the columns.
    new: Option<(String, BTreeSet<String>)>,
    gone: Option<(String, BTreeSet<String>)>,
    renamed: Option<(String, BTreeSet<String>)>,
    series: Option<(String, BTreeSet<String>)>,
    series_gone: Option<(String, BTreeSet<String>)>,
}

impl Changes {
    /// Adds those of a file.
    pub(crate) fn add(&mut self, contract: &Contract, loaded: &Loaded) {
        let Some(before) = &loaded.before else { return };
        let now = &loaded.seen;
        if now.columns.is_empty() {
            return;
        }
        let is_read = |name: &String| {
            contract.columns.iter().any(|one| one.aliases.of(&now.file).any(|alias| alias == name))
        };
        let is_path = |name: &String| {
            let begins = |alias: &String| {
                alias.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with(['.', '[']))
            };
            contract.columns.iter().any(|one| one.aliases.iter().any(begins))
        };
        let is_new = |name: &&String| !name.is_empty() && !before.columns.contains(name);
        let (was_series, series) = (series(contract, before), series(contract, now));
        let is_kept = |name: &String| {
            contract.source.wide.as_ref().is_some_and(|wide| wide.keep.contains(name))
        };
        let is_other = |name: &&String| {
            !series.contains_key(name.as_str())
                && !is_kept(name)
                && !is_read(name)
                && !is_path(name)
        };
        let strangers = now.columns.iter().filter(is_new).filter(is_other);
        note(&mut self.new, &now.file, strangers.cloned());
        let further = series.iter().filter(|(heading, _)| !was_series.contains_key(*heading));
        let further = further.map(|(_, name)| *name).filter(|name| !contract.is_total_series(name));
        note(&mut self.series, &now.file, further.map(str::to_owned));
        let is_there = |name: &&str| series.values().any(|now| now == name);
        let missing = was_series.values().copied().filter(|name| !is_there(name));
        let missing = missing.filter(|name| !contract.is_total_series(name));
        note(&mut self.series_gone, &now.file, missing.map(str::to_owned));
        let in_rows = || contract.columns.iter().filter(|column| column.is_in_rows());
        let was = |column: &Column| before.name_of(column).map(str::to_owned);
        let lost = in_rows().filter(|one| was(one).is_some() && now.name_of(one).is_none());
        note(&mut self.gone, &now.file, lost.map(|column| column.name.clone()));
        let renamed = in_rows().filter_map(|column| {
            let (was, is) = (before.name_of(column)?, now.name_of(column)?);
            (was != is).then(|| format!("{was} → {is}"))
        });
        note(&mut self.renamed, &now.file, renamed);
    }

    /// The changes as remarks that lack the dataset.
    pub(crate) fn told(self) -> Vec<(Severity, Message)> {
        let told = |key: &str, severity, change: Option<(String, BTreeSet<String>)>| {
            let (file, names) = change?;
            let message = Message::new(key)
                .with("file", text(file))
                .with("count", count(names.len() as u64))
                .with("list", Argument::List(names.into_iter().map(Label::verbatim).collect()));
            Some((severity, message))
        };
        [
            told("drift.new_columns", Severity::Info, self.new),
            told("drift.renamed", Severity::Info, self.renamed),
            told("drift.gone", Severity::Warning, self.gone),
            told("drift.new_series", Severity::Warning, self.series),
            told("drift.gone_series", Severity::Warning, self.series_gone),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// The series of a wide table: their names by heading.
fn series<'a>(contract: &Contract, seen: &'a Seen) -> BTreeMap<&'a str, &'a str> {
    let wide = contract.source.wide.as_ref();
    // The check has seen to it that the pattern is sound.
    let found = wide.and_then(|wide| wide.series(&seen.columns).ok()).unwrap_or_default();
    found.into_iter().map(|(at, name)| (seen.columns[at].as_str(), name)).collect()
}

fn note(
    change: &mut Option<(String, BTreeSet<String>)>,
    file: &str,
    names: impl Iterator<Item = String>,
) {
    let mut names = names.peekable();
    if names.peek().is_some() {
        change.get_or_insert_with(|| (file.to_owned(), BTreeSet::new())).1.extend(names);
    }
}

/// What changed against the columns last seen, as words behind a refusal.
fn against(before: &Seen, columns: &[String]) -> String {
    let listed = |names: Vec<&String>| {
        let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
        names.join(", ")
    };
    let lacks = |names: &[String], name: &&String| !name.is_empty() && !names.contains(name);
    let gone = listed(before.columns.iter().filter(|name| lacks(columns, name)).collect());
    let new = listed(columns.iter().filter(|name| lacks(&before.columns, name)).collect());
    let file = &before.file;
    match (gone.is_empty(), new.is_empty()) {
        (true, true) => String::new(),
        (false, true) => format!("; against `{file}`, {gone} went"),
        (true, false) => format!("; against `{file}`, {new} came"),
        (false, false) => format!("; against `{file}`, {gone} went and {new} came"),
    }
}
