//! Readers who were told figures that are others now are told so: once, with both values, and nobody else.

use crate::support::{TestBed, mail, mailed, root};
use model::run::{Outcome, RunRecord};
use std::fs;
use xtask::sink::{Mail, Sink};

const FILE: &str = "sample-data/spend/spend-2026-06.csv";
const JOB: &str = "jobs/corrected.toml";
const MOMENT: &str = "2026-07-01T06:30";

/// For two readers; figures that move by more than a hundredth are corrected.
fn bed(port: u16) -> TestBed {
    mailed::corrected(JOB, port)
}

fn run(bed: &TestBed, as_of: &str) -> RunRecord {
    let ran = bed.tidings(&["run", JOB, "--as-of", as_of, "--format", "json"]).exits(0);
    serde_json::from_value(ran.json()).expect("a record")
}

fn corrected(bed: &TestBed, more: &[&str]) -> Vec<RunRecord> {
    let command = [&["correct", JOB, "--format", "json"], more].concat();
    serde_json::from_value(bed.tidings(&command).exits(0).json()).expect("records")
}

/// Adds to the spend of the last row of June, which was 15 million in all.
fn spend_more(bed: &TestBed, cents: i64) {
    let text = fs::read_to_string(root().join(FILE)).expect("sample data");
    let (before, last) = text.trim_end().rsplit_once('\n').expect("rows");
    let (row, spend) = last.rsplit_once(',').expect("a spend");
    let spend: i64 = spend.replace('.', "").parse().expect("two decimals");
    let spend = spend + cents;
    bed.write(FILE, format!("{before}\n{row},{}.{:02}\n", spend / 100, spend % 100));
}

/// The spend of June in cents, added up from the file.
fn june(bed: &TestBed) -> i64 {
    let text = fs::read_to_string(bed.path(FILE)).expect("sample data");
    let spend = |row: &str| row.rsplit_once(',').expect("a spend").1.replace('.', "");
    text.lines().skip(1).map(|row| spend(row).parse::<i64>().expect("two decimals")).sum()
}

fn header(mail: &Mail, name: &str) -> String {
    mail::parse(&mail.bytes).header(name).to_owned()
}

#[test]
fn a_figure_that_moved_is_corrected_once_for_those_who_have_it() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port);
    assert_eq!(run(&bed, MOMENT).outcome, Outcome::Delivered);
    let first = sink.mails();
    assert_eq!(first.len(), 2);
    let same = corrected(&bed, &["--as-of", MOMENT]);
    assert_eq!(same[0].outcome, Outcome::AlreadyDelivered, "nothing has changed");
    // Somebody who comes later has nothing to be corrected.
    let third = "{ address = \"ceo@example.com\", locale = \"zh-CN\" },";
    bed.replace(
        JOB,
        third,
        &format!("{third}\n{{ address = \"new@example.com\", locale = \"en\" }},"),
    );
    spend_more(&bed, june(&bed) / 50);
    let records = corrected(&bed, &["--as-of", MOMENT]);
    assert_eq!(records[0].outcome, Outcome::Delivered);
    let mails = sink.mails().split_off(2);
    let mut to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["ceo@example.com", "cfo@example.com"]);
    for (reader, subject, says) in [
        ("cfo@", "Correction: ", ["This corrects the report of 1 Jul 2026", " instead of "]),
        // “更正：” as an encoded word.
        ("ceo@", "=?utf-8?b?5pu05q2j77ya", ["本报告更正2026年7月1日的报告", "，原为"]),
    ] {
        let mail = mails.iter().find(|mail| mail.to.starts_with(reader)).expect("a mail");
        let before = first.iter().find(|mail| mail.to.starts_with(reader)).expect("a mail");
        assert_eq!(mail::wire_faults(&mail.bytes), Vec::<String>::new());
        assert!(header(mail, "subject").starts_with(subject), "{}", header(mail, "subject"));
        assert_ne!(header(mail, "message-id"), header(before, "message-id"));
        assert_eq!(header(mail, "in-reply-to"), header(before, "message-id"));
        let message = mail::parse(&mail.bytes);
        for kind in ["text/plain", "text/html"] {
            let text = message.leaf(kind).text();
            for part in says {
                assert!(text.contains(part), "{reader} {kind} says {part}: {text:.900}");
            }
        }
    }
    let page = records[0].artefacts.iter().find(|one| one.kind == "page").expect("a page");
    assert!(page.path.contains("2026-07-01T0630.r1/"), "the first one stays: {}", page.path);
    // Whoever opens the first one is told that it was replaced, and by which.
    let first = page.path.replace("2026-07-01T0630.r1/", "2026-07-01T0630/");
    let first = fs::read_to_string(bed.path(&first)).expect("the first page");
    let name = page.path.rsplit('/').next().expect("a name");
    let link = format!("<p class=\"replaced\"><a href=\"../2026-07-01T0630.r1/{name}\">");
    assert!(first.contains(&link), "{first:.3000}");
    let again = corrected(&bed, &["--as-of", MOMENT]);
    assert_eq!((again[0].outcome, sink.mails().len()), (Outcome::AlreadyDelivered, 4));
    // A plain run has nothing to say to those who have the correction; who came later has nothing yet.
    bed.replace(JOB, "{ address = \"new@example.com\", locale = \"en\" },", "");
    let plain = run(&bed, MOMENT);
    let remarks: Vec<&str> = plain.notes.iter().map(|note| note.message.key.as_str()).collect();
    assert!(!remarks.contains(&"deliver.content_changed"), "{remarks:?}");
}

#[test]
fn what_moved_by_less_than_the_threshold_is_nobodys_news_but_an_analysts() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port);
    let before = run(&bed, MOMENT);
    let cents = june(&bed) / 200;
    spend_more(&bed, cents);
    let now = corrected(&bed, &["--as-of", MOMENT]).remove(0);
    assert_eq!((now.outcome, sink.mails().len()), (Outcome::AlreadyDelivered, 2));
    let runs = [before.run.as_str(), now.run.as_str()];
    let diff = bed.tidings(&["diff", runs[0], runs[1], "--format", "json"]).exits(0).json();
    assert_eq!(diff["figures"].as_array().expect("figures").len(), 1, "{diff}");
    let figure = &diff["figures"][0];
    assert_eq!((&figure["metric"], &diff["plan_changed"]), (&"ad_spend".into(), &false.into()));
    let value = |name: &str| {
        let text = figure[name]["exact"].as_str().expect("exact money");
        text.replace('.', "").parse::<i64>().unwrap_or_else(|_| panic!("{name}: {figure}"))
    };
    assert_eq!(value("now") - value("before"), cents);
    assert_eq!(diff["sources"][0]["dataset"], "spend");
    let text = bed.tidings(&["diff", runs[0], runs[1]]).exits(0).stdout;
    assert!(text.contains("1 of ") && text.contains("+0.50 %"), "{text}");
    bed.tidings(&["diff", runs[0], "no-such-run"]).exits(2);
}

#[test]
fn the_next_night_finds_what_is_due() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port);
    run(&bed, MOMENT);
    run(&bed, "2026-07-01T07:30");
    spend_more(&bed, june(&bed) / 50);
    run(&bed, "2026-07-02T06:30");
    let records = corrected(&bed, &[]);
    let moments: Vec<String> = records.iter().map(|record| record.as_of.to_string()).collect();
    assert_eq!(moments, ["2026-07-01 06:30:00", "2026-07-01 07:30:00"], "each that is wrong");
    assert!(records.iter().all(|record| record.outcome == Outcome::Delivered));
    assert_eq!(sink.mails().len(), 6 + 4);
    assert!(corrected(&bed, &[]).is_empty(), "once");
}

#[test]
fn what_nobody_got_cannot_be_corrected() {
    let sink = Sink::start(false).expect("a port");
    let bed = bed(sink.port);
    bed.tidings(&["correct", JOB, "--as-of", MOMENT])
        .exits(2)
        .complains(&["nobody got the report"]);
    bed.replace(JOB, "[corrections]\nthreshold = 0.01\n", "");
    bed.tidings(&["correct", JOB]).exits(2).complains(&["--as-of"]);
}

/// What search and social cost on each day changes hands, so that all together cost the same.
fn swap_platforms(bed: &TestBed) {
    let text = fs::read_to_string(root().join(FILE)).expect("sample data");
    let mut rows: Vec<Vec<&str>> = text.lines().map(|row| row.split(',').collect()).collect();
    let of = |rows: &[Vec<&str>], day: &str, platform: &str| {
        rows.iter().position(|row| row[0] == day && row[1] == platform)
    };
    for at in 1..rows.len() {
        let other = of(&rows, rows[at][0], "social").filter(|_| rows[at][1] == "search");
        if let Some(other) = other {
            let (one, two) = (rows[at][7], rows[other][7]);
            (rows[at][7], rows[other][7]) = (two, one);
        }
    }
    let rows: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
    bed.write(FILE, rows.join("\n") + "\n");
}

/// The rows of social are those of a campaign of video from a day on; all together it is the same.
fn social_is_video(bed: &TestBed, from: &str) {
    let text = fs::read_to_string(bed.path(FILE)).expect("sample data");
    let is_meant = |row: &&str| row.starts_with("2026-") && *row >= from;
    let row = |row: &str| match Some(row).filter(is_meant) {
        Some(row) => row.replace(",social,", ",video,moved_"),
        None => row.to_owned(),
    };
    let rows: Vec<String> = text.lines().map(row).collect();
    bed.write(FILE, rows.join("\n") + "\n");
}

/// The job with what each platform cost, by a grain.
fn with_platforms(bed: &TestBed, grain: &str) {
    let job = fs::read_to_string(bed.path(JOB)).expect("the job");
    let job = job.replace("grain = \"month\"", &format!("grain = \"{grain}\""));
    let section = "[[section]]\nid = \"platforms\"\ntitle = { en = \"Platforms\", zh-CN = \"平台\" }\n\
                   analysis = \"channels\"\nmetrics = [\"ad_spend\"]\nby = \"platform\"\n";
    bed.write(JOB, format!("{job}\n{section}"));
}

/// What the reader of English was mailed.
fn cfo(mails: &[Mail]) -> String {
    let mail = mails.iter().find(|mail| mail.to.starts_with("cfo@")).expect("a mail");
    mail::parse(&mail.bytes).leaf("text/plain").text().to_owned()
}

#[test]
fn a_member_that_came_or_went_is_a_figure_that_moved() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port);
    with_platforms(&bed, "month");
    social_is_video(&bed, "2026-06-01");
    let before = run(&bed, MOMENT);
    sink.take();
    // Social comes back, and goes again.
    fs::copy(root().join(FILE), bed.path(FILE)).expect("sample data");
    let now = corrected(&bed, &["--as-of", MOMENT]).remove(0);
    assert_eq!(now.outcome, Outcome::Delivered);
    let text = cfo(&sink.take());
    assert!(text.contains("Advertising spend of Social, June 2026: "), "{text:.900}");
    assert!(text.contains(", which the report did not have."), "{text:.900}");
    social_is_video(&bed, "2026-06-01");
    let gone = corrected(&bed, &["--as-of", MOMENT]).remove(0);
    assert_eq!(gone.outcome, Outcome::Delivered);
    let text = cfo(&sink.take());
    assert!(text.contains("of Social, June 2026: no value any more instead of "), "{text:.900}");
    let runs = [before.run.as_str(), now.run.as_str()];
    let diff = bed.tidings(&["diff", runs[0], runs[1]]).exits(0).stdout;
    assert!(diff.contains("ad_spend of Social") && diff.contains("unknown"), "{diff}");
}

#[test]
fn a_member_of_a_day_that_nothing_shows_any_more_is_found_by_the_next_night() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port);
    with_platforms(&bed, "day");
    for day in 27..=30 {
        run(&bed, &format!("2026-06-{day}T06:30"));
    }
    sink.take();
    // Of the 26th, which only the reports of the next two days show.
    let text = fs::read_to_string(bed.path(FILE)).expect("sample data");
    let row = |row: &str| match row.starts_with("2026-06-26,") {
        true => row.replace(",social,", ",video,moved_"),
        false => row.to_owned(),
    };
    bed.write(FILE, text.lines().map(row).collect::<Vec<_>>().join("\n") + "\n");
    run(&bed, "2026-07-01T06:30");
    sink.take();
    let records = corrected(&bed, &[]);
    let moments: Vec<String> = records.iter().map(|record| record.as_of.to_string()).collect();
    // The reports of later days remember it and show nothing of it.
    assert_eq!(moments, ["2026-06-27 06:30:00", "2026-06-28 06:30:00"]);
    assert!(cfo(&sink.take()).contains("of Social, 26 Jun 2026: no value any more"));
}

#[test]
fn a_member_that_moved_is_a_figure_that_moved() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port);
    with_platforms(&bed, "month");
    let before = run(&bed, MOMENT);
    sink.take();
    let total = june(&bed);
    swap_platforms(&bed);
    assert_eq!(june(&bed), total, "all together it is the same");
    let now = corrected(&bed, &["--as-of", MOMENT]).remove(0);
    assert_eq!(now.outcome, Outcome::Delivered);
    let mails = sink.take();
    assert_eq!(mails.len(), 2);
    for (reader, says) in [
        ("cfo@", "Advertising spend of Search, June 2026: "),
        ("ceo@", "2026年6月社交的广告花费：应为"),
    ] {
        let mail = mails.iter().find(|mail| mail.to.starts_with(reader)).expect("a mail");
        let text = mail::parse(&mail.bytes).leaf("text/plain").text();
        assert!(text.contains(says), "{reader} {text:.900}");
    }
    let diff = bed.tidings(&["diff", before.run.as_str(), now.run.as_str()]).exits(0).stdout;
    assert!(diff.contains("ad_spend of Search"), "{diff}");
}
