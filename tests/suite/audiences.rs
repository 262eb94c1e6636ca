//! Readers of slices, through the real binary and a mail server on this machine: the job is the one of the guide, the
//! audience is the sample's.

mod apart;
mod doubt;
mod faults;
mod going_on;
mod killed;
mod looks;
mod over;
mod released;
mod waiting;

use crate::support::{TestBed, mail, markdown, root};
use model::{
    report::{Argument, Block, Report},
    run::{Outcome, RunRecord},
};
use std::{collections::BTreeMap, fs};
use xtask::sink::Sink;

const JOB: &str = "jobs/regional.toml";

/// A workspace with the job of the guide.
fn bed(port: u16) -> TestBed {
    let bed = TestBed::copy();
    let guide = fs::read_to_string(root().join("docs/guide/audiences.md")).expect("the guide");
    let blocks = markdown::blocks(&guide);
    let job = blocks.iter().find(|block| block.info == "toml job").expect("a job in the guide");
    bed.write(JOB, &job.text);
    bed.write(
        "tidings.toml",
        format!("[relay.main]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\n"),
    );
    bed
}

fn run(bed: &TestBed, arguments: &[&str], code: i32) -> RunRecord {
    let mut all = vec!["run", JOB, "--format", "json"];
    all.extend(arguments);
    serde_json::from_value(bed.tidings(&all).exits(code).json()).expect("a record")
}

/// The stored reports by slice, that on everything under `all`.
fn reports(bed: &TestBed, record: &RunRecord) -> BTreeMap<String, Report> {
    let read = |path: &str| {
        let text = fs::read_to_string(bed.path(path)).expect("a stored report");
        serde_json::from_str::<Report>(&text).expect("a report")
    };
    let whole = record.artefacts.iter().find(|one| one.kind == "report").expect("a report");
    let slices = record.slices.iter().map(|one| {
        (one.slice.to_string(), read(one.report.as_ref().expect("nothing was refused")))
    });
    slices.chain([("all".to_owned(), read(&whole.path))]).collect()
}

/// The key figures of a report by metric.
fn figures(report: &Report) -> BTreeMap<String, String> {
    let blocks = report.sections.iter().flat_map(|section| &section.blocks);
    let cards = blocks.filter_map(|block| match block {
        Block::Scorecards(cards) => Some(cards),
        _ => None,
    });
    let shown = |value: Option<model::number::Number>| {
        value.map_or_else(|| "unknown".to_owned(), |value| value.to_string())
    };
    cards.flatten().map(|card| (card.metric.to_string(), shown(card.figure.value))).collect()
}

/// A metric in June by slice, straight from the data.
fn june(bed: &TestBed, metric: &str, by: &str) -> BTreeMap<String, String> {
    let by = if by.is_empty() { String::new() } else { format!(" --by {by}") };
    let asked = format!("--metric {metric} --grain month --from 2026-06-01 --to 2026-06-30{by}");
    let name = |row: &crate::support::Row| {
        let members = ["region", "channel"].iter().filter_map(|one| row.get(*one));
        members.cloned().collect::<Vec<_>>().join("/")
    };
    bed.kpi(JOB, &asked).iter().map(|row| (name(row), row[metric].clone())).collect()
}

#[test]
fn every_reader_gets_the_figures_of_his_slice_and_no_others() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port);
    let record = run(&bed, &[], 0);
    assert_eq!(record.outcome, Outcome::Delivered);
    let reports = reports(&bed, &record);
    let slices = [
        "all",
        "channel = retail; region = West",
        "region = East",
        "region = North",
        "region = South",
    ];
    assert_eq!(reports.keys().map(String::as_str).collect::<Vec<_>>(), slices);
    for metric in ["net_revenue", "orders", "new_customers"] {
        let (whole, regions) = (june(&bed, metric, ""), june(&bed, metric, "region"));
        let both = june(&bed, metric, "region,channel");
        let told = |slice: &str| figures(&reports[slice])[metric].clone();
        assert_eq!(told("all"), whole[""], "{metric}");
        for region in ["North", "East", "South"] {
            assert_eq!(
                told(&format!("region = {region}")),
                regions[region],
                "{metric} of {region}"
            );
        }
        if metric != "new_customers" {
            // Who is new to a channel need not be new: filtered first, a newcomer is one of the slice.
            assert_eq!(told("channel = retail; region = West"), both["West/retail"], "{metric}");
        }
    }
    targets_are_those_of_the_slice(&reports["region = North"]);
    mails_name_their_slice(&sink);
    let again = run(&bed, &[], 0);
    assert_eq!(again.outcome, Outcome::AlreadyDelivered);
    assert_eq!(sink.mails().len(), 5, "a rerun sends nothing");
}

/// The target of the second quarter is North's, not that of everything.
fn targets_are_those_of_the_slice(report: &Report) {
    let text = fs::read_to_string(root().join("jobs/targets/agreed.toml")).expect("targets");
    let targets: toml::Table = text.parse().expect("TOML");
    let agreed = |region: Option<&str>| {
        let mut targets = targets["target"].as_array().expect("targets").iter();
        let found = targets.rfind(|target| {
            let text = |key: &str| target.get(key).and_then(toml::Value::as_str);
            let of = target.get("slice").and_then(|slice| slice.get("region")?.as_str());
            let is_sales =
                (text("metric"), text("grain")) == (Some("net_revenue"), Some("quarter"));
            is_sales && of == region && text("from") == Some("2026-04-01")
        });
        found.map(|target| target["value"].as_str().expect("money").to_owned())
    };
    let goals = report.sections.iter().find(|section| section.id.as_str() == "goals");
    let goals = serde_json::to_string(goals.expect("a section")).expect("stored");
    let own = agreed(Some("North")).expect("North has a target");
    assert!(goals.contains(own.trim_end_matches(".00")), "North's target {own}: {goals}");
    if let Some(whole) = agreed(None) {
        assert!(!goals.contains(whole.trim_end_matches(".00")), "the target of everything");
    }
}

fn mails_name_their_slice(sink: &Sink) {
    let mails = sink.mails();
    let mut served: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    served.sort_unstable();
    let expected = ["board", "east", "north", "south-and-west", "west.retail"];
    assert_eq!(
        served,
        expected.map(|name| format!("{name}@example.com")),
        "who is valid on the day"
    );
    for (reader, says) in [
        ("north@", "所有数字均只含大区：华北。"),
        ("east@", "Every figure is of Region: East alone."),
        ("west.retail@", "所有数字均只含渠道：线下零售、大区：西部。"),
    ] {
        let found = mails.iter().find(|mail| mail.to.starts_with(reader)).expect("a mail");
        assert_eq!(mail::wire_faults(&found.bytes), Vec::<String>::new());
        let message = mail::parse(&found.bytes);
        for kind in ["text/plain", "text/html"] {
            let text = message.leaf(kind).text();
            assert!(text.contains(says), "{reader} {kind}: {:.600}", text);
            for other in ["华南", "South"] {
                assert!(!text.contains(other), "{reader} {kind} names {other}");
            }
        }
        assert!(!message.header("subject").is_empty());
    }
    let board = mails.iter().find(|mail| mail.to.starts_with("board@")).expect("a mail");
    assert!(!mail::parse(&board.bytes).leaf("text/plain").text().contains("均只含"));
}

#[test]
fn a_changed_figure_is_told_to_the_readers_of_its_slice_alone() {
    let sink = Sink::start(false).expect("a port");
    let bed = bed(sink.port);
    run(&bed, &["--as-of", "2026-07-01T06:30"], 0);
    raise_an_order_of("N", &bed);
    let record = run(&bed, &["--as-of", "2026-07-02T06:30"], 0);
    let restated = |report: &Report| {
        let told = report.notes.iter().filter(|note| note.message.key == "quality.restated");
        told.map(|note| note.message.arguments.clone()).collect::<Vec<_>>()
    };
    let reports = reports(&bed, &record);
    for (slice, report) in &reports {
        let told = restated(report);
        let is_touched = slice == "all" || slice == "region = North";
        assert_eq!(!told.is_empty(), is_touched, "{slice}: {told:?}");
    }
    let difference = |slice: &str| {
        let told = restated(&reports[slice]).into_iter().next().expect("a remark");
        let value = |name: &str| match &told[name] {
            Argument::Value { value: Some(value), .. } => *value,
            other => panic!("no value: {other:?}"),
        };
        (value("now") - value("before")).to_string()
    };
    assert_eq!(difference("region = North"), difference("all"));
}

/// Raises the price of a paid order of June of a customer of a region.
fn raise_an_order_of(region: &str, bed: &TestBed) {
    let read = |file: &str| fs::read_to_string(root().join(file)).expect("sample data");
    let customers = read("sample-data/sales/customers.csv");
    let of_region = |customer: &str| {
        let mut lines = customers.lines().filter(|line| line.starts_with(customer));
        lines.any(|line| line.split(',').nth(2) == Some(region))
    };
    let file = "sample-data/sales/orders-2026-06.csv";
    let text = read(file);
    let fits = |line: &&str| {
        let fields: Vec<&str> = line.split(',').collect();
        fields.len() == 11
            && fields[1].starts_with("2026-06-1")
            && fields[9] == "paid"
            && !fields[7].contains('"')
            && of_region(fields[2])
            && text.matches(fields[0]).count() == 1
    };
    let row = text.lines().find(fits).expect("such an order");
    let mut fields: Vec<String> = row.split(',').map(str::to_owned).collect();
    let price: f64 = fields[7].parse().expect("a price");
    fields[7] = format!("{:.2}", price + 1000.0);
    bed.write(file, text.replace(row, &fields.join(",")));
}

#[test]
fn a_plan_and_a_look_know_slices() {
    let bed = bed(25);
    let explained = bed.tidings(&["explain", JOB]).exits(0).stdout;
    for says in [
        "region = North (zh-CN): market whole; orders where region = :region",
        "orders where channel = :channel and region = :region",
        "mail to east@example.com in en, region = East alone",
    ] {
        assert!(explained.contains(says), "{says}\n{explained}");
    }
    assert!(!explained.contains("mail to south@example.com"), "he is valid no more");
    let out = bed.path("look");
    let out = out.to_string_lossy();
    bed.tidings(&["preview", JOB, "--slice", "region = East", "--out", &out]).exits(0);
    let page = fs::read_to_string(bed.path("look/page.en.html")).expect("a page");
    assert!(page.contains("Every figure is of Region: East alone."));
    let refused = bed.tidings(&["preview", JOB, "--slice", "region = Nirth"]).exits(2);
    refused.complains(&["no reader of the job sees `region = Nirth` alone", "`region = North`"]);
    bed.tidings(&["preview", JOB, "--slice", ""])
        .exits(2)
        .complains(&["an empty slice is refused"]);
}
