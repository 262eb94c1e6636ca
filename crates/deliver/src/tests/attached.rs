//! Attachments: each channel has its own, every one base64 whatever it holds.

use super::{Bed, email_of, server::Server};
use crate::{ChannelPlan, FolderPlan};
use model::edition::{Attachment, AttachmentKind};
use std::collections::BTreeSet;

/// Ends the mail on a lenient server if it left as it is.
const DOTS: &[u8] = b"a\n.\nMAIL FROM:<eve@example.com>\r\n.\r\n";

fn attachments() -> Vec<Attachment> {
    let one = |(kind, name): (AttachmentKind, &str)| Attachment {
        kind,
        file_name: name.to_owned(),
        bytes: DOTS.to_vec(),
    };
    [(AttachmentKind::Csv, "nightly.csv"), (AttachmentKind::Xlsx, "nightly.xlsx")].map(one).into()
}

#[test]
fn a_channel_sends_what_it_asks_for_as_base64() {
    for (wanted, count) in [(vec![], 0), (vec![AttachmentKind::Csv], 1)] {
        let server = Server::start(vec![]);
        let mut bed = Bed::mail(&server, &["a"]);
        bed.editions[0].attachments = attachments();
        email_of(&mut bed.plan).attachments = wanted.into_iter().collect();
        bed.run();
        let stored = server.stored();
        assert_eq!(stored.len(), 1, "one message");
        let text = String::from_utf8(stored[0].wire.clone()).expect("ASCII");
        assert_eq!(text.matches("Content-Disposition: attachment").count(), count);
        assert_eq!(text.contains("multipart/mixed"), count > 0);
        assert!(!text.contains("eve@") && !text.contains("nightly.xlsx"));
        if count > 0 {
            let part = &text[text.find("Content-Type: text/csv").expect("the part")..];
            let (head, body) = part.split_once("\r\n\r\n").expect("a body");
            assert!(head.contains("base64") && head.contains("filename=\"nightly.csv\""), "{head}");
            // The first line of the file in base64.
            assert!(body.starts_with("YQouCk1BSUwgRlJPTTo8ZXZl"), "{body}");
        }
    }
}

#[test]
fn a_folder_has_them_beside_the_message() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bed = Bed::new(super::mail_plan(super::relay(1), &[]));
    bed.plan.route.channels = vec![ChannelPlan::Folder(FolderPlan {
        path: folder.path().to_owned(),
        from: super::mailbox("reports@example.org"),
        attachments: BTreeSet::from([AttachmentKind::Xlsx]),
    })];
    bed.editions[0].attachments = attachments();
    bed.run();
    let stem = folder.path().join("nightly/2026-11-20T0630/nightly.en");
    assert_eq!(std::fs::read(stem.with_extension("en.xlsx")).expect("published"), DOTS);
    assert!(!stem.with_extension("en.csv").exists(), "not asked for");
    let message = std::fs::read_to_string(stem.with_extension("en.eml")).expect("published");
    assert!(message.contains("filename=\"nightly.xlsx\""));
}

#[test]
fn an_attachment_cannot_smuggle_a_header() {
    let server = Server::start(vec![]);
    let mut bed = Bed::mail(&server, &["a"]);
    bed.editions[0].attachments = attachments();
    bed.editions[0].attachments[0].file_name = "a\r\nBcc: eve@example.com".into();
    email_of(&mut bed.plan).attachments = BTreeSet::from([AttachmentKind::Csv]);
    assert!(bed.try_run().is_err() && server.stored().is_empty());
}
