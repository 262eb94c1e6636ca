//! What stands on top, and what of it is said again.

use super::{fixture, plan, rendered};
use crate::{ReportPlan, render};
use model::{
    edition::Release,
    number::Number,
    report::{Argument, Finding, Message, Report, Section, Verdict},
};

#[test]
fn a_headline_of_another_period_names_it() {
    let mut report = fixture();
    let customers = report.sections.iter().find(|section| section.id.as_str() == "satisfaction");
    let told = customers.expect("a section of a week").findings[0].clone();
    report.headlines.insert(0, told);
    let editions = rendered(&report, &Release::Send).value;
    let names = ["Week 35, 2026 (24–30 Aug 2026): NPS", "2026年第35周（2026年8月24日–30日）：NPS"];
    for (edition, name) in editions.iter().zip(names) {
        assert!(edition.mail_text.contains(name), "{name} in {}", edition.locale);
    }
    let own = rendered(&fixture(), &Release::Send).value;
    let text = &own[0].mail_text;
    let named = text.lines().find(|line| line.contains("] August 2026: "));
    assert_eq!(named, None, "the report's own period is its heading");
}

#[test]
fn a_figure_of_one_among_peers_names_its_section_beside_another_of_the_same_metric() {
    let mut report = fixture();
    let is_peers = |one: &&Finding| one.message.key == "benchmark.above";
    let place = report.headlines.iter().find(is_peers).expect("a headline among peers").clone();
    let tells = |section: &&Section| section.findings.contains(&place);
    let title = report.sections.iter().find(tells).expect("its section").title.en.clone();
    let said = |report: &Report| {
        let text = rendered(report, &Release::Send).value.swap_remove(0).mail_text;
        text.contains(&format!("] {title}: "))
    };
    assert!(!said(&report), "nothing else has a figure of it");
    let mut all = place.clone();
    all.message.key = "scorecard.rose".to_owned();
    report.headlines.push(all.clone());
    assert!(!said(&report), "the same figure");
    let Some(Argument::Value { format, .. }) = all.message.arguments.get("value").cloned() else {
        panic!("a value")
    };
    let value = Argument::value(Some(Number::Real(0.5)), format);
    all.message = all.message.with("value", value);
    report.headlines.pop();
    report.headlines.push(all);
    assert!(said(&report));
}

#[test]
fn what_is_not_known_does_not_open_a_section_whose_news_stands_on_top() {
    let mut report = fixture();
    let Some(section) = report.sections.iter_mut().find(|one| one.kind == "channels") else {
        panic!("a section of channels")
    };
    section.findings.truncate(1);
    let news = section.findings[0].clone();
    let message = Message::new("drivers.unknown")
        .with("metric", Argument::Text("Reach".to_owned()))
        .with("period", Argument::Period(section.period));
    section.findings.push(Finding { verdict: Verdict::Unknown, message, weight: 4 });
    let said = "Reach is not known for both";
    let title = section.title.en.clone();
    let place = |report: &Report| {
        let text = rendered(report, &Release::Send).value.swap_remove(0).mail_text;
        let section = text.split_once(&format!("== {title} ==")).expect("the section").1;
        let at = section.find(said).expect("what is not known");
        section[..at].lines().filter(|line| !line.trim().is_empty()).count()
    };
    assert_eq!(place(&report), 2, "in the line after what the section says");
    report.headlines.insert(0, news);
    assert!(place(&report) > 3, "below its figures");
}

#[test]
fn a_layout_that_a_kind_leads_opens_with_its_statement() {
    let plan = ReportPlan { layout: Some("peer-benchmark".to_owned()), ..plan() };
    let mut report = fixture();
    let places = |report: &Report| {
        let text = render(&plan, report, &Release::Send).expect("it renders").value;
        let text = text.into_iter().next().expect("an edition").mail_text;
        let top = text.split("== ").nth(1).expect("what matters").to_owned();
        ["peers", "missed its target"].map(|said| top.find(said))
    };
    let [peers, missed] = places(&report);
    assert!(peers.is_some() && missed.is_some() && peers < missed, "{peers:?}, {missed:?}");
    // Also where it does not weigh enough for the report as a whole.
    report.headlines.retain(|finding| finding.message.key != "benchmark.above");
    let [peers, missed] = places(&report);
    assert!(peers.is_some() && missed.is_some() && peers < missed, "{peers:?}, {missed:?}");
}
