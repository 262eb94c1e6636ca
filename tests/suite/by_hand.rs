//! A person's word: holding, releasing, sending once more, and showing what somebody got.

use crate::support::{TestBed, mail, mailed, root};
use model::run::{Outcome, RunRecord};
use std::fs;
use xtask::sink::Sink;

const JOB: &str = "jobs/nightly-by-hand.toml";
const SPEND: &str = "sample-data/spend/spend-2026-06.csv";

/// For two readers and an owner.
fn bed(port: u16) -> TestBed {
    mailed::bed(
        JOB,
        port,
        "[deliver]\nowner = [{ address = \"data@example.com\", locale = \"en\" }]\n\n[[deliver.folder]]\npath = \"outbox\"\n",
    )
}

/// The files below a folder that have a text in them.
fn files_with(folder: &std::path::Path, text: &str) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if String::from_utf8_lossy(&fs::read(&path).expect("a file")).contains(text) {
            found.push(path);
        }
    }
    found
}

fn record(bed: &TestBed, command: &[&str], code: i32) -> RunRecord {
    let command = [command, &["--format", "json"]].concat();
    serde_json::from_value(bed.tidings(&command).exits(code).json()).expect("a record")
}

/// To whom mails went, in the order of sending.
fn served(sink: &Sink) -> Vec<String> {
    sink.mails().into_iter().map(|mail| mail.to).collect()
}

#[test]
fn what_a_person_holds_stays_here_until_a_person_releases_it() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port);
    bed.tidings(&["hold", JOB]).exits(2);
    bed.tidings(&["hold", JOB, "--reason", "  "]).exits(2).complains(&["say why"]);
    bed.tidings(&["hold", JOB, "--reason", "the CFO talks first"]).exits(0);
    let held = record(&bed, &["run", JOB], 3);
    assert_eq!((held.outcome, served(&sink)), (Outcome::Held, vec!["data@example.com".to_owned()]));
    let notice = mail::parse(&sink.mails()[0].bytes);
    let text = notice.leaf("text/plain").text();
    assert!(text.contains("the CFO talks first") && !text.contains("Advertising spend"), "{text}");
    let published = files_with(&bed.state().join("outbox"), "the CFO talks first");
    assert!(published.is_empty(), "folders are read by others: {published:?}");
    let sent = record(&bed, &["release", held.run.as_str()], 0);
    assert_eq!((sent.outcome, sent.report), (Outcome::Delivered, held.report));
    assert_eq!(served(&sink)[1..], ["cfo@example.com", "ceo@example.com"]);
    // Why it was held is between the owners and whoever held it; the figures had passed every check.
    for place in [1, 2] {
        let message = mail::parse(&sink.mails()[place].bytes);
        for kind in ["text/plain", "text/html"] {
            let text = message.leaf(kind).text();
            for hidden in ["the CFO talks first", "At a person’s word", "经人工放行"] {
                assert!(!text.contains(hidden), "{kind}: {text:.900}");
            }
        }
    }
    let again = record(&bed, &["release", held.run.as_str()], 0);
    assert_eq!((again.outcome, sink.mails().len()), (Outcome::AlreadyDelivered, 3));
    // The hold is on the job, not on one report.
    record(&bed, &["run", JOB, "--as-of", "2026-07-01T07:30"], 3);
    bed.tidings(&["hold", JOB, "--lift"]).exits(0);
    let next = record(&bed, &["run", JOB, "--as-of", "2026-07-01T08:30"], 0);
    assert_eq!(next.outcome, Outcome::Delivered);
}

#[test]
fn only_the_report_that_somebody_saw_is_released() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port);
    bed.replace(JOB, "max_quarantined_share = 0.01", "max_quarantined_share = 0.0");
    bed.tidings(&["hold", JOB, "--reason", "wait"]).exits(0);
    let held = record(&bed, &["run", JOB], 3);
    bed.tidings(&["hold", JOB, "--lift"]).exits(0);
    let spend = fs::read_to_string(root().join(SPEND)).expect("sample data");
    let (rest, _) = spend.trim_end().rsplit_once('\n').expect("rows");
    bed.write(SPEND, format!("{rest}\n"));
    let refused = record(&bed, &["release", held.run.as_str()], 1);
    let told = format!("{:?}", refused.stages);
    assert!(told.contains("TDG-U06") && told.contains(held.run.as_str()), "{told}");
    assert_eq!(served(&sink), ["data@example.com"], "no reader got anything");
    bed.tidings(&["release", refused.run.as_str()]).exits(2).complains(&["holds nothing back"]);
    bed.tidings(&["release", "no-such-run"]).exits(2);
}

#[test]
fn owners_hear_of_each_reason_once() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port);
    // The gate holds it: the sample has bad rows.
    bed.replace(JOB, "max_quarantined_share = 0.01", "max_quarantined_share = 0.0");
    let notices = || -> Vec<String> {
        let notices = sink.take().into_iter().map(|mail| {
            assert_eq!(mail.to, "data@example.com");
            mail::parse(&mail.bytes).leaf("text/plain").text()
        });
        notices.collect()
    };
    record(&bed, &["run", JOB], 3);
    let first = notices();
    assert!(first.len() == 1 && !first[0].contains("the audit"), "{first:?}");
    record(&bed, &["run", JOB], 3);
    assert_eq!(notices().len(), 0, "the same reason is no news");
    // Another reason on top of it is.
    bed.tidings(&["hold", JOB, "--reason", "the audit"]).exits(0);
    record(&bed, &["run", JOB], 3);
    let second = notices();
    assert!(second.len() == 1 && second[0].contains("the audit"), "{second:?}");
    let held = record(&bed, &["run", JOB], 3);
    bed.tidings(&["hold", JOB, "--lift"]).exits(0);
    record(&bed, &["run", JOB], 3);
    assert_eq!(notices().len(), 0, "both were told");
    // Readers get it with what the checks had found, and without a person's reason.
    bed.tidings(&["hold", JOB, "--reason", "the audit"]).exits(0);
    assert_eq!(record(&bed, &["release", held.run.as_str()], 0).outcome, Outcome::Delivered);
    let mails = sink.take();
    assert_eq!(mails.len(), 2);
    for (reader, says) in [("cfo@", "At a person’s word"), ("ceo@", "经人工放行")] {
        let mail = mails.iter().find(|mail| mail.to.starts_with(reader)).expect("a mail");
        let message = mail::parse(&mail.bytes);
        for kind in ["text/plain", "text/html"] {
            let text = message.leaf(kind).text();
            assert!(text.contains(says) && !text.contains("the audit"), "{kind}: {text:.900}");
        }
    }
}

#[test]
fn a_reader_gets_the_same_mail_again_and_nobody_else_anything() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port);
    let run = record(&bed, &["run", JOB], 0);
    let again = record(&bed, &["resend", run.run.as_str(), "--to", "ceo@example.com"], 0);
    assert_eq!((again.outcome, sink.mails().len()), (Outcome::Delivered, 3));
    let mails = sink.mails();
    let of = |place: usize| mail::parse(&mails[place].bytes);
    let first = mails[..2].iter().position(|mail| mail.to == mails[2].to).expect("the same reader");
    for name in ["message-id", "subject", "to"] {
        assert_eq!(of(2).header(name), of(first).header(name));
    }
    for kind in ["text/plain", "text/html"] {
        assert_eq!(of(2).leaf(kind).text(), of(first).leaf(kind).text());
    }
    let stranger = ["resend", run.run.as_str(), "--to", "stranger@example.com"];
    bed.tidings(&stranger).exits(2).complains(&[
        "`stranger@example.com` is no reader",
        "it never had this report; 2 have it by mail: ceo@example.com, cfo@example.com",
    ]);
    let more = record(&bed, &["run", JOB], 0);
    assert_eq!((more.outcome, sink.mails().len()), (Outcome::AlreadyDelivered, 3));
}

#[test]
fn what_somebody_got_is_shown_byte_for_byte_or_not_at_all() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port);
    record(&bed, &["run", JOB], 0);
    let sent = sink.mails().into_iter().find(|mail| mail.to == "ceo@example.com").expect("a mail");
    // The day of sending is that of the machine's clock, seen from Shanghai.
    let clock = chrono::Utc::now().with_timezone(&chrono_tz::Asia::Shanghai).date_naive();
    let day = clock.to_string();
    let show = ["show-sent", JOB, "--to", "ceo@example.com", "--on", &day, "--out", "seen"];
    let shown = bed.tidings(&show).exits(0).stdout;
    assert!(shown.contains("accepted by the relay") && shown.contains("核心指标"), "{shown}");
    let bytes =
        fs::read(bed.path(&format!("seen/{day}-ceo@example.com-1.eml"))).expect("a message");
    let lines = |bytes: &[u8]| -> Vec<String> {
        String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect()
    };
    let (seen, came) = (lines(&bytes), lines(&sent.bytes));
    let other = seen.iter().zip(&came).find(|(seen, came)| seen != came);
    assert_eq!(other, None, "{} lines seen, {} came", seen.len(), came.len());
    // The line end before the final dot is the wire's.
    assert_eq!(Some(bytes.as_slice()), sent.bytes.strip_suffix(b"\r\n"));
    let other = ["show-sent", JOB, "--to", "ceo@example.com", "--on", "2020-01-01"];
    bed.tidings(&other).exits(2).complains(&["got nothing"]);
    // Whatever job and templates become: there is a copy.
    bed.own_templates();
    bed.replace(JOB, "address = \"reports@example.com\"", "address = \"others@example.com\"");
    bed.replace("report-templates/locales/zh-CN.toml", "as_of = \"", "as_of = \"另");
    fs::remove_file(bed.path(&format!("seen/{day}-ceo@example.com-1.eml"))).expect("gone");
    let shown = bed.tidings(&show).exits(0).stdout;
    assert!(shown.contains("核心指标"), "{shown}");
    assert_eq!(
        fs::read(bed.path(&format!("seen/{day}-ceo@example.com-1.eml"))).expect("a message"),
        bytes
    );
    // Without one it is made again, if that is the same.
    for file in ["letters.sqlite", "letters.sqlite-wal", "letters.sqlite-shm"] {
        let gone = fs::remove_file(bed.state().join(file));
        assert!(gone.is_ok() || file != "letters.sqlite", "{gone:?}");
    }
    let shown = bed.tidings(&show[..6]).exits(1).stdout;
    assert!(shown.contains("cannot be made again"), "{shown}");
    bed.replace(JOB, "address = \"others@example.com\"", "address = \"reports@example.com\"");
    bed.replace("report-templates/locales/zh-CN.toml", "as_of = \"另", "as_of = \"");
    bed.tidings(&show).exits(0);
    assert_eq!(
        fs::read(bed.path(&format!("seen/{day}-ceo@example.com-1.eml"))).expect("a message"),
        bytes
    );
}

#[test]
fn who_got_a_mail_twice_is_shown_both() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port);
    let run = record(&bed, &["run", JOB], 0);
    // The date of a mail has seconds.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    record(&bed, &["resend", run.run.as_str(), "--to", "ceo@example.com"], 0);
    let day = chrono::Utc::now().with_timezone(&chrono_tz::Asia::Shanghai).date_naive().to_string();
    let show = ["show-sent", JOB, "--to", "ceo@example.com", "--on", &day, "--out", "seen"];
    bed.tidings(&show).exits(0);
    let came = sink.mails().into_iter().filter(|mail| mail.to == "ceo@example.com");
    for (number, mail) in came.enumerate() {
        let bytes = fs::read(bed.path(&format!("seen/{day}-ceo@example.com-{}.eml", number + 1)))
            .expect("a message");
        assert_eq!(Some(bytes.as_slice()), mail.bytes.strip_suffix(b"\r\n"), "{number}");
    }
    // The second one stays away: the first is there all the same.
    sink.refuse("ceo@example.com");
    bed.tidings(&["resend", run.run.as_str(), "--to", "ceo@example.com"]).exits(1);
    let shown = bed.tidings(&show).exits(0).stdout;
    assert_eq!(shown.matches("accepted by the relay").count(), 2, "{shown}");
}
