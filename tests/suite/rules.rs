//! Rules of contracts: what is broken is told with its severity, at the sections that rest on it, or holds the report.

mod totals;

use crate::support::{TestBed, all_at_once, cases, each_file, mail, root, unbroken};
use model::{quality::QualityNote, report::Argument, run::RunRecord};
use serde::Deserialize;
use std::fs;

pub(crate) const JOB: &str = "jobs/shop.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    rule: String,
    rows: String,
    #[serde(default)]
    more: String,
    #[serde(default = "day")]
    grain: String,
    #[serde(default = "friday")]
    as_of: String,
    #[serde(default = "daily")]
    expected: String,
    #[serde(default)]
    calendar: bool,
    told: Vec<String>,
}

fn day() -> String {
    "day".to_owned()
}

fn friday() -> String {
    "2026-06-05T09:00".to_owned()
}

fn daily() -> String {
    "daily".to_owned()
}

/// A shop with orders and customers; `contract` opens the contract of the orders.
pub(crate) fn shop(grain: &str, expected: &str, contract: &str) -> TestBed {
    let bed = TestBed::empty();
    bed.write(
        JOB,
        format!(
            "schema_version = 1\ntitle = {{ en = \"Shop\", zh-CN = \"商店\" }}\n\
             organisation = {{ en = \"Shop\", zh-CN = \"商店\" }}\nowner = \"Tests\"\nzone = \"Asia/Shanghai\"\n\
             grain = \"{grain}\"\ndata = \"../data\"\n[gate]\nmin_coverage = 0.0\nmax_age_days = 99\n\
             [[section]]\nid = \"sales\"\ntitle = {{ en = \"Sales\", zh-CN = \"销售\" }}\nanalysis = \"scorecard\"\n\
             metrics = [\"sum_orders\"]\n[[section]]\nid = \"base\"\ntitle = {{ en = \"Visits\", zh-CN = \"访问\" }}\n\
             analysis = \"scorecard\"\nmetrics = [\"rows_visits\"]\n"
        ),
    );
    let text = |name: &str, more: &str| format!("{name} = {{ type = \"text\"{more} }}\n");
    let head = |files: &str| {
        format!("description = \"Of tests.\"\nowner = \"Tests\"\n[source]\nfiles = [\"{files}\"]\n")
    };
    let date = "day = { type = \"date\", required = true, format = [\"%Y-%m-%d\"] }\n";
    let time = format!("[time]\ncolumn = \"day\"\nexpected = \"{expected}\"\n");
    bed.write(
        "jobs/contracts/orders.toml",
        format!(
            "{contract}{}{time}[columns]\n{}{date}{}{}amount = {{ type = \"money\", currency = \"CNY\", required = true }}\n",
            head("orders-*.csv"),
            text("id", ", required = true"),
            text("customer", ""),
            text("channel", "")
        ),
    );
    let customers = head("customers.csv");
    bed.write(
        "jobs/contracts/customers.toml",
        format!(
            "key = [\"customer\"]\non_duplicate = \"last_loaded\"\n{customers}[columns]\n{}",
            text("customer", ", required = true")
        ),
    );
    bed.write(
        "jobs/contracts/visits.toml",
        format!(
            "{}[time]\ncolumn = \"day\"\nexpected = \"irregular\"\n[columns]\n{date}",
            head("visits.csv")
        ),
    );
    bed.write("jobs/metrics/orders.toml", crate::formats::metrics("orders", "sum(amount)"));
    let visits = crate::formats::metrics("visits", "count(*)");
    bed.write("jobs/metrics/visits.toml", visits.replace("money:CNY", "count"));
    bed.write("data/customers.csv", "customer\nc1\nc2\n");
    bed.write("data/visits.csv", "day\n2026-04-30\n2026-06-03\n2026-06-04\n");
    bed
}

/// Writes a file of orders.
pub(crate) fn deliver(bed: &TestBed, file: &str, rows: &str) {
    bed.write(
        &format!("data/{file}"),
        format!("id,day,customer,channel,amount\n{}\n", rows.trim()),
    );
}

/// Runs the job without sending.
pub(crate) fn run(bed: &TestBed, as_of: &str, code: i32) -> RunRecord {
    let ran = bed.tidings(&["run", JOB, "--no-send", "--as-of", as_of, "--format", "json"]);
    serde_json::from_value(ran.exits(code).json()).expect("a record")
}

/// A remark as severity, key and arguments but the dataset.
pub(crate) fn said(note: &QualityNote) -> String {
    let severity = format!("{:?}", note.severity).to_lowercase();
    let arguments = note.message.arguments.iter().filter(|(name, _)| *name != "dataset");
    let arguments = arguments.map(|(name, argument)| {
        let text = match argument {
            Argument::Text(text) => text.clone(),
            Argument::Count(count) => count.to_string(),
            Argument::Date(date) => date.to_string(),
            Argument::Value { value, .. } => value.expect("known").normalize().to_string(),
            Argument::List(labels) => {
                labels.iter().map(|label| label.en.clone()).collect::<Vec<_>>().join("|")
            }
            other => format!("{other:?}"),
        };
        format!(" {name}={text}")
    });
    format!("{severity} {}{}", note.message.key, arguments.collect::<String>())
}

/// The remarks whose keys begin with a word.
pub(crate) fn told(record: &RunRecord, word: &str) -> Vec<String> {
    let notes = record.notes.iter().filter(|note| note.message.key.starts_with(word));
    notes.map(said).collect()
}

#[test]
fn every_rule_tells_what_was_counted_by_hand() {
    let mut faults = Vec::new();
    for case in cases::<Case>("rules.toml") {
        let bed = shop(&case.grain, &case.expected, &format!("rule = [{{ {} }}]\n", case.rule));
        if case.calendar {
            bed.replace(JOB, "[gate]", "[calendar]\nholidays = \"cn\"\n[gate]");
            let days = fs::read(root().join("jobs/calendars/cn.toml")).expect("a calendar");
            bed.write("jobs/calendars/cn.toml", days);
        }
        deliver(&bed, "orders-1.csv", &case.rows);
        if !case.more.is_empty() {
            deliver(&bed, "orders-2.csv", &case.more);
        }
        let held = case.told.iter().any(|told| told.starts_with("error"));
        // The second run reads nothing anew, and tells the same.
        for round in ["first", "second"] {
            let record = run(&bed, &case.as_of, if held { 3 } else { 0 });
            let found = told(&record, "rule.");
            if found != case.told {
                faults.push(format!(
                    "{}, {round} run: {found:#?} instead of {:#?}",
                    case.name, case.told
                ));
            }
        }
    }
    all_at_once(faults);
}

#[test]
fn a_warning_stands_at_the_sections_that_rest_on_the_dataset() {
    let rule = "check = \"unknown_share\", column = \"customer\", max_share = 0.0";
    for (severity, at_section) in [("warn", true), ("note", false)] {
        let bed =
            shop("day", "daily", &format!("rule = [{{ {rule}, severity = \"{severity}\" }}]\n"));
        deliver(&bed, "orders-1.csv", "1,2026-06-03,c1,web,10.00\n2,2026-06-04,,web,10.00");
        let job = fs::read_to_string(bed.path(JOB)).expect("the job");
        bed.write(JOB, job.replace("grain =", "as_of = \"2026-06-05T09:00:00\"\ngrain ="));
        let report = bed.report(JOB);
        let datasets = |id: &str| {
            let section = report.sections.iter().find(|section| section.id.as_str() == id);
            section.expect("a section").datasets.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            (datasets("sales"), datasets("base")),
            (vec!["orders".into()], vec!["visits".into()])
        );
        bed.tidings(&["preview", JOB, "--out", "shown"]).exits(0);
        for (file, sentence) in [
            (
                "mail.en.txt",
                "Rests on data with a reservation. orders: customer is unknown in 100.00% of the rows",
            ),
            ("page.en.html", "Rests on data with a reservation. orders: customer is unknown"),
            (
                "mail.zh-CN.html",
                "所依据的数据有保留意见。orders：2026年6月4日的customer有100.00%未知",
            ),
        ] {
            let text = unbroken(
                &fs::read_to_string(bed.path(&format!("shown/{file}"))).expect("rendered"),
            );
            let times = text.matches(sentence).count();
            assert_eq!(times, usize::from(at_section), "{severity}, {file}: {text}");
        }
        let all = fs::read_to_string(bed.path("shown/mail.en.txt")).expect("rendered");
        let (_, quality) = all.split_once("== Sources and quality ==").expect("the quality part");
        assert!(quality.contains("orders: customer is unknown in 100.00%"), "{quality}");
    }
}

#[test]
fn a_rule_of_a_looked_up_dataset_stands_at_the_sections_that_use_its_columns() {
    let bed = shop("day", "irregular", "");
    let lookup = "\n[[lookup]]\ndataset = \"customers\"\non = \"customer\"\ntake = { region = \"region\" }\n";
    let orders = fs::read_to_string(bed.path("jobs/contracts/orders.toml")).expect("a contract");
    bed.write("jobs/contracts/orders.toml", orders + lookup);
    let customers = fs::read_to_string(bed.path("jobs/contracts/customers.toml")).expect("text");
    let rule = "rule = [{ check = \"unknown_share\", column = \"region\", max_share = 0.1 }]\n";
    bed.write(
        "jobs/contracts/customers.toml",
        format!("{rule}{customers}region = {{ type = \"text\" }}\n"),
    );
    bed.write("data/customers.csv", "customer,region\nc1,North\nc2,\n");
    deliver(&bed, "orders-1.csv", "1,2026-06-03,c1,web,10.00\n2,2026-06-04,c2,web,10.00");
    let section = "[[section]]\nid = \"regions\"\ntitle = { en = \"Regions\", zh-CN = \"大区\" }\n\
                   analysis = \"channels\"\nmetrics = [\"sum_orders\"]\nby = \"region\"\n";
    let job = fs::read_to_string(bed.path(JOB)).expect("the job");
    bed.write(JOB, job.replace("grain =", "as_of = \"2026-06-05T09:00:00\"\ngrain =") + section);
    let report = bed.report(JOB);
    let sections =
        report.sections.iter().map(|section| (section.id.as_str(), section.datasets.len()));
    assert_eq!(sections.collect::<Vec<_>>(), [("sales", 1), ("base", 1), ("regions", 2)]);
    bed.tidings(&["preview", JOB, "--out", "shown"]).exits(0);
    let text = fs::read_to_string(bed.path("shown/mail.en.txt")).expect("rendered");
    let (before, regions) = text.split_once("== Regions ==").expect("the section");
    assert!(!before.contains("reservation"), "{before}");
    assert!(regions.contains("reservation. customers: region is unknown in 50.00%"), "{regions}");
}

#[test]
fn a_rule_that_holds_names_the_sections_and_tells_no_figure() {
    let rule = "check = \"scale\", column = \"amount\", severity = \"hold\"";
    let bed = shop("day", "daily", &format!("rule = [{{ {rule} }}]\n"));
    let days = ["05-30", "05-31", "06-01", "06-02", "06-03"];
    let usual: Vec<String> = days.map(|day| format!("1,2026-{day},c1,web,123.45")).to_vec();
    deliver(&bed, "orders-1.csv", &(usual.join("\n") + "\n6,2026-06-04,c1,web,12345.00"));
    let deliver = "[deliver]\nowner = [{ address = \"owner@example.com\", locale = \"en\" }]\n\
                   folder = [{ path = \"outbox\" }]\n[gate]";
    bed.replace(JOB, "[gate]", deliver);
    let ran = bed.tidings(&["run", JOB, "--as-of", "2026-06-05T09:00", "--format", "json"]);
    let record: RunRecord = serde_json::from_value(ran.exits(3).json()).expect("a record");
    let message = "error rule.scale_up column=amount count=1 times=100 unit=2026-06-04";
    assert_eq!(told(&record, "rule."), [message]);
    let mut notices = Vec::new();
    each_file(&bed.state(), &mut |file, _| {
        if file.to_string_lossy().ends_with("en.notice.eml") {
            notices.push(mail::parse(&fs::read(file).expect("a notice")).leaf("text/plain").text());
        }
    });
    let [notice] = notices.as_slice() else { panic!("one notice: {notices:?}") };
    let says = "orders: amount is about 100 times larger than usual for 4 Jun 2026; the unit may have changed. \
                Sections that rest on it: Sales.";
    assert!(notice.contains(says), "{notice}");
    assert!(!notice.contains("12,345") && !notice.contains("123"), "{notice}");
}

#[test]
fn sums_may_be_off_by_what_is_agreed_and_matter_as_much_as_is_said() {
    let total = |rows: &str, control: &str, stated: &str, code: i32| {
        let bed = shop(
            "day",
            "daily",
            &format!("control = {{ file = \"totals.csv\", name = \"file\", {control} }}\n"),
        );
        deliver(&bed, "orders-1.csv", rows);
        bed.write("data/totals.csv", stated);
        told(&run(&bed, "2026-06-05T09:00", code), "quality.")
    };
    // Three times 33.33 are 99.99.
    let rows = "1,2026-06-04,c1,web,33.33\n2,2026-06-04,c1,web,33.33\n3,2026-06-04,c1,web,33.33";
    let sums = "sums = { amount = \"total\" }";
    let off =
        |severity: &str| vec![format!("{severity} quality.control_sum name=orders-1.csv: amount")];
    let quiet: Vec<String> = Vec::new();
    let stated = "file,total\norders-1.csv,100.00\n";
    assert_eq!(total(rows, sums, stated, 3), off("error"), "digit by digit when nothing is agreed");
    assert_eq!(total(rows, &format!("{sums}, tolerance = \"0.01\""), stated, 0), quiet);
    let close = format!("{sums}, tolerance = \"0.009\", severity = \"warn\"");
    assert_eq!(total(rows, &close, stated, 0), off("warning"));
    let noted = format!("{sums}, severity = \"note\"");
    assert_eq!(total(rows, &noted, stated, 0), off("info"));
    let lacks = total(rows, sums, "file,sum\norders-1.csv,99.99\n", 3);
    assert_eq!(
        lacks,
        [
            "error quality.unreadable_file file=totals.csv reason=it has no column `total`; it has `file`, `sum`"
        ]
    );
}

#[test]
fn faults_of_rules_are_told_with_their_place() {
    let mut faults = Vec::new();
    for (rule, at, says) in [
        ("check = \"uniqe\"", "\"uniqe\"", "unknown variant `uniqe`"),
        ("check = \"scale\"", "\"scale\"", "needs `column`"),
        ("check = \"scale\", column = \"amont\"", "\"amont\"", "did you mean `amount`"),
        (
            "check = \"scale\", column = \"channel\"",
            "\"channel\"",
            "`channel` is text, not a number",
        ),
        ("check = \"scale\", column = \"amount\", factor = 50", "50", "powers of ten"),
        ("check = \"scale\", column = \"amount\", max = 5", "5", "this check has no `max`; it has"),
        ("check = \"fresh\", expected_by = \"8.30\"", "\"8.30\"", "write `08:30`"),
        (
            "check = \"reference\", column = \"customer\", dataset = \"customer\"",
            "\"customer\" }",
            "did you mean `customers`",
        ),
        (
            "check = \"reference\", column = \"amount\", dataset = \"customers\"",
            "\"customers\"",
            "is text, not what `amount` is",
        ),
        (
            "check = \"reference\", column = \"customer\", dataset = \"visits\"",
            "\"visits\"",
            "needs a `key` of exactly one column",
        ),
        ("check = \"row_count\"", "\"row_count\"", "needs `min`, `max` or both"),
        ("check = \"row_count\", min = 5, max = 3", "5", "5 is more than `max`, 3"),
        ("check = \"sequence\", column = \"id\", pattern = \"(a)\"", "\"(a)\"", "needs two groups"),
        (
            "check = \"unique\", columns = [\"id\", \"chanel\"]",
            "\"chanel\"",
            "did you mean `channel`",
        ),
        (
            "check = \"unknown_share\", column = \"customer\", max_share = 20",
            "20",
            "20 is no share",
        ),
    ] {
        let line = format!("rule = [{{ {rule} }}]\n");
        let column = line.find(at).expect("the text at fault") + 1;
        let ran = shop("day", "daily", &line).tidings(&["check", JOB]);
        let flat = ran.stderr.replace("\n  │ ", " ").replace('\n', " ");
        let place = format!("jobs/contracts/orders.toml:1:{column}");
        if ran.code != 2 || !flat.contains(says) || !flat.contains(&place) {
            faults.push(format!(
                "{rule}: {place} {says}, but exits with {}: {}",
                ran.code, ran.stderr
            ));
        }
    }
    for (control, says) in [
        ("sums = { amout = \"total\" }", "did you mean `amount`"),
        ("sums = { channel = \"total\" }", "only numbers have sums"),
        ("sums = { amount = \"total\" }, tolerance = \"-1\"", "write `0.05`"),
    ] {
        let control =
            format!("control = {{ file = \"totals.csv\", name = \"file\", {control} }}\n");
        let ran = shop("day", "daily", &control).tidings(&["check", JOB]);
        if ran.code != 2 || !ran.stderr.contains(says) {
            faults.push(format!("{control}: {says}, but exits with {}: {}", ran.code, ran.stderr));
        }
    }
    all_at_once(faults);
}
