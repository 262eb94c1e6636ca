use super::{Bed, edition, mail_plan, mailbox, relay};
use crate::{ChannelPlan, FolderPlan};
use model::{archive::Entry, edition::EditionKind, label::Locale, receipt::DeliveryState::Sent};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

fn folder_bed(path: &Path) -> Bed {
    let mut plan = mail_plan(relay(1), &[]);
    let folder = FolderPlan {
        path: path.to_owned(),
        from: mailbox("reports@example.org"),
        attachments: BTreeSet::new(),
    };
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
    let each =
        ["en.eml", "en.entry.json", "en.html", "zh-CN.eml", "zh-CN.entry.json", "zh-CN.html"];
    let each = each.into_iter().map(|name| format!("{stem}.{name}"));
    let script = "nightly/2026-11-20T0630/charts.js".to_owned();
    assert_eq!(names, std::iter::once(script).chain(each).collect::<Vec<_>>());
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
    // Two folders of a script and three files for each language, and the version before of one of them.
    assert_eq!(files(folder.path()).len(), 7 + 7 + 4);
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
    let stem = "---up/2026-11-20T0630/---up.en.notice";
    assert_eq!(names, ["eml", "entry.json"].map(|ending| format!("{stem}.{ending}")));
}

#[test]
fn a_folder_that_cannot_be_written_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "in the way").expect("written");
    let error = folder_bed(&file).try_run().expect_err("a file is no folder");
    assert_eq!(error.code(), "TDG-D12");
}

/// The entry that lies in a folder of the channel.
fn entry_at(folder: &Path, at: &str) -> Entry {
    let text = std::fs::read(folder.join("nightly/2026-11-20T0630").join(at)).expect("an entry");
    serde_json::from_slice(&text).expect("its form")
}

#[test]
fn what_is_replaced_is_kept_whole_and_numbered() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bed = folder_bed(folder.path());
    bed.run();
    let first = files(folder.path());
    for (version, figures) in [(2, "second"), (3, "third")] {
        bed.editions[0].fingerprint = figures.into();
        bed.editions[0].page = format!("<!doctype html>{figures}");
        bed.run();
        assert_eq!(entry_at(folder.path(), "nightly.en.entry.json").version, version);
    }
    let all = files(folder.path());
    let stem = "nightly/2026-11-20T0630";
    for name in ["charts.js", "nightly.en.eml", "nightly.en.entry.json", "nightly.en.html"] {
        let kept = &all[&format!("{stem}/superseded/1/{name}")];
        assert_eq!(kept, &first[&format!("{stem}/{name}")], "{name} is as it was");
    }
    assert_eq!(all[&format!("{stem}/superseded/2/nightly.en.html")], b"<!doctype html>second");
    assert_eq!(all[&format!("{stem}/nightly.en.html")], b"<!doctype html>third");
    assert!(!all.contains_key(&format!("{stem}/superseded/1/nightly.zh-CN.html")), "unchanged");
    assert_eq!(entry_at(folder.path(), "nightly.zh-CN.entry.json").version, 1);
}

#[test]
fn an_edition_that_was_left_half_published_is_published_once_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bed = folder_bed(folder.path());
    bed.run();
    let whole = files(folder.path());
    // A process died after the first file of a newer version was written: the entry was gone before.
    let stem = folder.path().join("nightly/2026-11-20T0630");
    std::fs::create_dir_all(stem.join("superseded/1")).expect("a folder");
    std::fs::rename(
        stem.join("nightly.en.entry.json"),
        stem.join("superseded/1/nightly.en.entry.json"),
    )
    .expect("moved");
    std::fs::write(stem.join("nightly.en.html"), "half of what is newer").expect("written");
    bed.run();
    let healed = files(folder.path());
    assert_eq!(healed["nightly/2026-11-20T0630/nightly.en.html"], b"<!doctype html>");
    assert_eq!(entry_at(folder.path(), "nightly.en.entry.json").version, 2);
    assert_eq!(healed.len(), whole.len() + 1);
    assert_eq!(
        files(folder.path()),
        {
            bed.run();
            files(folder.path())
        },
        "and no more than once"
    );
}

#[test]
fn a_kept_page_shows_its_link_to_the_valid_one_and_changes_in_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bed = folder_bed(folder.path());
    let page = |figures: &str| {
        format!("<!doctype html><p class=\"replaced\" hidden><a>Replaced.</a></p><p>{figures}</p>")
    };
    for figures in ["first", "second"] {
        bed.editions[0].fingerprint = figures.into();
        bed.editions[0].page = page(figures);
        bed.run();
    }
    let all = files(folder.path());
    let text = |at: &str| {
        String::from_utf8_lossy(&all[&format!("nightly/2026-11-20T0630/{at}")]).into_owned()
    };
    assert_eq!(text("nightly.en.html"), page("second"), "the valid one is as it was made");
    let link = "<p class=\"replaced\"><a href=\"../../nightly.en.html\">";
    let kept = page("first").replace("<p class=\"replaced\" hidden><a>", link);
    assert_eq!(text("superseded/1/nightly.en.html"), kept);
}
