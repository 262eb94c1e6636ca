//! A slice that is over: it has rows, but none in the reported period.

use crate::support::{TestBed, mail};
use model::{
    report::{Block, Cell, Report},
    run::{Outcome, RunRecord},
};
use xtask::sink::Sink;

pub(super) const JOB: &str = "jobs/shops.toml";

/// Shops of three regions: North sells all June, West once in the middle of it, OldTown was closed long ago.
pub(super) fn bed(port: u16, grain: &str) -> TestBed {
    let bed = TestBed::empty();
    let mut rows = String::from("day,region,amount\n2025-01-15,OldTown,70\n2026-06-15,West,5\n");
    for month in [5, 6] {
        let line = |day| format!("2026-{month:02}-{day:02},North,{day}\n");
        rows.extend((1..=30).map(line));
    }
    bed.write("data/sales.csv", rows);
    bed.write(
        "jobs/contracts/sales.toml",
        "description = \"Sales.\"\nowner = \"Test\"\n[source]\nfiles = [\"sales.csv\"]\n\
         [time]\ncolumn = \"day\"\nexpected = \"irregular\"\n[columns]\n\
         day = { type = \"date\", required = true, format = [\"%Y-%m-%d\"] }\n\
         region = { type = \"text\", required = true }\n\
         amount = { type = \"decimal\", scale = 2, required = true }\n",
    );
    bed.write(
        "jobs/metrics/all.toml",
        "[sales]\nlabel = { en = \"Sales\", zh-CN = \"销售\" }\n\
         description = { en = \"Sales.\", zh-CN = \"销售。\" }\nunit = \"number\"\n\
         direction = \"up\"\nowner = \"Test\"\ndataset = \"sales\"\nmeasure = \"sum(amount)\"\n",
    );
    let readers = [("board", "\"all\""), ("north", "{ region = \"North\" }")].into_iter();
    let closed =
        [("west", "{ region = \"West\" }"), ("oldtown", "{ region = \"OldTown\" }")].into_iter();
    let person = |(name, slice): (&str, &str)| {
        format!("[[person]]\naddress = \"{name}@example.com\"\nlocale = \"en\"\nslice = {slice}\n")
    };
    let people: String = readers.chain(closed).map(person).collect();
    bed.write("jobs/audiences/regions.toml", format!("schema_version = 1\n{people}"));
    bed.write(
        JOB,
        format!(
            "schema_version = 1\ntitle = {{ en = \"Shops\", zh-CN = \"门店\" }}\n\
             organisation = {{ en = \"House\", zh-CN = \"公司\" }}\nowner = \"Test\"\nzone = \"UTC\"\n\
             grain = \"{grain}\"\nas_of = \"2026-07-01T06:30:00\"\ndata = \"../data\"\n\n\
             [schedule]\ncron = \"30 6 1 * *\"\n\n[dimensions]\nregion = {{ en = \"Region\", zh-CN = \"大区\" }}\n\n\
             [deliver]\nowner = [{{ address = \"owner@example.com\", locale = \"en\" }}]\n\n\
             [[deliver.email]]\nfrom = {{ address = \"reports@example.com\" }}\n\
             audience = \"regions\"\n\n\
             [[section]]\nid = \"figures\"\ntitle = {{ en = \"Figures\", zh-CN = \"数字\" }}\n\
             analysis = \"scorecard\"\nmetrics = [\"sales\"]\n\n\
             [[section]]\nid = \"regions\"\ntitle = {{ en = \"Regions\", zh-CN = \"大区\" }}\n\
             analysis = \"channels\"\nmetrics = [\"sales\"]\nby = \"region\"\n"
        ),
    );
    let relay = format!("[relay.main]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\n");
    bed.write("tidings.toml", relay);
    bed
}

pub(super) fn served(sink: &Sink) -> Vec<String> {
    let mut served: Vec<String> = sink.mails().into_iter().map(|mail| mail.to).collect();
    served.sort();
    served
}

#[test]
fn a_slice_without_rows_in_the_reported_period_is_refused_and_says_since_when() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port, "month");
    let ran = bed.tidings(&["run", JOB, "--format", "json"]).exits(4);
    let record: RunRecord = serde_json::from_value(ran.json()).expect("a record");
    assert_eq!(record.outcome, Outcome::PartlyDelivered);
    let expected = ["board", "north", "owner", "west"].map(|name| format!("{name}@example.com"));
    assert_eq!(served(&sink), expected);
    let status = bed.tidings(&["status", JOB]);
    let status = format!("{}{}", status.stdout, status.stderr);
    assert!(status.contains("1 slice held, 3 readers have theirs"), "{status}");
    assert!(
        status.contains("correct the slice") && !status.contains("tidings release"),
        "{status}"
    );
    let mails = sink.mails();
    let notice = mails.iter().find(|mail| mail.to.starts_with("owner@")).expect("a notice");
    let text = mail::parse(&notice.bytes).leaf("text/plain").text();
    let says = "region = OldTown: no rows of it for June 2026, the last are of January 2025";
    assert!(text.contains(says), "{text}");
}

#[test]
fn a_quiet_day_is_no_end_of_a_slice() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port, "day");
    bed.tidings(&["run", JOB]).exits(4);
    let expected = ["board", "north", "owner", "west"].map(|name| format!("{name}@example.com"));
    assert_eq!(served(&sink), expected, "West sold nothing on the day, but two weeks before");
}

#[test]
fn a_slice_that_begins_later_is_refused_until_then() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port, "day");
    for (as_of, says) in [
        (
            "2026-06-12T06:30",
            "region = West: no rows of it for 11 Jun 2026 or before, the first are of June 2026",
        ),
        (
            "2026-08-20T06:30",
            "region = West: no rows of it for 19 Aug 2026 nor in the 28 days up to then, the last are of June 2026",
        ),
    ] {
        let ran = bed.tidings(&["run", JOB, "--as-of", as_of, "--no-send", "--format", "json"]);
        let record: RunRecord = serde_json::from_value(ran.json()).expect("a record");
        let page = bed.tidings(&["runs", record.run.as_str()]).exits(0).stdout;
        assert!(page.contains(says), "{page}");
    }
}

/// What North sold is taken back, or comes back.
fn north_sells(bed: &TestBed, sells: bool) {
    let text = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
    let (from, to) = if sells { ("South,", "North,") } else { ("North,", "South,") };
    bed.write("data/sales.csv", text.replace(from, to));
}

#[test]
fn readers_of_a_slice_whose_rows_are_gone_are_told_by_its_owners() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port, "month");
    bed.replace(JOB, "[schedule]", "[corrections]\nthreshold = 0.01\n\n[schedule]");
    bed.write("jobs/audiences/regions.toml", "schema_version = 1\n[[person]]\naddress = \"board@example.com\"\nlocale = \"en\"\nslice = \"all\"\n[[person]]\naddress = \"north@example.com\"\nlocale = \"en\"\nslice = { region = \"North\" }\n");
    let record = |ran: &crate::support::Ran| -> RunRecord {
        serde_json::from_value(ran.json()).expect("a record")
    };
    let first = record(&bed.tidings(&["run", JOB, "--format", "json"]).exits(0));
    assert_eq!(served(&sink), ["board@example.com", "north@example.com"]);
    sink.take();
    north_sells(&bed, false);
    // The next night finds it: North is refused there, and June is looked at again.
    bed.tidings(&["run", JOB, "--as-of", "2026-07-02T06:30"]).exits(4);
    sink.take();
    let correct = ["correct", JOB, "--format", "json"];
    let records: Vec<RunRecord> =
        serde_json::from_value(bed.tidings(&correct).exits(3).json()).expect("records");
    assert_eq!(records.len(), 1, "{records:?}");
    // What the board was told is in doubt too, until somebody has looked.
    assert_eq!(records[0].outcome, Outcome::Held);
    assert_eq!(served(&sink), ["owner@example.com"]);
    let notice = mail::parse(&sink.take()[0].bytes).leaf("text/plain").text();
    assert!(notice.contains("region = North: no rows of it for June 2026 any more"), "{notice}");
    bed.tidings(&["release", records[0].run.as_str()]).exits(4);
    assert_eq!(served(&sink), ["board@example.com", "owner@example.com"]);
    let mails = sink.take();
    let notice = mails.iter().find(|mail| mail.to.starts_with("owner@")).expect("a notice");
    let text = mail::parse(&notice.bytes).leaf("text/plain").text();
    for says in [
        "Not corrected for some readers",
        "region = North: no rows of it for June 2026 any more",
        "Tell them",
    ] {
        assert!(text.contains(says) || notice_says(notice, says), "{says}: {text}");
    }
    let status = bed.tidings(&["status", JOB]).exits(1).stdout;
    assert!(status.contains("GONE") && status.contains("region = North"), "{status}");
    // So does the digest of the day, beside the moment.
    bed.replace("tidings.toml", "[relay.main]", "[operator]\nfrom = { address = \"tidings@example.com\" }\nto = [{ address = \"ops@example.com\", locale = \"en\" }]\n\n[relay.main]");
    let gone = "region = North: no rows of it for June 2026 any more";
    let digest = bed.tidings(&["digest", "--no-send"]).exits(0).stdout;
    assert_eq!(digest.matches(gone).count(), 1, "{digest}");
    let again = ["resend", first.run.as_str(), "--to", "north@example.com"];
    bed.tidings(&again).exits(2).complains(&["found no rows of the slice"]);
    // Once more the same is nobody's news.
    bed.tidings(&["correct", JOB, "--as-of", "2026-07-01T06:30"]).exits(3);
    assert_eq!(served(&sink), [""; 0]);
    north_sells(&bed, true);
    bed.tidings(&["correct", JOB, "--as-of", "2026-07-01T06:30"]).exits(0);
    assert_eq!(served(&sink), ["board@example.com"], "what the board was told is wrong again");
    let status = bed.tidings(&["status", JOB]).stdout;
    assert!(!status.contains("GONE"), "{status}");
    let digest = bed.tidings(&["digest", "--no-send"]).exits(0).stdout;
    assert!(!digest.contains(gone), "{digest}");
    bed.tidings(&again).exits(0);
    assert_eq!(served(&sink), ["board@example.com", "north@example.com"]);
}

fn notice_says(notice: &xtask::sink::Mail, text: &str) -> bool {
    mail::parse(&notice.bytes).header("subject").contains(text)
}

#[test]
fn a_report_of_one_member_ranks_nothing_and_has_no_empty_end() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port, "month");
    bed.tidings(&["run", JOB]).exits(4);
    let mails = sink.mails();
    let of = |reader: &str, kind: &str| {
        let found = mails.iter().find(|mail| mail.to.starts_with(reader)).expect("a mail");
        mail::parse(&found.bytes).leaf(kind).text()
    };
    for kind in ["text/plain", "text/html"] {
        let (board, north) = (of("board@", kind), of("north@", kind));
        assert!(board.contains("North leads with"), "{board}");
        for tautology in ["leads with", "gained most", "lost most", "Sources and quality"] {
            assert!(!north.contains(tautology), "{kind} has `{tautology}`: {north}");
        }
        assert!(board.contains("Sources and quality"), "{board}");
    }
}

#[test]
fn a_period_that_the_data_only_begin_in_is_no_base_for_any_row_of_a_table() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port, "month");
    let text = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
    let late = |line: &&str| line.starts_with("day") || *line > "2026-05-16";
    let rows: Vec<&str> = text.lines().filter(late).collect();
    bed.write("data/sales.csv", rows.join("\n"));
    let ran = bed.tidings(&["run", JOB, "--no-send", "--format", "json"]);
    let record: RunRecord = serde_json::from_value(ran.json()).expect("a record");
    let path = record.artefacts.iter().find(|one| one.kind == "report").expect("a report");
    let text = std::fs::read_to_string(bed.path(&path.path)).expect("stored");
    let report: Report = serde_json::from_str(&text).expect("a report");
    let tables = report.sections.iter().flat_map(|section| &section.blocks);
    let tables = tables.filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    let cells = tables.flat_map(|table| &table.rows).flat_map(|row| &row.cells);
    let changes = cells.filter_map(|cell| match cell {
        Cell::Change { change, .. } => Some(*change),
        _ => None,
    });
    let changes: Vec<_> = changes.collect();
    assert!(changes.len() >= 3 && changes.iter().all(Option::is_none), "{changes:?}");
}
