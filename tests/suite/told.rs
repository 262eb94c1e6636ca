//! What readers have is what receipts say: other figures never go out under the same message id, and are corrected.

use crate::support::{TestBed, mail, mailed, root};
use chrono::Utc;
use model::run::{Outcome, RunRecord};
use std::fs;
use xtask::sink::Sink;

const FILE: &str = "sample-data/spend/spend-2026-06.csv";
const JOB: &str = "jobs/told.toml";
const MOMENT: &str = "2026-07-01T06:30";

fn bed(port: u16) -> TestBed {
    mailed::corrected(JOB, port)
}

fn record(bed: &TestBed, arguments: &[&str], code: i32) -> RunRecord {
    let ran = bed.tidings(&[arguments, &["--format", "json"]].concat()).exits(code);
    serde_json::from_value(ran.json()).expect("a record")
}

/// The last day of June cost a million more.
fn spend_more(bed: &TestBed) {
    let text = fs::read_to_string(root().join(FILE)).expect("sample data");
    let (before, last) = text.trim_end().rsplit_once('\n').expect("rows");
    let row = last.rsplit_once(',').expect("a spend").0;
    bed.write(FILE, format!("{before}\n{row},1000000.00\n"));
}

fn another_reader(bed: &TestBed) {
    let ceo = "{ address = \"ceo@example.com\", locale = \"zh-CN\" },";
    let new = "{ address = \"new@example.com\", locale = \"en\" },";
    bed.replace(JOB, ceo, &format!("{ceo}\n{new}"));
}

fn subjects(sink: &Sink) -> Vec<(String, String)> {
    let told = sink.take().into_iter().map(|one| {
        let subject = mail::parse(&one.bytes).header("subject").to_owned();
        (one.to, subject)
    });
    let mut told: Vec<_> = told.collect();
    told.sort();
    told
}

#[test]
fn a_run_that_withheld_everything_told_nobody_anything() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port);
    assert_eq!(record(&bed, &["run", JOB, "--as-of", MOMENT], 0).outcome, Outcome::Delivered);
    assert_eq!(sink.take().len(), 2);
    spend_more(&bed);
    let withheld = record(&bed, &["run", JOB, "--as-of", MOMENT], 0);
    assert_eq!((withheld.outcome, sink.take().len()), (Outcome::AlreadyDelivered, 0));
    bed.tidings(&["resend", withheld.run.as_str(), "--to", "cfo@example.com"])
        .exits(2)
        .complains(&["sent no report on what `cfo@example.com` reads", withheld.run.as_str()]);
    assert_eq!(sink.take().len(), 0);
    bed.tidings(&["correct", JOB, "--as-of", MOMENT]).exits(0);
    let told = subjects(&sink);
    let to: Vec<&str> = told.iter().map(|(to, _)| to.as_str()).collect();
    assert_eq!(to, ["ceo@example.com", "cfo@example.com"]);
    assert!(told[1].1.starts_with("Correction: "), "{told:?}");
}

#[test]
fn a_correction_stays_what_it_was() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port);
    let first = record(&bed, &["run", JOB, "--as-of", MOMENT], 0);
    spend_more(&bed);
    let correct = ["correct", JOB, "--as-of", MOMENT, "--format", "json"];
    let records = bed.tidings(&correct).exits(0).json();
    let records: Vec<RunRecord> = serde_json::from_value(records).expect("records");
    record(&bed, &["run", JOB, "--as-of", MOMENT], 0);
    sink.take();
    record(&bed, &["resend", records[0].run.as_str(), "--to", "cfo@example.com"], 0);
    let told = subjects(&sink);
    assert!(told.len() == 1 && told[0].1.starts_with("Correction: "), "{told:?}");
    let zone = chrono_tz::Asia::Shanghai;
    let today = Utc::now().with_timezone(&zone).date_naive().to_string();
    let shown = bed.tidings(&["show-sent", JOB, "--to", "cfo@example.com", "--on", &today]);
    assert!(shown.exits(0).stdout.contains("Correction: "));
    // What it corrected goes to nobody any more.
    let newer = records[0].run.as_str();
    bed.tidings(&["resend", first.run.as_str(), "--to", "cfo@example.com"])
        .exits(2)
        .complains(&["was corrected since", &format!("tidings resend {newer} --to")]);
    assert_eq!(sink.take().len(), 0);
}

#[test]
fn who_is_told_of_trouble_changes_no_figure() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port);
    record(&bed, &["run", JOB, "--as-of", MOMENT], 0);
    sink.take();
    bed.replace(
        JOB,
        "owner = []",
        "owner = [{ address = \"owner@example.com\", locale = \"en\" }]",
    );
    another_reader(&bed);
    record(&bed, &["run", JOB, "--as-of", MOMENT], 0);
    let to: Vec<String> = subjects(&sink).into_iter().map(|(to, _)| to).collect();
    assert_eq!(to, ["new@example.com"]);
}

#[test]
fn a_correction_that_a_relay_put_off_is_gone_on_with() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port);
    record(&bed, &["run", JOB, "--as-of", MOMENT], 0);
    spend_more(&bed);
    // The relay has no time for one of both, and is asked once.
    let relay = format!(
        "[relay.main]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\ntries = 1\n",
        sink.port
    );
    bed.write("tidings.toml", relay);
    sink.put_off("cfo@example.com");
    let correct = ["correct", JOB, "--as-of", MOMENT];
    bed.tidings(&correct).exits(4);
    assert_eq!(sink.take().len(), 3, "two reports and a correction");
    let status = bed.tidings(&["status"]).stdout;
    assert!(status.contains("tidings correct jobs/told.toml"), "{status}");
    sink.put_off("");
    bed.tidings(&correct).exits(0);
    let told = subjects(&sink);
    assert!(told.len() == 1 && told[0].0 == "cfo@example.com", "{told:?}");
    assert!(told[0].1.starts_with("Correction: "), "{told:?}");
    bed.tidings(&correct).exits(0);
    assert_eq!(sink.take().len(), 0, "once");
}

#[test]
fn who_waits_gets_the_report_whatever_it_looks_like_by_then() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port);
    let relay = format!(
        "[relay.main]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\ntries = 1\n",
        sink.port
    );
    bed.write("tidings.toml", relay);
    sink.put_off("cfo@example.com");
    record(&bed, &["run", JOB, "--as-of", MOMENT], 4);
    sink.put_off("");
    sink.take();
    // A new version of the program brings other templates.
    bed.own_templates();
    for locale in ["en", "zh-CN"] {
        let words = format!("report-templates/locales/{locale}.toml");
        bed.replace(&words, "as_of = \"", "as_of = \"· ");
    }
    let came = || -> Vec<(String, String)> {
        let text = |bytes: &[u8]| mail::parse(bytes).leaf("text/plain").text();
        sink.take().into_iter().map(|one| (one.to, text(&one.bytes))).collect()
    };
    let rerun = || record(&bed, &["run", JOB, "--as-of", MOMENT], 0);
    let again = rerun();
    assert_eq!(again.outcome, Outcome::Delivered);
    assert!(!format!("{:?}", again.notes).contains("content_changed"), "{again:?}");
    let first = came();
    assert!(first.len() == 1 && first[0].0 == "cfo@example.com", "{first:?}");
    assert!(first[0].1.contains("· "), "in its present looks: {first:?}");
    let ceo = "{ address = \"ceo@example.com\", locale = \"zh-CN\" },";
    let joins = |name: &str| {
        let new = format!("{{ address = \"{name}@example.com\", locale = \"en\" }},");
        bed.replace(JOB, ceo, &format!("{ceo}\n{new}"));
    };
    joins("new");
    let joined = rerun();
    assert_eq!(came(), [("new@example.com".to_owned(), first[0].1.clone())]);
    record(&bed, &["resend", joined.run.as_str(), "--to", "ceo@example.com"], 0);
    assert_eq!(came().len(), 1);
    // Other figures stay away from who comes now.
    spend_more(&bed);
    joins("later");
    rerun();
    assert_eq!(came(), [("later@example.com".to_owned(), first[0].1.clone())]);
}

#[test]
fn another_spelling_of_an_address_is_nobody_new() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port);
    let first = record(&bed, &["run", JOB, "--as-of", MOMENT], 0);
    sink.take();
    bed.replace(JOB, "cfo@example.com", "CFO@Example.com");
    let again = record(&bed, &["run", JOB, "--as-of", MOMENT], 0);
    assert_eq!((again.outcome, sink.take().len()), (Outcome::AlreadyDelivered, 0));
    record(&bed, &["resend", first.run.as_str(), "--to", "cfo@EXAMPLE.com"], 0);
    assert_eq!(sink.take()[0].to, "CFO@example.com", "as it is written");
    spend_more(&bed);
    bed.tidings(&["correct", JOB, "--as-of", MOMENT]).exits(0);
    assert_eq!(subjects(&sink).len(), 2);
    // What left is shown for any spelling, also once the job is gone; its zone is not known then.
    fs::remove_file(bed.path(JOB)).expect("gone");
    let day = Utc::now().date_naive().to_string();
    let shown = bed.tidings(&["show-sent", JOB, "--to", "Cfo@example.com", "--on", &day]).exits(0);
    assert_eq!(shown.stdout.matches("accepted by the relay").count(), 3, "{}", shown.stdout);
}
