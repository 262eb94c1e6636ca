//! Columns that change from file to file: harmless changes are told once, a file that is another one is refused.

mod wide;

use crate::{
    rules::{JOB, run, shop, told},
    support::TestBed,
};
use std::fmt::Write;

const HEADER: &str = "id,day,customer,channel,amount";

fn bed() -> TestBed {
    let bed = shop("day", "irregular", "");
    let contract = "jobs/contracts/orders.toml";
    bed.replace(
        contract,
        "customer = { type = \"text\" }",
        "customer = { type = \"text\", aliases = [\"customer\", \"CustID\"] }",
    );
    bed.replace(
        contract,
        "channel = { type = \"text\" }",
        "channel = { type = \"text\", may_be_absent = true }",
    );
    bed
}

/// A file of one day; `header` may call columns otherwise, have more of them or fewer.
fn file(bed: &TestBed, day: u32, header: &str) {
    let width = header.split(',').count();
    let row =
        ["1", &format!("2026-06-{day:02}"), "c1", "web", "10.00", "x", "y"][..width].join(",");
    bed.write(&format!("data/orders-{day:02}.csv"), format!("{header}\n{row}\n"));
}

/// What is told on the morning after a day.
fn after(bed: &TestBed, day: u32, code: i32) -> Vec<String> {
    told(&run(bed, &format!("2026-06-{:02}T09:00", day + 1), code), "drift.")
}

#[test]
fn a_new_column_is_told_in_the_report_that_sees_it_and_then_no_more() {
    let bed = bed();
    file(&bed, 2, HEADER);
    assert_eq!(after(&bed, 2, 0), Vec::<String>::new(), "nothing was seen before");
    file(&bed, 3, &format!("{HEADER},coupon"));
    let new = "info drift.new_columns count=1 file=orders-03.csv list=coupon";
    assert_eq!(after(&bed, 3, 0), [new]);
    assert_eq!(after(&bed, 3, 0), [new], "the same report says the same again");
    file(&bed, 4, &format!("{HEADER},coupon"));
    assert_eq!(after(&bed, 4, 0), Vec::<String>::new(), "it is known by now");
    // A file that is delivered anew is held against its own earlier content.
    file(&bed, 4, &format!("{HEADER},coupon,gift"));
    let new = "info drift.new_columns count=1 file=orders-04.csv list=gift";
    assert_eq!(after(&bed, 4, 0), [new]);
    assert_eq!(after(&bed, 5, 0), Vec::<String>::new());
}

#[test]
fn a_week_tells_what_came_within_it() {
    let bed = shop("week", "irregular", "");
    file(&bed, 2, HEADER);
    let weekly = |day: u32| told(&run(&bed, &format!("2026-06-{day:02}T09:00"), 0), "drift.");
    assert_eq!(weekly(3), Vec::<String>::new());
    file(&bed, 3, &format!("{HEADER},coupon"));
    assert_eq!(weekly(4).len(), 1, "another job of the same folder has seen it first");
    assert_eq!(weekly(8).len(), 1, "the report on Monday");
    assert_eq!(weekly(15), Vec::<String>::new(), "the report a week later");
}

#[test]
fn a_history_of_changes_is_no_news() {
    let bed = bed();
    file(&bed, 2, HEADER);
    file(&bed, 3, &format!("{HEADER},coupon"));
    file(&bed, 4, "id,day,CustID,channel,amount");
    assert_eq!(after(&bed, 4, 0), Vec::<String>::new(), "the first load is held against nothing");
}

#[test]
fn names_that_the_contract_foresees_and_columns_that_may_go_are_told() {
    let bed = bed();
    file(&bed, 2, HEADER);
    after(&bed, 2, 0);
    bed.write("data/orders-03.csv", "id,day,CustID,amount\n1,2026-06-03,c1,10.00\n");
    let expected = [
        "info drift.renamed count=1 file=orders-03.csv list=customer → CustID",
        "warning drift.gone count=1 file=orders-03.csv list=channel",
    ];
    assert_eq!(after(&bed, 3, 0), expected);
    assert_eq!(bed.value(JOB, "rows_orders"), "2", "the rows count");
    bed.tidings(&["preview", JOB, "--as-of", "2026-06-04T09:00", "--out", "shown"]).exits(0);
    let text = std::fs::read_to_string(bed.path("shown/mail.en.txt")).expect("rendered");
    let sentence = "! Rests on data with a reservation. orders: orders-03.csv no longer has the column of channel; its \
                    values are unknown.";
    assert_eq!(text.matches(sentence).count(), 1, "at the section on orders: {text}");
    assert!(
        !text.contains("reservation. orders: orders-03.csv calls"),
        "a remark is no reservation"
    );
}

/// The reason for which a file is refused.
fn refused(bed: &TestBed, day: u32) -> String {
    let record = run(bed, &format!("2026-06-{:02}T09:00", day + 1), 3);
    let found = told(&record, "quality.unreadable_file");
    found.first().unwrap_or_else(|| panic!("not refused: {:?}", record.notes)).clone()
}

#[test]
fn a_missing_column_is_refused_with_what_changed() {
    let bed = bed();
    file(&bed, 2, HEADER);
    after(&bed, 2, 0);
    for _ in 0..2 {
        file(&bed, 3, "id,day,customer,channel,total");
        let reason = refused(&bed, 3);
        let change = "; against `orders-02.csv`, `amount` went and `total` came";
        assert!(
            reason.contains("the header lacks `amount`") && reason.ends_with(change),
            "{reason}"
        );
    }
    // What was refused is not what the next one is held against.
    file(&bed, 3, &format!("{HEADER},coupon"));
    assert_eq!(
        after(&bed, 3, 0),
        ["info drift.new_columns count=1 file=orders-03.csv list=coupon"]
    );
}

/// Rows of 3 June, some with another sort of amount.
fn amounts(good: usize, bad: usize) -> String {
    let mut text = format!("{HEADER}\n");
    for at in 0..good + bad {
        let amount = if at < bad { "ten" } else { "10.00" };
        writeln!(text, "{at},2026-06-03,c1,web,{amount}").expect("text");
    }
    text
}

#[test]
fn a_column_of_another_type_in_more_than_half_of_the_rows_is_refused() {
    let bed = bed();
    file(&bed, 2, HEADER);
    after(&bed, 2, 0);
    bed.write("data/orders-03.csv", amounts(9, 11));
    let reason = refused(&bed, 3);
    let says = "`amount` is not a decimal in 55 % of its rows, unlike `orders-02.csv`";
    assert!(reason.ends_with(says), "{reason}");
    for (good, bad) in [(10, 10), (8, 11)] {
        bed.write("data/orders-03.csv", amounts(good, bad));
        let record = run(&bed, "2026-06-04T09:00", 3);
        assert_eq!(
            told(&record, "quality.unreadable_file"),
            Vec::<String>::new(),
            "{good} and {bad}"
        );
        let counts = record.sources.iter().find(|source| source.dataset.as_str() == "orders");
        assert_eq!(counts.expect("a source").rows.quarantined, bad as u64, "row by row");
    }
    let contract = std::fs::read_to_string(bed.path("jobs/contracts/orders.toml")).expect("text");
    bed.write(
        "jobs/contracts/orders.toml",
        format!("drift = {{ retyped_share = 0.4 }}\n{contract}"),
    );
    bed.write("data/orders-03.csv", amounts(11, 9));
    assert!(refused(&bed, 3).contains("in 45 % of its rows"));
    bed.write("jobs/contracts/orders.toml", format!("drift = {{ retyped_share = 4 }}\n{contract}"));
    bed.tidings(&["check", JOB])
        .exits(2)
        .complains(&["orders.toml:1:27", "4 is no share; use 0 to 1"]);
}

/// Thirty rows without a header, in the order of `places`.
fn bare(day: u32, places: [usize; 6]) -> String {
    let mut text = String::new();
    for at in 0..30_u32 {
        let fields = [
            format!("{at}"),
            format!("2026-06-{day:02}"),
            ["web", "shop", "fair"][at as usize % 3].to_owned(),
            ["north", "south"][at as usize % 2].to_owned(),
            format!("{}", 4000 + at * 37),
            format!("{}", 20 + at),
        ];
        writeln!(text, "{}", places.map(|place| fields[place].as_str()).join(",")).expect("text");
    }
    text
}

#[test]
fn columns_without_a_header_in_another_order_are_refused() {
    let bed = bed();
    let contract = "description = \"Ads.\"\nowner = \"Tests\"\n[source]\nfiles = [\"orders-*.csv\"]\n\
                    headerless = { columns = [\"id\", \"day\", \"channel\", \"region\", \"views\", \"clicks\"] }\n\
                    [time]\ncolumn = \"day\"\nexpected = \"irregular\"\n[columns]\nid = { type = \"text\" }\n\
                    day = { type = \"date\", required = true, format = [\"%Y-%m-%d\"] }\nchannel = { type = \"text\" }\n\
                    region = { type = \"text\" }\nviews = { type = \"integer\" }\nclicks = { type = \"integer\" }\n\
                    [[derived]]\nname = \"amount\"\nsql = \"clicks * 1.00\"\n";
    bed.write("jobs/contracts/orders.toml", contract);
    bed.write("data/orders-02.csv", bare(2, [0, 1, 2, 3, 4, 5]));
    after(&bed, 2, 0);
    bed.write("data/orders-03.csv", bare(3, [0, 1, 2, 3, 4, 5]));
    assert_eq!(after(&bed, 3, 0), Vec::<String>::new(), "the same order");
    for (places, says) in [
        (
            [0, 1, 3, 2, 4, 5],
            "the columns `channel`, `region` look as if they stood in another order",
        ),
        (
            [0, 1, 2, 3, 5, 4],
            "the columns `clicks`, `views` look as if they stood in another order",
        ),
        ([0, 1, 2, 4, 3, 5], "`views` is not a whole number in 100 % of its rows"),
        ([1, 0, 2, 3, 4, 5], "`day` is not a date in 100 % of its rows"),
    ] {
        bed.write("data/orders-04.csv", bare(4, places));
        let reason = refused(&bed, 4);
        assert!(
            reason.contains(says) && reason.ends_with("unlike `orders-03.csv`"),
            "{places:?}: {reason}"
        );
    }
    let narrow = bare(4, [0, 1, 2, 3, 4, 5]).replace(",north,", ",").replace(",south,", ",");
    bed.write("data/orders-04.csv", narrow);
    assert!(refused(&bed, 4).contains("100 % of its rows have not 6 fields"), "a column is gone");
    bed.write("data/orders-04.csv", bare(4, [0, 1, 2, 3, 4, 5]));
    assert_eq!(after(&bed, 4, 0), Vec::<String>::new(), "mended");
}

#[test]
fn new_names_in_json_lines_are_told_too() {
    let bed = shop("day", "irregular", "");
    bed.replace("jobs/contracts/orders.toml", "orders-*.csv", "orders-*.jsonl");
    let line = |more: &str| {
        format!(
            "{{\"id\":\"1\",\"day\":\"2026-06-02\",\"customer\":null,\"channel\":\"web\",\"amount\":10.00{more}}}\n"
        )
    };
    bed.write("data/orders-02.jsonl", line(""));
    after(&bed, 2, 0);
    bed.write("data/orders-03.jsonl", line("") + &line(",\"coupon\":{\"code\":1}"));
    assert_eq!(
        after(&bed, 3, 0),
        ["info drift.new_columns count=1 file=orders-03.jsonl list=coupon"]
    );
}

/// A file of JSON lines, one of each day from the first on; `more` is what each of them has beside id and day.
fn lines(bed: &TestBed, name: &str, month: u32, more: &str) {
    let line = |day: u32| {
        format!(
            "{{\"id\":\"{day}\",\"day\":\"2026-{month:02}-{day:02}\",\"customer\":\"c1\",{more}}}\n"
        )
    };
    bed.write(&format!("data/orders-{name}.jsonl"), (1..=25).map(line).collect::<String>());
}

#[test]
fn nested_json_lines_whose_shape_changes_are_refused_or_told() {
    let shape = r#""money":{"value":5},"channel":{"name":"web"}"#;
    let refused_as = "quality.unreadable_file";
    for (more, code, key, says) in [
        (shape, 0, "drift.", ""),
        (
            r#""money":5,"channel":{"name":"web"}"#,
            3,
            refused_as,
            "no row has `money.value` (`amount`: `money` is a number, not an object); lines have: channel, customer, \
             day, id, money; against `orders-02.jsonl`, `money.value` went",
        ),
        (
            r#""money":{"amount":5},"channel":{"name":"web"}"#,
            3,
            refused_as,
            "no row has `money.value`; lines have: channel, customer, day, id, money; against `orders-02.jsonl`, \
             `money.value` went",
        ),
        (
            r#""total":5,"channel":{"name":"web"}"#,
            3,
            refused_as,
            "against `orders-02.jsonl`, `money`, `money.value` went and `total` came",
        ),
        (
            r#""money":{"value":5},"channel":{"id":7}"#,
            0,
            "drift.",
            "warning drift.gone count=1 file=orders-03.jsonl list=channel",
        ),
        (
            r#""money":{"value":5},"channel":7"#,
            3,
            "quality.mostly_quarantined",
            "error quality.mostly_quarantined bad=25 file=orders-03.jsonl rows=25 rule=type",
        ),
    ] {
        let bed = shop("day", "irregular", "");
        let contract = "jobs/contracts/orders.toml";
        bed.replace(contract, "orders-*.csv", "orders-*.jsonl");
        bed.replace(
            contract,
            "currency = \"CNY\"",
            "currency = \"CNY\", aliases = [\"money.value\"]",
        );
        let nested =
            "channel = { type = \"text\", aliases = [\"channel.name\"], may_be_absent = true }";
        bed.replace(contract, "channel = { type = \"text\" }", nested);
        lines(&bed, "02", 5, shape);
        after(&bed, 2, 0);
        lines(&bed, "03", 6, more);
        let record = run(&bed, "2026-06-26T09:00", code);
        let found = told(&record, key);
        let is_told = if says.is_empty() {
            found.is_empty()
        } else {
            found.iter().any(|one| one.contains(says))
        };
        assert!(is_told, "{more}: {:?}", record.notes);
    }
}

#[test]
fn numbers_that_changed_places_without_a_header_are_refused_in_small_files_too() {
    let contract = "description = \"Ads.\"\nowner = \"Tests\"\n[source]\nfiles = [\"orders-*.csv\"]\n\
                    headerless = { columns = [\"day\", \"name\", \"amount\", \"cost\"] }\n[time]\ncolumn = \"day\"\n\
                    expected = \"irregular\"\n[columns]\nday = { type = \"date\", required = true, format = [\"%Y-%m-%d\"] }\n\
                    name = { type = \"text\" }\namount = { type = \"decimal\" }\ncost = { type = \"decimal\" }\n";
    // Rows, the amounts and the costs of the file before, those of the file, and whether they changed places.
    for (rows, before, now, is_refused) in [
        (30, (101, 61), (61, 101), true),
        (15, (1001, 6), (6, 1001), true),
        (15, (1001, 6), (1001, 6), false),
        (15, (1001, 6), (1100, 7), false),
        // Both grow from file to file, and one is now where the other was.
        (30, (101, 131), (131, 161), false),
        (9, (1001, 6), (6, 1001), false),
    ] {
        let bed = shop("day", "irregular", "");
        bed.write("jobs/contracts/orders.toml", contract);
        let file = |day: u32, (amount, cost): (u32, u32)| {
            let row = |at: u32| format!("2026-06-{day:02},n{at},{},{}\n", amount + at, cost + at);
            bed.write(&format!("data/orders-{day:02}.csv"), (0..rows).map(row).collect::<String>());
        };
        file(2, before);
        after(&bed, 2, 0);
        file(3, now);
        if is_refused {
            let says = "the columns `amount`, `cost` look as if they stood in another order, unlike `orders-02.csv`";
            assert!(refused(&bed, 3).ends_with(says), "{rows} rows, {before:?}, {now:?}");
        } else {
            assert_eq!(after(&bed, 3, 0), Vec::<String>::new(), "{rows} rows, {before:?}, {now:?}");
        }
    }
}
