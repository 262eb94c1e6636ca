//! Pages and the index of the archive in a real browser, used as readers use them: axe-core finds nothing against
//! them, every chart answers a pointer, the search finds, nothing is wider than a telephone, and without scripts all is
//! there but the search and the movement.
//!
//! `tests/run` installs axe-core into `web/` and names it; without it the group says that it is skipped.

use super::opened_with;
use crate::support::{all_at_once, each_file, nightly, root};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Chromium's way to say that a reader prefers the dark.
const DARK: [&str; 2] = ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"];

/// A copy of published files, with axe-core and the script that examines beside them.
struct Copy(tempfile::TempDir);

impl Copy {
    fn of(folder: &Path) -> Option<Self> {
        let Ok(axe) = std::env::var("TIDINGS_TEST_AXE") else {
            println!("skipped: no axe-core; `tests/run` installs it into web/");
            return None;
        };
        let copy = tempfile::tempdir().expect("a folder");
        each_file(folder, &mut |file, below| {
            let to = copy.path().join(below);
            fs::create_dir_all(to.parent().expect("a folder")).expect("made");
            fs::copy(file, to).expect("copied");
        });
        fs::copy(axe, copy.path().join("axe.js")).expect("axe-core");
        let script = root().join("tests/cases/browser/examine.js");
        fs::copy(script, copy.path().join("examine.js")).expect("the script");
        Some(Self(copy))
    }

    /// What is found on a page in a window of this width, after `fields` were searched for one after the other.
    fn examined(&self, page: &str, (width, dark): (u32, bool), fields: &Value) -> Option<Value> {
        let path = self.0.path().join(page);
        let text = fs::read_to_string(&path).expect("a page");
        let up = "../".repeat(page.matches('/').count());
        let fields = fields.to_string().replace('&', "&amp;").replace('\'', "&#39;");
        let scripts = format!(
            "<script src=\"{up}axe.js\"></script>\
             <script id=\"examine\" data-fields='{fields}' src=\"{up}examine.js\"></script></body>"
        );
        let prepared = format!("{page}.examined.html");
        fs::write(self.0.path().join(&prepared), text.replace("</body>", &scripts))
            .expect("written");
        let frame = fs::read_to_string(root().join("tests/cases/browser/frame.html"));
        let frame = frame.expect("the frame").replace("PAGE", &prepared);
        let place = self.0.path().join("frame.html");
        fs::write(&place, frame.replace("WIDTH", &width.to_string())).expect("written");
        let flags: &[&str] = if dark { &DARK } else { &[] };
        let mut all = vec!["--virtual-time-budget=120000", "--window-size=1400,1000"];
        all.extend(flags);
        let (dom, said) = opened_with(&place, &all)?;
        assert_eq!(said, "", "{page}: the page's scripts complain");
        Some(told(&dom))
    }
}

/// What the script in a frame wrote down.
fn told(dom: &str) -> Value {
    let (_, after) = dom.split_once("<pre id=\"found\">").expect("the frame");
    let (text, _) = after.split_once('<').expect("its end");
    let bytes = BASE64_STANDARD.decode(text).expect("base64");
    serde_json::from_slice(&bytes).expect("the page told what it found")
}

/// What is wrong with a page, whatever it is.
fn faults(place: &str, found: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    if let Some(error) = found["error"].as_str() {
        faults.push(format!("{place}: {error}"));
    }
    for violation in found["violations"].as_array().into_iter().flatten() {
        faults.push(format!("{place}: {violation}"));
    }
    if found["overflow"] != 0 {
        faults.push(format!("{place}: wider than its window by {}", found["overflow"]));
    }
    faults
}

fn outbox() -> PathBuf {
    nightly().bed.state().join("outbox")
}

#[test]
fn every_page_is_for_everybody_and_every_chart_answers() {
    let Some(copy) = Copy::of(&nightly().outbox) else { return };
    let mut wrong = Vec::new();
    for locale in ["en", "zh-CN"] {
        for (width, dark) in [(1280, false), (360, true)] {
            let page = format!("nightly.{locale}.html");
            let Some(found) = copy.examined(&page, (width, dark), &Value::Null) else { return };
            let place = format!("{page} at {width}");
            wrong.extend(faults(&place, &found));
            if found["live"] != true || found["charts"].as_u64().unwrap_or(0) <= 5 {
                wrong.push(format!("{place}: {} charts are alive", found["charts"]));
            }
            for chart in found["silent"].as_array().into_iter().flatten() {
                wrong.push(format!("{place}: {chart} says nothing to a pointer"));
            }
        }
    }
    all_at_once(wrong);
}

#[test]
fn the_index_finds_by_word_metric_and_day_in_both_languages() {
    let Some(copy) = Copy::of(&outbox()) else { return };
    let day = nightly().record.as_of.date();
    let (day, after) = (day.to_string(), day.succ_opt().expect("a day").to_string());
    let metric = "net_revenue";
    let mut wrong = Vec::new();
    let said =
        [("en", "net revenue", "Marketing performance "), ("zh-CN", "净销售额", "营销业绩日报 ")];
    for (locale, word, title) in said {
        let asked = json!([
            { "words": word }, { "words": "q7z" }, { "metric": metric, "from": day, "to": day },
            { "from": after }, {},
        ]);
        for (width, dark) in [(1280, true), (360, false)] {
            let page = format!("index.{locale}.html");
            let Some(found) = copy.examined(&page, (width, dark), &asked) else { return };
            let place = format!("{page} at {width}");
            wrong.extend(faults(&place, &found));
            let answers = found["answers"].as_array().expect("answers");
            let counts: Vec<usize> =
                answers.iter().map(|one| one["links"].as_array().map_or(9, Vec::len)).collect();
            if counts != [1, 0, 1, 0, 0] {
                wrong.push(format!("{place}: found {counts:?}"));
            }
            let text = answers[0]["texts"][0].as_str().expect("an item");
            assert!(text.starts_with(title), "a title and a day are apart: {text}");
            // Nothing asked: the list of jobs is there again.
            assert_eq!((&answers[1]["jobs"], &answers[4]["jobs"]), (&json!(false), &json!(true)));
            let link = answers[0]["links"][0].as_str().expect("a link");
            assert!(outbox().join(link).is_file(), "{link} leads to the edition");
        }
        let month = format!("_archive/nightly/{}.{locale}.html", &day[..7]);
        let Some(found) = copy.examined(&month, (360, true), &Value::Null) else { return };
        wrong.extend(faults(&month, &found));
    }
    all_at_once(wrong);
}

/// What a reader sees of a page whose scripts may not run.
fn still(page: &Path) -> Option<Value> {
    let folder = tempfile::tempdir().expect("a folder");
    let frame = fs::read_to_string(root().join("tests/cases/browser/still.html"));
    let frame = frame.expect("the frame").replace("PAGE", &format!("file://{}", page.display()));
    let place = folder.path().join("still.html");
    fs::write(&place, frame).expect("written");
    let (dom, said) =
        opened_with(&place, &["--virtual-time-budget=5000", "--allow-file-access-from-files"])?;
    assert!(said.lines().all(|line| line.contains("Blocked script execution")), "{said}");
    Some(told(&dom))
}

#[test]
fn without_scripts_there_are_still_charts_tables_and_the_way_to_every_edition() {
    for locale in ["en", "zh-CN"] {
        let page = nightly().outbox.join(format!("nightly.{locale}.html"));
        let Some(found) = still(&page) else { return };
        let count = |what: &str| found[what].as_u64().expect("a number");
        assert!(count("still") > 5 && count("still") == count("tables"), "{page:?}: {found}");
        assert_eq!((&found["live"], count("drawn")), (&json!(false), 0), "{page:?}");
        let has_link = |found: &Value, link: &str| {
            found["links"].as_array().expect("links").iter().any(|one| one == link)
        };
        let Some(found) = still(&outbox().join(format!("index.{locale}.html"))) else { return };
        assert_eq!(found["forms"], 0, "the search needs scripts");
        let month = nightly().record.as_of.format("%Y-%m");
        let month = format!("_archive/nightly/{month}.{locale}.html");
        assert!(has_link(&found, &month), "{month} is linked: {found}");
        let Some(found) = still(&outbox().join(&month)) else { return };
        let moment = nightly().outbox.file_name().expect("a moment").to_string_lossy();
        let edition = format!("../../nightly/{moment}/nightly.{locale}.html");
        assert!(has_link(&found, &edition), "{edition} is linked: {found}");
    }
}
