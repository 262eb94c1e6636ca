//! Dialects and encodings, record by record.

use crate::{
    contract::Contract,
    source::tests::{contract, told},
};
use serde_json::{Value, json};

/// A contract of texts with more settings of its source.
fn with(settings: Value, columns: &[&str]) -> Contract {
    let mut source = json!({ "files": ["*"] });
    for (key, value) in settings.as_object().expect("settings") {
        source[key] = value.clone();
    }
    let column = |(at, name): (usize, &&str)| {
        (format!("c{at}"), json!({ "type": "text", "aliases": [name] }))
    };
    contract(source, columns.iter().enumerate().map(column).collect())
}

/// What is told of a file by settings, in one text.
fn read(settings: Value, columns: &[&str], bytes: &[u8]) -> String {
    match told(&with(settings, columns), "f.csv", bytes) {
        Ok(items) => items.join("; "),
        Err(reason) => format!("refused: {reason}"),
    }
}

#[test]
fn an_escape_is_understood_before_quotes_and_itself_only() {
    let settings = json!({ "escape": "\\" });
    let file = b"a,b\n\"say \\\"hi\\\", \\\\\",x\n\"C:\\new\",x\n\"two\nlines\",x\n";
    let expected = "1 4 say \"hi\", \\|x; 2 23 quoting: a quote stands inside a field, or an escape \
                    before something else; 3 34 two\nlines|x";
    assert_eq!(read(settings, &["a", "b"], file), expected);
}

#[test]
fn a_delimiter_may_have_several_bytes_and_places_stay_those_of_the_file() {
    let settings = json!({ "delimiter": ", " });
    let file = b"a, b\n1, \"x, y\"\n2,y\n\"3\", z, \n4, w";
    let expected = "1 5 1|x, y; 2 15 field_count: 1 fields, not 2; 3 19 field_count: 3 fields, not 2; 4 28 4|w";
    assert_eq!(read(settings, &["a", "b"], file), expected);
    // A delimiter over the edge of every block that the parser reads.
    let rows: String = (0..40_000).map(|row| format!("{row}‖v{row}\n")).collect();
    let file = format!("a‖b\n{rows}");
    let items = told(&with(json!({ "delimiter": "‖" }), &["a", "b"]), "f.csv", file.as_bytes());
    let items = items.expect("a readable file");
    let last = file.rfind("39999‖").expect("the last row");
    assert_eq!(items.len(), 40_000);
    assert_eq!(items[39_999], format!("40000 {last} 39999|v39999"));
}

#[test]
fn a_line_that_names_the_delimiter_must_agree_with_the_contract() {
    let settings = || json!({ "delimiter": ";", "sep_line": true });
    assert_eq!(read(settings(), &["a", "b"], b"\xef\xbb\xbfsep=;\r\na;b\r\n1;2\r\n"), "1 15 1|2");
    let other = read(settings(), &["a", "b"], b"sep=,\na,b\n1,2\n");
    assert!(other.contains("names the delimiter `,`"), "{other}");
    let none = read(settings(), &["a", "b"], b"a;b\n1;2\n");
    assert!(none.contains("not with the line `sep=;`"), "{none}");
}

#[test]
fn headers_of_two_records_are_joined_and_repeated_ones_are_no_rows() {
    let settings = || json!({ "header_rows": 2 });
    let file = b",Sales,,Returns\nday,count,amount,amount\nd1,1,2,3\n";
    assert_eq!(read(settings(), &["day", "Sales amount", "Returns amount"], file), "1 40 d1|2|3");
    let glued = b"a,b\n1,2\n\xef\xbb\xbfa,b\n3,4\n\xef\xbb\xbf5,6\n";
    let told = read(json!({}), &["a", "b"], glued);
    let expected = "1 4 1|2; 2 8 header: the header once more; 3 15 3|4; 4 19 encoding: begins with a byte order mark, \
                    as where files were glued together";
    assert_eq!(told, expected);
    let short = read(json!({ "header_rows": 3 }), &["a"], b"a\nb\n");
    assert!(short.contains("ends within its header"), "{short}");
}

#[test]
fn footers_are_passed_over_as_declared() {
    let file = b"a,b\n1,2\n3,4\n\nEnd, of \"report\n7 rows\n";
    let by_number = json!({ "footer": { "records": 2 } });
    let by_pattern = json!({ "footer": { "from": "End, " } });
    for settings in [by_number, by_pattern] {
        assert_eq!(read(settings, &["a", "b"], file), "1 4 1|2; 2 8 3|4; quality.no_rows");
    }
    let short = read(json!({ "footer": { "records": 9 } }), &["a", "b"], b"a,b\n1,2\n");
    assert!(short.contains("a footer of 9 is declared"), "{short}");
    let long = [b"a,b\n".as_slice(), &b"End\n".repeat(101)].concat();
    let long = read(json!({ "footer": { "from": "End" } }), &["a", "b"], &long);
    assert!(long.contains("more than 100 records"), "{long}");
}

#[test]
fn few_columns_say_too_little_to_tell_rows_from_text() {
    // The text may go on in the next line, which has the form of a row.
    let told = read(json!({}), &["a", "b"], b"a,b\n1,\"a \"b\" c\nor, so\n2,y\n");
    assert!(told.starts_with("refused: record 1 at byte 4 opens a quote"), "{told}");
    let told = read(json!({}), &["a", "b"], b"a,b\n1,\"a \"b\" c\"\n2,y\n");
    assert!(told.starts_with("1 4 quoting") && told.ends_with("; 2 16 2|y"), "{told}");
    let open = read(json!({}), &["a", "b"], b"a,b\n1,\"open\n2,y\n");
    assert!(open.starts_with("refused: record 1 at byte 4 opens a quote"), "{open}");
}

#[test]
fn what_cannot_be_decoded_breaks_its_row_and_shows_its_bytes() {
    let settings = || json!({ "encoding": "shift_jis" });
    let told = read(settings(), &["a", "b"], b"a,b\n1,\x93\x8c\n2,\x93\xff\n3,ok\n");
    assert_eq!(told, "1 4 1|東; 2 10 encoding: byte 3 is not in the declared encoding; 3 22 3|ok");
    // Half a character behind the last line belongs to no row; within a line it breaks it.
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let settings = || json!({ "encoding": "utf-16le" });
    let behind = [wide("a,b\n1,2\n"), vec![b'3']].concat();
    assert_eq!(read(settings(), &["a", "b"], &behind), "1 4 1|2; quality.half_character");
    let within = [wide("a,b\n1,2"), vec![b'3']].concat();
    assert!(read(settings(), &["a", "b"], &within).contains("1 4 encoding"));
}

#[test]
fn a_byte_order_mark_that_contradicts_the_contract_refuses_the_file() {
    let cases: [(&str, &[u8], &str); 4] = [
        ("utf-8", b"\xff\xfea\0", "mark of UTF-16LE"),
        ("utf-16le", b"\xfe\xff\0a", "mark of UTF-16BE"),
        ("windows-1252", b"\xef\xbb\xbfa\n", "mark of UTF-8"),
        ("utf-16le", b"\xff\xfe\0\0a\0\0\0", "UTF-32, which is not supported"),
    ];
    for (encoding, bytes, says) in cases {
        let told = read(json!({ "encoding": encoding }), &["a"], bytes);
        assert!(told.starts_with("refused: ") && told.contains(says), "{encoding}: {told}");
    }
}
