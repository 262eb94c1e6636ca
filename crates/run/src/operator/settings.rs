//! `[operator]` of `tidings.toml`: how whoever runs Tidings is told.

use chrono::NaiveTime;
use chrono_tz::Tz;
use deliver::{EmailSpec, MailboxSpec, Outside, RecipientSpec, Relay, Route};
use model::label::Locale;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// How the operator is told: `[operator]`.
///
/// ```toml
/// [operator]
/// ping = "env:TIDINGS_PING"
/// metrics = "/var/lib/node_exporter/tidings.prom"
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Where the address is found that is asked at the start and the end of scheduled runs, in the manner of
    /// healthchecks.io: `env:NAME` or `file:PATH`; never the address itself, for it is a secret.
    pub ping: Option<String>,
    /// A file for the textfile collector of Prometheus, written after every scheduled run.
    pub metrics: Option<PathBuf>,
    /// Who gets the digest of a day. Example: `[{ address = "ops@example.com", locale = "en" }]`.
    #[serde(default)]
    pub to: Vec<RecipientSpec>,
    /// The sender of the digest.
    pub from: Option<MailboxSpec>,
    /// The relay of the digest; `main` when absent.
    pub relay: Option<String>,
    /// The time of day at which `schedule run` sends the digest of the day. Example: `"20:00"`.
    pub digest: Option<String>,
    /// The IANA time zone of `digest` and of the days of digests; UTC when absent. Example: `"Asia/Shanghai"`.
    pub zone: Option<String>,
}

/// The same, resolved.
#[derive(Debug, Clone, Default)]
pub struct Operator {
    /// The reference of the heartbeat's address.
    pub ping: Option<String>,
    /// The file of metrics.
    pub metrics: Option<PathBuf>,
    /// The digest, where somebody gets it.
    pub digest: Option<DigestPlan>,
}

/// Who gets the digest, and when.
#[derive(Debug, Clone)]
pub struct DigestPlan {
    /// The readers and the relay.
    pub route: Route,
    /// The languages that they read.
    pub locales: Vec<Locale>,
    /// When `schedule run` sends it.
    pub at: Option<NaiveTime>,
    /// Where its days begin.
    pub zone: Tz,
}

impl Spec {
    /// Resolves and checks `[operator]`.
    ///
    /// # Errors
    /// Every fault of the section, in a sentence each.
    pub(crate) fn lower(
        &self,
        relays: &BTreeMap<String, Relay>,
        state: &Path,
    ) -> Result<Operator, Vec<String>> {
        let mut faults = Vec::new();
        let is_reference = |ping: &&String| ping.starts_with("env:") || ping.starts_with("file:");
        if self.ping.as_ref().is_some_and(|ping| !is_reference(&ping)) {
            let help = "use `env:NAME` or `file:PATH`; the address is a secret";
            faults.push(format!("operator.ping: {help}"));
        }
        let zone = self.zone.as_deref().unwrap_or("UTC");
        let parsed: Result<Tz, _> = zone.parse();
        if parsed.is_err() {
            faults.push(format!("operator.zone: unknown time zone `{zone}`; use an IANA name"));
        }
        let time = |text: &String| NaiveTime::parse_from_str(text, "%H:%M");
        let at = self.digest.as_ref().map(time).transpose();
        if at.is_err() {
            faults.push("operator.digest: write a time of day such as `20:00`".to_owned());
        }
        let route = self.route(relays, state, &mut faults);
        let (Ok(zone), Ok(at), true) = (parsed, at, faults.is_empty()) else { return Err(faults) };
        let digest = route.map(|route| {
            let mut locales: Vec<Locale> = route.readers().map(|reader| reader.locale).collect();
            locales.sort();
            locales.dedup();
            DigestPlan { route, locales, at, zone }
        });
        Ok(Operator { ping: self.ping.clone(), metrics: self.metrics.clone(), digest })
    }

    fn route(
        &self,
        relays: &BTreeMap<String, Relay>,
        state: &Path,
        faults: &mut Vec<String>,
    ) -> Option<Route> {
        if self.to.is_empty() {
            let idle = [
                ("from", self.from.is_some()),
                ("relay", self.relay.is_some()),
                ("digest", self.digest.is_some()),
            ];
            let named = idle.iter().filter(|(_, is_given)| *is_given);
            faults
                .extend(named.map(|(key, _)| format!("operator.{key}: says nothing without `to`")));
            return None;
        }
        let Some(from) = self.from.clone() else {
            faults.push("operator.from: the digest needs a sender".to_owned());
            return None;
        };
        let relay = self.relay.clone().unwrap_or_else(|| "main".to_owned());
        let email = EmailSpec {
            from,
            reply_to: None,
            to: self.to.clone(),
            audience: None,
            relay,
            attachments: Default::default(),
            doubtful: Default::default(),
        };
        let spec = deliver::Spec { folder: Vec::new(), email: vec![email], owner: Vec::new() };
        let outside = Outside { relays, audiences: &BTreeMap::new(), state };
        let lowered = spec.lower(&outside);
        lowered
            .map_err(|problems| {
                faults.extend(problems.iter().map(|one| format!("operator: {one}")))
            })
            .ok()
    }
}
