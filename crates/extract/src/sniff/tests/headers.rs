//! Where the names of columns stand, and what is said where nothing tells.

use super::{lines, proposed};

/// So many rows of a file, by their number.
fn rows(count: usize, row: impl Fn(usize) -> String) -> String {
    (1..=count).map(row).collect()
}

#[test]
fn a_header_in_doubt_is_no_row_and_the_doubt_is_told() {
    let years = rows(28, |row| format!("P{row},{row},{},{}\n", row * 2, row * 3));
    let names = rows(9, |row| format!("Ann{},Rome\n", "x".repeat(row)));
    let cases = [
        (format!("product,2023,2024,2025\n{years}"), "c_2024", true),
        (format!("name,city\n{names}"), "city", true),
        (format!("product,units,paid,back\n{years}"), "paid", false),
        (
            format!("shop,manager,2024,2025\n{}", rows(9, |row| format!("S,M,{row},\n"))),
            "c_2024",
            true,
        ),
    ];
    for (file, column, is_in_doubt) in cases {
        let toml = proposed("f.csv", file.as_bytes());
        assert!(!toml.contains("headerless ="), "{toml}");
        assert!(lines(&toml, column)[1].contains("type"), "{toml}");
        assert_eq!(toml.contains("# DOUBT: the first of these"), is_in_doubt, "{toml}");
        assert_eq!(proposed("f.csv", file.as_bytes()), toml);
    }
}

#[test]
fn what_no_header_says_is_a_row() {
    for first in
        ["P,1.5,2", "2026-01-31,P,Q", "P,-1,2", "P,7,7", "P,2026-01-31,2", "P,48213,2", "P,$5,1"]
    {
        let file = format!("{first}\n{}", format!("{first}\n").repeat(9));
        let toml = proposed("f.csv", file.as_bytes());
        assert!(toml.contains("headerless =") && toml.contains("# 10 rows were read."), "{toml}");
    }
}

#[test]
fn what_stands_above_a_header_is_found_by_the_rows_below_it() {
    let same = rows(28, |row| format!("2026-01-{row:02},{row},3\n"));
    let report = rows(28, |row| format!(",B{row},2026-01-{row:02}, 1{row} \r"));
    let cases = [
        (format!("Account,Shop 1,\nPeriod,2026-01,\nday,rev,clicks\n{same}"), 2, "rev"),
        (format!(",,,\r,,,\rBase Report,,,\r,,,\r,Base,Day,Trips\r{report},,,\r"), 4, "trips"),
    ];
    for (file, preamble, column) in cases {
        let toml = proposed("f.csv", file.as_bytes());
        assert_eq!(lines(&toml, "preamble")[1], format!("preamble = {preamble}"), "{toml}");
        assert!(lines(&toml, column)[1].contains("integer"), "{toml}");
        assert!(toml.contains("# 28 rows were read."), "{toml}");
    }
}

#[test]
fn rows_that_their_header_does_not_fit_are_not_proposed() {
    let commas = rows(28, |row| format!("2026-01-{row:02},{row},5,{row},7\n"));
    let blanks = rows(28, |row| format!(" {row:05} 19970101  {}   11.77\r\n", row % 9));
    let cases = [
        (format!("day,revenue,cost\n{commas}"), "names 3 columns (`day`, `revenue`, `cost`)"),
        (format!(" customer_id  date number  value\r\n{blanks}"), "fixed_width"),
    ];
    for (file, reason) in cases {
        let refused = proposed("f.csv", file.as_bytes());
        assert!(refused.starts_with("refused: ") && refused.contains(reason), "{refused}");
    }
    // Nothing is alike here: what is proposed all the same is doubted, and is no number.
    let odd = "a,b\n1,2\n1\n2\n3\n".to_owned() + &"4\n5,6,7\n".repeat(9);
    let toml = proposed("f.csv", odd.as_bytes());
    assert!(toml.contains("# DOUBT: 23 of the first 23 records have 1 fields"), "{toml}");
    assert!(toml.contains("type = \"text\"") && !toml.contains("integer"), "{toml}");
    let ended = rows(28, |row| format!("2026-01-{row:02},{row},\n"));
    let toml = proposed("f.csv", format!("day,rev\n{ended}").as_bytes());
    let expected = r#"headerless = { columns = ["day", "rev", "column 3"] }"#;
    assert_eq!(lines(&toml, "headerless")[1], expected);
}
