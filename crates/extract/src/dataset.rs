//! One dataset: its files, what is new of them, and the table they make.

use crate::{
    ExtractPlan,
    contract::Contract,
    control,
    copies::Copies,
    correction::Corrections,
    drift,
    error::ExtractError,
    fetch,
    lake::{self, Catalogue, Loaded},
    notes::{Notes, count, text},
    quarantine::{self, QuarantinedRow},
    refresh::{Known, refresh},
    rule::FileRows,
    source::{self, Found},
};
use chrono::NaiveDate;
use engine::{Part, Reach, Table};
use model::{
    context::RunContext,
    label::Label,
    number::Number,
    quality::{QualityNote, RowCounts},
    report::{Argument, Fmt},
    unit::Unit,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
};

/// A dataset, ready.
pub(crate) struct Dataset {
    pub(crate) table: Table,
    pub(crate) counts: RowCounts,
    /// The counts of the newest file.
    pub(crate) newest: RowCounts,
    /// The files that count, in loading order.
    pub(crate) files: Vec<FileRows>,
    pub(crate) notes: Vec<QualityNote>,
    /// How many files were parsed in this run.
    pub(crate) parsed: usize,
}

/// Loads what is new of a dataset.
pub(crate) fn load(
    contract: &Contract,
    plan: &ExtractPlan,
    cx: &RunContext,
) -> Result<Dataset, ExtractError> {
    let mut notes = Notes { contract, notes: Vec::new() };
    let fetched = fetch::fetch(contract, plan.today, cx);
    let files = source::find(contract, cx, plan.today);
    let has_files = files.as_ref().is_ok_and(|files| !files.is_empty());
    match fetched {
        Ok(remarks) => remarks.iter().for_each(|remark| notes.fetched(remark)),
        Err(reason) => {
            let key = if has_files { "quality.unreachable" } else { "quality.never_fetched" };
            notes.error(key, &[("reason", text(reason))]);
        }
    }
    let files = files.unwrap_or_else(|reason| {
        notes.error(
            "quality.unreadable_file",
            &[("file", text(contract.source.described())), ("reason", text(reason))],
        );
        Vec::new()
    });
    if files.is_empty() && !contract.source.may_be_absent && !notes.has_errors() {
        notes.error("quality.no_data", &[]);
    }
    quarantine::expire(&cx.state, &contract.id, cx.now, contract.keep_days)
        .map_err(|source| ExtractError::Quarantine { dataset: contract.id.clone(), source })?;
    let mut catalogue = Catalogue::open(&cx.state, contract)?;
    let mut parsed = 0;
    let mut replaced: Vec<Loaded> = Vec::new();
    let mut touched = BTreeSet::new();
    for found in &files {
        let loaded = catalogue.files.get(&found.name);
        let known = Known { contract, loaded, today: plan.today, cx };
        let before = || drift::before(found, &files, &catalogue, &touched);
        if let Some(loaded) = refresh(&known, found, before)? {
            replaced.extend(catalogue.files.insert(found.name.clone(), loaded));
            touched.insert(found.name.clone());
            parsed += 1;
        }
    }
    if parsed > 0 {
        catalogue.publish(&cx.state, contract)?;
        sweep(&catalogue, &replaced);
    }
    note_undated(contract, &files, &mut notes, cx);
    note_packed_twins(contract, &files, &mut notes);
    note_changes(contract, plan, &files, &catalogue, &mut notes);
    note_corrections(contract, plan, (&files, &catalogue), &mut notes, cx)?;
    control::check(
        contract,
        (&files, &catalogue),
        plan.today,
        cx,
        &mut |severity, key, arguments| {
            notes.add(severity, key, arguments);
        },
    );
    assemble(contract, &files, &catalogue, parsed, notes, cx)
}

/// Tells how columns changed, of files that were first seen in the period of the report.
fn note_changes(
    contract: &Contract,
    plan: &ExtractPlan,
    files: &[Found],
    catalogue: &Catalogue,
    notes: &mut Notes<'_>,
) {
    let mut changes = drift::Changes::default();
    let known = files.iter().filter_map(|found| catalogue.files.get(&found.name));
    let is_told = |loaded: &&Loaded| {
        loaded.unreadable.is_none() && drift::is_told(loaded.since, plan.today, plan.reported)
    };
    known.filter(is_told).for_each(|loaded| changes.add(contract, loaded));
    for (severity, message) in changes.told() {
        let arguments: Vec<(&str, Argument)> =
            message.arguments.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        notes.add(severity, &message.key, &arguments);
    }
}

/// Removes lake files of replaced contents that no catalogue entry names any more. One that cannot be removed is
/// only in the way of nobody.
fn sweep(catalogue: &Catalogue, replaced: &[Loaded]) {
    let kept = |path: &std::path::Path| {
        catalogue.files.values().flat_map(|loaded| &loaded.parts).any(|part| part.path == path)
    };
    for part in replaced.iter().flat_map(|loaded| &loaded.parts).filter(|part| !kept(&part.path)) {
        if let Err(error) = fs::remove_file(&part.path) {
            tracing::debug!(file = %part.path.display(), %error, "lake file not removed");
        }
    }
}

/// A quarantined row with what it takes to correct it.
pub(crate) struct Refused {
    pub(crate) row: QuarantinedRow,
    /// The content of its file.
    pub(crate) content: String,
    pub(crate) found: Found,
    /// What the file calls its columns.
    pub(crate) columns: std::sync::Arc<[String]>,
}

/// The quarantined rows of a dataset's current files.
pub(crate) fn quarantined(
    contract: &Contract,
    today: NaiveDate,
    cx: &RunContext,
) -> Result<Vec<Refused>, ExtractError> {
    let told = |source| ExtractError::Quarantine { dataset: contract.id.clone(), source };
    let files =
        source::find(contract, cx, today).map_err(|reason| told(io::Error::other(reason)))?;
    let catalogue = Catalogue::open(&cx.state, contract)?;
    let mut refused = Vec::new();
    for found in files {
        let Some(loaded) = catalogue.files.get(&found.name).filter(|loaded| loaded.quarantined > 0)
        else {
            continue;
        };
        let print = lake::print(contract, &found.name, &loaded.content, &loaded.corrections);
        let rows = quarantine::rows(&quarantine::path(&cx.state, &contract.id, &print));
        let columns: std::sync::Arc<[String]> = loaded.seen.columns().into();
        refused.extend(rows.map_err(told)?.into_iter().map(|row| {
            let (content, columns) = (loaded.content.clone(), columns.clone());
            Refused { row, content, found: found.clone(), columns }
        }));
    }
    Ok(refused)
}

/// Tells of rows that count as corrected, and of corrections of contents that are no longer there.
fn note_corrections(
    contract: &Contract,
    plan: &ExtractPlan,
    (files, catalogue): (&[Found], &Catalogue),
    notes: &mut Notes<'_>,
    cx: &RunContext,
) -> Result<(), ExtractError> {
    let known: Vec<(&str, &Loaded)> = files
        .iter()
        .filter_map(|found| Some((found.name.as_str(), catalogue.files.get(&found.name)?)))
        .collect();
    // A copy of a file counts once, and so do its corrections.
    let by_content: BTreeMap<&str, u64> =
        known.iter().map(|(_, loaded)| (loaded.content.as_str(), loaded.corrected)).collect();
    let corrected: u64 = by_content.values().sum();
    if corrected > 0 {
        notes.info("quality.corrected", &[("count", count(corrected))]);
    }
    for lapsed in Corrections::all(&cx.state, &contract.id)? {
        if known.iter().any(|(_, loaded)| loaded.content == lapsed.content) {
            continue;
        }
        let anew = known.iter().find(|(name, _)| *name == lapsed.file);
        if anew.is_some_and(|(_, loaded)| drift::is_told(loaded.since, plan.today, plan.reported)) {
            let arguments = [("file", text(&lapsed.file)), ("count", count(lapsed.len()))];
            notes.warning("quality.corrections_lapsed", &arguments);
        }
    }
    Ok(())
}

fn assemble(
    contract: &Contract,
    files: &[Found],
    catalogue: &Catalogue,
    parsed: usize,
    mut notes: Notes<'_>,
    cx: &RunContext,
) -> Result<Dataset, ExtractError> {
    let mut counts = RowCounts::default();
    let mut newest = RowCounts::default();
    let mut parts: Vec<Part> = Vec::new();
    let mut counted: Vec<(&str, u64, usize)> = Vec::new();
    let copies = Copies::among(contract, files, catalogue);
    let mut reached: Option<NaiveDate> = None;
    for found in files {
        let Some(loaded) = catalogue.files.get(&found.name) else { continue };
        if let Some(reason) = &loaded.unreadable {
            notes.error(
                "quality.unreadable_file",
                &[("file", text(&found.name)), ("reason", text(reason))],
            );
            continue;
        }
        counts.read += loaded.read;
        if let Some(original) = copies.original(found, loaded) {
            notes.warning(
                "quality.duplicate_file",
                &[
                    ("file", text(&found.name)),
                    ("original", text(original)),
                    ("count", count(loaded.read)),
                ],
            );
        }
        if !copies.counts(found, loaded) {
            counts.superseded += loaded.read;
            continue;
        }
        counts.quarantined += loaded.quarantined;
        let accepted = loaded.read - loaded.quarantined;
        newest = RowCounts {
            read: loaded.read,
            accepted,
            quarantined: loaded.quarantined,
            superseded: 0,
        };
        for (severity, message) in &loaded.remarks {
            notes.remark(*severity, message, &found.name);
        }
        note_late_rows(loaded, &mut reached, &mut notes);
        parts.extend(loaded.parts.iter().cloned());
        counted.push((&found.name, loaded.read, loaded.parts.len()));
    }
    lake::resolve(contract, &mut parts, &cx.state)?;
    let rows: u64 = parts.iter().map(|part| part.rows).sum();
    let hidden: u64 = parts.iter().map(|part| part.superseded.len() as u64).sum();
    counts.superseded += hidden;
    counts.accepted = rows - hidden;
    if !counts.reconcile() {
        return Err(ExtractError::Unreconciled {
            dataset: contract.id.clone(),
            detail: format!("{counts:?}"),
        });
    }
    note_counts(&counts, hidden, &mut notes);
    let mut rest = parts.iter().cloned();
    let of_file = |(name, read, of): (&str, u64, usize)| FileRows {
        name: name.to_owned(),
        read,
        parts: rest.by_ref().take(of).collect(),
    };
    let files = counted.into_iter().map(of_file).collect();
    let table = Table {
        shape: contract.shape.clone(),
        parts,
        lookups: contract.lookups.clone(),
        contract: contract.fingerprint.clone(),
        reach: Reach::All,
    };
    Ok(Dataset { table, counts, newest, files, notes: notes.notes, parsed })
}

/// Rows for days that an earlier file had already reached, when they are the exception in their file.
fn note_late_rows(loaded: &Loaded, reached: &mut Option<NaiveDate>, notes: &mut Notes<'_>) {
    let days = || loaded.parts.iter().flat_map(|part| &part.days);
    if let Some(reached) = *reached {
        let late = || days().filter(|(day, _)| **day <= reached);
        let rows: u64 = late().map(|(_, rows)| rows).sum();
        let all: u64 = days().map(|(_, rows)| rows).sum();
        let span = (late().map(|(day, _)| *day).min(), late().map(|(day, _)| *day).max());
        if let (Some(from), Some(to)) = span
            && rows > 0
            && rows * 2 < all
        {
            let (from, to) = (Argument::Date(from), Argument::Date(to));
            match from == to {
                true => notes.info("quality.late_rows", &[("count", count(rows)), ("date", from)]),
                false => notes.info(
                    "quality.late_rows_days",
                    &[("count", count(rows)), ("from", from), ("to", to)],
                ),
            }
        }
    }
    *reached = days().map(|(day, _)| *day).max().max(*reached);
}

/// Files that look like daily ones and have no day.
fn note_undated(contract: &Contract, files: &[Found], notes: &mut Notes<'_>, cx: &RunContext) {
    let undated = source::undated(contract, cx, files);
    if !undated.is_empty() {
        let list = undated.iter().map(Label::verbatim).collect();
        let arguments = [("count", count(undated.len() as u64)), ("list", Argument::List(list))];
        notes.warning("quality.undated", &arguments);
    }
}

/// A file beside its packed copy: without a key nobody can tell its rows from those of the copy.
fn note_packed_twins(contract: &Contract, files: &[Found], notes: &mut Notes<'_>) {
    if !contract.key.is_empty() {
        return;
    }
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    for found in files {
        let bare = source::unpacked_name(&found.name);
        if let Some(twin) = known.insert(bare, &found.name) {
            notes
                .error("quality.packed_twin", &[("file", text(twin)), ("twin", text(&found.name))]);
        }
    }
}

fn note_counts(counts: &RowCounts, superseded: u64, notes: &mut Notes<'_>) {
    if let Some(share) = counts.quarantined_share().filter(|share| *share > 0.0) {
        let format = Fmt { unit: Unit::Percent, decimals: Some(2) };
        let share = Argument::value(Some(Number::Real(share)), format);
        notes.warning(
            "quality.quarantined",
            &[("count", count(counts.quarantined)), ("share", share)],
        );
    }
    if superseded > 0 {
        notes.info("quality.superseded", &[("count", count(superseded))]);
    }
}
