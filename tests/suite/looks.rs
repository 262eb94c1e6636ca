//! How reports look: every layout in every house style keeps the rules of the mail, and a name that is not there is told.

use crate::support::{TestBed, all_at_once, monthly, nightly, root};
use model::{edition::Release, label::Locale, report::Report};
use report::{BrandSpec, ReportPlan, lint, render};
use std::fs;

fn brands() -> Vec<(String, Option<BrandSpec>)> {
    let mut brands = vec![("as shipped".to_owned(), None)];
    for entry in fs::read_dir(root().join("jobs/brands")).expect("brands").flatten() {
        let text = fs::read_to_string(entry.path()).expect("a brand");
        let brand: BrandSpec = text.parse().expect("a brand");
        brands.push((entry.file_name().to_string_lossy().into_owned(), Some(brand)));
    }
    brands.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(brands.len() >= 3, "two houses and the shipped style");
    brands
}

/// How many of the house styles a report is rendered in for each layout.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Styles {
    All,
    /// One after the other: long reports take long to draw.
    InTurn,
}

/// Every rule that the mails of a report break, in every layout and language.
fn broken(report: &Report, styles: Styles) -> Vec<String> {
    let templates = root().join("report-templates");
    let layouts = report::layouts(&templates).expect("layouts");
    assert_eq!(layouts, ["channel-detail", "executive-brief", "peer-benchmark"]);
    let layouts = layouts.into_iter().map(Some).chain([None]);
    let mut told = Vec::new();
    for (turn, layout) in layouts.enumerate() {
        let brands = brands();
        let (count, all) = (brands.len(), styles == Styles::All);
        let worn =
            brands.into_iter().enumerate().filter(|(at, _)| all || at % count == turn % count);
        for (_, (name, brand)) in worn {
            let plan = ReportPlan {
                attachments: Default::default(),
                templates: templates.clone(),
                locales: Locale::ALL.to_vec(),
                layout: layout.clone(),
                brand,
            };
            let rendered = render(&plan, report, &Release::Send).expect("renders");
            let place =
                format!("{}, {}, {name}", report.job, layout.as_deref().unwrap_or("in order"));
            told.extend(lint(&rendered).iter().map(|fault| format!("{place}: {fault}")));
        }
    }
    told
}

/// What is too long for a mail has a layout; in the order of the job nothing is left out.
fn but_for_length(faults: Vec<String>) -> Vec<String> {
    let is_length = |fault: &String| fault.contains("in order") && fault.contains(" size: ");
    let (long, others): (Vec<String>, Vec<String>) = faults.into_iter().partition(is_length);
    assert!(long.iter().all(|fault| fault.contains("set a layout")), "{long:?}");
    others
}

#[test]
fn every_nightly_mail_keeps_every_rule() {
    all_at_once(but_for_length(broken(&nightly().report, Styles::InTurn)));
}

#[test]
fn every_weekly_mail_keeps_every_rule() {
    all_at_once(broken(&TestBed::here().report("jobs/weekly-executive.toml"), Styles::All));
}

#[test]
fn every_monthly_mail_keeps_every_rule() {
    all_at_once(but_for_length(broken(monthly(), Styles::InTurn)));
}

#[test]
fn the_messages_of_a_run_keep_every_rule_of_the_wire() {
    let mut faults = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(&nightly().outbox).expect("an outbox").flatten() {
        if entry.path().extension().is_some_and(|ending| ending == "eml") {
            let message = fs::read(entry.path()).expect("a message");
            count += 1;
            faults.extend(deliver::lint(&message));
        }
    }
    assert_eq!(count, 2, "a message per language");
    all_at_once(faults);
}

#[test]
fn an_unknown_layout_or_brand_is_told_with_those_there_are() {
    let bed = TestBed::copy();
    let job = "jobs/weekly-executive.toml";
    let check = || bed.tidings(&["check", job]);
    check().exits(0);
    bed.replace(job, "layout = \"executive-brief\"", "layout = \"executive\"");
    check().exits(2).complains(&[
        "unknown layout `executive`",
        "`executive-brief`",
        "weekly-executive.toml:",
    ]);
    bed.replace(job, "layout = \"executive\"", "layout = \"executive-brief\"\nbrand = \"north\"");
    check().exits(2).complains(&["unknown brand `north`", "`beichen`"]);
    bed.replace(job, "brand = \"north\"", "brand = \"slate\"");
    check().exits(0);
    bed.replace("jobs/brands/slate.toml", "muted = \"#625c52\"", "muted = \"#9a9284\"");
    check()
        .exits(2)
        .complains(&["`muted` #9a9284 on `surface` #fdfaf4 has a contrast of", "slate.toml:"]);
}

#[test]
fn a_layout_that_makes_no_sense_is_refused_with_file_and_key() {
    let bed = TestBed::copy();
    bed.own_templates();
    let job = "jobs/weekly-executive.toml";
    let layout = "report-templates/layouts/executive-brief.toml";
    let shipped = fs::read_to_string(root().join(layout)).expect("a layout");
    let figures = |count: &str| shipped.replace("figures = 6", &format!("figures = {count}"));
    let misspelt = shipped.replace("[\"movers\"]", "[\"moverz\"]");
    let cases: [(&str, &str, &[&str]); 5] = [
        (&misspelt, "[\"moverz", &["of the kind `moverz`", "did you mean `movers`?"]),
        (&figures("60"), "figures = 60", &["`part[0].figures`: 60 is out of range; use 1 to 12"]),
        (&figures("0"), "figures = 0", &["`part[0].figures`: 0 is out of range; use 1 to 12"]),
        (&format!("{shipped}chart = 1\n"), "chart =", &["unknown field `chart`"]),
        ("headlines = 0\n", "", &["the mail would show no section"]),
    ];
    let mut told = Vec::new();
    for (text, at, says) in cases {
        bed.write(layout, text);
        let ran = bed.tidings(&["check", job]).exits(2);
        let flat = ran.stderr.replace("\n  │ ", " ").replace('\n', " ");
        let line = text[..text.find(at).expect("it is there")].matches('\n').count() + 1;
        let place = format!("executive-brief.toml:{line}:");
        let wanted = says.iter().copied().chain([place.as_str()]);
        let missing = wanted.filter(|one| !flat.replace(' ', "").contains(&one.replace(' ', "")));
        told.extend(missing.map(|one| format!("`{at}` must say `{one}`, it says {}", ran.stderr)));
    }
    all_at_once(told);
    let fixture = root().join("crates/report/fixtures/report.json");
    let fixture = fixture.to_str().expect("a path");
    let render = ["render", fixture, "--out", "again", "--layout", "executive-brief"];
    bed.tidings(&render).exits(1).complains(&["executive-brief.toml", "the mail would show no"]);
}

#[test]
fn a_mail_that_breaks_a_rule_fails_the_check() {
    let bed = TestBed::copy();
    let job = "jobs/weekly-executive.toml";
    let long = "A very long headline indeed ".repeat(5);
    bed.replace(
        job,
        "title = { en = \"Weekly executive summary\"",
        &format!("title = {{ en = \"{long}\""),
    );
    bed.tidings(&["check", job])
        .exits(2)
        .complains(&["en, subject: the subject takes", "shorten the title"]);
}

#[test]
fn templates_and_words_with_a_fault_fail_the_check() {
    let bed = TestBed::copy();
    bed.own_templates();
    let job = "jobs/weekly-executive.toml";
    bed.tidings(&["check", job]).exits(0);
    let words = "report-templates/locales/zh-CN.toml";
    bed.replace(words, "as_of = \"", "as_of = \"\u{1f680}");
    bed.replace("report-templates/styles/email.css", ".facts { ", ".facts { opacity: .4; ");
    bed.tidings(&["check", job, "jobs/nightly.toml"]).exits(2).complains(&[
        "zh-CN, characters: `word.as_of` of locales/zh-CN.toml has an emoji, U+1F680; say it in words",
        "style: <p.facts> “",
        "`opacity: .4` is not known to every mail program, or cannot be judged",
    ]);
}

#[test]
fn everything_that_runs_or_fetches_is_told_of_every_job_and_no_run_sends_it() {
    let bed = TestBed::copy();
    bed.own_templates();
    let unsafe_parts = "<svg></svg><script>1</script><img src=\"data:image/png;base64,AA\">\
                        <img src=\"https://example.org/a.png\"></body>";
    bed.replace("report-templates/layouts/email.html", "</body>", unsafe_parts);
    let jobs = ["jobs/weekly-executive.toml", "jobs/nightly.toml"];
    let ran = bed.tidings(&["check", jobs[0], jobs[1]]).exits(2);
    let mut told = Vec::new();
    for job in jobs {
        for what in ["inline SVG", "a script", "a picture as a data address", "a picture from"] {
            let fault = format!("the mail of {job}: en, safety: the mail contains {what}");
            told.extend((!ran.stderr.contains(&fault)).then_some(fault));
        }
    }
    all_at_once(told);
    bed.tidings(&["preview", jobs[0]]).exits(1).complains(&["inline SVG", "a script"]);
    // A template that cannot be read is the fault of whoever wrote it, and keeps no other job from being checked.
    bed.replace("report-templates/layouts/email.html", "<svg>", "{{ no such thing }}");
    let ran = bed.tidings(&["check", jobs[0], jobs[1]]).exits(2);
    ran.complains(&["the mail of jobs/weekly-executive.toml: ", "the mail of jobs/nightly.toml: "]);
}

#[test]
fn a_stored_report_is_rendered_in_any_layout() {
    let bed = TestBed::here();
    let report = nightly().record.artefacts.iter().find(|artefact| artefact.kind == "report");
    let report = &report.expect("a stored report").path;
    let out = bed.state().join("look");
    let out = out.to_str().expect("a path");
    bed.tidings(&["render", report, "--out", out, "--layout", "peer-benchmark"]).exits(0);
    let text = fs::read_to_string(format!("{out}/mail.en.txt")).expect("a text");
    let place = |title: &str| text.find(title).unwrap_or_else(|| panic!("no {title} in\n{text}"));
    assert!(place("Where we stand among peers") < place("Key figures"));
    assert!(!text.contains("== What moves first"), "left to the page");
    let foot = text.lines().find(|line| line.starts_with("The page in the archive shows more"));
    let foot = foot.unwrap_or_else(|| panic!("no foot in\n{text}"));
    assert!(foot.contains("What moves first") && !foot.contains("Key figures"), "{foot}");
    let page = fs::read_to_string(format!("{out}/page.en.html")).expect("a page");
    assert!(page.contains("What moves first"), "the page has everything");
    bed.tidings(&["render", report, "--out", out, "--layout", "poster"])
        .exits(1)
        .complains(&["unknown layout `poster`", "`executive-brief`"]);
}
