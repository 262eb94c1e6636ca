//! What is proposed, and what is left open.

mod files;
mod headers;
mod totals;

use super::propose;

/// The proposal for a file of bytes.
fn proposed(name: &str, bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(name);
    std::fs::write(&file, bytes).expect("a file");
    propose(&file, name, None, None)
        .map_or_else(|reason| format!("refused: {reason}"), |one| one.toml)
}

/// The line of a proposal that sets a key, with the comment above it.
fn lines<'a>(toml: &'a str, key: &str) -> [&'a str; 2] {
    let all: Vec<&str> = toml.lines().collect();
    let is_meant = |line: &&str| line.split(" = ").next() == Some(key);
    let at = all.iter().position(is_meant).unwrap_or_else(|| panic!("{key}: {toml}"));
    [all[at - 1], all[at]]
}

fn column(values: &[&str]) -> String {
    let rows: String = values.iter().map(|value| format!("x,\"{value}\"\n")).collect();
    proposed("f.csv", format!("name,value\n{rows}").as_bytes())
}

#[test]
fn a_type_is_proposed_only_where_the_values_decide_it() {
    let cases: [(&[&str], &str); 19] = [
        (&["13/04/2026", "01/02/2026", ""], r#"{ type = "date", format = ["%d/%m/%Y"] }"#),
        (
            &["04/13/2026", "01/02/2026"],
            r#"{ type = "date", required = true, format = ["%m/%d/%Y"] }"#,
        ),
        (&["03/04/2026", "01/02/2026"], r#"{ type = "text", required = true }"#),
        (&["20260131", "20260201"], r#"{ type = "date", required = true, format = ["%Y%m%d"] }"#),
        (
            &["2026-01-31T10:00:00Z"],
            r#"{ type = "timestamp", required = true, format = ["%Y-%m-%dT%H:%M:%SZ"], zone = "UTC" }"#,
        ),
        (
            &["1/13/2026 1:30 PM", "1/2/2026 12:05 AM"],
            r#"{ type = "timestamp", required = true, format = ["%m/%d/%Y %I:%M %p"] }"#,
        ),
        (
            &["2026-01-31 10:00", "2026-01-31 13:00"],
            r#"{ type = "timestamp", required = true, format = ["%Y-%m-%d %H:%M"] }"#,
        ),
        (&["1,234", "7"], r#"{ type = "text", required = true }"#),
        (
            &["1,234", "1,234,567"],
            r#"{ type = "integer", required = true, number = { thousands = "," } }"#,
        ),
        (
            &["1,5", "2"],
            r#"{ type = "decimal", required = true, scale = 1, number = { decimal = "," } }"#,
        ),
        (
            &["1.234,50", "2,00"],
            r#"{ type = "decimal", required = true, scale = 2, number = { decimal = ",", thousands = "." } }"#,
        ),
        (
            &["$5", "$7.25"],
            r#"{ type = "decimal", required = true, scale = 2, number = { symbols = ["$"] } }"#,
        ),
        (
            &["5%", "7.5%"],
            r#"{ type = "decimal", required = true, scale = 3, number = { percent = true } }"#,
        ),
        (&["007", "12"], r#"{ type = "text", required = true }"#),
        (&["4.4e-16", "1"], r#"{ type = "decimal", required = true, scale = 1, round = true }"#),
        (&["12345678901234567890"], r#"{ type = "text", required = true }"#),
        (&["1", "N/A", "-"], r#"{ type = "integer", null = ["", "-", "N/A"] }"#),
        (&["Ann", "Null", "NULL"], r#"{ type = "text" }"#),
        (&["", ""], r#"{ type = "text" }"#),
    ];
    for (values, expected) in cases {
        let toml = column(values);
        assert_eq!(lines(&toml, "value")[1], format!("value = {expected}"), "{values:?}: {toml}");
    }
}

#[test]
fn what_stays_open_is_named() {
    let dates = column(&["03/04/2026"]);
    let comment = lines(&dates, "value")[0];
    assert!(comment.contains("`%d/%m/%Y`") && comment.contains("`%m/%d/%Y`"), "{comment}");
    for (values, is_in_doubt) in [
        (["1/13/2026 1:30", "1/14/2026 12:30"], true),
        (["1/13/2026 1:30", "1/14/2026 13:30"], false),
        (["1/13/2026 0:30", "1/14/2026 12:30"], false),
        (["2026-01-13T01:30:00Z", "2026-01-13T02:30:00Z"], false),
    ] {
        let comment = lines(&column(&values), "value")[0].to_owned();
        assert_eq!(comment.contains("DOUBT: no hour is 0 or above 12"), is_in_doubt, "{comment}");
    }
    let numbers = column(&["1,234"]);
    let comment = lines(&numbers, "value")[0];
    assert!(
        comment.contains("decimal mark `,`") && comment.contains("thousands mark `,`"),
        "{comment}"
    );
}

#[test]
fn members_are_an_enumeration_if_each_is_there_often() {
    let values: Vec<&str> = std::iter::repeat_n(["web", "shop"], 30).flatten().collect();
    let toml = column(&values);
    let expected = r#"value = { type = "enumeration", required = true, values = ["shop", "web"] }"#;
    assert_eq!(lines(&toml, "value")[1], expected);
    let flags: Vec<&str> = std::iter::repeat_n(["yes", "no"], 30).flatten().collect();
    let expected = r#"value = { type = "boolean", required = true, no = ["no"], yes = ["yes"] }"#;
    assert_eq!(lines(&column(&flags), "value")[1], expected);
}

#[test]
fn the_dialect_is_the_one_under_which_records_are_alike() {
    let rows = |row: &str| row.repeat(9);
    let file = format!("Report\n\na;b;c\n{}", rows("1,5;\"x; y\";z\n"));
    let toml = proposed("f.csv", file.as_bytes());
    assert_eq!(lines(&toml, "delimiter")[1], "delimiter = \";\"");
    assert_eq!(lines(&toml, "preamble")[1], "preamble = 2");
    let file = format!("a,b\n{}", rows("1,\"say \\\"hi\\\", you\"\n"));
    assert_eq!(lines(&proposed("f.csv", file.as_bytes()), "escape")[1], "escape = \"\\\\\"");
    let file = format!("a,b\n{}", rows("it,'x, y''s'\n"));
    assert_eq!(lines(&proposed("f.csv", file.as_bytes()), "quote")[1], "quote = \"'\"");
    let file = format!("sep=|\na|b\n{}", rows("1|2\n"));
    let toml = proposed("f.csv", file.as_bytes());
    assert_eq!(lines(&toml, "sep_line")[1], "sep_line = true");
    assert_eq!(lines(&toml, "delimiter")[1], "delimiter = \"|\"");
    let file = format!("a,b\n{}Total,9\n3 pages\n", rows("x,1\n"));
    let toml = proposed("f.csv", file.as_bytes());
    assert_eq!(lines(&toml, "footer")[1], "footer = { records = 1 }");
    assert_eq!(lines(&toml, "totals")[1], "totals = { column = \"a\", values = [\"Total\"] }");
    let toml = proposed("f.csv", b"1,2026-01-31,x\n2,2026-02-01,y\n");
    let expected = r#"headerless = { columns = ["column 1", "column 2", "column 3"] }"#;
    assert_eq!(lines(&toml, "headerless")[1], expected);
}

#[test]
fn an_encoding_is_found_by_mark_or_bytes_and_a_guess_is_called_one() {
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let marked = [b"\xff\xfe".to_vec(), wide("a,b\n1,2\n")].concat();
    for bytes in [marked, wide("a,b\n1,2\n")] {
        assert_eq!(lines(&proposed("f.csv", &bytes), "encoding")[1], "encoding = \"utf-16le\"");
    }
    let toml = proposed("f.csv", "a,b\nMüller,2\n".as_bytes());
    assert!(toml.contains("# The usual encoding: every byte is part of valid UTF-8."), "{toml}");
    let (latin, ..) = encoding_rs::WINDOWS_1252.encode("name,city\nMüller,Köln\nGrün,Düsseldorf\n");
    let toml = proposed("f.csv", &latin);
    let [comment, line] = lines(&toml, "encoding");
    assert!(comment.contains("A GUESS") && line == "encoding = \"windows-1252\"", "{toml}");
}

#[test]
fn keys_and_days_are_proposed_where_every_row_has_one() {
    let rows: String =
        (0..30).map(|row| format!("{row},2026-01-{:02},{}\n", row % 28 + 1, row % 3)).collect();
    let toml = proposed("f.csv", format!("Order ID,On,Qty\n{rows}").as_bytes());
    assert_eq!(lines(&toml, "key")[1], "key = [\"order_id\"]");
    assert_eq!(lines(&toml, "column")[1], "column = \"on\"");
    let expected = r#"order_id = { type = "integer", required = true, aliases = ["Order ID"] }"#;
    assert_eq!(lines(&toml, "order_id")[1], expected);
}

#[test]
fn fields_of_json_are_named_by_path_and_lists_are_left_out() {
    let toml = proposed("f.ndjson", b"{\"id\":1,\"at\":{\"day\":\"2026-01-31\"},\"tags\":[1]}\n");
    let expected = r#"at_day = { type = "date", required = true, aliases = ["at.day"], format = ["%Y-%m-%d"] }"#;
    assert_eq!(lines(&toml, "at_day")[1], expected);
    assert!(toml.contains("# Left out: `tags` is a list"), "{toml}");
    assert!(proposed("f.csv", b"").starts_with("refused: "));
    assert!(proposed("f.unknown", b"a").starts_with("refused: "));
}
