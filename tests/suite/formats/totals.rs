//! Rows that sum up others are no rows, in every form of file: they do not count, not even as read, and are told.

use super::{JOB, metrics, shop, table};
use crate::support::{all_at_once, cases};
use model::run::RunRecord;

#[test]
fn rows_of_totals_are_passed_over_and_told_in_every_form() {
    let (bed, mut rows, cases) = (shop(), table(), cases::<super::Case>("formats.toml"));
    let real = rows.len() as u64;
    let row =
        |id: &str| [id, "2026-01-09", "All", "All", "1", "77777.00", "sum"].map(str::to_owned);
    // Below, in between with blanks around, and one that is only called alike.
    rows.push(row("Total").to_vec());
    rows.insert(2, row(" 合计 ").to_vec());
    rows.push(row("Totals").to_vec());
    let mut names = Vec::new();
    for case in &cases {
        bed.write(&format!("data/{}", case.file), case.bytes(&rows));
        let totals =
            "[source]\ntotals = { column = \"order_id\", values = [\"Total\", \"合计\"] }\n";
        let contract = case.contract().replace("[source]\n", totals);
        bed.write(&format!("jobs/contracts/{}.toml", case.name), contract);
        let measures = metrics(&case.name, "sum(price) filter (where note = 'sum')");
        bed.write(&format!("jobs/metrics/{}.toml", case.name), measures);
        names.push(format!("\"sum_{}\"", case.name));
    }
    bed.replace(JOB, "data = \"../data\"", &format!(
        "data = \"../data\"\ngrain = \"month\"\n[gate]\nmin_coverage = 0.0\nmax_age_days = 9999\n[[section]]\nid = \"all\"\n\
         title = {{ en = \"All\", zh-CN = \"全部\" }}\nanalysis = \"scorecard\"\nmetrics = [{}]\n", names.join(", ")));
    let ran =
        bed.tidings(&["run", JOB, "--no-send", "--as-of", "2026-02-01T09:00", "--format", "json"]);
    let record: RunRecord = serde_json::from_value(ran.exits(0).json()).expect("a record");
    let mut faults = Vec::new();
    for case in &cases {
        let source = record.sources.iter().find(|source| source.dataset.as_str() == case.name);
        let counts = source.map(|source| (source.rows.read, source.rows.accepted));
        if counts != Some((real, real)) {
            faults.push(format!("{}: {counts:?} rows, {real} are rows", case.name));
        }
        let sum = bed.value(JOB, &format!("sum_{}", case.name));
        if sum != "77777.00" {
            faults.push(format!("{}: {sum}", case.name));
        }
        let is_told = record
            .notes
            .iter()
            .map(crate::rules::said)
            .any(|said| said == format!("info quality.no_rows count=2 file={}", case.file));
        if !is_told {
            faults.push(format!("{}: {:?}", case.name, record.notes));
        }
    }
    all_at_once(faults);
}
