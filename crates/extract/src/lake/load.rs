//! One source file into the lake, a chunk of rows at a time.
//!
//! Rule: what a file costs in memory does not depend on how long it is. Parts are written as rows come; they count once
//! the catalogue names them, and a file that breaks off leaves none.

use super::{
    catalogue::Loaded, derived::with_derived, keys::refuse_second_keys, parts::publish_parts,
};
use crate::{
    contract::Contract,
    correction::{self, Corrections, Fault},
    drift::{Seen, Watch},
    error::ExtractError,
    notes::{count, text},
    quarantine::{self, QuarantinedRow, shown},
    rows::{Batch, Line, OwnedLine},
    source::{self, Found, Item, Record},
};
use engine::{DAY, Part};
use model::{fingerprint::Fingerprinter, quality::Severity, report::Message};
use polars::prelude::*;
use std::{
    collections::{BTreeMap, HashSet},
    fs,
    path::Path,
};

/// So many rows, with or without a header, exports and programs cut off at: pages of ten thousand, and the last rows of
/// two editions of spreadsheets.
const CUT_OFF: [u64; 5] = [10_000, 65_535, 65_536, 1_048_575, 1_048_576];

/// A file with a larger share of its rows in quarantine is not known to be right in the others; one of a single row
/// tells nothing.
const MOST_QUARANTINED: f64 = 0.5;

/// A chunk ends with the row that fills it.
const CHUNK_ROWS: usize = 500_000;
/// The same in bytes of records.
const CHUNK_BYTES: usize = 48 << 20;

/// Parses a file, publishes its parts and its quarantine, and says what became of it.
pub(crate) fn load(
    contract: &Contract,
    found: &Found,
    before: Option<Seen>,
    corrections: Corrections,
    state: &Path,
) -> Result<Loaded, ExtractError> {
    let watch = Watch::new(contract, &found.name, before);
    let mut filing = Filing::new(contract, found, corrections, state, watch);
    let outcome = source::read(contract, found, &mut |item| filing.take(item));
    filing.finish(outcome.err())
}

/// Identifies what a file's content is read as: under a contract, with corrections.
pub(crate) fn print(contract: &Contract, file: &str, content: &str, corrections: &str) -> String {
    let mut print = Fingerprinter::new("file");
    print.field(content).field(&contract.fingerprint).field(file);
    if !corrections.is_empty() {
        print.field(corrections);
    }
    print.finish()
}

/// A file on its way into the lake.
struct Filing<'a> {
    contract: &'a Contract,
    file: &'a str,
    found: &'a Found,
    corrections: Corrections,
    /// Records of this chunk that keep the contract as corrected.
    mended: Vec<u64>,
    /// Records that count as corrected.
    corrected: u64,
    state: &'a Path,
    /// Identifies the file's content under the contract.
    print: String,
    batch: Batch<'a>,
    bad: Vec<QuarantinedRow>,
    /// Bytes of the records of this chunk.
    bytes: usize,
    chunk: u32,
    read: u64,
    /// Records that sum up others, as the contract says: they are no rows.
    totals: u64,
    quarantined: u64,
    /// The rule that the first of them broke, with its column.
    first_broken: Option<String>,
    quarantine: Option<quarantine::Writer>,
    parts: Vec<Part>,
    sums: BTreeMap<String, i128>,
    /// Only looked up, never walked.
    keys: HashSet<(i64, i64)>,
    remarks: Vec<(Severity, Message)>,
    watch: Watch,
    failed: Option<ExtractError>,
}

impl<'a> Filing<'a> {
    fn new(
        contract: &'a Contract,
        found: &'a Found,
        corrections: Corrections,
        state: &'a Path,
        watch: Watch,
    ) -> Self {
        let (content, corrected) = (&corrections.content, corrections.print());
        let print = print(contract, &found.name, content, &corrected);
        Self {
            contract,
            file: &found.name,
            found,
            corrections,
            mended: Vec::new(),
            corrected: 0,
            state,
            print,
            batch: Batch::new(contract, &found.name),
            bad: Vec::new(),
            bytes: 0,
            chunk: 0,
            read: 0,
            totals: 0,
            quarantined: 0,
            first_broken: None,
            quarantine: None,
            parts: Vec::new(),
            sums: BTreeMap::new(),
            keys: HashSet::new(),
            remarks: Vec::new(),
            watch,
            failed: None,
        }
    }

    fn take(&mut self, item: Item<'_>) -> Result<(), String> {
        if let Some(text) = self.corrections.of(&item).map(str::to_owned) {
            return self.take_corrected(&item, &text);
        }
        if let Item::Good(record) | Item::Placed(record, _) = &item
            && self.contract.is_total(record.fields)
        {
            self.totals += 1;
            return Ok(());
        }
        let (line, fault) = match item {
            Item::Columns(names) => {
                self.watch.columns(names);
                return Ok(());
            }
            Item::Remark(severity, message) => {
                self.remarks.push((severity, message));
                return Ok(());
            }
            Item::Bad(row) => {
                let line = Line { number: row.number, offset: row.offset, raw: row.raw };
                (line, Some((None, row.rule.to_owned(), row.detail)))
            }
            Item::Good(record) => self.push(&record, &|_| None),
            Item::Placed(record, place) => self.push(&record, place),
        };
        self.settle(line, fault)
    }

    /// Takes what a person wrote in place of a record.
    fn take_corrected(&mut self, item: &Item<'_>, text: &str) -> Result<(), String> {
        let line = match item {
            Item::Good(record) | Item::Placed(record, _) => {
                Line { number: record.number, offset: record.offset, raw: record.raw }
            }
            Item::Bad(bad) => Line { number: bad.number, offset: bad.offset, raw: bad.raw },
            Item::Columns(_) | Item::Remark(..) => return Ok(()),
        };
        let columns = (self.found, self.watch.names());
        let fault = correction::push(self.contract, columns, text, line, &mut self.batch);
        if fault.is_none() {
            self.mended.push(line.number);
        }
        self.settle(line, fault)
    }

    /// Counts a record, and sets it aside if it has a fault.
    fn settle(&mut self, line: Line<'_>, fault: Option<Fault>) -> Result<(), String> {
        let broken = fault.as_ref().map(|(column, rule, _)| (column.as_deref(), rule.as_str()));
        self.watch.row(broken);
        if let Some((column, rule, detail)) = fault {
            self.bad.push(QuarantinedRow {
                file: self.file.to_owned(),
                record: line.number,
                offset: line.offset,
                column,
                rule,
                detail,
                raw: shown(line.raw),
                expired: None,
            });
        }
        self.read += 1;
        self.bytes += line.raw.len();
        let most = self.contract.source.limits.rows();
        if self.read > most {
            return Err(format!("has more than {most} rows (`limits.rows`)"));
        }
        if self.bytes >= CHUNK_BYTES || self.batch.len() >= CHUNK_ROWS {
            self.file_chunk().map_err(|error| {
                let told = error.to_string();
                self.failed = Some(error);
                told
            })?;
        }
        Ok(())
    }

    /// Takes a record whose fields keep every clause; else says which does not.
    fn push<'r>(
        &mut self,
        record: &Record<'r>,
        place: &dyn Fn(usize) -> Option<String>,
    ) -> (Line<'r>, Option<Fault>) {
        let line = Line { number: record.number, offset: record.offset, raw: record.raw };
        self.watch.fields(self.contract, record.fields);
        let taken = self.batch.push(self.contract, record.fields, line);
        let told = |(column, broken): (String, crate::parse::Broken)| {
            let at = self.contract.columns.iter().position(|own| own.name == column);
            let detail = match at.and_then(place) {
                Some(place) => format!("{place}: {}", broken.detail),
                None => broken.detail,
            };
            (Some(column), broken.rule.to_owned(), detail)
        };
        (line, taken.err().map(told))
    }

    /// Files the rows of this chunk.
    fn file_chunk(&mut self) -> Result<(), ExtractError> {
        if self.chunk > 0 && self.bytes == 0 {
            return Ok(());
        }
        let contract = self.contract;
        let derive = |source| ExtractError::Derive { dataset: contract.id.clone(), source };
        let mut batch = std::mem::replace(&mut self.batch, Batch::new(contract, self.file));
        let lines = batch.lines();
        let bad = &mut self.bad;
        let frame = with_derived(contract, batch.into_frame().map_err(derive)?).map_err(derive)?;
        let (frame, lines) = without_dayless(contract, frame, lines, bad).map_err(derive)?;
        let frame = refuse_second_keys(contract, frame, &lines, &mut self.keys, bad);
        let frame = frame.map_err(derive)?;
        let counts = |record: &u64| !self.bad.iter().any(|row| row.record == *record);
        self.corrected += self.mended.drain(..).filter(counts).count() as u64;
        add_sums(contract, &frame, &mut self.sums);
        let print = match self.chunk {
            0 => self.print.clone(),
            chunk => format!("{}-{chunk}", self.print),
        };
        self.parts.extend(publish_parts(contract, &frame, &print, self.state)?);
        self.quarantine_bad()?;
        self.chunk += 1;
        self.bytes = 0;
        Ok(())
    }

    /// Writes the bad rows of this chunk, in their order.
    fn quarantine_bad(&mut self) -> Result<(), ExtractError> {
        if self.bad.is_empty() {
            return Ok(());
        }
        let path = quarantine::path(self.state, &self.contract.id, &self.print);
        let write = |source| ExtractError::Write { path: path.clone(), source };
        self.bad.sort_by_key(|row| row.record);
        self.first_broken.get_or_insert_with(|| match &self.bad[0] {
            QuarantinedRow { rule, column: Some(column), .. } => format!("{rule} ({column})"),
            QuarantinedRow { rule, .. } => rule.clone(),
        });
        let writer = match &mut self.quarantine {
            Some(writer) => writer,
            none => none.insert(quarantine::Writer::new(&path).map_err(write)?),
        };
        writer.write(&self.bad).map_err(write)?;
        self.quarantined += self.bad.len() as u64;
        self.bad.clear();
        Ok(())
    }

    fn finish(mut self, broke: Option<String>) -> Result<Loaded, ExtractError> {
        if let Some(error) = self.failed.take() {
            self.forget_parts();
            return Err(error);
        }
        let mut loaded = Loaded::unread(&self.corrections.content);
        loaded.corrections = self.corrections.print();
        let broke = broke.map(|reason| self.watch.explained(reason));
        let broke = broke.or_else(|| self.watch.refuses(self.contract));
        if broke.is_some() {
            // A file that breaks off is not half accepted: what was read of it is not known to be right.
            self.forget_parts();
            (loaded.seen, loaded.before) = self.watch.kept();
            loaded.unreadable = broke;
            return Ok(loaded);
        }
        self.file_chunk()?;
        if let Some(writer) = self.quarantine.take() {
            let path = quarantine::path(self.state, &self.contract.id, &self.print);
            writer.publish().map_err(|source| ExtractError::Write { path, source })?;
        }
        if self.totals > 0 {
            let message = Message::new("quality.no_rows").with("count", count(self.totals));
            self.remarks.push((Severity::Info, message));
        }
        let is_told = |(_, message): &(Severity, Message)| message.key == "quality.row_limit";
        if CUT_OFF.contains(&self.read) && !self.remarks.iter().any(is_told) {
            let message = Message::new("quality.row_limit").with("rows", count(self.read));
            self.remarks.push((Severity::Warning, message));
        }
        self.remarks.extend(self.mostly_quarantined());
        loaded.read = self.read;
        loaded.quarantined = self.quarantined;
        loaded.corrected = self.corrected;
        loaded.sums = self.sums.iter().map(|(name, sum)| (name.clone(), sum.to_string())).collect();
        loaded.parts = std::mem::take(&mut self.parts);
        loaded.remarks = std::mem::take(&mut self.remarks);
        (loaded.seen, loaded.before) = self.watch.kept();
        let kept: u64 = loaded.parts.iter().map(|part| part.rows).sum();
        if loaded.read != kept + loaded.quarantined {
            let detail = format!(
                "`{}`: {} rows read, {kept} kept, {} quarantined",
                self.file, loaded.read, loaded.quarantined
            );
            return Err(ExtractError::Unreconciled { dataset: self.contract.id.clone(), detail });
        }
        Ok(loaded)
    }

    /// A remark on a file with more bad rows than good ones: among many files, or many years, no share shows it.
    fn mostly_quarantined(&self) -> Option<(Severity, Message)> {
        let most = self.read as f64 * MOST_QUARANTINED;
        let rule = self.first_broken.clone().filter(|_| self.quarantined as f64 > most)?;
        let message = Message::new("quality.mostly_quarantined")
            .with("bad", count(self.quarantined))
            .with("rows", count(self.read))
            .with("rule", text(rule));
        (self.read > 1).then_some((Severity::Warning, message))
    }

    fn forget_parts(&mut self) {
        for part in self.parts.drain(..) {
            // No catalogue names it: one that stays is in nobody's way.
            let _ = fs::remove_file(part.path);
        }
    }
}

/// A row without a business day cannot count in any period: it goes to quarantine.
fn without_dayless(
    contract: &Contract,
    frame: DataFrame,
    lines: Vec<OwnedLine>,
    bad: &mut Vec<QuarantinedRow>,
) -> PolarsResult<(DataFrame, Vec<OwnedLine>)> {
    let Some(time) = &contract.time else { return Ok((frame, lines)) };
    let known = frame.column(DAY)?.is_not_null();
    let mut kept = Vec::new();
    for (line, known) in lines.into_iter().zip(known.iter()) {
        if known == Some(true) {
            kept.push(line);
        } else {
            let detail = format!("`{time}` is unknown, so the row belongs to no day");
            bad.push(line.quarantined(Some(time.clone()), "required", detail));
        }
    }
    Ok((frame.filter(&known)?, kept))
}

fn add_sums(contract: &Contract, frame: &DataFrame, sums: &mut BTreeMap<String, i128>) {
    let Some(control) = &contract.control else { return };
    for name in control.sums.keys() {
        let values = frame.column(name).and_then(|column| column.i64().cloned());
        if let Ok(values) = values {
            let sum: i128 = values.iter().flatten().map(i128::from).sum();
            *sums.entry(name.clone()).or_default() += sum;
        }
    }
}
