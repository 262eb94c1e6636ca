//! Where rows come from when they are no files of the data folder.

use super::{SourceSpec, resolve::Fault};
pub use crate::fetch::{
    DatabaseSpec, DownloadSpec, ObjectsSpec, OverlapSpec, ParameterSpec, SingerSpec,
};
use model::fingerprint;

/// An origin beyond the data folder: one variant each.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Origin<'a> {
    /// A database.
    Database(&'a DatabaseSpec),
    /// Files downloaded by HTTPS.
    Download(&'a DownloadSpec),
    /// Objects of an S3-compatible store.
    Objects(&'a ObjectsSpec),
    /// A Singer tap.
    Singer(&'a SingerSpec),
}

impl SourceSpec {
    /// The origin of the rows, unless they are files of the data folder.
    pub(crate) fn origin(&self) -> Option<Origin<'_>> {
        self.origins().into_iter().next()
    }

    /// All that are named; a sound contract has at most one.
    fn origins(&self) -> Vec<Origin<'_>> {
        let mut origins = Vec::new();
        origins.extend(self.database.as_ref().map(Origin::Database));
        origins.extend(self.download.as_ref().map(Origin::Download));
        origins.extend(self.objects.as_ref().map(Origin::Objects));
        origins.extend(self.singer.as_ref().map(Origin::Singer));
        origins
    }

    /// Identifies the origin: another query or another address is another landing folder.
    pub(crate) fn origin_fingerprint(&self) -> String {
        match self.origin() {
            None => fingerprint::of("origin", &"files"),
            Some(Origin::Database(spec)) => spec.identity(),
            Some(Origin::Download(spec)) => spec.identity(),
            Some(Origin::Objects(spec)) => spec.identity(),
            Some(Origin::Singer(spec)) => spec.identity(),
        }
    }

    /// The references of the secrets that fetching needs, such as `env:WAREHOUSE_URL`.
    pub fn secrets(&self) -> Vec<&str> {
        match self.origin() {
            None => Vec::new(),
            Some(Origin::Database(spec)) => spec.secrets(),
            Some(Origin::Download(spec)) => spec.secrets(),
            Some(Origin::Objects(spec)) => spec.secrets(),
            Some(Origin::Singer(spec)) => spec.secrets(),
        }
    }

    /// Where the rows come from, in words, with secrets as references.
    pub fn described(&self) -> String {
        match self.origin() {
            None => self.files.join(", "),
            Some(Origin::Database(spec)) => spec.described(),
            Some(Origin::Download(spec)) => spec.described(),
            Some(Origin::Objects(spec)) => spec.described(),
            Some(Origin::Singer(spec)) => spec.described(),
        }
    }

    /// The same without what only says where the rows come from and how they are fetched.
    pub(crate) fn without_origin(&self) -> Self {
        Self {
            files: Vec::new(),
            database: None,
            download: None,
            objects: None,
            singer: None,
            ..self.clone()
        }
    }
}

/// Faults of where rows come from.
pub(super) fn check(spec: &super::Spec, faults: &mut Vec<Fault>) {
    let source = &spec.source;
    let mut fault = |path: &str, message: String| faults.push(Fault::new(path, message));
    let origins = source.origins();
    if origins.len() + usize::from(!source.files.is_empty()) > 1 {
        fault("source", "rows come from one place: `files` or one origin, not both".into());
    }
    for origin in origins {
        match origin {
            Origin::Database(database) => database.check(spec, &mut fault),
            Origin::Download(download) => download.check(spec, &mut fault),
            Origin::Objects(objects) => objects.check(spec, &mut fault),
            Origin::Singer(singer) => singer.check(spec, &mut fault),
        }
    }
}
