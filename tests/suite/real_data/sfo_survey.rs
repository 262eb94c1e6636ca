//! A survey whose blank answers look like the best ones.

use super::{data, set};
use crate::support::{Row, markdown};

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
    let file = |year: &str| {
        let path =
            data().expect("the data").join(format!("sfo_survey/{year}_SFO_Customer_Survey.csv"));
        let mut reader = csv::Reader::from_path(path).expect("a year");
        reader.deserialize().map(|row| row.expect("a row")).collect::<Vec<Row>>()
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
