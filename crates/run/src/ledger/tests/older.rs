//! A ledger that is brought back from before mails that have left.

use super::*;
use deliver::Mail;

/// Mails to somebody, as the channels do it.
fn mail(ledger: &Ledger, run: &str, to: &str) -> Receipt {
    let wire = Some(format!("{run}-{to}"));
    let receipt = Receipt { wire, changed: now(), ..receipt(run, to) };
    ledger.claim(&receipt).expect("claimed");
    settle(ledger, &receipt, DeliveryState::Sending).expect("it leaves");
    let mail = Mail { message: b"To: a\r\n\r\nfigures\r\n", subject: "Nightly", text: "figures" };
    ledger.keep(&receipt, &mail).expect("kept");
    settle(ledger, &receipt, DeliveryState::Sent).expect("it arrived");
    receipt
}

fn lacking(folder: &Folder) -> Option<String> {
    folder.open().lacks().expect("read").map(|(run, _)| run.to_string())
}

#[test]
fn a_ledger_copied_in_the_middle_of_a_run_is_known_by_the_letters_it_lacks() {
    let folder = Folder::new();
    let ledger = folder.open();
    ledger.open_run(&record("one", 0)).expect("opened");
    occupy(&ledger, "one");
    mail(&ledger, "one", "a@example.com");
    assert_eq!(lacking(&folder), None, "everything is written down");
    let copy = folder.0.join("copy.sqlite");
    let copied = copy.display().to_string();
    let file = Connection::open(folder.file()).expect("opened");
    file.execute("VACUUM INTO ?1", [&copied]).expect("copied");
    mail(&ledger, "one", "b@example.com");
    let done = RunRecord { outcome: Outcome::Delivered, ..record("one", 0) };
    ledger.update_run(&done).expect("updated");
    assert_eq!(lacking(&folder), None);
    drop((file, ledger));
    for left in ["ledger.sqlite-wal", "ledger.sqlite-shm"] {
        let _ = std::fs::remove_file(folder.0.join(left));
    }
    std::fs::copy(&copy, folder.file()).expect("brought back");
    assert_eq!(lacking(&folder).as_deref(), Some("one"), "b has a mail that it does not know");
}

#[test]
fn what_a_person_sends_again_after_a_killed_run_makes_no_older_ledger() {
    let folder = Folder::new();
    let ledger = folder.open();
    ledger.open_run(&record("one", 0)).expect("opened");
    occupy(&ledger, "one");
    let sent = mail(&ledger, "one", "a@example.com");
    drop(ledger);
    folder.kill_everybody();
    let later = now() + TimeDelta::minutes(5);
    assert!(folder.open().reopen_one(&sent.key, later).expect("written"));
    assert_eq!(lacking(&folder), None);
    // As it was before it left, it is.
    let file = Connection::open(folder.file()).expect("opened");
    let before = "UPDATE receipts SET receipt = json_set(receipt, '$.changed', ?1)";
    file.execute(before, [now().to_rfc3339()]).expect("changed");
    assert_eq!(lacking(&folder).as_deref(), Some("one"));
}
