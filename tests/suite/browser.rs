//! The rendered page in a real browser: scripts run under the page's own policy, every chart comes alive.
//!
//! `tests/run` names the browser; without one the group says that it is skipped.

mod examined;

use crate::support::{TestBed, nightly, root};
use std::{path::Path, process::Command};

/// The page as the browser shows it after its scripts have run, and what they complained of.
fn opened(page: &Path) -> Option<(String, String)> {
    opened_with(page, &["--virtual-time-budget=5000"])
}

/// The same, with further flags of the browser.
fn opened_with(page: &Path, flags: &[&str]) -> Option<(String, String)> {
    let Ok(browser) = std::env::var("TIDINGS_TEST_CHROMIUM") else {
        println!("skipped: no browser; `tests/run` looks for chromium");
        return None;
    };
    let profile = tempfile::tempdir().expect("folder");
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-quic"])
        .args(["--enable-logging=stderr", "--dump-dom"])
        .args(flags)
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("the browser starts");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Some((text(output.stdout), complaints(&text(output.stderr))))
}

/// What the scripts of a page wrote to the console.
fn complaints(said: &str) -> String {
    said.lines().filter(|line| line.contains("CONSOLE")).collect::<Vec<_>>().join("\n")
}

fn pages() -> Vec<std::path::PathBuf> {
    let record = &nightly().record;
    let pages = record.artefacts.iter().filter(|artefact| artefact.kind == "page");
    pages.map(|page| root().join(&page.path)).collect()
}

#[test]
fn every_chart_of_the_page_comes_alive_without_a_complaint() {
    let pages = pages();
    assert_eq!(pages.len(), 2, "one page per language");
    for page in pages {
        let Some((dom, complaints)) = opened(&page) else { return };
        assert_eq!(complaints, "", "{}: the page's scripts complain", page.display());
        let start = dom.find("<html").expect("a page");
        let opening = &dom[start..start + dom[start..].find('>').expect("a tag")];
        assert!(opening.contains("live"), "{}: scripts did not finish: {opening}", page.display());
        let holders = dom.matches("data-chart=").count();
        let drawn = dom.matches("_echarts_instance_=").count();
        assert!(holders > 5 && holders == drawn, "{} of {holders} charts are alive", drawn);
    }
}

#[test]
fn a_stored_report_opens_like_the_one_that_was_sent() {
    let bed = TestBed::here();
    let report =
        nightly().record.artefacts.iter().find(|one| one.kind == "report").expect("report");
    let out = bed.state().join("again");
    let out = out.to_str().expect("path");
    bed.tidings(&["render", &report.path, "--out", out]).exits(0);
    let page = Path::new(out).join("page.en.html");
    let Some((dom, complaints)) = opened(&page) else { return };
    assert_eq!(complaints, "");
    assert!(dom.contains("Marketing performance"));
}
