//! Files that are downloaded by HTTPS.
//!
//! Rule: a file takes the place of its earlier copy once all of it is here; one that is still the same is not sent
//! again. A file that fails leaves its earlier copy, and the others go on. Files count by day, then in the order of
//! the addresses, whenever they came.

mod address;
mod client;
mod hosts;
mod spec;

pub use spec::DownloadSpec;

use super::{Landing, Remark, landing::Copy};
use crate::notes::text;
use chrono::{Days, NaiveDate};
use client::{Answer, Client, EMPTY, File, Version};
use hosts::{DATE, Hosts, request};
use model::{context::RunContext, quality::Severity};
use std::collections::BTreeSet;
use url::Url;

/// How many days `{date}` looks back where the contract does not say.
const DAYS: u32 = 7;

/// The most megabytes of a file where the contract does not say.
const MEGABYTES: u64 = 2048;

/// A file to ask for.
#[derive(Debug)]
struct Wanted {
    url: Url,
    /// Tells its request from every other one.
    name: String,
    /// The day that it is of, where its address has a `{date}`.
    day: Option<NaiveDate>,
    /// The place of its address among all.
    at: u32,
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
    for wanted in wanted(spec, &hosts, today)? {
        let is_daily = wanted.day.is_some();
        match bring(spec, &client, &wanted, landing) {
            Ok(Came::Here) => {}
            Ok(Came::Gone) if is_daily => {}
            Ok(Came::Never) if is_daily => remarks.push(Remark {
                severity: Severity::Warning,
                key: "quality.not_there",
                arguments: vec![("file", text(wanted.name))],
            }),
            Ok(Came::Gone | Came::Never) => faults.push(format!("`{}` is not there", wanted.name)),
            Err(fault) => faults.push(fault),
        }
    }
    if let Err(fault) = landing.settle() {
        faults.push(fault);
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
    Never,
}

/// Brings one file, unless it is still the same.
fn bring(
    spec: &DownloadSpec,
    client: &Client<'_>,
    wanted: &Wanted,
    landing: &mut Landing,
) -> Result<Came, String> {
    let known = landing.version(&wanted.name);
    let is_known = known.is_some();
    // A version that cannot be read is none: the file is then asked for as a new one.
    let known: Option<Version> = known.and_then(|kept| serde_json::from_value(kept.clone()).ok());
    match client.ask(&wanted.url, known.as_ref())? {
        Answer::Same => Ok(Came::Here),
        Answer::Absent if is_known => Ok(Came::Gone),
        Answer::Absent => Ok(Came::Never),
        Answer::File(file) => take(spec, landing, wanted, file).map(|()| Came::Here),
    }
}

/// The files to ask for, each once.
fn wanted(spec: &DownloadSpec, hosts: &Hosts, today: NaiveDate) -> Result<Vec<Wanted>, String> {
    let mut list = Vec::new();
    let mut names = BTreeSet::new();
    let days = (1..=u64::from(spec.days.unwrap_or(DAYS))).rev();
    let days = days.filter_map(|back| today.checked_sub_days(Days::new(back))).map(Some);
    let days: Vec<Option<NaiveDate>> = days.collect();
    for (at, address) in (0..).zip(&spec.urls) {
        let days = if address.contains(DATE) { days.as_slice() } else { &[None] };
        for day in days.iter().copied() {
            let (url, name) = request(address, day, hosts)?;
            if names.insert(name.clone()) {
                list.push(Wanted { url, name, day, at });
            }
        }
    }
    Ok(list)
}

/// Takes a file into the landing folder.
fn take(
    spec: &DownloadSpec,
    landing: &mut Landing,
    wanted: &Wanted,
    mut file: File<'_>,
) -> Result<(), String> {
    let most = spec.most_megabytes.unwrap_or(MEGABYTES).saturating_mul(1 << 20);
    let told = |fault: String| format!("`{}`: {fault}", wanted.name);
    let too_large = || told(format!("has more than {} MB (`most_megabytes`)", most >> 20));
    if file.length.is_some_and(|length| length > most) {
        return Err(too_large());
    }
    let version = serde_json::to_value(&file.version).map_err(|error| error.to_string())?;
    let ending = super::ending(wanted.url.path());
    let Wanted { name, day, at, .. } = wanted;
    let copy = Copy { name, ending: &ending, day: *day, at: *at, version };
    landing.add_copy(copy, |into| {
        let mut taken = 0;
        let mut piece = vec![0; 64 << 10];
        loop {
            let read = file.read(&mut piece).map_err(|why| told(broken(why, taken)))?;
            if read == 0 {
                break;
            }
            taken += read as u64;
            if taken > most {
                return Err(too_large());
            }
            into.write_all(&piece[..read]).map_err(|error| told(error.to_string()))?;
        }
        if taken == 0 {
            return Err(told(EMPTY.to_owned()));
        }
        if file.length.is_some_and(|length| length != taken) {
            return Err(told(format!("breaks off after {taken} bytes")));
        }
        Ok(())
    })
}

fn broken(why: String, taken: u64) -> String {
    format!("breaks off after {taken} bytes: {why}")
}
