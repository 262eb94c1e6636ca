//! A survey whose blank answers look like the best ones.

use super::set;
use crate::support::markdown;

#[test]
fn a_blank_recommendation_coded_eleven_is_no_promoter() {
    let Some(set) = set("sfo_survey") else { return };
    let table = markdown::table(&set.readme, "**NPS, unweighted");
    let rows = set.bed.kpi(&set.job, "--metric nps --grain year");
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
    let ran = set.bed.tidings(&["run", &set.job, "--no-send", "--format", "json"]).exits(0);
    let record: model::run::RunRecord = serde_json::from_value(ran.json()).expect("a record");
    let stored =
        record.artefacts.iter().find(|artefact| artefact.kind == "report").expect("a report");
    let text = std::fs::read_to_string(&stored.path).expect("a report");
    let report: model::report::Report = serde_json::from_str(&text).expect("a report");
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
