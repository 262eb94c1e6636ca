//! A survey whose blank answers look like the best ones.

use super::{data, set};
use crate::support::{Row, all_at_once, markdown};
use model::report::{Block, Cell, Message, Report, Section, Table};

#[test]
fn a_blank_recommendation_coded_eleven_is_no_promoter() {
    let Some(set) = set("sfo_survey") else { return };
    let table = markdown::table(&set.readme, "**NPS, unweighted");
    let rows = set.bed.kpi(&set.job, "--metric nps --grain year --from 2017-01-01");
    assert_eq!(rows.len(), table.len());
    for (row, truth) in rows.iter().zip(&table) {
        let (value, right, wrong) =
            (&row["nps"], &truth["nps"], &truth["wrong_nps_if_11_counts_as_promoter"]);
        assert_eq!(value, right, "{row:?}");
        assert_ne!(value, wrong, "{row:?}");
    }
}

#[test]
fn the_report_of_the_survey_names_its_answers() {
    let Some(set) = set("sfo_survey") else { return };
    let report = set.report();
    let findings = report.sections.iter().flat_map(|section| &section.findings);
    let nps = findings
        .into_iter()
        .find(|finding| finding.message.key == "satisfaction.nps")
        .expect("an NPS");
    let table = markdown::table(&set.readme, "**NPS, unweighted");
    let last = table.last().expect("2018");
    let answers = model::report::Argument::Count(last["valid"].parse().unwrap());
    assert_eq!(nps.message.arguments["responses"], answers);
}

/// The question on the airport as a whole, as each year calls it.
const OVERALL: [(&str, &str); 9] = [
    ("2010", "Q6N"),
    ("2011", "Q8N"),
    ("2012", "Q8N_WHOLE"),
    ("2013", "Q7O_WHOLE"),
    ("2014", "Q7ALL"),
    ("2015", "Q7ALL"),
    ("2016", "Q7ALL"),
    ("2017", "Q7ALL"),
    ("2018", "Q7ALL"),
];

#[test]
fn nine_headers_make_one_dataset() {
    let Some(set) = set("sfo_survey") else { return };
    let ask = |metric: &str, more: &str| {
        set.bed.kpi(&set.job, &format!("--metric {metric} --grain year --from 2010-01-01 {more}"))
    };
    let counts = markdown::table(&set.readme, "**Respondents per file");
    let (answers, valid) = (ask("answers", ""), ask("csat_responses", ""));
    let satisfied = ask("csat", "");
    let by_age = ask("answers", "--by age");
    assert_eq!((answers.len(), counts.len()), (9, 9));
    let mut faults = Vec::new();
    for (at, (year, overall)) in OVERALL.iter().enumerate() {
        let rows = file(year);
        let told: Vec<u32> = rows
            .iter()
            .filter_map(|row| row[*overall].parse().ok())
            .filter(|told| (1..=5).contains(told))
            .collect();
        let good = told.iter().filter(|told| **told >= 4).count();
        // A band has an answer in each year, though three years tell it in three ways.
        let adults = by_age.iter().filter(|row| row["period"] == *year && !row["age"].is_empty());
        let share: f64 = satisfied[at]["csat"].parse().expect("a share");
        let is_so = answers[at]["answers"] == counts[at]["respondents"]
            && valid[at]["csat_responses"] == told.len().to_string()
            && (share - good as f64 / told.len() as f64).abs() < 1e-6
            && adults.count() == 7;
        if !is_so {
            let (good, told) = (good, told.len());
            faults.push(format!(
                "{year}: {} {} {share}, {good} of {told} in the file",
                answers[at]["answers"], valid[at]["csat_responses"]
            ));
        }
    }
    all_at_once(faults);
}

/// The rows of a year as they stand in its file.
fn file(year: &str) -> Vec<Row> {
    let path = data().expect("the data").join(format!("sfo_survey/{year}_SFO_Customer_Survey.csv"));
    let text = std::fs::read_to_string(path).expect("a year");
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

#[test]
fn ages_are_the_same_bands_whether_told_as_codes_or_as_text() {
    let Some(set) = set("sfo_survey") else { return };
    let rows = set
        .bed
        .kpi(&set.job, "--metric answers --by age --from 2016-01-01 --to 2017-12-31 --grain year");
    let count = |year: &str, age: &str| {
        let row = rows.iter().find(|row| row["period"] == year && row["age"] == age);
        row.map_or(0, |row| row["answers"].parse::<u64>().expect("a count"))
    };
    let (texts, codes) = (file("2016"), file("2017"));
    let of =
        |rows: &[Row], what: &str| rows.iter().filter(|row| row["Q19AGE"] == what).count() as u64;
    for (band, text, code) in
        [("18-24", "18-24", "2"), ("45-54", "45-54", "5"), ("65+", "65-Over", "7")]
    {
        assert_eq!(count("2016", band), of(&texts, text), "{band} of 2016");
        assert_eq!(count("2017", band), of(&codes, code), "{band} of 2017");
    }
    let young = texts.iter().filter(|row| row["Q19AGE"].starts_with("Under ")).count() as u64;
    assert_eq!(count("2016", "Under 18"), young, "one cell was dragged down");
}

/// `AGE` and `Q8A` of 2010 are what they are called; its `Q19` and `Q8A` are other questions than those of 2011.
#[test]
fn a_name_that_two_years_use_for_two_things_is_read_in_one_of_them() {
    let Some(set) = set("sfo_survey") else { return };
    let rows = set
        .bed
        .kpi(&set.job, "--metric answers --by age --from 2010-01-01 --to 2011-12-31 --grain year");
    let mut faults = Vec::new();
    for (year, column, codes) in [("2010", "AGE", ["21", "75"]), ("2011", "Q19", ["2", "7"])] {
        let told = file(year);
        for (band, code) in ["18-24", "65+"].into_iter().zip(codes) {
            let row = rows.iter().find(|row| row["period"] == year && row["age"] == band);
            let count = row.map_or(0, |row| row["answers"].parse().expect("a count"));
            let expected = told.iter().filter(|row| row[column] == code).count();
            if count != expected || expected == 0 {
                faults.push(format!("{band} of {year}: {count}, {expected} in the file"));
            }
        }
    }
    all_at_once(faults);
}

fn survey(report: &Report) -> &Section {
    report.sections.iter().find(|section| section.kind == "survey").expect("a survey")
}

fn tables(section: &Section) -> Vec<&Table> {
    let blocks = section.blocks.iter();
    blocks
        .filter_map(|block| if let Block::Table(table) = block { Some(table) } else { None })
        .collect()
}

/// The figures and differences of a row.
fn figures(cells: &[Cell]) -> Vec<f64> {
    let value = |cell: &Cell| match cell {
        Cell::Figure { figure, .. } | Cell::Difference { figure, .. } => {
            figure.value.map(|value| value.to_f64())
        }
        _ => None,
    };
    cells.iter().filter_map(value).collect()
}

#[track_caller]
fn near(found: &[f64], expected: &[f64]) {
    let same = found.len() == expected.len()
        && found.iter().zip(expected).all(|(one, other)| (one - other).abs() < 1e-4);
    assert!(same, "{found:?} is not {expected:?}");
}

/// Scores from the data's description; differences, ranges and what answers are worth from a few lines of Python with
/// the formulas of Rocks (2016), Wilson (1927) and Kish (1992).
#[test]
fn weighted_scores_stand_beside_the_plain_ones() {
    let Some(set) = set("sfo_survey") else { return };
    let report = set.report();
    let tables = tables(survey(&report));
    // Score, answers, change, unweighted, worth; 2018 first.
    near(&figures(&tables[0].rows[0].cells), &[35.1136, 2650.0, -5.2848, 30.9811, 2134.0]);
    near(&figures(&tables[0].rows[1].cells), &[40.3984, 2746.0, 39.8398, 2267.0]);
    near(&figures(&tables[2].rows[0].cells), &[0.804852, 2625.0, -0.017941, 0.784381, 2128.0]);
    near(&figures(&tables[2].rows[1].cells), &[0.822793, 2688.0, 0.820685, 2223.0]);
    let findings = &survey(&report).findings;
    let keys: Vec<&str> = findings.iter().map(|finding| finding.message.key.as_str()).collect();
    // The recommendation fell by −9.50 to −1.06 points; satisfaction may have stayed.
    assert_eq!(keys[..2], ["survey.fell", "survey.still"]);
    let number = |message: &Message, name: &str| match &message.arguments[name] {
        model::report::Argument::Value { value: Some(value), .. } => {
            value.to_string().parse::<f64>().unwrap()
        }
        other => panic!("`{name}`: {other:?}"),
    };
    let range = ["low", "high"].map(|name| number(&findings[0].message, name));
    near(&range, &[31.949_86, 38.178_83]);
}

/// Importance from numpy: R² of all 128 sets of the seven touchpoints by least squares, averaged over all orders; 1,403
/// people rated every touchpoint, and R² is 0.574665.
#[test]
fn touchpoints_go_with_satisfaction_as_an_independent_program_says() {
    let Some(set) = set("sfo_survey") else { return };
    let report = set.report();
    let tables = tables(survey(&report));
    let table = tables.last().expect("touchpoints");
    let expected = [
        ("Restaurants", [0.180496, 3.562340, 2342.0]),
        ("Signs", [0.156475, 4.038142, 2648.0]),
        ("Shops", [0.152320, 3.548529, 2277.0]),
        ("Information screens", [0.150455, 4.091536, 2611.0]),
        ("Artwork and exhibitions", [0.137241, 3.950926, 2160.0]),
        ("Escalators and walkways", [0.123945, 4.112732, 2537.0]),
        ("Wireless internet", [0.099068, 3.984571, 2074.0]),
    ];
    assert_eq!(table.rows.len(), expected.len());
    for (row, (name, values)) in table.rows.iter().zip(expected) {
        assert!(matches!(&row.cells[0], Cell::Label(label) if label.en == name), "{row:?}");
        near(&figures(&row.cells), &values);
    }
    let note = table.note.as_ref().expect("a note");
    assert_eq!(note.arguments["answers"], model::report::Argument::Count(1403));
}
