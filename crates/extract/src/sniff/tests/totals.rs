//! Rows that sum up others: which are passed over, and which are only told.

use super::{lines, proposed};

fn rows(count: usize, row: impl Fn(usize) -> String) -> String {
    (1..=count).map(row).collect()
}

#[test]
fn rows_that_say_so_and_add_up_are_totals_wherever_they_stand() {
    let shops = rows(20, |row| format!("S{row},2026-01-{row:02},10.00\n"));
    let ten = |shop: &str| rows(10, |row| format!("{shop},2026-01-{row:02},10.00\n"));
    let sub = "Subtotal,,100.00\n";
    let two = rows(8, |row| format!("Jan,S{row},10.00\nJan,Total,10.00\n"));
    let head = "shop,day,revenue\n";
    let cases = [
        (format!("{head}{shops}All,All,200.00\n"), "shop", r#""All""#),
        (format!("{head}{shops}Overall,,200.00\n"), "shop", r#""Overall""#),
        (format!("{head}Total,,200.00\n{shops}"), "shop", r#""Total""#),
        (format!("{head}{shops},Total: 20 days,200.00\n"), "day", r#""Total: 20 days""#),
        (format!("{head}{shops},,200.00\n"), "shop", r#""""#),
        (
            format!("{head}{}{sub}{}{sub}Grand Total,,200.00\n", ten("A"), ten("B")),
            "shop",
            r#""Grand Total", "Subtotal""#,
        ),
        (format!("month,shop,revenue\n{two}Total,Total,160.00\n"), "shop", r#""Total""#),
        (format!("{head}{shops}Итого:,,200.00\n"), "shop", r#""Итого:""#),
        (
            format!("{head}{}小计,,100.00\n{}小计,,100.00\n總計,,200.00\n", ten("A"), ten("B")),
            "shop",
            r#""小计", "總計""#,
        ),
        // Rounded by whoever wrote it, and beside a mean that is none.
        (format!("{head}{shops}Zwischensumme,,200.01\n"), "shop", r#""Zwischensumme""#),
    ];
    for (file, column, values) in cases {
        let toml = proposed("f.csv", file.as_bytes());
        let [why, line] = lines(&toml, "totals");
        assert_eq!(
            line,
            format!("totals = {{ column = \"{column}\", values = [{values}] }}"),
            "{toml}"
        );
        assert!(why.contains("sums of other rows"), "{toml}");
        assert!(lines(&toml, "revenue")[1].contains("decimal"), "{toml}");
        assert!(!toml.contains("READ AS ROWS"), "{toml}");
    }
}

#[test]
fn sums_that_nothing_names_and_names_that_sum_up_nothing_are_told_alone() {
    let head = "shop,revenue\n";
    let shops = rows(20, |row| format!("S{row},10.50\n"));
    let cases = [
        (
            format!("{head}{shops}Ukupno,210.00\n"),
            "1 row has numbers that are the sums of other rows, the first of them row 21",
        ),
        (format!("{head}Ukupno,210.00\n{shops}"), "the first of them row 1;"),
        (format!("{head}{shops}Total,7.00\n{shops}"), "1 row has `Total` in `shop`"),
    ];
    for (file, told) in cases {
        let toml = proposed("f.csv", file.as_bytes());
        assert!(!toml.contains("totals = "), "{toml}");
        let comment = toml.lines().find(|line| line.contains("READ AS ROWS")).unwrap_or_default();
        assert!(comment.starts_with("# DOUBT: ") && comment.contains(told), "{toml}");
    }
    // A plain word at the end is passed over, and it is said that it does not add up.
    let toml = proposed("f.csv", format!("{head}{shops}Total,7.00\n").as_bytes());
    assert!(lines(&toml, "totals")[0].starts_with("# DOUBT: "), "{toml}");
}

#[test]
fn rows_that_add_up_by_chance_are_no_totals() {
    for values in ["1,1,2,4,8,3,1", "0,0,5,5,0,5,5", "3,1,2,6,1,1,8"] {
        let rows: String =
            values.split(',').map(|value| format!("All about it,{value}\n")).collect();
        let toml = proposed("f.csv", format!("title,stars\n{rows}").as_bytes());
        assert!(!toml.contains("totals = ") && !toml.contains("READ AS ROWS"), "{toml}");
        assert!(toml.contains("# 7 rows were read."), "{toml}");
    }
}
