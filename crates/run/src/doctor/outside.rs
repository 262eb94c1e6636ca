//! The outside: secrets, relays, and where the operator is told.

use super::{Finding, Loaded, place};
use crate::{context, operator::Ping, room, settings::Settings};
use deliver::{ChannelPlan, Handshake, Relay, Route, Timeouts};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Duration,
};

/// A person waits for the answer here.
const PATIENCE: Duration = Duration::from_secs(15);

/// Whether every secret that is referred to can be found.
pub(super) fn secrets(loaded: &Loaded, settings: &Settings) -> Vec<Finding> {
    let mut wanted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (_, job) in loaded {
        for contract in &job.catalogue.contracts {
            for reference in contract.source.secrets() {
                wanted.entry(reference).or_default().insert(job.id.as_str());
            }
        }
        for (relay, _) in relays_of(&job.route) {
            if let Some(login) = &relay.login {
                wanted.entry(&login.password).or_default().insert(job.id.as_str());
            }
        }
    }
    let digest = settings.operator.digest.iter().flat_map(|digest| relays_of(&digest.route));
    let logins = digest.filter_map(|(relay, _)| relay.login.as_ref());
    for reference in logins.map(|login| &login.password).chain(&settings.operator.ping) {
        wanted.entry(reference).or_default().insert("[operator]");
    }
    if wanted.is_empty() {
        return vec![Finding::ok("secrets", "none is needed")];
    }
    let finding = |(reference, users): (&str, BTreeSet<&str>)| {
        let check = format!("secret {reference}");
        let users: Vec<&str> = users.into_iter().collect();
        match context::secret(reference) {
            Ok(_) => Finding::ok(&check, "found"),
            Err(reason) => {
                let todo = "set the variable or make the file for the user under whom Tidings runs";
                Finding::fail(&check, format!("{reason}; needed by {}", users.join(", ")), todo)
            }
        }
    };
    wanted.into_iter().map(finding).collect()
}

/// Whether every relay that is used would serve us.
pub(super) fn relays(loaded: &Loaded, settings: &Settings) -> Vec<Finding> {
    let of_jobs = loaded.iter().flat_map(|(_, job)| relays_of(&job.route));
    let digest = settings.operator.digest.iter().flat_map(|digest| relays_of(&digest.route));
    let mut used: Vec<(&Relay, &str)> = Vec::new();
    for (relay, hello) in of_jobs.chain(digest) {
        if !used.iter().any(|(known, _)| *known == relay) {
            used.push((relay, hello));
        }
    }
    if used.is_empty() {
        return vec![Finding::ok("relays", "none is used")];
    }
    let named = |relay: &Relay| {
        let known = settings.relays.iter().find(|(_, known)| *known == relay);
        known.map_or(relay.host.as_str(), |(name, _)| name.as_str()).to_owned()
    };
    used.into_iter().map(|(relay, hello)| asked(&named(relay), relay, hello)).collect()
}

/// What a relay says at its door.
fn asked(name: &str, relay: &Relay, hello: &str) -> Finding {
    let check = format!("relay {name}");
    let place = format!("{}:{}", relay.host, relay.port);
    let password = relay.login.as_ref().map(|login| context::secret(&login.password)).transpose();
    let Ok(password) = password else {
        return Finding::fail(
            &check,
            "not asked: its password is not found",
            "see the secret above",
        );
    };
    let timeouts = Timeouts { connect: PATIENCE, reply: PATIENCE, verdict: PATIENCE };
    let relay = Relay { timeouts, ..relay.clone() };
    match deliver::handshake(&relay, password.as_ref(), hello) {
        Ok(Handshake::Answers(limit)) => {
            let protected = match relay.tls {
                deliver::Tls::None => "in the clear",
                deliver::Tls::Implicit | deliver::Tls::Starttls => "protected by TLS",
            };
            let signed_in = if relay.login.is_some() { ", signed in" } else { "" };
            let limit =
                limit.map(|bytes| format!(", mails up to {} KiB", bytes >> 10)).unwrap_or_default();
            Finding::ok(&check, format!("{place} answers, {protected}{signed_in}{limit}"))
        }
        Ok(Handshake::Refuses(detail)) => {
            let todo =
                format!("correct [relay.{name}] or the account; deliveries would stop here, too");
            Finding::fail(&check, format!("{place} refuses: {detail}"), todo)
        }
        Ok(Handshake::Silent(detail)) => {
            let todo = "look at name, port and firewall; deliveries would wait";
            Finding::fail(&check, format!("{place} does not serve now: {detail}"), todo)
        }
        Err(error) => Finding::fail(&check, error.to_string(), format!("correct [relay.{name}]")),
    }
}

/// The relays of a route, each with the name to be given in EHLO.
fn relays_of(route: &Route) -> impl Iterator<Item = (&Relay, &str)> {
    route.channels.iter().filter_map(|channel| match channel {
        ChannelPlan::Email(email) => {
            let hello = email.relay.hello.as_deref().unwrap_or(email.from.address.domain());
            Some((&email.relay, hello))
        }
        ChannelPlan::Folder(_) => None,
    })
}

/// Whether the operator can be told: the heartbeat's address is one, the folder of the metrics can be written.
pub(super) fn operator(settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(reference) = &settings.operator.ping {
        findings.push(match Ping::open(reference) {
            Ok(_) => Finding::ok("heartbeat", "its address can be used; it was not asked"),
            Err(reason) => {
                Finding::fail("heartbeat", reason, "correct the address; runs go on without it")
            }
        });
    }
    if let Some(path) = &settings.operator.metrics {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let (folder, _) = room::nearest(folder.unwrap_or(Path::new(".")));
        findings.push(match place::writable(folder) {
            Ok(()) => Finding::ok("metrics", format!("`{}` can be written", path.display())),
            Err(reason) => {
                let todo = "give the folder to the user under whom Tidings runs";
                Finding::fail("metrics", reason, todo)
            }
        });
    }
    findings
}
