//! Which rows count: of copies, of second rows with one key, and of files whose outside stayed the same.

use crate::{
    formats::{JOB, metrics, shop},
    rules,
    support::{TestBed, all_at_once},
};
use serde_json::{Value, json};
use std::{fs, time::SystemTime};

const LAST: &str = "key = [\"id\"]\non_duplicate = \"last_loaded\"\n";
const DAY: &str = "day = { type = \"date\", required = true, format = [\"%Y-%m-%d\"] }\n";

/// A shop whose orders lie in files of a pattern; `head` opens the contract, `columns` are those beside `id` and `price`.
fn bed(head: &str, files: &str, time: &str, columns: &str) -> TestBed {
    let bed = shop();
    let price = match columns.contains("price =") {
        true => "",
        false => "price = { type = \"money\", currency = \"CNY\", required = true }\n",
    };
    let contract = format!(
        "description = \"Orders.\"\nowner = \"Tests\"\n{head}[source]\nfiles = [\"{files}\"]\n[time]\ncolumn = \"day\"\n\
         expected = \"irregular\"\n{time}[columns]\nid = {{ type = \"text\", required = true }}\n{price}{columns}"
    );
    bed.write("jobs/contracts/orders.toml", contract);
    bed.write("jobs/metrics/orders.toml", metrics("orders", "sum(price)"));
    bed
}

fn sum(bed: &TestBed) -> String {
    bed.value(JOB, "sum_orders")
}

/// The sum by months, such as `2026-05 70.00`.
fn months(bed: &TestBed) -> String {
    let rows = bed.kpi(JOB, "--metric sum_orders --grain month");
    let row = |row: &crate::support::Row| format!("{} {}", row["period"], row["sum_orders"]);
    rows.iter().map(row).collect::<Vec<_>>().join(", ")
}

#[test]
fn files_of_the_same_bytes_are_copies_only_where_their_names_say_the_same() {
    let shop = format!("{DAY}shop = {{ type = \"text\", from_file_name = \"o/([a-z]+)-\" }}\n");
    let dated = "day = { type = \"date\", required = true, from_file_name = \"o/(.*)\\\\.csv\", \
                 format = [\"%Y-%m-%d\"] }\n";
    let named = format!(
        "{DAY}price = {{ type = \"money\", currency = \"CNY\", required = true, aliases = [\
         {{ name = \"net\", files = [\"*/a.csv\"] }}, {{ name = \"gross\", files = [\"*/b.csv\"] }}] }}\n"
    );
    let row = "id,day,price\n1,2026-06-01,10.50\n";
    let both = "id,day,net,gross\n1,2026-06-01,10.00,11.00\n";
    let mut faults = Vec::new();
    for (columns, files, text, expected) in [
        (shop.as_str(), ["o/berlin-1.csv", "o/paris-1.csv"], row, "21.00"),
        (shop.as_str(), ["o/berlin-1.csv", "o/berlin-2.csv"], row, "10.50"),
        (dated, ["o/2026-06-01.csv", "o/2026-06-02.csv"], "id,price\n1,10.50\n", "21.00"),
        (&named, ["o/a.csv", "o/b.csv"], both, "21.00"),
        (DAY, ["o/a.csv", "o/b.csv"], row, "10.50"),
    ] {
        let bed = bed("", "o/*.csv", "", columns);
        for file in files {
            bed.write(&format!("data/{file}"), text);
        }
        let found = sum(&bed);
        if found != expected {
            faults.push(format!("{files:?}: {found}, not {expected}"));
        }
    }
    all_at_once(faults);
}

#[test]
fn a_correction_of_one_shop_is_none_of_another_with_the_same_bytes() {
    let shop = format!("{DAY}shop = {{ type = \"text\", from_file_name = \"o/([a-z]+)-\" }}\n");
    let bed = bed("", "o/*.csv", "", &shop);
    let section = "[[section]]\nid = \"all\"\ntitle = { en = \"All\", zh-CN = \"全部\" }\n\
                   analysis = \"scorecard\"\nmetrics = [\"rows_orders\"]\n";
    let job = fs::read_to_string(bed.path(JOB)).expect("the job");
    bed.write(JOB, job + section);
    for shop in ["berlin", "paris"] {
        let text = "id,day,price\n1,2026-06-01,10.00\n2,2026-06-01,\"7,50\"\n";
        bed.write(&format!("data/o/{shop}-1.csv"), text);
    }
    bed.tidings(&["quarantine", JOB, "--export", "out/bad.jsonl"]).exits(0);
    let text = fs::read_to_string(bed.path("out/bad.jsonl")).expect("exported");
    let mut rows = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a row"));
    let mut berlin =
        rows.find(|row| row["file"] == "o/berlin-1.csv").expect("the row of Berlin in quarantine");
    berlin["correction"] = json!("2,2026-06-01,7.50");
    bed.write("out/good.jsonl", format!("{berlin}\n"));
    bed.tidings(&["quarantine", JOB, "--release", "out/good.jsonl"]).exits(0);
    assert_eq!(sum(&bed), "27.50", "Paris still has one row of 10.00");
}

#[test]
fn of_rows_with_one_key_the_last_of_a_file_counts_whatever_its_period() {
    let newest = "key = [\"id\"]\non_duplicate = { newest = \"version\" }\n";
    let columns = format!("{DAY}version = {{ type = \"integer\", required = true }}\n");
    let back = "id,day,price,version\n1,2026-06-02,100.00,5\n1,2026-05-31,70.00,5\n";
    let newer = "id,day,price,version\n1,2026-05-31,70.00,6\n1,2026-06-02,100.00,5\n";
    let within = "id,day,price,version\n1,2026-06-02,100.00,5\n1,2026-06-01,70.00,5\n";
    let mut faults = Vec::new();
    for (head, time, text, expected) in [
        (LAST, "", back, "2026-05 70.00"),
        (newest, "", back, "2026-05 70.00"),
        (newest, "", newer, "2026-05 70.00"),
        (LAST, "", newer, "2026-06 100.00"),
        (LAST, "partition = \"day\"\n", within, "2026-06 70.00"),
        (LAST, "partition = \"year\"\n", back, "2026-05 70.00"),
    ] {
        let bed = bed(head, "log.csv", time, &columns);
        bed.write("data/log.csv", text);
        let found = months(&bed);
        if found != expected {
            faults.push(format!("{head}{time}{text}: {found}, not {expected}"));
        }
    }
    all_at_once(faults);
}

#[test]
fn a_state_that_comes_back_is_the_state_again() {
    let newest = "key = [\"id\"]\non_duplicate = { newest = \"version\" }\n";
    let refuse = "key = [\"id\"]\non_duplicate = \"refuse\"\n";
    let columns = format!("{DAY}version = {{ type = \"integer\", required = true }}\n");
    for (head, expected) in [(LAST, "10.00"), (newest, "10.00"), (refuse, "10.00")] {
        let bed = bed(head, "o/{date}.csv", "", &columns);
        for (day, price, expected) in
            [(1, "10.00", "10.00"), (2, "999.00", "999.00"), (3, "10.00", expected)]
        {
            let text = format!("id,day,price,version\n1,2026-06-01,{price},1\n");
            bed.write(&format!("data/o/2026-06-0{day}.csv"), text);
            if head != refuse {
                assert_eq!(sum(&bed), expected, "{head} on day {day}");
            }
        }
        assert_eq!(sum(&bed), expected, "{head}");
        assert_eq!(bed.value(JOB, "rows_orders"), "1", "{head}");
    }
}

#[test]
fn other_bytes_of_the_same_size_and_time_are_read() {
    let bed = bed("", "o/*.csv", "", DAY);
    let write = |price: &str| {
        let file = "data/o/1.csv";
        bed.write(file, format!("id,day,price\n1,2026-06-01,{price}\n"));
        let file = fs::File::options().write(true).open(bed.path(file)).expect("the file");
        file.set_modified(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_780_000_000))
            .expect("set");
    };
    write("10.00");
    assert_eq!(sum(&bed), "10.00");
    write("99.50");
    assert_eq!(sum(&bed), "99.50");
}

/// Changes what became of the one file of the orders, as the state folder has it.
fn remember(bed: &TestBed, change: impl Fn(&mut Value)) {
    let pattern = bed.state().join("lake/orders/*/catalogue.json");
    let mut paths = glob::glob(&pattern.to_string_lossy()).expect("a pattern").flatten();
    let path = paths.next().expect("a catalogue");
    let mut catalogue: Value =
        serde_json::from_slice(&fs::read(&path).expect("read")).expect("JSON");
    change(&mut catalogue);
    fs::write(path, catalogue.to_string()).expect("written");
}

#[test]
fn a_file_that_could_not_be_read_is_tried_again() {
    let bed = bed("", "o/*.csv", "", DAY);
    bed.write("data/o/1.csv", "id,day,price\n1,2026-06-01,10.00\n");
    assert_eq!(sum(&bed), "10.00");
    remember(&bed, |catalogue| {
        let loaded = &mut catalogue["files"]["o/1.csv"];
        loaded["unreadable"] = json!("Permission denied (os error 13)");
        loaded["parts"] = json!([]);
        loaded["read"] = json!(0);
    });
    assert_eq!(sum(&bed), "10.00");
}

#[test]
fn a_state_of_an_older_form_is_read_anew() {
    let bed = bed(LAST, "log.csv", "", DAY);
    bed.write("data/log.csv", "id,day,price\n1,2026-06-02,100.00\n1,2026-05-31,70.00\n");
    assert_eq!(sum(&bed), "70.00");
    remember(&bed, |catalogue| {
        catalogue["schema_version"] = json!(4);
        let loaded = catalogue["files"]["log.csv"].as_object_mut().expect("a file");
        loaded.remove("stamp");
        loaded.insert("size".into(), json!(3));
        loaded.insert("modified".into(), json!(3));
    });
    assert_eq!(months(&bed), "2026-05 70.00");
}

#[test]
fn files_that_look_daily_and_have_no_day_are_told_by_name() {
    let bed = rules::shop("day", "irregular", "");
    let contract = "jobs/contracts/orders.toml";
    bed.replace(contract, "[\"orders-*.csv\"]", "[\"orders-{date}.csv\", \"orders-2025*.csv\"]");
    for name in [
        "2026-06-02",
        "2026-06-31",
        "2026-06-02 (1)",
        "20260629",
        "2026-06-05",
        "2025-13-01",
        "7",
        "items-2026-06-02",
    ] {
        let rows = format!("{name},2026-06-02,c1,web,1.00");
        rules::deliver(&bed, &format!("orders-{name}.csv"), &rows);
    }
    let record = rules::run(&bed, "2026-06-05T09:00", 0);
    let expected = "warning quality.undated count=3 \
                    list=orders-2026-06-02 (1).csv|orders-2026-06-31.csv|orders-20260629.csv";
    assert_eq!(rules::told(&record, "quality.undated"), [expected]);
    let sum = bed.value(rules::JOB, "sum_orders");
    assert_eq!(sum, "3.00", "two of days that are over by now, and one by another pattern");
}

#[test]
fn explain_says_which_row_counts_and_in_which_order() {
    let newest = "key = [\"id\", \"day\"]\non_duplicate = { newest = \"version\" }\n";
    let columns = format!("{DAY}version = {{ type = \"integer\", required = true }}\n");
    let section = "[[section]]\nid = \"all\"\ntitle = { en = \"All\", zh-CN = \"全部\" }\n\
                   analysis = \"scorecard\"\nmetrics = [\"rows_orders\"]\n";
    for (head, files, says) in [
        (
            LAST,
            "files = [\"log.csv\"]",
            "; of rows with the same id the last one counts, by file day, file name and place in the file\n",
        ),
        (
            newest,
            "database = { sqlite = \"s.db\", table = \"o\" }",
            "; of rows with the same id, day the one with the greatest version counts, among equals the last, by run \
             and place in the run\n",
        ),
        ("", "files = [\"log.csv\"]", "/data\n"),
    ] {
        let bed = bed(head, "log.csv", "", &columns);
        bed.replace("jobs/contracts/orders.toml", "files = [\"log.csv\"]", files);
        let job = fs::read_to_string(bed.path(JOB)).expect("the job");
        bed.write(JOB, job + section);
        let said = bed.tidings(&["explain", JOB]).exits(0).stdout;
        let line =
            said.split_inclusive('\n').find(|line| line.contains(" orders: ")).expect("a line");
        assert!(line.ends_with(says), "{line}");
    }
}
