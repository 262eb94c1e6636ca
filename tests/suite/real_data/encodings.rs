//! The same real files in other encodings give the same figures.

use super::{data, set};
use crate::support::{Row, TestBed};
use std::fs;

/// How the files are written again: the name in a contract, and the bytes of a text.
type Encoding = (&'static str, fn(&str) -> Vec<u8>);

const GB18030: Encoding = ("gb18030", |text| told_by(encoding_rs::GB18030, text));
const LATIN: Encoding = ("windows-1252", |text| told_by(encoding_rs::WINDOWS_1252, text));
const UTF_16: Encoding = ("utf-16le", |text| {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
});

fn told_by(encoding: &'static encoding_rs::Encoding, text: &str) -> Vec<u8> {
    let (bytes, _, is_lossy) = encoding.encode(text);
    assert!(!is_lossy, "the text can be told in {}", encoding.name());
    bytes.into_owned()
}

/// One data set: its files, the contracts that read them, and what is asked.
struct Asked {
    set: &'static str,
    files: &'static [&'static str],
    contracts: &'static [&'static str],
    asks: &'static [&'static str],
    encodings: &'static [Encoding],
}

impl Asked {
    /// The answers from the files as they are, and from the files in each encoding.
    fn check(&self, text: fn(String) -> String) {
        let Some(folder) = data() else { return };
        let bed = TestBed::copy();
        bed.write("jobs/examples/olist/metrics/characters.toml", CHARACTERS);
        // Only the files in question are there.
        let folder_of = format!("jobs/examples/{}/contracts", self.set);
        for entry in fs::read_dir(bed.path(&folder_of)).expect("contracts") {
            let name = entry.expect("a contract").file_name().to_string_lossy().into_owned();
            if !self.contracts.iter().any(|own| name == format!("{own}.toml")) {
                let absent = "[source]\nmay_be_absent = true\n";
                bed.replace(&format!("{folder_of}/{name}"), "[source]\n", absent);
            }
        }
        let texts: Vec<(String, String)> = self
            .files
            .iter()
            .map(|name| {
                let name = format!("{}/{name}", self.set);
                let read = fs::read_to_string(folder.join(&name)).expect("a file in UTF-8");
                (name, text(read.trim_start_matches('\u{feff}').to_owned()))
            })
            .collect();
        let answers = |folder: &str, write: &dyn Fn(&str) -> Vec<u8>| -> Vec<Vec<Row>> {
            for (name, text) in &texts {
                bed.write(&format!("{folder}/{name}"), write(text));
            }
            let data = bed.path(folder).to_string_lossy().into_owned();
            let job = format!("jobs/examples/{}.toml", self.set);
            let asks = self.asks.iter().map(|ask| bed.kpi(&job, &format!("{ask} --data {data}")));
            asks.collect()
        };
        let before = answers("utf-8", &|text| text.as_bytes().to_vec());
        assert!(before.iter().all(|rows| !rows.is_empty()), "{before:?}");
        for (encoding, write) in self.encodings {
            let declared = format!("[source]\nencoding = \"{encoding}\"\n");
            let contracts = self.contracts.iter();
            let files =
                contracts.map(|name| format!("jobs/examples/{}/contracts/{name}.toml", self.set));
            let files: Vec<String> = files.collect();
            for file in &files {
                bed.replace(file, "[source]\n", &declared);
            }
            assert_eq!(answers(encoding, write), before, "{} in {encoding}", self.set);
            for file in &files {
                bed.replace(file, &declared, "[source]\n");
            }
        }
    }
}

/// A figure that every character of a comment counts in.
const CHARACTERS: &str = r#"
[comment_characters]
label = { en = "Characters", zh-CN = "字符" }
description = { en = "Characters of all comments.", zh-CN = "所有评论的字符数。" }
unit = "count"
owner = "Tests"
dataset = "reviews"
measure = "sum(length(comment))"
"#;

#[test]
fn comments_in_portuguese_give_the_same_figures_in_three_other_encodings() {
    let asked = Asked {
        set: "olist",
        files: &["sample_a/olist_order_reviews_dataset.csv"],
        contracts: &["reviews"],
        asks: &[
            "--metric reviews --grain month",
            "--metric mean_score",
            "--metric csat",
            "--metric comment_characters",
        ],
        encodings: &[GB18030, UTF_16, LATIN],
    };
    // A few comments have faces and quotation marks that Latin-1 has not; they are left out on both sides.
    asked.check(|text| {
        text.chars()
            .filter(|one| u32::from(*one) < 0x80 || (0xa0..0x100).contains(&u32::from(*one)))
            .collect()
    });
}

#[test]
fn reviews_in_chinese_give_the_same_figures_in_two_other_encodings() {
    let asked = Asked {
        set: "zh_reviews",
        files: &["dev_sample.csv", "test_sample.csv", "train_sample.csv"],
        contracts: &["reviews", "aspects"],
        asks: &[
            "--metric reviews --by sample",
            "--metric mean_star",
            "--metric characters",
            "--metric positive_mentions",
        ],
        encodings: &[GB18030, UTF_16],
    };
    asked.check(|text| text);
}

#[test]
fn posts_in_two_dialects_give_the_same_figures_in_three_other_encodings() {
    if set("social").is_none() {
        return;
    }
    let asked = Asked {
        set: "social",
        files: &["dataset_Facebook_semicolon.csv", "dataset_Facebook_cr_only.csv"],
        contracts: &["posts", "posts_original"],
        asks: &[
            "--metric interactions --grain month",
            "--metric reach",
            "--metric original_reach --by post_type,paid",
        ],
        encodings: &[GB18030, UTF_16, LATIN],
    };
    asked.check(|text| text);
}
