//! Persons in a CSV table, such as a personnel office keeps: the same clauses by the same rules.

use super::person::{Place, Written};
use crate::diagnostics::{Diagnostic, Diagnostics, File};
use csv::{ReaderBuilder, StringRecord};
use model::{label::Locale, slice::Slice};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    path::Path,
};

/// The columns that may be left out.
const OPTIONAL: [Place; 5] =
    [Place::Name, Place::From, Place::To, Place::Layout, Place::Attachments];

/// The word for mails with which nothing goes, whatever goes with others.
const NONE: &str = "none";

/// The persons of a table that `named` names; those with faulty texts are told and left out.
pub(super) fn read(
    path: &Path,
    (named, span): (&File, Range<usize>),
    faults: &mut Diagnostics,
) -> Vec<Written> {
    let file = match File::read(path) {
        Ok(file) => file,
        Err(fault) => {
            let message = format!("`{}` {}", path.display(), fault.message);
            faults.push(Diagnostic::new("TDG-J52", named, span, message));
            return Vec::new();
        }
    };
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text);
    let mut reader = ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let mut table =
        Table { file: &file, skipped: file.text.len() - text.len(), columns: Vec::new() };
    let mut persons = Vec::new();
    let known = faults.0.len();
    for (index, record) in reader.records().enumerate() {
        match record {
            Err(error) => {
                // After a ragged record nothing stands where it should.
                let start = error.position().map_or(0, |at| table.byte(at.byte()));
                faults.push(table.fault(start..start, &told(&error)));
                return Vec::new();
            }
            Ok(header) if index == 0 => {
                let before = faults.0.len();
                table.take_header(&header, faults);
                if faults.0.len() > before {
                    return Vec::new();
                }
            }
            // What spreadsheets write below the last row.
            Ok(record) if record.iter().all(|field| field.trim().is_empty()) => {}
            Ok(record) => persons.extend(table.person(&record, faults)),
        }
    }
    if persons.is_empty() && faults.0.len() == known {
        faults.push(table.fault(0..0, "a table without anybody"));
    }
    persons
}

/// The reader's refusal, without what the record says.
fn told(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("this record has {len} fields, the header {expected_len}")
        }
        _ => "this record is no CSV".to_owned(),
    }
}

struct Table<'a> {
    file: &'a File,
    /// The bytes of a mark before the first character.
    skipped: usize,
    columns: Vec<Place>,
}

impl Table<'_> {
    fn byte(&self, at: u64) -> usize {
        usize::try_from(at).unwrap_or(usize::MAX).saturating_add(self.skipped)
    }

    fn fault(&self, span: Range<usize>, message: &str) -> Diagnostic {
        Diagnostic::new("TDG-J52", self.file, span, message)
    }

    /// The line on which a record starts.
    fn line(&self, record: &StringRecord) -> Range<usize> {
        let start = record.position().map_or(0, |at| self.byte(at.byte()));
        // The reader counts line ends before a record to it.
        let rest = self.file.text.get(start..).unwrap_or("");
        let start = start + (rest.len() - rest.trim_start_matches(['\r', '\n']).len());
        let rest = self.file.text.get(start..).unwrap_or("");
        start..start + rest.lines().next().map_or(0, str::len)
    }

    fn take_header(&mut self, header: &StringRecord, faults: &mut Diagnostics) {
        let line = self.line(header);
        for name in header {
            let known = Place::ALL.iter().find(|(_, clause)| *clause == name);
            match known {
                Some((place, _)) if self.columns.contains(place) => {
                    faults.push(
                        self.fault(line.clone(), &format!("two columns are called `{name}`")),
                    );
                }
                Some((place, _)) => self.columns.push(*place),
                None => {
                    let names = Place::ALL.iter().map(|(_, clause)| *clause);
                    let fault = self.fault(line.clone(), &format!("unknown column `{name}`"));
                    faults.push(fault.did_you_mean(name, names));
                }
            }
        }
        for (place, clause) in Place::ALL.iter().filter(|(place, _)| !OPTIONAL.contains(place)) {
            if !self.columns.contains(place) {
                faults.push(self.fault(line.clone(), &format!("no column `{clause}`")));
            }
        }
    }

    fn person(&self, record: &StringRecord, faults: &mut Diagnostics) -> Option<Written> {
        let before = faults.0.len();
        let line = self.line(record);
        let fields: BTreeMap<Place, &str> = self.columns.iter().copied().zip(record).collect();
        let field = |place| fields.get(&place).copied().unwrap_or("");
        let mut day = |place: Place, clause: &str| {
            let text = field(place);
            let parsed = (!text.is_empty()).then(|| text.parse().ok()).flatten();
            if parsed.is_none() && !text.is_empty() {
                let message = format!("`{clause}` is no day; write 2026-07-01");
                faults.push(self.fault(line.clone(), &message));
            }
            parsed
        };
        let (from, to) = (day(Place::From, "from"), day(Place::To, "to"));
        let locale = Locale::ALL.into_iter().find(|locale| locale.tag() == field(Place::Locale));
        if locale.is_none() {
            faults.push(self.fault(line.clone(), "`locale` is neither `en` nor `zh-CN`"));
        }
        let attachments = match field(Place::Attachments).trim() {
            "" => None,
            NONE => Some(BTreeSet::new()),
            listed => {
                let kinds: Result<_, String> =
                    listed.split(';').map(|kind| kind.trim().parse()).collect();
                kinds
                    .map_err(|message| {
                        faults.push(self.fault(line.clone(), &format!("`attachments`: {message}")));
                    })
                    .ok()
            }
        };
        let layout = Some(field(Place::Layout).trim()).filter(|name| !name.is_empty());
        let slice: Result<Slice, _> = field(Place::Slice).parse();
        let name = Some(field(Place::Name)).filter(|name| !name.is_empty());
        let written = Written {
            file: self.file.clone(),
            places: Place::ALL.iter().map(|(place, _)| (*place, line.clone())).collect(),
            address: field(Place::Address).to_owned(),
            name: name.map(str::to_owned),
            locale,
            slice: slice.map_err(|problem| format!("`slice`: {problem}")),
            from,
            to,
            layout: layout.map(str::to_owned),
            attachments,
        };
        (faults.0.len() == before).then_some(written)
    }
}
