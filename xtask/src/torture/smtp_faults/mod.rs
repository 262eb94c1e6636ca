//! smtp-faults: thirty behaviours of a mail server, and of the machine under us.
//!
//! Each is played by a server on this machine; the ledger is the program's own. Where a process must die, or two must run,
//! it is the real program. The set says which state must follow, how many mails may be delivered and whether one may be
//! tried again; after each case the job is run once more, as its planner would, and nothing may come twice. Waits are the
//! standard's, or scaled down a thousandfold where a case is about waiting.

mod killed;
mod scripted;
mod tls;

use super::tally::Line;
use anyhow::Context as _;
use model::receipt::DeliveryState;
use serde::Deserialize;
use std::{fs, path::Path};

/// A scenario of the set.
#[derive(Deserialize)]
struct Scenario {
    name: String,
    expect_ledger: String,
    deliveries: [serde_json::Value; 2],
    retry: String,
}

/// What came of a scenario.
pub(super) struct Observed {
    /// The states at the end, one for each reader.
    pub(super) states: Vec<DeliveryState>,
    /// Mails that the server keeps.
    pub(super) delivered: usize,
    /// Whether anything was tried in a later run.
    pub(super) tried_again: bool,
}

/// Every scenario.
pub(super) fn lines(set: &Path) -> anyhow::Result<Vec<Line>> {
    let text = fs::read_to_string(set.join("scenarios.json"))?;
    let scenarios: Vec<Scenario> = serde_json::from_str(&text)?;
    let mut line = Line::new("smtp-faults");
    for scenario in &scenarios {
        let name = scenario.name.as_str();
        let observed = scripted::play(name).or_else(|| killed::play(name));
        let observed = observed.with_context(|| format!("nobody plays `{name}`"))?;
        line.count(name, observed.and_then(|observed| judge(scenario, &observed)));
    }
    Ok(vec![line])
}

fn judge(scenario: &Scenario, observed: &Observed) -> Result<(), String> {
    let expected = scenario.expect_ledger.to_lowercase();
    let word = |state: &DeliveryState| format!("{state:?}").to_lowercase();
    // Where every mail must arrive, what is put off first is sent in the end.
    let arrives = scenario.deliveries[0].as_u64() != Some(0) && !expected.contains("unknown");
    let fits = |state: &DeliveryState| {
        expected.contains(&word(state)) || arrives && *state == DeliveryState::Sent
    };
    if let Some(state) = observed.states.iter().find(|state| !fits(state)) {
        return Err(format!("a delivery is {state:?}, expected: {expected}"));
    }
    // Where the set leaves the number open, every reader has one.
    let readers = observed.states.len() as u64;
    let [least, most] = [0, 1].map(|end| scenario.deliveries[end].as_u64().unwrap_or(readers));
    if !(least..=most).contains(&(observed.delivered as u64)) {
        return Err(format!("{} delivered, expected {least} to {most}", observed.delivered));
    }
    let never = scenario.retry.starts_with("no") && !scenario.retry.contains("hammering");
    if never && observed.tried_again && !expected.contains("pending") {
        return Err(format!("tried again, and the set says: {}", scenario.retry));
    }
    Ok(())
}
