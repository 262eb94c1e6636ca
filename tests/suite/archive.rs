//! The archive: what was published is kept and found, and a new edition changes its month and the index alone.

use crate::support::{TestBed, each_file};
use chrono::{Days, NaiveDate};
use model::run::{Outcome, RunRecord};
use std::{collections::BTreeMap, fmt::Write, fs, path::PathBuf, time::SystemTime};

const JOB: &str = "jobs/shop.toml";

/// A job of one daily dataset, published into the default folder.
struct Shop(TestBed);

impl Shop {
    fn new() -> Self {
        let bed = TestBed::empty();
        bed.write_takings();
        bed.write(
            JOB,
            "schema_version = 1\ntitle = { en = \"Shop\", zh-CN = \"商店\" }\n\
             organisation = { en = \"House\", zh-CN = \"公司\" }\nowner = \"Test\"\nzone = \"UTC\"\ngrain = \"day\"\n\
             data = \"../data\"\n\n[[deliver.folder]]\nattachments = [\"csv\"]\n\n[[section]]\nid = \"figures\"\n\
             title = { en = \"Figures\", zh-CN = \"数字\" }\nanalysis = \"scorecard\"\nmetrics = [\"takings\"]\n",
        );
        Self(bed)
    }

    /// Rows of 90 days up to a day: 1000 on each, and `on_last` on that.
    fn data_to(&self, last: &str, on_last: u32) {
        let last: NaiveDate = last.parse().expect("a date");
        let mut csv = String::from("day,value\n");
        for back in (0..90).rev() {
            let value = if back == 0 { on_last } else { 1000 };
            let _ = writeln!(csv, "{},{value}", last - Days::new(back));
        }
        self.0.write("data/takings.csv", csv);
    }

    fn run(&self, as_of: &str) -> RunRecord {
        let ran = self.0.tidings(&["run", JOB, "--as-of", as_of, "--format", "json"]);
        serde_json::from_value(ran.exits(0).json()).expect("a record")
    }

    fn outbox(&self) -> PathBuf {
        self.0.state().join("outbox")
    }

    fn text(&self, name: &str) -> String {
        let path = self.outbox().join(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Every published file with its bytes and when it was written.
    fn files(&self) -> BTreeMap<String, (Vec<u8>, SystemTime)> {
        let mut found = BTreeMap::new();
        each_file(&self.outbox(), &mut |file, below| {
            let written = fs::metadata(file).and_then(|known| known.modified()).expect("a time");
            let bytes = fs::read(file).expect("a file");
            found.insert(below.display().to_string(), (bytes, written));
        });
        found
    }
}

#[test]
fn a_corrected_edition_is_marked_and_the_version_before_it_kept() {
    let shop = Shop::new();
    shop.data_to("2026-07-01", 1000);
    assert_eq!(shop.run("2026-07-02T06:00").outcome, Outcome::Delivered);
    let at = "shop/2026-07-02T0600";
    let first = ["shop.en.html", "shop.en.eml", "shop.en.csv", "shop.zh-CN.html"]
        .map(|name| (name, shop.text(&format!("{at}/{name}"))));
    assert!(!shop.text("_archive/shop/2026-07.en.html").contains("superseded"));
    shop.data_to("2026-07-01", 1234);
    assert_eq!(shop.run("2026-07-02T06:00").outcome, Outcome::Delivered);
    for (name, text) in &first {
        // A page says that it was replaced, and by what.
        let link = format!("<p class=\"replaced\"><a href=\"../../{name}\">");
        let kept = text.replace("<p class=\"replaced\" hidden><a>", &link);
        assert_eq!(&kept == text, !name.ends_with("html"), "{name}");
        assert_eq!(shop.text(&format!("{at}/superseded/1/{name}")), kept, "{name} is as it was");
    }
    assert!(shop.outbox().join(at).join("superseded/1/charts.js").is_file(), "it still opens");
    assert!(shop.text(&format!("{at}/shop.en.html")).contains("1,234"));
    for (locale, marks) in [
        ("en", ["Corrected", "Version 1, superseded", "1,234"]),
        ("zh-CN", ["已更正", "第1版，已被取代", "1,234"]),
    ] {
        let month = shop.text(&format!("_archive/shop/2026-07.{locale}.html"));
        for mark in marks {
            assert!(month.contains(mark), "{locale}: {mark}");
        }
        let older = format!("../../{at}/superseded/1/shop.{locale}.html");
        assert!(month.contains(&format!("href=\"{older}\"")), "{older} is linked");
        let data = shop.text(&format!("_archive/shop/2026-07.{locale}.js"));
        assert!(data.contains("1,234") && data.contains("takings"), "{data}");
        assert!(shop.text(&format!("index.{locale}.html")).contains("_archive/shop/2026-07."));
    }
    // Nothing changed: nothing is published, and the index stays as it is.
    let before = shop.files();
    assert_eq!(shop.run("2026-07-02T06:00").outcome, Outcome::AlreadyDelivered);
    assert!(before == shop.files(), "bytes and times stay");
}

#[test]
fn a_new_edition_changes_its_month_and_the_index_and_nothing_else() {
    let shop = Shop::new();
    shop.data_to("2026-06-30", 1000);
    shop.run("2026-06-30T06:00");
    shop.run("2026-07-01T06:00");
    let before = shop.files();
    shop.data_to("2026-07-01", 1100);
    shop.run("2026-07-02T06:00");
    let after = shop.files();
    let changed: Vec<&str> = after
        .iter()
        .filter(|(name, file)| before.get(*name) != Some(*file))
        .map(|(name, _)| name.as_str())
        .filter(|name| !name.starts_with("shop/2026-07-02T0600/"))
        .collect();
    let mut expected = vec!["_archive/shop/2026-07.json".to_owned(), "index.html".to_owned()];
    for locale in ["en", "zh-CN"] {
        let month = format!("_archive/shop/2026-07.{locale}");
        expected.extend([format!("{month}.html"), format!("{month}.js")]);
        expected.push(format!("index.{locale}.html"));
    }
    expected.sort();
    assert_eq!(changed, expected);
    assert!(
        shop.text("index.html").contains("_archive/shop/2026-06.en.html"),
        "June is still there"
    );
}

#[test]
fn an_index_that_is_lost_or_damaged_is_made_anew_from_what_lies_there() {
    let shop = Shop::new();
    shop.data_to("2026-06-30", 1000);
    shop.run("2026-06-30T06:00");
    shop.run("2026-07-01T06:00");
    let bytes = |shop: &Shop| -> BTreeMap<String, Vec<u8>> {
        shop.files().into_iter().map(|(name, (bytes, _))| (name, bytes)).collect()
    };
    let whole = bytes(&shop);
    let outbox = shop.outbox();
    fs::remove_dir_all(outbox.join("_archive")).expect("removed");
    for name in ["index.html", "index.en.html", "index.zh-CN.html"] {
        fs::remove_file(outbox.join(name)).expect("removed");
    }
    let folder = outbox.display().to_string();
    let made = shop.0.tidings(&["archive", &folder]).exits(0);
    assert!(made.stdout.contains("(2 months)"), "{}", made.stdout);
    assert!(bytes(&shop) == whole, "byte by byte as the runs left it");
    // A damaged entry holds up no delivery; what is wrong is told, and where.
    let damaged = outbox.join("shop/2026-07-01T0600/shop.en.entry.json");
    fs::write(&damaged, "{").expect("written");
    shop.data_to("2026-07-01", 1000);
    let record = shop.run("2026-07-02T06:00");
    assert_eq!(record.outcome, Outcome::Delivered);
    assert!(record.notes.iter().any(|note| note.message.key == "archive.not_indexed"));
    let refused = shop.0.tidings(&["archive", &folder]).complains(&["shop.en.entry.json", "help"]);
    assert_ne!(refused.code, 0);
}
