//! Keys, message ids and changes of state, by the real ledger.
//!
//! `planned` is here no row yet, `superseded` an edition that is given up when the next one is due, and nobody is
//! suppressed: those three have no row of their own.

use crate::torture::{
    relayed::{Relayed, as_of, job, now, said, server::Server},
    tally::Line,
};
use deliver::ReceiptBook as _;
use model::{
    receipt::{DeliveryState, Receipt},
    secret::Secret,
};
use run::ledger::{Ledger, SlotClaim, Word};
use serde::Deserialize;

#[derive(Deserialize)]
struct Rules {
    allowed: Vec<(String, String)>,
}

const STATES: [DeliveryState; 5] = [
    DeliveryState::Pending,
    DeliveryState::Sending,
    DeliveryState::Sent,
    DeliveryState::Failed,
    DeliveryState::Unknown,
];

pub(super) fn line(text: &str) -> anyhow::Result<Line> {
    let rules: Rules = serde_json::from_str(text)?;
    let mut line = Line::new("ledger-crash-rules");
    line.count("the key", key());
    line.count("the message id", message_id());
    for from in STATES {
        for to in STATES.into_iter().filter(|to| *to != from) {
            line.count(&format!("{from:?} to {to:?}"), change(&rules, from, to));
        }
    }
    Ok(line)
}

fn word(state: DeliveryState) -> String {
    format!("{state:?}").to_lowercase()
}

/// A receipt of one mail that was sent.
fn receipt(secret: &str, revision: u32) -> Result<Receipt, String> {
    let server = Server::start(vec![]);
    let mut bed = Relayed::new(server.port, &["a"]).map_err(said)?;
    bed.secrets.insert(deliver::MESSAGE_KEY.to_owned(), Secret::new(secret));
    bed.plan.revision = revision;
    let mut receipts = bed.run()?;
    receipts.pop().ok_or_else(|| "there is no receipt".to_owned())
}

/// Job, day, recipient, kind and revision are the key: a change of any is another delivery.
fn key() -> Result<(), String> {
    let server = Server::start(vec![]);
    let mut bed = Relayed::new(server.port, &["a"]).map_err(said)?;
    bed.run()?;
    let mut expected = 1;
    let changes: [fn(&mut Relayed); 3] = [
        |bed| bed.plan.revision = 1,
        |bed| bed.plan.as_of += chrono::TimeDelta::days(1),
        |bed| bed.plan.job = "another".into(),
    ];
    for change in changes {
        bed.run()?;
        if server.stored().len() != expected {
            return Err(format!("{} mails for {expected} keys", server.stored().len()));
        }
        change(&mut bed);
        bed.run()?;
        expected += 1;
    }
    match server.stored().len() {
        found if found == expected => Ok(()),
        found => Err(format!("{found} mails for {expected} keys")),
    }
}

fn message_id() -> Result<(), String> {
    let (one, same) = (receipt("secret", 0)?, receipt("secret", 0)?);
    let (other, corrected) = (receipt("another", 0)?, receipt("secret", 1)?);
    let checks = [
        (one.reference == same.reference, "it is another one at another try"),
        (one.reference != other.reference, "it can be worked out without the secret"),
        (one.reference != corrected.reference, "a correction has the id of what it corrects"),
        (!one.reference.contains("a@"), "it names the recipient"),
    ];
    checks.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, fault)| Err(fault.to_owned()))
}

/// What a run may change, and what only a person may.
fn change(rules: &Rules, from: DeliveryState, to: DeliveryState) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(said)?;
    let ledger = Ledger::open(&folder.path().join("ledger.sqlite")).map_err(said)?;
    let (run, wanted) = ("run".into(), receipt("secret", 0)?);
    let wanted = Receipt { run, state: DeliveryState::Pending, ..wanted };
    let claim = ledger.claim_slot(&job(), as_of(), &wanted.run, now()).map_err(said)?;
    let SlotClaim::Granted(_slot) = claim else { return Err("the job is held".to_owned()) };
    ledger.claim(&wanted).map_err(said)?;
    if from != DeliveryState::Pending {
        ledger.settle(&Receipt { state: from, ..wanted.clone() }).map_err(said)?;
    }
    let by_a_run = ledger.settle(&Receipt { state: to, ..wanted }).is_ok();
    let is_allowed = rules.allowed.contains(&(word(from), word(to)));
    let is_over = !matches!(from, DeliveryState::Pending | DeliveryState::Sending);
    if is_over && by_a_run {
        return Err("a run may do that by itself".to_owned());
    }
    if !is_over {
        return if by_a_run || !is_allowed { Ok(()) } else { Err("a run may not".to_owned()) };
    }
    let said_so = match to {
        DeliveryState::Sent => Word::Arrived,
        DeliveryState::Pending => Word::Again,
        _ => return Ok(()),
    };
    let changed = ledger.resolve(&job(), as_of(), (None, said_so), now()).map_err(said)?;
    // Beyond the set: what was refused for good may be tried again by a person's word.
    let may = is_allowed || (from, to) == (DeliveryState::Failed, DeliveryState::Pending);
    match changed.len() == usize::from(may) {
        true => Ok(()),
        false => Err(format!("by a person {} change", changed.len())),
    }
}
