//! Which row of a key counts, however the files arrive.

use super::{JOB, metrics, shop};
use crate::{
    rules,
    support::{TestBed, all_at_once},
};
use std::io::Write;

const FILES: [(&str, &str); 3] = [
    ("2026-01-01", "a,1,10.00\nb,1,20.00\n"),
    ("2026-01-02", "a,3,11.00\nc,1,30.00\n"),
    ("2026-01-03", "a,2,12.00\nb,1,21.00\n"),
];

fn bed(rule: &str) -> TestBed {
    let bed = shop();
    let contract = format!(
        "description = \"Orders in versions.\"\nowner = \"Tests\"\nkey = [\"id\"]\non_duplicate = {rule}\n\
         [source]\nfiles = [\"orders-{{date}}.csv\"]\n[time]\ncolumn = \"day\"\nexpected = \"irregular\"\n[columns]\n\
         day = {{ type = \"date\", required = true, from_file_name = \"orders-(.*)\\\\.csv\", format = [\"%Y-%m-%d\"] }}\n\
         id = {{ type = \"text\", required = true }}\nversion = {{ type = \"integer\", required = true }}\n\
         price = {{ type = \"money\", currency = \"CNY\", required = true }}\n"
    );
    bed.write("jobs/contracts/orders.toml", contract);
    bed.write("jobs/metrics/orders.toml", metrics("orders", "sum(price)"));
    // `quarantine` speaks of the datasets that the job's sections need.
    let job = std::fs::read_to_string(bed.path(JOB)).expect("the job");
    let section = "[[section]]\nid = \"all\"\ntitle = { en = \"All\", zh-CN = \"全部\" }\n\
                   analysis = \"scorecard\"\nmetrics = [\"rows_orders\"]\n";
    bed.write(JOB, job + section);
    bed
}

fn add(bed: &TestBed, (day, rows): (&str, &str)) {
    bed.write(&format!("data/orders-{day}.csv"), format!("id,version,price\n{rows}"));
}

/// Values by day and in all.
fn values(bed: &TestBed) -> (String, String) {
    let days = bed.kpi(JOB, "--metric sum_orders --grain day");
    let days: Vec<_> =
        days.iter().map(|row| format!("{} {}", row["period"], row["sum_orders"])).collect();
    (days.join(", "), bed.value(JOB, "sum_orders"))
}

fn check(rule: &str, total: &str, quarantined: usize) {
    let at_once = bed(rule);
    FILES.iter().for_each(|file| add(&at_once, *file));
    let expected = values(&at_once);
    assert_eq!(expected.1, total, "{rule}, all files in one go");
    for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
        let nightly = bed(rule);
        for at in order {
            add(&nightly, FILES[at]);
            values(&nightly);
        }
        assert_eq!(values(&nightly), expected, "{rule}, one file per night in the order {order:?}");
    }
    let found = at_once.tidings(&["quarantine", JOB, "--format", "json"]).exits(0);
    let count = found.json()["orders"].as_array().expect("rows of the dataset").len();
    assert_eq!(count, quarantined, "{rule}: rows in quarantine: {}", found.stdout);
}

#[test]
fn the_newest_version_counts_and_among_equals_the_last_loaded() {
    check("{ newest = \"version\" }", "62.00", 0);
}

#[test]
fn the_last_loaded_row_counts() {
    check("\"last_loaded\"", "63.00", 0);
}

#[test]
fn a_refused_row_of_a_later_file_is_superseded_and_the_first_counts() {
    check("\"refuse\"", "60.00", 0);
}

#[test]
fn a_refused_second_row_of_the_same_file_goes_to_quarantine() {
    let bed = bed("\"refuse\"");
    add(&bed, ("2026-01-01", "a,1,10.00\na,2,11.00\n"));
    assert_eq!(values(&bed).1, "10.00");
    let found = bed.tidings(&["quarantine", JOB, "--format", "json"]).exits(0).json();
    assert_eq!(found["orders"][0]["rule"], "key", "{found}");
    assert_eq!(found["orders"][0]["raw"], "a,2,11.00", "{found}");
}

/// Bytes as the ending of a name says.
fn packed(name: &str, text: &str) -> Vec<u8> {
    match name.to_lowercase().rsplit('.').next() {
        Some("gz") => {
            let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            packer.write_all(text.as_bytes()).expect("packed");
            packer.finish().expect("packed")
        }
        Some("zst") => zstd::encode_all(text.as_bytes(), 1).expect("packed"),
        _ => text.into(),
    }
}

/// Without a key nobody can tell the rows of a file from those of its copy, and the report would count both.
#[test]
fn a_file_beside_its_packed_copy_holds_the_report_unless_a_key_tells_their_rows_apart() {
    let keyed = "key = [\"id\"]\non_duplicate = \"last_loaded\"\n";
    let cases = [
        ("", ["orders-1.csv", "orders-1.csv.gz"], None),
        ("", ["orders-1.csv", "orders-1.csv.GZ"], None),
        ("", ["orders-1.csv.gz", "orders-1.csv.zst"], None),
        ("", ["north/orders-1.csv", "south/orders-1.csv.gz"], Some("20.00")),
        ("", ["orders-1.csv", "orders-2.csv.gz"], Some("20.00")),
        (keyed, ["orders-1.csv", "orders-1.csv.gz"], Some("10.00")),
    ];
    let mut faults = Vec::new();
    for (contract, files, sum) in cases {
        let bed = rules::shop("day", "irregular", contract);
        bed.replace("jobs/contracts/orders.toml", "orders-*.csv", "**/orders-*");
        for file in files {
            let text = "id,day,customer,channel,amount\n1,2026-06-03,c1,web,10.00\n";
            bed.write(&format!("data/{file}"), packed(file, text));
        }
        let record = rules::run(&bed, "2026-06-04T09:00", if sum.is_some() { 0 } else { 3 });
        let [file, twin] = files;
        let expected = format!("error quality.packed_twin file={file} twin={twin}");
        let told = rules::told(&record, "quality.packed_twin");
        if told != Vec::from_iter(sum.is_none().then_some(expected)) {
            faults.push(format!("{contract}{files:?}: {:?}", record.notes));
        }
        if let Some(sum) = sum {
            let value = bed.value(rules::JOB, "sum_orders");
            if value != sum {
                faults.push(format!("{contract}{files:?}: {value}, not {sum}"));
            }
        }
    }
    all_at_once(faults);
}
