use super::{Bed, edition, mail_plan, mailbox, relay};
use crate::{ChannelPlan, FolderPlan};
use model::{edition::EditionKind, label::Locale, receipt::DeliveryState::Sent};
use std::{collections::BTreeMap, path::Path};

fn folder_bed(path: &Path) -> Bed {
    let mut plan = mail_plan(relay(1), &[]);
    let folder = FolderPlan { path: path.to_owned(), from: mailbox("reports@example.org") };
    plan.route.channels = vec![ChannelPlan::Folder(folder)];
    let mut bed = Bed::new(plan);
    bed.editions = Locale::ALL.map(|locale| edition(EditionKind::Report, locale)).to_vec();
    bed
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).expect("below").display().to_string();
            found.insert(name, std::fs::read(&path).expect("a file"));
        }
    }
    found
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let one = tempfile::tempdir().expect("a folder");
    let receipts = folder_bed(one.path()).run();
    assert!(receipts.iter().all(|receipt| receipt.state == Sent && receipt.attempts == 1));
    let names: Vec<_> = files(one.path()).into_keys().collect();
    let stem = "nightly/2026-11-20T0630/nightly";
    let expected = ["en.eml", "en.html", "zh-CN.eml", "zh-CN.html"];
    assert_eq!(names, expected.map(|name| format!("{stem}.{name}")));
    let first = files(one.path());
    std::fs::remove_dir_all(one.path().join("nightly")).expect("cleared");
    // Another run at another time: only the ledger knows the difference.
    let mut later = folder_bed(one.path());
    later.cx = super::context("run-2");
    later.cx.now += chrono::TimeDelta::hours(5);
    later.run();
    assert_eq!(files(one.path()), first);
    let message = String::from_utf8(first[&format!("{stem}.en.eml")].clone()).expect("ASCII");
    assert!(message.starts_with("Date: Thu, 19 Nov 2026 22:30:00 +0000\r\n"), "{message}");
    assert!(message.contains("To: undisclosed-recipients:;\r\n"));
}

#[test]
fn a_rerun_publishes_only_what_changed_and_a_revision_stands_beside_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bed = folder_bed(folder.path());
    let first = bed.run();
    assert_eq!(bed.run(), first);
    // Nobody was mailed yet, so newer figures replace the published ones.
    bed.editions[0].fingerprint = "newer".into();
    bed.editions[0].mail_text = "newer".into();
    let second = bed.run();
    assert_eq!((second[0].content.as_str(), &second[1]), ("newer", &first[1]));
    bed.plan.revision = 2;
    bed.run();
    assert_eq!(files(folder.path()).len(), 8);
    assert!(folder.path().join("nightly/2026-11-20T0630.r2/nightly.en.eml").exists());
}

#[test]
fn a_notice_has_no_page_and_a_job_cannot_leave_the_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bed = folder_bed(folder.path());
    bed.plan.job = "../up".into();
    bed.editions = vec![edition(EditionKind::Notice, Locale::En)];
    bed.run();
    let names: Vec<_> = files(folder.path()).into_keys().collect();
    assert_eq!(names, ["---up/2026-11-20T0630/---up.en.notice.eml"]);
}

#[test]
fn a_folder_that_cannot_be_written_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "in the way").expect("written");
    let error = folder_bed(&file).try_run().expect_err("a file is no folder");
    assert_eq!(error.code(), "TDG-D12");
}
