//! Chinese reviews: full-width marks and emoji, counted in characters, the same in another encoding.

use super::{data, set};
use crate::support::{TestBed, markdown};
use model::report::{Argument, Block, Cell};
use std::fs;

const SAMPLES: [&str; 3] = ["train", "dev", "test"];
const JOB: &str = "jobs/examples/zh_reviews.toml";

#[test]
fn stars_and_characters_are_those_of_the_description() {
    let Some(set) = set("zh_reviews") else { return };
    let table = markdown::table(&set.readme, "## Oracle figures");
    assert_eq!(table.len(), SAMPLES.len());
    let stars = set.bed.kpi(&set.job, "--metric reviews --by sample,star");
    for truth in &table {
        let sample = truth["file"].trim_end_matches("_sample");
        for star in ["1", "2", "3", "4", "5"] {
            let row = stars.iter().find(|row| row["sample"] == sample && row["star"] == star);
            assert_eq!(row.expect("a count")["reviews"], truth[star], "{sample}, {star} stars");
        }
        for (metric, column) in
            [("reviews", "rows"), ("characters", "characters"), ("mean_star", "mean star")]
        {
            let rows = set.bed.kpi(&set.job, &format!("--metric {metric} --by sample"));
            let row = rows.iter().find(|row| row["sample"] == sample).expect("a sample");
            let number = |text: &str| text.parse::<rust_decimal::Decimal>().expect("a number");
            assert_eq!(number(&row[metric]), number(&truth[column]), "{metric} of {sample}");
        }
    }
}

#[test]
fn an_aspect_that_nobody_mentions_is_unknown_and_not_neutral() {
    let Some(set) = set("zh_reviews") else { return };
    let mut opinions = [0_u64; 3];
    for sample in SAMPLES {
        let file = data().expect("the data").join(format!("zh_reviews/{sample}_sample.csv"));
        let mut reader = csv::Reader::from_path(file).expect("a sample");
        for row in reader.records() {
            let row = row.expect("a row");
            for cell in row.iter().skip(3) {
                match cell {
                    "-1" => opinions[0] += 1,
                    "0" => opinions[1] += 1,
                    "1" => opinions[2] += 1,
                    other => assert_eq!(other, "-2", "not mentioned"),
                }
            }
        }
    }
    let value = |metric: &str| set.bed.value(&set.job, metric);
    assert_eq!(value("negative_mentions"), opinions[0].to_string());
    assert_eq!(value("positive_mentions"), opinions[2].to_string());
    assert_eq!(value("mentions"), opinions.iter().sum::<u64>().to_string());
}

#[test]
fn the_same_reviews_in_gb18030_give_the_same_figures() {
    let Some(folder) = data() else { return };
    let bed = TestBed::copy();
    for sample in SAMPLES {
        let name = format!("zh_reviews/{sample}_sample.csv");
        let text = fs::read_to_string(folder.join(&name)).expect("a sample");
        let text = text.trim_start_matches('\u{feff}');
        let (bytes, _, is_lossy) = encoding_rs::GB18030.encode(text);
        assert!(!is_lossy, "{sample} can be told in GB18030");
        bed.write(&format!("data/{name}"), bytes);
    }
    let ask = |metric: &str, data: &str| {
        bed.kpi(JOB, &format!("--metric {metric} --by sample --data {data}"))
    };
    let metrics = ["reviews", "mean_star", "csat", "characters", "longest", "positive_mentions"];
    let utf8 = folder.to_string_lossy().into_owned();
    let before: Vec<_> = metrics.map(|metric| ask(metric, &utf8)).to_vec();
    for contract in ["reviews", "aspects"] {
        let file = format!("jobs/examples/zh_reviews/contracts/{contract}.toml");
        bed.replace(&file, "[source]\n", "[source]\nencoding = \"gb18030\"\n");
    }
    let data = bed.path("data").to_string_lossy().into_owned();
    let after: Vec<_> = metrics.map(|metric| ask(metric, &data)).to_vec();
    assert_eq!(after, before);
}

/// Themes are counted by plain Python: reviews that contain any word of the theme. One review has only `等位置`, where the
/// longer-standing `等位` is read and not `位置`: the place is named by 95 and not by 96.
const THEMES: [(&str, f64); 6] = [
    ("Taste", 253.0),
    ("Service", 184.0),
    ("Surroundings", 157.0),
    ("Price", 111.0),
    ("Location", 95.0),
    ("Waiting", 51.0),
];

#[test]
fn stars_and_themes_of_reviews() {
    let Some(set) = set("zh_reviews") else { return };
    let report = set.report();
    let section = report.sections.iter().find(|one| one.kind == "survey").expect("a survey");
    let table = markdown::table(&set.readme, "## Oracle figures (plain Python)");
    let stars = |star: &str| table.iter().map(|row| row[star].parse::<f64>().unwrap()).sum::<f64>();
    let rows: f64 = stars("rows");
    let share = (stars("4") + stars("5")) / rows;
    let score = &section.findings[0].message;
    let Argument::Value { value: Some(value), .. } = &score.arguments["value"] else {
        panic!("{score:?}")
    };
    assert!((value.to_string().parse::<f64>().unwrap() - share).abs() < 1e-9, "{value} {share}");
    assert_eq!(score.arguments["answers"], Argument::Count(rows as i64));
    let mut tables = section.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    let themes = tables.next_back().expect("themes");
    let found: Vec<(&str, f64)> = themes
        .rows
        .iter()
        .filter_map(|row| match &row.cells[..2] {
            [Cell::Label(label), Cell::Figure { figure, .. }] => {
                Some((label.en.as_str(), figure.value?.to_f64()))
            }
            _ => None,
        })
        .collect();
    assert_eq!(found, THEMES);
}
