//! One person, as written in a file or in a table.
//!
//! Rule: what is not said is not guessed. A slice that is absent, empty or null is refused, never taken for everything.

use crate::{
    diagnostics::{Diagnostic, Diagnostics, File},
    file::PersonSpec,
    locate::locate,
};
use chrono::NaiveDate;
use deliver::{Mailbox, Recipient, Validity};
use model::{
    edition::AttachmentKind,
    id::DimensionId,
    label::Locale,
    slice::{ALL, Members, Slice, SliceProblem},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

/// A clause of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Address,
    Name,
    Locale,
    Slice,
    From,
    To,
    Layout,
    Attachments,
}

impl Place {
    /// Every clause with its key, which is also the column of a table.
    pub(super) const ALL: [(Self, &str); 8] = [
        (Self::Address, "address"),
        (Self::Name, "name"),
        (Self::Locale, "locale"),
        (Self::Slice, "slice"),
        (Self::From, "from"),
        (Self::To, "to"),
        (Self::Layout, "layout"),
        (Self::Attachments, "attachments"),
    ];
}

/// A person with the places of the clauses.
pub(super) struct Written {
    pub(super) file: File,
    pub(super) places: BTreeMap<Place, Range<usize>>,
    pub(super) address: String,
    pub(super) name: Option<String>,
    /// None where the table's text is no language.
    pub(super) locale: Option<Locale>,
    pub(super) slice: Result<Slice, String>,
    pub(super) from: Option<NaiveDate>,
    pub(super) to: Option<NaiveDate>,
    pub(super) layout: Option<String>,
    pub(super) attachments: Option<BTreeSet<AttachmentKind>>,
}

impl Written {
    /// A person of a file, at a key such as `person[0]`.
    pub(super) fn of(spec: &PersonSpec, file: &File, key: &str) -> Self {
        let place = |(place, clause): (Place, &str)| {
            (place, locate(&file.text, &format!("{key}.{clause}")))
        };
        Self {
            file: file.clone(),
            places: Place::ALL.map(place).into(),
            address: spec.address.clone(),
            name: spec.name.clone(),
            locale: Some(spec.locale),
            slice: slice(spec.slice.as_ref()),
            from: spec.from,
            to: spec.to,
            layout: spec.layout.clone(),
            attachments: spec.attachments.clone(),
        }
    }

    /// Where a clause stands, or the person where it is left out.
    pub(super) fn place(&self, place: Place) -> Range<usize> {
        self.places.get(&place).cloned().unwrap_or_default()
    }

    pub(super) fn fault(
        &self,
        code: &'static str,
        place: Place,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::new(code, &self.file, self.place(place), message)
    }

    /// The reader, unless a clause is at fault.
    pub(super) fn lower(&self, faults: &mut Diagnostics) -> Option<Recipient> {
        let before = faults.0.len();
        let mailbox = Mailbox::new(&self.address, self.name.as_deref(), "this person");
        let mailbox = mailbox.map_err(|problem| {
            let place = if problem.code() == "TDG-D03" { Place::Name } else { Place::Address };
            faults.push(self.fault("TDG-J50", place, problem.to_string()));
        });
        let slice = self.slice.clone().map_err(|message| {
            let fault = self.fault("TDG-J51", Place::Slice, message);
            faults.push(fault.help("write `\"all\"`, or the members: `{ region = \"North\" }`"));
        });
        if self.from.zip(self.to).is_some_and(|(from, to)| to < from) {
            faults.push(self.fault("TDG-J50", Place::To, "`to` is before `from`"));
        }
        let locale = self.locale?;
        let valid = Validity { from: self.from, to: self.to };
        match (mailbox, slice) {
            (Ok(mailbox), Ok(slice)) if faults.0.len() == before => {
                let (layout, attachments) = (self.layout.clone(), self.attachments.clone());
                Some(Recipient { mailbox, locale, slice, valid, layout, attachments })
            }
            _ => None,
        }
    }
}

/// A slice as a file writes it.
fn slice(value: Option<&toml::Value>) -> Result<Slice, String> {
    let told = |problem: SliceProblem| format!("`slice`: {problem}");
    match value {
        None => Err("`slice` is missing: what a reader may see must be said".to_owned()),
        Some(toml::Value::String(word)) if word == ALL => Ok(Slice::All),
        Some(toml::Value::String(word)) if word.trim().is_empty() => Err(told(SliceProblem::Empty)),
        Some(toml::Value::String(_)) => Err(told(SliceProblem::Word)),
        Some(toml::Value::Table(table)) => {
            let mut members = BTreeMap::new();
            for (dimension, member) in table {
                let member = member.as_str().ok_or_else(|| {
                    format!("`slice`: the member of `{dimension}` is no text; write it in quotes")
                })?;
                members.insert(DimensionId::new(dimension), member.to_owned());
            }
            Members::new(members).map(Slice::Of).map_err(told)
        }
        Some(_) => Err("`slice` is neither a text nor a table".to_owned()),
    }
}
