//! Files that are downloaded by HTTPS.
//!
//! Rule: a file takes the place of its earlier copy once all of it is here; one that is still the same is not sent
//! again. A file that fails leaves its earlier copy, and the others go on.

mod address;
mod client;
mod hosts;
mod spec;

pub use spec::DownloadSpec;

use super::{
    Landing, Remark,
    landing::{Kind, Written},
};
use crate::dataset::text;
use chrono::{Days, NaiveDate};
use client::{Answer, Client, File, Version};
use hosts::{Hosts, name_of};
use model::{context::RunContext, quality::Severity};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{collections::BTreeMap, io::Read};
use url::Url;

/// How many days `{date}` looks back where the contract does not say.
const DAYS: u32 = 7;

/// The most megabytes of a file where the contract does not say.
const MEGABYTES: u64 = 2048;

/// How the copies stand.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Bookmark {
    versions: BTreeMap<String, Version>,
}

/// Downloads what is new or changed.
///
/// # Errors
/// Every file that does not come, and why.
pub(super) fn fetch(
    spec: &DownloadSpec,
    landing: &mut Landing,
    today: NaiveDate,
    cx: &RunContext,
) -> Result<Vec<Remark>, String> {
    let hosts = Hosts::new(&spec.hosts).map_err(|(_, reason)| reason)?;
    let client = Client::new(spec, &hosts, cx)?;
    let mut faults = Vec::new();
    let mut remarks = Vec::new();
    for (address, is_daily) in addresses(spec, today) {
        let url = hosts.admitted(&address)?;
        match bring(spec, &client, &url, landing) {
            Ok(Came::Here) => {}
            Ok(Came::Gone) if is_daily => {}
            Ok(Came::Never(name)) if is_daily => remarks.push(Remark {
                severity: Severity::Warning,
                key: "quality.not_there",
                arguments: vec![("file", text(name))],
            }),
            Ok(Came::Gone | Came::Never(_)) => {
                faults.push(format!("`{}` is not there", name_of(&url)))
            }
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(remarks) } else { Err(faults.join("; ")) }
}

/// What became of a file.
enum Came {
    /// Its copy is the newest.
    Here,
    /// It is not there any more; its copy is.
    Gone,
    /// There was none so far.
    Never(String),
}

/// Brings one file, unless it is still the same.
fn bring(
    spec: &DownloadSpec,
    client: &Client<'_>,
    url: &Url,
    landing: &mut Landing,
) -> Result<Came, String> {
    let name = name_of(url);
    let bookmark = bookmark(landing)?;
    let known = bookmark.versions.get(&name);
    match client.ask(url, known)? {
        Answer::Same => Ok(Came::Here),
        Answer::Absent if known.is_some() => Ok(Came::Gone),
        Answer::Absent => Ok(Came::Never(name)),
        Answer::File(file) => take(spec, landing, &name, file, bookmark).map(|()| Came::Here),
    }
}

/// The addresses to ask, and whether each is that of one day.
fn addresses(spec: &DownloadSpec, today: NaiveDate) -> Vec<(String, bool)> {
    let mut addresses = Vec::new();
    for url in &spec.urls {
        if !url.contains("{date}") {
            addresses.push((url.clone(), false));
            continue;
        }
        let days = (1..=u64::from(spec.days.unwrap_or(DAYS))).rev();
        let days = days.filter_map(|back| today.checked_sub_days(Days::new(back)));
        addresses.extend(days.map(|day| (url.replace("{date}", &day.to_string()), true)));
    }
    addresses
}

fn bookmark(landing: &Landing) -> Result<Bookmark, String> {
    match landing.bookmark() {
        Value::Null => Ok(Bookmark::default()),
        kept => serde_json::from_value(kept.clone()).map_err(|error| error.to_string()),
    }
}

/// Takes a file into the landing folder.
fn take(
    spec: &DownloadSpec,
    landing: &mut Landing,
    name: &str,
    mut file: File,
    mut bookmark: Bookmark,
) -> Result<(), String> {
    let most = spec.most_megabytes.unwrap_or(MEGABYTES).saturating_mul(1 << 20);
    let told = |fault: String| format!("`{name}`: {fault}");
    let too_large = || told(format!("has more than {} MB (`most_megabytes`)", most >> 20));
    if file.length.is_some_and(|length| length > most) {
        return Err(too_large());
    }
    bookmark.versions.insert(name.to_owned(), file.version.clone());
    let bookmark = serde_json::to_value(bookmark).map_err(|error| error.to_string())?;
    landing.add(&Kind::CopyOf(name), &super::ending(name), |into| {
        let mut taken = 0;
        let mut piece = vec![0; 64 << 10];
        loop {
            let read = file.bytes.read(&mut piece).map_err(|error| told(error.to_string()))?;
            if read == 0 {
                break;
            }
            taken += read as u64;
            if taken > most {
                return Err(too_large());
            }
            into.write_all(&piece[..read]).map_err(|error| told(error.to_string()))?;
        }
        if file.length.is_some_and(|length| length != taken) {
            return Err(told(format!("breaks off after {taken} bytes")));
        }
        Ok(Written { has_rows: true, bookmark })
    })
}
