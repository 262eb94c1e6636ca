//! Fields at places, amounts in parts of their unit, and what a source leaves out: exact, or in quarantine with its place.

use super::{JOB, metrics, shop};
use crate::support::{TestBed, all_at_once};

const CONTRACT: &str = r#"
description = "Bills in millionths, at fixed places, with months but no year."
owner = "Tests"
[source]
files = ["bills.txt.zst"]
format = "fixed_width"
preamble = 1
layout = [
  { name = "id", start = 2, width = 5 },
  { name = "month", start = 8, width = 2 },
  { name = "micros", start = 11, width = 10 },
  { name = "remark", start = 22 },
]
[time]
column = "month"
expected = "irregular"
[columns]
id = { type = "text", required = true }
month = { type = "date", required = true, template = "2026-{}", format = ["%Y-%m"] }
platform = { type = "text", required = true, template = "search" }
amount = { type = "money", currency = "CNY", scale = 6, divide = 1000000, required = true, aliases = ["micros"], max = "9000" }
remark = { type = "text" }
"#;

/// `00001` is another customer than `1`; the fourth is beyond the bound, the fifth too short, the sixth out of place.
const LINES: &str = " id   mo     micros remark\n\
     \x2000001 01   36150000 繁體中文\n\
     \x2000002 01     826179 \n\
     \x20    1 02          1 two words\n\
     \x2000004 02 9000000001\n\
     \x2000005 02      1234\n\
     \x200000602        1234  x\n";

fn bed() -> TestBed {
    let bed = shop();
    bed.write("jobs/contracts/bills.toml", CONTRACT);
    bed.write("jobs/metrics/bills.toml", metrics("bills", "sum(amount)"));
    let job = std::fs::read_to_string(bed.path(JOB)).expect("the job");
    let section = "[[section]]\nid = \"all\"\ntitle = { en = \"All\", zh-CN = \"全部\" }\n\
                   analysis = \"scorecard\"\nmetrics = [\"rows_bills\"]\n";
    bed.write(JOB, job + section);
    bed.write("data/bills.txt.zst", zstd::encode_all(LINES.as_bytes(), 1).expect("packed"));
    bed
}

#[test]
fn places_units_and_years_of_a_contract_make_exact_values() {
    let bed = bed();
    let told = |ask: &str, column: &str| -> Vec<String> {
        let rows = bed.kpi(JOB, &format!("--metric sum_bills {ask}"));
        rows.iter().map(|row| format!("{} {}", row[column], row["sum_bills"])).collect()
    };
    assert_eq!(told("--grain month", "period"), ["2026-01 36.976179", "2026-02 0.000001"]);
    assert_eq!(told("--by id", "id"), ["00001 36.150000", "00002 0.826179", "1 0.000001"]);
    assert_eq!(told("--by platform", "platform"), ["search 36.976180"]);
    assert_eq!(
        told("--by remark", "remark"),
        [" 0.826179", "two words 0.000001", "繁體中文 36.150000"]
    );
}

#[test]
fn a_line_out_of_place_is_quarantined_with_line_and_character() {
    let ran = bed().tidings(&["quarantine", JOB, "--format", "json"]).exits(0).json();
    let rows = ran["bills"].as_array().expect("rows");
    let found: Vec<_> = rows.iter().map(|row| (&row["rule"], &row["detail"])).collect();
    let expected = [
        ("range", "`9000000001` is above the greatest allowed value"),
        ("field_count", "line 6 ends at character 19, `micros` at 20"),
        ("layout", "line 7, character 7: `0` is in no field"),
    ];
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for ((rule, detail), (wanted, text)) in found.iter().zip(expected) {
        assert_eq!((rule.as_str(), detail.as_str()), (Some(wanted), Some(text)), "{found:?}");
    }
}

#[test]
fn a_layout_that_contradicts_itself_is_refused_by_check() {
    let cases = [
        ("start = 8, width = 2", "start = 6, width = 2", "`month` and `id` share places"),
        ("start = 8, width = 2", "start = 0, width = 2", "places are counted from 1"),
        ("name = \"month\"", "name = \"id\"", "there are two fields `id`"),
        (
            "format = \"fixed_width\"",
            "format = \"csv\"",
            "only files of the `format = \"fixed_width\"`",
        ),
        (
            "preamble = 1",
            "preamble = 1\ndelimiter = \";\"",
            "only files of the format `csv` have this",
        ),
        ("divide = 1000000", "divide = 1000", ""),
        ("scale = 6, divide", "scale = 2, divide", "set `scale = 6`"),
    ];
    let mut faults = Vec::new();
    for (from, to, says) in cases {
        let bed = bed();
        bed.replace("jobs/contracts/bills.toml", from, to);
        let ran = bed.tidings(&["check", JOB]);
        let flat = ran.stderr.replace("\n  │ ", " ");
        let expected = if says.is_empty() { 0 } else { 2 };
        if ran.code != expected || !flat.contains(says) {
            faults.push(format!("{to}: exits with {}: {}", ran.code, ran.stderr));
        }
    }
    all_at_once(faults);
}

#[test]
fn a_moment_that_a_source_splits_is_put_together_to_the_millisecond() {
    let bed = shop();
    let contract = "description = \"Hits by the start of their visit.\"\nowner = \"Tests\"\n[source]\nfiles = [\"hits.csv\"]\n\
                    [time]\ncolumn = \"at\"\nexpected = \"irregular\"\n[columns]\n\
                    started = { type = \"timestamp\", required = true, format = [\"%Y-%m-%d %H:%M:%S\"] }\n\
                    after = { type = \"integer\" }\nprice = { type = \"money\", currency = \"CNY\" }\n\
                    [[derived]]\nname = \"at\"\nsql = \"plus_milliseconds(started, after)\"\n";
    bed.write("jobs/contracts/hits.toml", contract);
    bed.write("jobs/metrics/hits.toml", metrics("hits", "sum(price)"));
    let night = "2026-01-01 23:59:59";
    let rows = format!("{night},999,1\n{night},1000,2\n{night},,4\n{night},-86399001,8\n");
    bed.write("data/hits.csv", format!("started,after,price\n{rows}"));
    let days = bed.kpi(JOB, "--metric sum_hits --grain day");
    let days: Vec<_> = days.iter().map(|row| (&*row["period"], &*row["sum_hits"])).collect();
    let expected = [("2025-12-31", "8.00"), ("2026-01-01", "1.00"), ("2026-01-02", "2.00")];
    assert_eq!(days, expected, "a moment that is not known is in no day");
}
