//! Audiences: every person of every file and table, and whether a job can be cut down to their slices.

mod declared;
mod person;
mod reach;
mod table;

pub(in crate::check) use reach::check;

use crate::{
    catalogue::Catalogue,
    diagnostics::{Diagnostic, Diagnostics, File},
    file::AudienceSpec,
    locate::locate,
};
use deliver::{Recipient, Validity};
use model::id::{AudienceId, DatasetId};
use person::{Place, Written};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    path::Path,
};

/// The newest version of audience files that this program reads.
const SCHEMA_VERSION: u32 = 1;

/// Who gets a report, and which slice of it.
#[derive(Debug, Clone)]
pub struct Audience {
    /// Its readers, in file order, those of the table last.
    pub readers: Vec<Recipient>,
    /// The datasets that every reader may see.
    pub shared: BTreeSet<DatasetId>,
    /// Where each reader's language, slice and layout stand.
    pub(crate) places: Vec<(File, [Range<usize>; 3])>,
}

/// Reads an audience with its table; a faulty one is remembered as such.
pub(crate) fn add(
    catalogue: &mut Catalogue,
    path: &Path,
    (file, spec): (File, AudienceSpec),
    faults: &mut Diagnostics,
) {
    let id = AudienceId::new(path.file_stem().unwrap_or_default().to_string_lossy());
    let before = faults.0.len();
    let at = |key: &str| locate(&file.text, key);
    if spec.schema_version != Some(SCHEMA_VERSION) {
        let message = format!("needs `schema_version = {SCHEMA_VERSION}`");
        faults.push(Diagnostic::new("TDG-J50", &file, at("schema_version"), message));
    }
    let shared = shared(catalogue, &file, &spec, faults);
    let mut written: Vec<Written> = Vec::new();
    for (index, person) in spec.person.iter().enumerate() {
        written.push(Written::of(person, &file, &format!("person[{index}]")));
    }
    if let Some(table) = &spec.table {
        let folder = path.parent().unwrap_or(Path::new(""));
        written.extend(table::read(&folder.join(table), (&file, at("table")), faults));
    }
    if spec.table.is_none() && spec.person.is_empty() {
        let message = "an audience without anybody";
        let fault = Diagnostic::new("TDG-J50", &file, 0..0, message);
        faults.push(fault.help("add a `[[person]]`, or name a `table`"));
    }
    let mut readers = Vec::new();
    let mut places = Vec::new();
    let mut listed: BTreeMap<String, Vec<Validity>> = BTreeMap::new();
    for one in &written {
        let Some(reader) = one.lower(faults) else { continue };
        declared::check(catalogue, one, &reader.slice, faults);
        let others = listed.entry(reader.mailbox.address.mailbox()).or_default();
        let twin = others.iter().any(|other| other.meets(&reader.valid));
        others.push(reader.valid);
        if twin {
            let message =
                "is listed before for some of the same days; everybody has one slice at a time";
            faults.push(one.fault("TDG-J50", Place::Address, message));
        }
        let stand = [Place::Locale, Place::Slice, Place::Layout].map(|place| one.place(place));
        places.push((one.file.clone(), stand));
        readers.push(reader);
    }
    if faults.0.len() > before {
        catalogue.faulty_audiences.insert(id);
        return;
    }
    catalogue.audiences.insert(id, Audience { readers, shared, places });
}

/// The datasets that everybody may see: each must be one.
fn shared(
    catalogue: &Catalogue,
    file: &File,
    spec: &AudienceSpec,
    faults: &mut Diagnostics,
) -> BTreeSet<DatasetId> {
    let mut shared = BTreeSet::new();
    for (index, name) in spec.shared.iter().enumerate() {
        let dataset = DatasetId::new(name);
        if catalogue.contract(&dataset).is_none() && !catalogue.unsound.contains(&dataset) {
            let span = locate(&file.text, &format!("shared[{index}]"));
            let known = catalogue.contracts.iter().map(|contract| contract.id.as_str());
            let fault = Diagnostic::new("TDG-J50", file, span, format!("unknown dataset `{name}`"));
            faults.push(fault.did_you_mean(name, known));
        }
        shared.insert(dataset);
    }
    shared
}
