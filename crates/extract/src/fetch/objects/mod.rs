//! Objects in an S3-compatible store.
//!
//! Rule: an object is fetched when it is new or another one than before (entity tag, size, time), and takes the place of
//! its earlier copy once all of it is here. One that is gone from the store keeps its rows: stores clear old objects
//! away by themselves, and what was sold stays sold.

mod spec;
mod store;
#[cfg(test)]
mod tests;

pub use spec::ObjectsSpec;

use super::{
    Landing, Remark,
    landing::{Kind, Written},
};
use crate::dataset::{count, text};
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

/// How the copies stand, by the objects' names below the folder.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Bookmark {
    versions: BTreeMap<String, Version>,
}

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
    let mut objects = BTreeMap::new();
    for object in store.list(folder)? {
        if let Some(name) = name_below(folder, &object.location).filter(|name| spec.wants(name)) {
            objects.insert(name, object);
        }
    }
    let gone = forget(landing, &objects)?;
    // Corrections come after what they correct, also when all is fetched anew.
    let mut due: Vec<_> = objects.into_iter().collect();
    due.sort_by(|(a, first), (b, second)| (first.last_modified, a).cmp(&(second.last_modified, b)));
    let mut faults = Vec::new();
    for (name, object) in due {
        if bookmark(landing)?.versions.get(&name) == Some(&Version::of(&object)) {
            continue;
        }
        if let Err(fault) = take(spec, store, landing, &name, object) {
            faults.push(format!("`{name}` {fault}"));
        }
    }
    if faults.is_empty() { Ok(gone) } else { Err(faults.join("; ")) }
}

/// An object's name below the folder.
fn name_below(folder: &Path, object: &Path) -> Option<String> {
    let rest = object.as_ref().strip_prefix(folder.as_ref())?;
    let name = if folder.as_ref().is_empty() { rest } else { rest.strip_prefix('/')? };
    (!name.is_empty()).then(|| name.to_owned())
}

/// Tells once that objects are gone; their copies stay.
fn forget(
    landing: &mut Landing,
    objects: &BTreeMap<String, ObjectMeta>,
) -> Result<Vec<Remark>, String> {
    let mut bookmark = bookmark(landing)?;
    let mut gone = Vec::new();
    for (name, version) in &mut bookmark.versions {
        if !objects.contains_key(name) && !version.is_gone {
            version.is_gone = true;
            gone.push(name.as_str());
        }
    }
    if gone.is_empty() {
        return Ok(Vec::new());
    }
    let first = gone[0].to_owned();
    let remark = Remark {
        severity: Severity::Info,
        key: "quality.objects_gone",
        arguments: vec![("count", count(gone.len() as u64)), ("name", text(first))],
    };
    let bookmark = serde_json::to_value(bookmark).map_err(|error| error.to_string())?;
    landing.add(&Kind::Further, "none", |_| Ok(Written { has_rows: false, bookmark }))?;
    Ok(vec![remark])
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
        let mut bookmark = bookmark(landing)?;
        bookmark.versions.insert(name.to_owned(), Version::of(&object));
        let bookmark = serde_json::to_value(bookmark).map_err(|error| error.to_string())?;
        let mut has_changed = false;
        let outcome = landing.add(&Kind::CopyOf(name), &super::ending(name), |into| {
            let got = store.get(&object, &mut |piece| {
                into.write_all(piece).map_err(|error| error.to_string())
            });
            match got {
                Ok(()) => Ok(Written { has_rows: true, bookmark }),
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

fn bookmark(landing: &Landing) -> Result<Bookmark, String> {
    match landing.bookmark() {
        Value::Null => Ok(Bookmark::default()),
        kept => serde_json::from_value(kept.clone()).map_err(|error| error.to_string()),
    }
}

impl Version {
    fn of(object: &ObjectMeta) -> Self {
        Self {
            etag: object.e_tag.clone(),
            size: object.size,
            modified: object.last_modified.to_rfc3339(),
            is_gone: false,
        }
    }
}
