//! Each reader his layout and his attachments: other looks, the same figures.

use super::{JOB, bed};
use crate::support::mail::{self, Part};
use std::collections::BTreeMap;
use xtask::sink::Sink;

/// The files that go with a mail, by the ends of their names.
fn attached(mail: &Part) -> Vec<&'static str> {
    let kinds = [
        ("text/csv", "csv"),
        ("application/pdf", "pdf"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ];
    let leaves = mail.leaves();
    let has = |kind: &str| leaves.iter().any(|leaf| leaf.kind().starts_with(kind));
    kinds.into_iter().filter(|(kind, _)| has(kind)).map(|(_, ending)| ending).collect()
}

#[test]
fn each_reader_gets_the_figures_in_his_layout_with_his_attachments() {
    let sink = Sink::start(true).expect("a port");
    let bed = bed(sink.port);
    bed.replace(JOB, "audience = \"regions\"", "audience = \"regions\"\nattachments = [\"csv\"]");
    let readers = [
        ("board", "slice = \"all\""),
        (
            "chief",
            "slice = \"all\"\nlayout = \"executive-brief\"\nattachments = [\"pdf\", \"xlsx\"]",
        ),
        ("north", "slice = { region = \"North\" }\nlayout = \"channel-detail\"\nattachments = []"),
        ("nord", "slice = { region = \"North\" }"),
    ];
    let people = readers.map(|(name, looks)| {
        format!("[[person]]\naddress = \"{name}@example.com\"\nlocale = \"en\"\n{looks}\n")
    });
    let audience = format!("schema_version = 1\nshared = [\"market\"]\n{}", people.concat());
    bed.write("jobs/audiences/regions.toml", audience);
    bed.tidings(&["check", JOB]).exits(0);
    let plan = bed.tidings(&["explain", JOB]).exits(0).stdout;
    let line = "mail to chief@example.com in en, as `executive-brief`, with pdf and xlsx";
    assert!(plan.contains(line), "{plan}");
    bed.tidings(&["run", JOB]).exits(0);
    let mails: BTreeMap<String, Part> =
        sink.mails().iter().map(|sent| (sent.to.clone(), mail::parse(&sent.bytes))).collect();
    assert_eq!(mails.len(), 4);
    let of = |name: &str| &mails[&format!("{name}@example.com")];
    assert_eq!(attached(of("board")), ["csv"]);
    assert_eq!(attached(of("chief")), ["pdf", "xlsx"]);
    assert_eq!(attached(of("north")), [""; 0]);
    assert_eq!(attached(of("nord")), ["csv"]);
    // The brief leaves sections to the page; what it shows is what the others have.
    let text = |name: &str| of(name).leaf("text/plain").text();
    assert!(text("chief").lines().count() < text("board").lines().count());
    assert!(text("north") != text("nord"), "another layout");
    for (one, other) in [("chief", "board"), ("north", "nord")] {
        let figure = |name: &str| {
            let text = text(name);
            text.lines().find(|line| line.contains("Net revenue")).expect("a figure").to_owned()
        };
        let amount = |line: &str| {
            line.split('¥').nth(1).map(|rest| rest.split(' ').next().map(str::to_owned))
        };
        assert_eq!(amount(&figure(one)), amount(&figure(other)));
    }
    // Again, nothing; and a copy made anew is the same.
    bed.tidings(&["run", JOB]).exits(0);
    assert_eq!(sink.mails().len(), 4);
    std::fs::remove_file(bed.state().join("letters.sqlite")).expect("gone");
    // The job keeps the clock of Shanghai.
    let shanghai = chrono::FixedOffset::east_opt(8 * 3600).expect("a zone");
    let today = run::context::now().with_timezone(&shanghai).date_naive().to_string();
    for name in ["chief", "north", "nord"] {
        let to = format!("{name}@example.com");
        let shown = bed.tidings(&["show-sent", JOB, "--to", &to, "--on", &today, "--out", name]);
        shown.exits(0);
        let found = std::fs::read_dir(bed.path(name)).expect("a folder");
        let files = found.map(|entry| entry.expect("an entry").path());
        let shown = files.into_iter().find(|path| path.extension().is_some_and(|end| end == "eml"));
        let shown = std::fs::read(shown.expect("a mail")).expect("read");
        let sent = sink.mails().into_iter().find(|sent| sent.to == to).expect("a mail");
        assert_eq!(
            mail::parse(&shown).header("message-id"),
            mail::parse(&sent.bytes).header("message-id")
        );
        assert_eq!(attached(&mail::parse(&shown)), attached(of(name)));
    }
}
