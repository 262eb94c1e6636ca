//! What a contract says of files to download.

use super::hosts::{DATE, Hosts, request, without_query};
use crate::{contract::Spec, fetch::is_reference, source::format_of};
use chrono::NaiveDate;
use model::fingerprint;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Files that are downloaded by HTTPS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DownloadSpec {
    /// Their addresses. `{date}` stands for each of the last `days` days that are over. Files are loaded by day, those
    /// without a day first, then in the order of the addresses. Example:
    /// `["https://data.example.com/orders-{date}.csv.gz"]`.
    pub urls: Vec<String>,
    /// The hosts that may be asked, also when an address leads on to another: name, or name and port. Example:
    /// `["data.example.com", "files.example.com:8443"]`.
    pub hosts: Vec<String>,
    /// How many days `{date}` looks back each night; 7 when absent. What came earlier stays.
    pub days: Option<u32>,
    /// Headers whose values are secrets by reference; they are not sent on to another host. Example:
    /// `{ Authorization = "env:SHOP_TOKEN" }`.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Whether `hosts` are in a network of one's own; false when absent, and then private addresses are refused.
    #[serde(default)]
    pub private_addresses: bool,
    /// A PEM file, relative to the data folder, with the certificates that vouch for the hosts, instead of the public
    /// ones.
    pub root_certificate: Option<String>,
    /// The most megabytes of one file; 2048 when absent.
    pub most_megabytes: Option<u64>,
    /// After how many seconds a file is given up; 900 when absent.
    pub timeout_seconds: Option<u64>,
}

impl DownloadSpec {
    /// Identifies what is fetched; how it is reached is no part of that.
    pub(crate) fn identity(&self) -> String {
        fingerprint::of("downloads by request", &self.urls)
    }

    /// The references of its secrets.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        self.headers.values().map(String::as_str).collect()
    }

    /// In words.
    pub(crate) fn described(&self) -> String {
        self.urls.iter().map(|url| without_query(url)).collect::<Vec<_>>().join(", ")
    }

    /// Faults of these settings.
    pub(crate) fn check(&self, spec: &Spec, fault: &mut dyn FnMut(&str, String)) {
        let hosts = match Hosts::new(&self.hosts) {
            Ok(hosts) => hosts,
            Err((at, reason)) => {
                return fault(&format!("source.download.hosts[{at}]"), reason);
            }
        };
        if self.urls.is_empty() {
            fault("source.download.urls", "an address is needed".into());
        }
        let mut names = BTreeSet::new();
        for (at, url) in self.urls.iter().enumerate() {
            let fault = &mut |message| fault(&format!("source.download.urls[{at}]"), message);
            check_address(url, spec, &hosts, &mut names).unwrap_or_else(fault);
        }
        for (name, value) in &self.headers {
            let path = format!("source.download.headers.{name}");
            if !is_reference(value) {
                let message = "is a secret, referred to as `env:NAME` or `file:PATH`";
                fault(&path, message.into());
            }
            let own = ["host", "range", "accept-encoding", "if-none-match", "if-modified-since"];
            let is_name = !name.is_empty()
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
            if !is_name || own.contains(&name.to_ascii_lowercase().as_str()) {
                fault(&path, "is no header to be set".into());
            }
        }
        for (key, value) in [
            ("days", self.days.map(u64::from)),
            ("most_megabytes", self.most_megabytes),
            ("timeout_seconds", self.timeout_seconds),
        ] {
            if value == Some(0) {
                fault(&format!("source.download.{key}"), "is at least 1".into());
            }
        }
    }
}

/// Checks an address; its requests join those of the addresses before it.
fn check_address(
    address: &str,
    spec: &Spec,
    hosts: &Hosts,
    names: &mut BTreeSet<String>,
) -> Result<(), String> {
    let day = |day| NaiveDate::from_ymd_opt(2026, 1, day);
    let days = if address.contains(DATE) { vec![day(30), day(31)] } else { vec![None] };
    let shown = without_query(address);
    let mut own = BTreeSet::new();
    for day in days {
        let (url, name) = request(address, day, hosts)?;
        if spec.source.format.is_none() && format_of(url.path()).is_none() {
            return Err(format!("`{shown}`: its ending tells no format; set `source.format`"));
        }
        if !own.insert(name.clone()) {
            return Err(format!(
                "`{shown}`: every day is the same request: what stands behind a `#` is not sent"
            ));
        }
        if names.contains(&name) {
            return Err(format!("`{shown}`: an address before it asks for the same"));
        }
    }
    names.append(&mut own);
    Ok(())
}
