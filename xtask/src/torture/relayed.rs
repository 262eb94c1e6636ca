//! Deliveries of one report through a scripted relay, kept in the program's own ledger.

#[allow(dead_code, reason = "shared with the tests of `deliver`; not everything is needed here")]
#[path = "../../../crates/deliver/src/tests/server.rs"]
pub(super) mod server;

use chrono::{DateTime, NaiveDateTime, Utc};
use deliver::{
    ChannelPlan, DeliverPlan, Doubtful, EmailPlan, Mailbox, Recipient, Relay, Route, Timeouts, Tls,
    Validity,
};
use model::{
    context::RunContext,
    edition::{Edition, EditionKind, InlineImage},
    id::{JobId, RunId},
    label::Locale,
    receipt::{DeliveryState, Receipt},
    secret::Secret,
    slice::Slice,
};
use run::ledger::{Ledger, SlotClaim};
use std::{collections::BTreeMap, path::PathBuf, time::Duration};
use tempfile::TempDir;

/// A report, its readers, a relay and a ledger.
pub(super) struct Relayed {
    folder: TempDir,
    pub(super) plan: DeliverPlan,
    pub(super) edition: Edition,
    pub(super) secrets: BTreeMap<String, Secret>,
    pub(super) pauses: Vec<Duration>,
    runs: u32,
}

impl Relayed {
    /// A report for readers by the names of their mailboxes.
    pub(super) fn new(port: u16, readers: &[&str]) -> anyhow::Result<Self> {
        let mailbox = |address: &str| Mailbox::new(address, None, "a case");
        let reader = |name: &&str| {
            Ok(Recipient {
                mailbox: mailbox(&format!("{name}@example.com"))?,
                locale: Locale::En,
                slice: Slice::All,
                valid: Validity::default(),
                layout: None,
                attachments: None,
            })
        };
        let email = EmailPlan {
            from: mailbox("reports@example.org")?,
            reply_to: None,
            to: readers.iter().map(reader).collect::<anyhow::Result<_>>()?,
            relay: relay(port),
            attachments: Default::default(),
            doubtful: Doubtful::Ask,
        };
        let plan = DeliverPlan {
            job: job(),
            as_of: as_of(),
            moment: as_of().and_utc(),
            revision: 0,
            route: Route {
                owners: Vec::new(),
                channels: vec![ChannelPlan::Email(Box::new(email))],
            },
        };
        let secrets = BTreeMap::from([(deliver::MESSAGE_KEY.to_owned(), Secret::new("0123"))]);
        let (folder, edition) = (tempfile::tempdir()?, edition());
        Ok(Self { folder, plan, edition, secrets, pauses: Vec::new(), runs: 0 })
    }

    /// The relay, to be changed.
    pub(super) fn relay(&mut self) -> &mut Relay {
        let email = self.plan.route.channels.iter_mut().find_map(|channel| match channel {
            ChannelPlan::Email(email) => Some(email),
            ChannelPlan::Folder(_) => None,
        });
        &mut email.expect("a mail channel").relay
    }

    pub(super) fn ledger_file(&self) -> PathBuf {
        self.folder.path().join("ledger.sqlite")
    }

    /// One run; pauses are asked for and not waited.
    pub(super) fn run(&mut self) -> Result<Vec<Receipt>, String> {
        self.runs += 1;
        let ledger = Ledger::open(&self.ledger_file()).map_err(said)?;
        let run = RunId::new(format!("run-{}", self.runs));
        let claim = ledger.claim_slot(&job(), as_of(), &run, now()).map_err(said)?;
        let SlotClaim::Granted(_slot) = claim else { return Err("the job is held".to_owned()) };
        let cx = RunContext {
            run,
            now: now(),
            data: PathBuf::new(),
            state: PathBuf::new(),
            secrets: self.secrets.clone(),
            send: true,
        };
        let pauses = &mut self.pauses;
        let mut pause = |time| pauses.push(time);
        let editions = vec![self.edition.clone()];
        let done = deliver::deliver_with(&self.plan, &editions, &ledger, &cx, &mut pause);
        done.map(|done| done.value).map_err(said)
    }

    /// One run, and the states of its deliveries.
    pub(super) fn states(&mut self) -> Result<Vec<DeliveryState>, String> {
        Ok(self.run()?.into_iter().map(|receipt| receipt.state).collect())
    }
}

pub(super) fn job() -> JobId {
    JobId::new("nightly")
}

pub(super) fn as_of() -> NaiveDateTime {
    now().naive_utc()
}

pub(super) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_156_200, 0).unwrap_or_default()
}

/// A relay on this machine, with the limits of the standard and no patience beyond three tries.
fn relay(port: u16) -> Relay {
    Relay {
        host: "127.0.0.1".into(),
        port,
        tls: Tls::None,
        login: None,
        root_certificate: None,
        dkim: None,
        hello: None,
        tries: 3,
        pause: Duration::from_secs(60),
        timeouts: Timeouts::default(),
    }
}

fn edition() -> Edition {
    Edition {
        attachments: Vec::new(),
        page_files: Vec::new(),
        summary: Default::default(),
        outline: Default::default(),
        kind: EditionKind::Report,
        locale: Locale::En,
        slice: Slice::All,
        subject: "Nightly report".into(),
        page: String::new(),
        mail_html: "<p>4.31</p>".into(),
        mail_text: "4.31\n".into(),
        images: vec![InlineImage {
            content_id: "chart@tidings".into(),
            file_name: "chart.png".into(),
            png: b"\x89PNG".to_vec(),
        }],
        layout: None,
        fingerprint: "figures".into(),
        gist: None,
    }
}

pub(super) fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}
