//! Copies: files of which another one has the same content. Their rows count once.
//!
//! Rule: where the last loaded row counts, the last copy does, in its place in the order: a state that comes back is the
//! state again. Elsewhere the first copy counts.

use crate::{
    contract::{Contract, OnDuplicate},
    lake::{Catalogue, Loaded},
    source::Found,
};
use std::collections::BTreeMap;

/// The first of the files with each content, and the one that counts.
pub(crate) struct Copies<'a>(BTreeMap<&'a str, (&'a str, &'a str)>);

impl<'a> Copies<'a> {
    /// Of the files of a dataset, which are in loading order.
    pub(crate) fn among(contract: &Contract, files: &'a [Found], catalogue: &'a Catalogue) -> Self {
        let last_counts =
            matches!(contract.on_duplicate, OnDuplicate::LastLoaded | OnDuplicate::Newest(_))
                && !contract.key.is_empty();
        let mut copies: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
        for found in files {
            let Some(loaded) = catalogue.files.get(&found.name) else { continue };
            if !may_be_copy(found, loaded) {
                continue;
            }
            let known = copies.entry(&loaded.content).or_insert((&found.name, &found.name));
            if last_counts {
                known.1 = &found.name;
            }
        }
        Self(copies)
    }

    /// The first file with the content of this one, unless this is it.
    pub(crate) fn original(&self, found: &Found, loaded: &Loaded) -> Option<&'a str> {
        self.of(found, loaded).map(|(first, _)| first).filter(|first| *first != found.name)
    }

    /// Whether the rows of a file count here, and not in a copy of it.
    pub(crate) fn counts(&self, found: &Found, loaded: &Loaded) -> bool {
        self.of(found, loaded).is_none_or(|(_, counts)| counts == found.name)
    }

    fn of(&self, found: &Found, loaded: &Loaded) -> Option<(&'a str, &'a str)> {
        if !may_be_copy(found, loaded) {
            return None;
        }
        self.0.get(loaded.content.as_str()).copied()
    }
}

/// Files without rows are alike without being copies; so are batches that say the same again at another time.
fn may_be_copy(found: &Found, loaded: &Loaded) -> bool {
    loaded.unreadable.is_none() && loaded.read > 0 && !found.is_batch
}
