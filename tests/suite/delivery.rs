//! What leaves the program: once, the same bytes for the same inputs, and fit for any mail server.

use crate::support::{TestBed, all_at_once, mail, nightly};
use model::run::{Outcome, RunRecord};
use std::{collections::BTreeMap, fs, path::Path, time::SystemTime};

const JOB: &str = "jobs/nightly.toml";

type Files = BTreeMap<String, (Vec<u8>, SystemTime)>;

fn files(folder: &Path) -> Files {
    let mut found = Files::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let written = entry.metadata().and_then(|known| known.modified()).expect("a time");
        let bytes = fs::read(entry.path()).expect("a file");
        found.insert(entry.file_name().to_string_lossy().into_owned(), (bytes, written));
    }
    found
}

/// The published bytes of a fresh run under another environment.
fn published(environment: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    let bed = TestBed::here();
    let mut command = bed.command(&["run", JOB, "--format", "json"]);
    command.envs(environment.iter().copied());
    let record: RunRecord =
        serde_json::from_value(bed.start(command).exits(0).json()).expect("a record");
    assert_eq!(record.outcome, Outcome::Delivered);
    let path = |kind: &str| {
        let found = record.artefacts.iter().find(|artefact| artefact.kind == kind);
        Path::new(&found.expect("an artefact").path)
    };
    let folder = path("message").parent().expect("a folder");
    let mut bytes: BTreeMap<_, _> =
        files(folder).into_iter().map(|(name, (bytes, _))| (name, bytes)).collect();
    bytes.insert("report.json".into(), fs::read(path("report")).expect("a stored report"));
    bytes
}

#[test]
fn a_second_run_sends_nothing_and_touches_nothing() {
    let nightly = nightly();
    let before = files(&nightly.outbox);
    let again = nightly.bed.tidings(&["run", JOB, "--format", "json"]).exits(0);
    let record: RunRecord = serde_json::from_value(again.json()).expect("a record");
    assert_eq!(record.outcome, Outcome::AlreadyDelivered);
    assert_eq!(record.report, nightly.record.report, "the same figures");
    assert!(before == files(&nightly.outbox), "bytes and times of {:?} stay", nightly.outbox);
    // The script of the charts, and for each language a message, a page and the archive's entry.
    assert_eq!(before.len(), 7, "{:?}", before.keys());
}

#[test]
fn the_same_inputs_give_the_same_bytes_for_any_thread_count_and_time_zone() {
    let nightly = nightly();
    let mut first: BTreeMap<String, Vec<u8>> =
        files(&nightly.outbox).into_iter().map(|(name, (bytes, _))| (name, bytes)).collect();
    let report = nightly.record.artefacts.iter().find(|artefact| artefact.kind == "report");
    let report = fs::read(&report.expect("a stored report").path).expect("a stored report");
    first.insert("report.json".into(), report);
    let elsewhere: [&[(&str, &str)]; 2] = [
        &[("POLARS_MAX_THREADS", "1"), ("TZ", "Asia/Tokyo")],
        &[("POLARS_MAX_THREADS", "2"), ("LANG", "zh_CN.UTF-8")],
    ];
    let mut faults = Vec::new();
    for environment in elsewhere {
        let other = published(environment);
        assert!(first.keys().eq(other.keys()), "{:?} and {:?}", first.keys(), other.keys());
        let differs = first.iter().filter(|(name, bytes)| other[*name] != **bytes);
        faults.extend(differs.map(|(name, _)| format!("{name} differs under {environment:?}")));
    }
    all_at_once(faults);
}

#[test]
fn no_send_renders_and_delivers_nothing() {
    let bed = TestBed::here();
    let ran = bed.tidings(&["run", "jobs/weekly-executive.toml", "--no-send", "--format", "json"]);
    let record: RunRecord = serde_json::from_value(ran.exits(0).json()).expect("a record");
    assert_eq!(record.outcome, Outcome::NotSent);
    assert!(!bed.state().join("outbox").exists(), "nothing is published");
    assert!(record.artefacts.iter().all(|artefact| artefact.kind == "report"), "{record:?}");
    let sent = bed.tidings(&["run", "jobs/weekly-executive.toml", "--format", "json"]).exits(0);
    let record: RunRecord = serde_json::from_value(sent.json()).expect("a record");
    assert_eq!(record.outcome, Outcome::Delivered, "a look beforehand claims no delivery");
}

#[test]
fn every_message_is_fit_for_the_wire() {
    let mut faults = Vec::new();
    for (name, (bytes, _)) in messages() {
        faults
            .extend(mail::wire_faults(&bytes).into_iter().map(|fault| format!("{name}: {fault}")));
        let message = mail::parse(&bytes);
        for header in ["from", "to", "subject", "date", "message-id", "mime-version"] {
            if message.header(header).is_empty() {
                faults.push(format!("{name}: no header `{header}`"));
            }
        }
        for part in message.leaves() {
            let picture = part.kind().starts_with("image/");
            let expected: &[&str] =
                if picture { &["base64"] } else { &["base64", "quoted-printable"] };
            if !expected.contains(&part.encoding()) {
                faults.push(format!("{name}: {} is {}", part.kind(), part.encoding()));
            }
            if picture && !part.body.starts_with(b"\x89PNG") {
                faults.push(format!("{name}: a picture is no PNG"));
            }
        }
    }
    all_at_once(faults);
}

#[test]
fn text_and_html_name_the_same_figures() {
    let figure =
        regex::Regex::new(r"[¥+−]*\d([\d,]*\d)?(\.\d+)?(%| pp|M|K|万|亿)?").expect("a pattern");
    let plain = |text: &str| text.replace("&nbsp;", " ").replace('\u{a0}', " ");
    let mut faults = Vec::new();
    for (name, (bytes, _)) in messages() {
        let message = mail::parse(&bytes);
        let text = plain(&message.leaf("text/plain").text());
        // Pictures tell their figures in their alternative texts.
        let html = plain(&message.leaf("text/html").text());
        let named: Vec<&str> = figure.find_iter(&text).map(|found| found.as_str().trim()).collect();
        assert!(named.len() > 100, "{name}: the text part has figures");
        let missing = named.iter().filter(|figure| !html.contains(**figure));
        faults.extend(missing.map(|figure| format!("{name}: `{figure}` is in the text only")));
        // A brief leaves some of them to the page, in both forms.
        let has =
            |form: &str, card: &(String, String)| form.contains(&card.0) || form.contains(&card.1);
        let shown: Vec<_> = key_figures().into_iter().filter(|card| has(&html, card)).collect();
        assert!(shown.len() >= 6, "{name}: {} key figures", shown.len());
        for card in shown.iter().filter(|card| !has(&text, card)) {
            faults.push(format!("{name}: the text lacks `{}`", card.0));
        }
    }
    all_at_once(faults);
}

#[test]
fn every_picture_of_a_message_is_used_and_every_used_one_is_there() {
    let cid = regex::Regex::new(r#"cid:([^"')\s]+)"#).expect("a pattern");
    for (name, (bytes, _)) in messages() {
        let message = mail::parse(&bytes);
        let html = message.leaf("text/html").text();
        let mut used: Vec<&str> =
            cid.captures_iter(&html).map(|found| found.get(1).unwrap().as_str()).collect();
        let ids = message.leaves().into_iter().filter(|part| part.kind() == "image/png");
        let mut there: Vec<&str> =
            ids.map(|part| part.header("content-id").trim_matches(['<', '>'])).collect();
        used.sort_unstable();
        used.dedup();
        there.sort_unstable();
        assert_eq!(used, there, "pictures of {name}");
        assert!(!used.is_empty(), "{name} has pictures");
    }
}

fn messages() -> Vec<(String, (Vec<u8>, SystemTime))> {
    let all = files(&nightly().outbox).into_iter();
    let messages: Vec<_> = all.filter(|(name, _)| name.ends_with(".eml")).collect();
    assert_eq!(messages.len(), 2, "one message per language");
    messages
}

/// The names of the key figures in both languages.
fn key_figures() -> Vec<(String, String)> {
    let blocks = nightly().report.sections.iter().flat_map(|section| &section.blocks);
    let cards = blocks.filter_map(|block| match block {
        model::report::Block::Scorecards(cards) => Some(cards),
        _ => None,
    });
    cards.flatten().map(|card| (card.label.en.clone(), card.label.zh_cn.clone())).collect()
}
