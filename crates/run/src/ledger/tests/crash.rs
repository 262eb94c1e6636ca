//! What a killed process leaves, and what the next one makes of it.

use super::{Folder, at, job, occupy, receipt, settle};
use crate::ledger::Ledger;
use deliver::{ChannelPlan, DeliverPlan, FolderPlan, Mailbox, ReceiptBook, Route, deliver};
use model::{
    context::RunContext,
    edition::{Edition, EditionKind},
    label::Locale,
    receipt::DeliveryState,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// A run that dies with one message on its way.
fn die_sending(ledger: &Ledger) {
    occupy(ledger, "dead");
    let own = receipt("dead", "a@example.com");
    ledger.claim(&own).expect("claimed");
    settle(ledger, &own, DeliveryState::Sending).expect("settled");
}

#[test]
fn a_receipt_left_in_the_middle_is_in_doubt_before_anybody_claims_it() {
    let folder = Folder::new();
    let ledger = folder.open();
    die_sending(&ledger);
    let state = |ledger: &Ledger| ledger.receipts(&job(), at(20)).expect("read")[0].state;
    assert_eq!(state(&ledger), DeliveryState::Sending);
    folder.kill_everybody();
    assert_eq!(state(&ledger), DeliveryState::Unknown);
}

#[test]
fn a_torn_file_shows_the_last_whole_record() {
    let folder = Folder::new();
    let ledger = folder.open();
    die_sending(&ledger);
    let own = receipt("dead", "a@example.com");
    let log = folder.0.join("ledger.sqlite-wal");
    let whole = std::fs::read(&log).expect("a log");
    settle(&ledger, &own, DeliveryState::Sent).expect("settled");
    let longer = std::fs::read(&log).expect("a log");
    assert!(longer.len() > whole.len(), "the last record is at the end of the log");
    // A copy of the files in which the last record is written in part only.
    let torn = Folder::new();
    std::fs::create_dir_all(&torn.0).expect("made");
    std::fs::copy(folder.file(), torn.file()).expect("copied");
    let cut = &longer[..longer.len() - 100];
    std::fs::write(torn.0.join("ledger.sqlite-wal"), cut).expect("written");
    torn.kill_everybody();
    let ledger = torn.open();
    assert_eq!(ledger.receipts(&job(), at(20)).expect("read")[0].state, DeliveryState::Unknown);
}

#[test]
fn a_report_in_a_folder_is_published_once_over_two_runs() {
    let folder = Folder::new();
    let ledger = folder.open();
    let from = Mailbox::new("reports@example.com", None, "a test").expect("an address");
    let channel = ChannelPlan::Folder(FolderPlan {
        path: folder.0.join("outbox"),
        from,
        attachments: BTreeSet::new(),
    });
    let plan = DeliverPlan {
        job: job(),
        as_of: at(20),
        moment: at(20).and_utc(),
        revision: 0,
        route: Route { owners: Vec::new(), channels: vec![channel] },
    };
    let edition = Edition {
        kind: EditionKind::Report,
        locale: Locale::En,
        slice: model::slice::Slice::All,
        subject: "Nightly".into(),
        page: "<!doctype html>".into(),
        page_files: Vec::new(),
        summary: model::archive::Summary::default(),
        outline: Default::default(),
        mail_html: "<p>4.31</p>".into(),
        mail_text: "4.31".into(),
        images: Vec::new(),
        attachments: Vec::new(),
        layout: None,
        fingerprint: "f".into(),
        gist: None,
    };
    let run = |run: &str| {
        occupy(&ledger, run);
        let cx = RunContext {
            run: run.into(),
            now: super::now(),
            data: folder.0.clone(),
            state: folder.0.clone(),
            secrets: BTreeMap::new(),
            send: true,
        };
        let done = deliver(&plan, &vec![edition.clone()], &ledger, &cx);
        folder.kill_everybody();
        done.expect("published").value
    };
    let first = run("one");
    assert_eq!((first.len(), first[0].state), (1, DeliveryState::Sent));
    assert!(Path::new(&first[0].key.recipient).exists());
    assert_eq!(run("two"), first);
    assert_eq!(ledger.receipts(&job(), at(20)).expect("read"), first);
}
