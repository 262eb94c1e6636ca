//! Objects in an S3-compatible store.
//!
//! Rule: an object is fetched when it is new or another one than before (entity tag, size, time), and takes the place of
//! its earlier copy once all of it is here. Objects count in the order of their keys, as files of a folder do, whenever
//! they came. One that is gone from the store keeps its rows: stores clear old objects away by themselves, and what was
//! sold stays sold.

mod keys;
mod spec;
mod store;
#[cfg(test)]
mod tests;

pub use spec::ObjectsSpec;

use super::{Landing, Remark, landing::Copy};
use crate::notes::{count, text};
use model::{context::RunContext, quality::Severity};
use object_store::{ObjectMeta, path::Path};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use store::{Missed, Store};

/// The most megabytes of an object where the contract does not say.
const MEGABYTES: u64 = 2048;

/// How often an object that changes while it is read is tried.
const TRIES: u32 = 3;

/// Which of an object's versions a copy is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Version {
    etag: Option<String>,
    size: u64,
    modified: String,
    /// Whether it was told that the object is gone.
    is_gone: bool,
}

/// Fetches the objects that are new or changed.
///
/// # Errors
/// Why the store cannot be listed, or every object that does not come, and why.
pub(super) fn fetch(
    spec: &ObjectsSpec,
    landing: &mut Landing,
    cx: &RunContext,
) -> Result<Vec<Remark>, String> {
    let (bucket, folder) = spec.place().ok_or("`url` names no bucket")?;
    let store = Store::open(spec, bucket, cx)?;
    let folder = Path::parse(folder).map_err(|error| error.to_string())?;
    bring(spec, &store, &folder, landing)
}

fn bring(
    spec: &ObjectsSpec,
    store: &Store,
    folder: &Path,
    landing: &mut Landing,
) -> Result<Vec<Remark>, String> {
    let listed = store.list(folder)?;
    let mut objects = BTreeMap::new();
    for object in listed.objects {
        let name = name_below(folder, object.location.as_ref());
        if let Some(name) = name.filter(|name| spec.wants(name)).map(str::to_owned) {
            objects.insert(name, object);
        }
    }
    let mut faults = Vec::new();
    for key in &listed.odd {
        if name_below(folder, key).is_some_and(|name| spec.wants(name)) {
            faults.push(format!(
                "`{key}` has a key that is no path: give the object one without an empty part, `.` or `..`, or \
                 narrow `match`"
            ));
        }
    }
    for (name, object) in &objects {
        let version = landing.version(name).and_then(Version::kept);
        if version.is_some_and(|version| version == Version::of(object)) {
            continue;
        }
        if let Err(fault) = take(spec, store, landing, name, object.clone()) {
            faults.push(format!("`{name}` {fault}"));
        }
    }
    // A night that fails tells nothing else: what is gone is told by the next one.
    let gone = if faults.is_empty() { note_gone(landing, &objects)? } else { None };
    if let Err(fault) = landing.settle() {
        faults.push(fault);
    }
    if faults.is_empty() { Ok(gone.into_iter().collect()) } else { Err(faults.join("; ")) }
}

/// An object's name below the folder.
fn name_below<'a>(folder: &Path, key: &'a str) -> Option<&'a str> {
    let rest = key.strip_prefix(folder.as_ref())?;
    let name = if folder.as_ref().is_empty() { rest } else { rest.strip_prefix('/')? };
    (!name.is_empty()).then_some(name)
}

/// Tells once that objects are gone; their copies stay.
fn note_gone(
    landing: &mut Landing,
    objects: &BTreeMap<String, ObjectMeta>,
) -> Result<Option<Remark>, String> {
    let mut gone = BTreeMap::new();
    for (name, version) in landing.copies().filter(|(name, _)| !objects.contains_key(*name)) {
        if let Some(version) = Version::kept(version).filter(|version| !version.is_gone) {
            gone.insert(name.to_owned(), Version { is_gone: true, ..version });
        }
    }
    let number = gone.len() as u64;
    let Some(first) = gone.keys().next().cloned() else { return Ok(None) };
    for (name, version) in gone {
        landing.set_version(&name, version.to_keep()?);
    }
    Ok(Some(Remark {
        severity: Severity::Info,
        key: "quality.objects_gone",
        arguments: vec![("count", count(number)), ("name", text(first))],
    }))
}

/// Takes an object into the landing folder; one that changes meanwhile is looked at anew.
fn take(
    spec: &ObjectsSpec,
    store: &Store,
    landing: &mut Landing,
    name: &str,
    mut object: ObjectMeta,
) -> Result<(), String> {
    let most = spec.most_megabytes.unwrap_or(MEGABYTES).saturating_mul(1 << 20);
    for _ in 0..TRIES {
        if object.size > most {
            return Err(format!("has more than {} MB (`most_megabytes`)", most >> 20));
        }
        let version = Version::of(&object).to_keep()?;
        let copy = Copy { name, ending: &super::ending(name), day: None, at: 0, version };
        let mut has_changed = false;
        let outcome = landing.add_copy(copy, |into| {
            let got = store.get(&object, &mut |piece| {
                into.write_all(piece).map_err(|error| error.to_string())
            });
            match got {
                Ok(()) => Ok(()),
                Err(Missed::Failed(reason)) => Err(format!("does not come: {reason}")),
                Err(Missed::Changed) => {
                    has_changed = true;
                    Err("changes while it is read".to_owned())
                }
            }
        });
        match outcome {
            Err(_) if has_changed => object = store.look(&object.location)?,
            outcome => return outcome,
        }
    }
    Err("changes again and again while it is read".to_owned())
}

impl Version {
    /// A version as it was kept; one that cannot be read is none, and the object is looked at anew.
    fn kept(value: &Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }

    fn to_keep(&self) -> Result<Value, String> {
        serde_json::to_value(self).map_err(|error| error.to_string())
    }

    fn of(object: &ObjectMeta) -> Self {
        Self {
            etag: object.e_tag.clone(),
            size: object.size,
            modified: object.last_modified.to_rfc3339(),
            is_gone: false,
        }
    }
}
