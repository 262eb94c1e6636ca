//! What readers hand over, byte by byte.

use super::{Found, Item, read};
use crate::contract::{Contract, Format, resolve};
use chrono_tz::UTC;
use model::id::DatasetId;
use polars::prelude::{
    DataFrame, IntoColumn, IntoSeries, NamedFrom, ParquetWriter, Series, StructChunked,
};
use serde_json::{Value, json};
use std::io::{Cursor, Write};

pub(crate) fn contract(source: Value, columns: Value) -> Contract {
    let spec = json!({ "description": "d", "owner": "o", "source": source, "columns": columns });
    let spec = serde_json::from_value(spec).expect("a contract");
    resolve(&DatasetId::new("d"), &spec, UTC).expect("a sound contract")
}

fn texts(names: &[&str]) -> Value {
    names.iter().map(|name| (name.to_string(), json!({ "type": "text" }))).collect()
}

/// What was handed over, one line an item: number, offset, then fields or the broken rule.
pub(crate) fn told(contract: &Contract, name: &str, bytes: &[u8]) -> Result<Vec<String>, String> {
    let format = match name.rsplit_once('.') {
        Some((_, "xlsx")) => Format::Spreadsheet,
        Some((_, "txt")) => Format::FixedWidth,
        Some((_, "jsonl")) => Format::JsonLines,
        Some((_, "parquet")) => Format::Parquet,
        _ => Format::Csv,
    };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("a file");
    let found = Found { name: name.into(), path, format, day: None, is_batch: false };
    let mut items = Vec::new();
    let at = |offset: Option<u64>| offset.map_or("-".to_owned(), |offset| offset.to_string());
    read(contract, &found, &mut |item| {
        items.push(match item {
            Item::Good(record) | Item::Placed(record, _) => {
                let fields = record.fields.iter().map(|field| field.unwrap_or("null"));
                let fields = fields.collect::<Vec<_>>().join("|");
                format!("{} {} {fields}", record.number, at(record.offset))
            }
            Item::Bad(bad) => {
                format!("{} {} {}: {}", bad.number, at(bad.offset), bad.rule, bad.detail)
            }
            Item::Columns(_) => return Ok(()),
            Item::Remark(_, message) => message.key,
        });
        Ok(())
    })?;
    Ok(items)
}

#[test]
fn a_record_ends_with_cr_lf_or_both_and_keeps_its_number_and_byte() {
    let contract = contract(json!({ "files": ["*"] }), texts(&["a", "b"]));
    let told_as = |end: &str, width: usize| {
        let text = format!("a,b{end}1,\"x, y\"{end}{end}2,z{end}3{end}4,w");
        let items = told(&contract, "f.csv", text.as_bytes()).expect("a readable file");
        let second = 3 + width;
        let third = second + 8 + 2 * width;
        let fourth = third + 3 + width;
        let last = fourth + 1 + width;
        let expected = [
            format!("1 {second} 1|x, y"),
            format!("2 {third} 2|z"),
            format!("3 {fourth} field_count: 1 fields, not 2"),
            format!("4 {last} 4|w"),
        ];
        assert_eq!(items, expected, "lines end with {end:?}");
    };
    told_as("\r", 1);
    told_as("\n", 1);
    told_as("\r\n", 2);
}

#[test]
fn a_preamble_is_skipped_and_counted_in_bytes() {
    let source = json!({ "files": ["*"], "preamble": 2, "trim": true });
    let contract = contract(source, texts(&["a", "b"]));
    let items = told(&contract, "f.csv", b"\xef\xbb\xbf,,\rReport\r a ,,b\r 1 ,, 2 \r,,\r");
    assert_eq!(items.unwrap(), ["1 20 1|2", "2 29 |"]);
    let error = told(&contract, "f.csv", b"one line").unwrap_err();
    assert_eq!(error, "the file ends within its preamble: 2 lines, not 0");
}

#[test]
fn files_without_a_header_get_the_names_of_the_contract_and_others_keep_theirs() {
    let headerless = json!({ "files": ["old-*.csv"], "columns": ["a", "x", "b"] });
    let source = json!({ "files": ["*"], "headerless": headerless });
    let contract = contract(source, texts(&["a", "b"]));
    let old = told(&contract, "old-1.csv", b"\xef\xbb\xbf1,2,3\n4,5\n").unwrap();
    assert_eq!(old, ["1 3 1|3", "2 9 field_count: 2 fields, not 3"]);
    assert_eq!(told(&contract, "new.csv", b"b,a\n1,2\n").unwrap(), ["1 4 2|1"]);
}

#[test]
fn where_nothing_is_quoted_a_quote_is_a_character() {
    let source = json!({ "files": ["*"], "quoted": false, "delimiter": ";" });
    let contract = contract(source, texts(&["a", "b"]));
    let items = told(&contract, "f.csv", b"a;b\n\"x;y\"\nA \"q\";z\n\"1;2;3\n").unwrap();
    assert_eq!(items, ["1 4 \"x|y\"", "2 10 A \"q\"|z", "3 18 field_count: 3 fields, not 2"]);
}

#[test]
fn a_wide_table_makes_a_row_of_every_filled_cell() {
    let wide = json!({ "keep": ["day"], "name": "series", "value": "value" });
    let source = json!({ "files": ["*"], "wide": wide });
    let contract = contract(source, texts(&["day", "series", "value"]));
    let items = told(&contract, "f.csv", b"day,a,,b\nd1,1,x,2\nd2,,,3\nd3,4\n").unwrap();
    let expected = ["1 9 d1|a|1", "2 9 d1|b|2", "3 18 d2|b|3", "4 25 field_count: 2 fields, not 4"];
    assert_eq!(items, expected);
}

#[test]
fn of_a_wide_table_only_the_named_series_become_rows() {
    let wide = json!({ "keep": ["day"], "series": "sp_(.+)", "name": "series", "value": "value" });
    let source = json!({ "files": ["*"], "wide": wide });
    let contract = contract(source, texts(&["day", "series", "value"]));
    let items = told(&contract, "f.csv", b"day,sp_a,sales,sp_b\nd1,1,9,2\n").unwrap();
    assert_eq!(items, ["1 20 d1|a|1", "2 20 d1|b|2"]);
    let error = told(&contract, "f.csv", b"day,sales\nd1,9\n").unwrap_err();
    assert_eq!(error, "no column is called `sp_(.+)`; the header has: day, sales");
}

/// Lines of a customer, a day and an amount, with a title above them.
fn fixed_width(amount: Value) -> Contract {
    let layout = json!([
        { "name": "id", "start": 2, "width": 5 }, { "name": "on", "start": 8, "width": 8 },
        { "name": "pays", "start": 17, "width": amount },
    ]);
    let source =
        json!({ "files": ["*"], "format": "fixed_width", "preamble": 1, "layout": layout });
    let columns = json!({
        "id": { "type": "text" }, "day": { "type": "text", "aliases": ["on"] },
        "amount": { "type": "text", "aliases": ["pays"] },
    });
    contract(source, columns)
}

#[test]
fn fields_of_fixed_width_stand_at_their_places_without_padding() {
    let text = " id    on       pays\r\n 00001 19970101   11.77\r\n\r\n 00002 19970112 77.00  \r\n\
                中00003 19970113    1.00";
    let items = told(&fixed_width(json!(7)), "f.txt", text.as_bytes()).unwrap();
    let expected = [
        "1 22 11.77|19970101|00001",
        "2 49 77.00|19970112|00002",
        "3 74 layout: line 5, character 1: `中` is in no field",
    ];
    assert_eq!(items, expected);
    let open = told(
        &fixed_width(Value::Null),
        "f.txt",
        b"\xef\xbb\xbfhead\n 00001 19970101 123456789.5 \n",
    );
    assert_eq!(open.unwrap(), ["1 8 123456789.5|19970101|00001"]);
}

#[test]
fn a_line_that_does_not_fit_its_layout_is_refused_with_line_and_character() {
    let told_of = |line: &[u8]| {
        let text = [b"head\n", line, b"\n"].concat();
        told(&fixed_width(json!(7)), "f.txt", &text).unwrap().remove(0)
    };
    let cases: [(&[u8], &str); 5] = [
        (b" 00001 19970101   11.7", "field_count: line 2 ends at character 22, `pays` at 23"),
        (b" 00001 199", "field_count: line 2 ends at character 10, `on` at 15"),
        (b" 00001 19970101   11.770", "layout: line 2, character 24: `0` is in no field"),
        (
            b" 00001\t19970101   11.77",
            "layout: line 2, character 7: a tab, so places are not known",
        ),
        (b" 0000\xff 19970101   11.77", "encoding: line 2, byte 6: not in the declared encoding"),
    ];
    for (line, expected) in cases {
        assert_eq!(told_of(line), format!("1 5 {expected}"));
    }
}

const PARAMETERS: &str = r#"{"on":"d1","parameters":[{"key":"page","value":{"text":"/a"}},{"key":"session","value":{"number":7}}]}
{"on":"d2","parameters":[{"key":"session","value":{"number":8}},{"key":"session","value":{"number":9}}]}
{"on":"d3","parameters":[]}
"#;

/// A key with its value, which is a text or a number.
type Parameter<'a> = (&'a str, Option<&'a str>, Option<i64>);

#[test]
fn an_element_of_a_list_is_named_by_its_key_in_json_and_parquet_alike() {
    let columns = json!({
        "day": { "type": "text", "aliases": ["on"] },
        "page": { "type": "text", "aliases": ["parameters[key=page].value.text"] },
        "session": { "type": "text", "aliases": ["parameters[key=session].value.number"] },
    });
    let contract = contract(json!({ "files": ["*"] }), columns);
    let without_places = |items: Vec<String>| -> Vec<String> {
        let fields = items.iter().map(|item| item.rsplit(' ').next().unwrap().to_owned());
        fields.collect()
    };
    let expected = ["d1|/a|7", "d2|null|8", "d3|null|null"];
    let json = told(&contract, "f.jsonl", PARAMETERS.as_bytes()).unwrap();
    assert_eq!(without_places(json), expected);
    let lists = |rows: &[&[Parameter]]| {
        let lists = rows.iter().map(|row| {
            let keys: Vec<&str> = row.iter().map(|one| one.0).collect();
            let texts: Vec<Option<&str>> = row.iter().map(|one| one.1).collect();
            let numbers: Vec<Option<i64>> = row.iter().map(|one| one.2).collect();
            let fields = [Series::new("text".into(), texts), Series::new("number".into(), numbers)];
            let value = StructChunked::from_series("value".into(), row.len(), fields.iter());
            let fields = [Series::new("key".into(), keys), value.unwrap().into_series()];
            let one = StructChunked::from_series("one".into(), row.len(), fields.iter());
            one.unwrap().into_series()
        });
        Series::new("parameters".into(), lists.collect::<Vec<_>>())
    };
    let parameters = lists(&[
        &[("page", Some("/a"), None), ("session", None, Some(7))],
        &[("session", None, Some(8)), ("session", None, Some(9))],
        &[],
    ]);
    let days = Series::new("on".into(), ["d1", "d2", "d3"]);
    let mut frame =
        DataFrame::new(3, vec![days.into_column(), parameters.into_column()]).expect("a frame");
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).expect("written");
    assert_eq!(without_places(told(&contract, "f.parquet", &bytes).unwrap()), expected);
}

/// A workbook with sheets of rows written as cells of the format's own XML.
fn workbook(sheets: &[(&str, &str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, text: String| {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    };
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let (mut listed, mut related) = (String::new(), String::new());
    for (index, (name, state, rows)) in sheets.iter().enumerate() {
        let id = index + 1;
        listed +=
            &format!("<sheet name=\"{name}\" sheetId=\"{id}\" state=\"{state}\" r:id=\"r{id}\"/>");
        related += &format!(
            "<Relationship Id=\"r{id}\" Type=\"{relation}/worksheet\" Target=\"worksheets/s{id}.xml\"/>"
        );
        // What stands behind the rows of a sheet begins with its merged cells.
        let (rows, behind) = rows.split_at(rows.find("<mergeCells").unwrap_or(rows.len()));
        let sheet = format!(
            "<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData>{behind}</worksheet>"
        );
        add(&format!("xl/worksheets/s{id}.xml"), sheet);
    }
    related +=
        &format!("<Relationship Id=\"s\" Type=\"{relation}/styles\" Target=\"styles.xml\"/>");
    add(
        "xl/styles.xml",
        format!(
            "<styleSheet xmlns=\"{main}\"><cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>\
             <xf numFmtId=\"22\"/></cellXfs></styleSheet>"
        ),
    );
    add(
        "xl/workbook.xml",
        format!(
            "<workbook xmlns=\"{main}\" xmlns:r=\"{relation}\"><sheets>{listed}</sheets></workbook>"
        ),
    );
    add(
        "xl/_rels/workbook.xml.rels",
        format!("<Relationships xmlns=\"{package}\">{related}</Relationships>"),
    );
    let office = format!(
        "<Relationship Id=\"b\" Type=\"{relation}/officeDocument\" Target=\"xl/workbook.xml\"/>"
    );
    add("_rels/.rels", format!("<Relationships xmlns=\"{package}\">{office}</Relationships>"));
    add("[Content_Types].xml", "<Types/>".to_owned());
    archive.finish().unwrap().into_inner()
}

const HEADER: &str = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>day</t></is></c>\
                      <c r=\"B1\" t=\"inlineStr\"><is><t>value</t></is></c></row>";

#[test]
fn cells_become_text_exactly_and_errors_break_their_row() {
    let rows = format!(
        "{HEADER}<row r=\"2\"><c r=\"A2\" s=\"1\"><v>41609</v></c><c r=\"B2\"><v>303.10000000000002</v></c></row>\
         <row r=\"4\"><c r=\"A4\" s=\"2\"><v>41609.5</v></c><c r=\"B4\"><f>1/0</f><v>7</v></c></row>\
         <row r=\"5\"><c r=\"A5\" s=\"1\"><v>41610</v></c><c r=\"B5\" t=\"e\"><v>#DIV/0!</v></c></row>\
         <row r=\"6\"><c r=\"A6\" s=\"1\"><v>41611</v></c></row>\
         <row r=\"7\"><c r=\"C7\"><v>1</v></c></row>"
    );
    let contract = contract(json!({ "files": ["*"] }), texts(&["day", "value"]));
    let book = workbook(&[("Data", "visible", &rows), ("Old", "hidden", HEADER)]);
    let expected = [
        "quality.hidden_sheets",
        "1 - 2013-12-01|303.1",
        "2 - 2013-12-01T12:00:00|7",
        "3 - cell: B5 holds the error #DIV/0!",
        "4 - 2013-12-03|null",
        "5 - field_count: C7 stands beyond the header",
    ];
    assert_eq!(told(&contract, "f.xlsx", &book).unwrap(), expected);
}

#[test]
fn a_moment_keeps_its_midnight_where_a_moment_is_promised() {
    let columns = json!({ "day": { "type": "timestamp", "format": ["%Y-%m-%dT%H:%M:%S"] } });
    let contract = contract(json!({ "files": ["*"] }), columns);
    let rows = format!("{HEADER}<row r=\"2\"><c r=\"A2\" s=\"1\"><v>41609</v></c></row>");
    let book = workbook(&[("Data", "visible", &rows)]);
    assert_eq!(told(&contract, "f.xlsx", &book).unwrap(), ["1 - 2013-12-01T00:00:00"]);
}

#[test]
fn what_was_never_calculated_hidden_or_doubtful_is_refused() {
    let plain = contract(json!({ "files": ["*"] }), texts(&["day", "value"]));
    let formula = format!("{HEADER}<row r=\"2\"><c r=\"B2\"><f>A1</f></c></row>");
    let refused = |contract: &Contract, sheets: &[(&str, &str, &str)]| {
        told(contract, "f.xlsx", &workbook(sheets)).unwrap_err()
    };
    let never = told(&plain, "f.xlsx", &workbook(&[("Data", "visible", &formula)]));
    assert_eq!(never.unwrap(), ["1 - cell: B2 holds a formula without a stored value"]);
    let message = refused(&plain, &[("Data", "hidden", HEADER)]);
    assert_eq!(message, "every sheet is hidden; name the one that counts in `source.sheet.name`");
    let message = refused(&plain, &[("A", "visible", HEADER), ("B", "visible", HEADER)]);
    assert_eq!(message, "name one of `A`, `B` in `source.sheet.name`");
    let sheet = json!({ "name": "Old", "header_row": 1, "first_row": 3 });
    let columns = json!({
        "day": { "type": "text" }, "value": { "type": "text" },
        "third": { "type": "text", "aliases": ["9"] },
    });
    let named = contract(json!({ "files": ["*"], "sheet": sheet }), columns);
    let rows = format!(
        "{HEADER}<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"C2\"><v>9</v></c></row>\
         <row r=\"3\"><c r=\"A3\"><v>2</v></c><c r=\"C3\"><v>3</v></c></row>"
    );
    let book = workbook(&[("Old", "hidden", &rows)]);
    assert_eq!(told(&named, "f.xlsx", &book).unwrap(), ["1 - 2|3|null"]);
    let message = refused(&named, &[("New", "visible", HEADER)]);
    assert_eq!(message, "there is no sheet `Old`; there are: `New`");
}

#[test]
fn a_record_beyond_its_limit_is_refused_and_one_just_below_is_read() {
    let source = json!({ "files": ["*"], "limits": { "record_kilobytes": 512 } });
    let contract = contract(source, texts(&["a", "b"]));
    let file = |length: usize| format!("a,b\n1,{}\n2,y\n", "x".repeat(length)).into_bytes();
    let items = told(&contract, "f.csv", &file(500 << 10)).expect("below the limit");
    assert_eq!((items.len(), items[1].as_str()), (2, "2 512007 2|y"));
    let error = told(&contract, "f.csv", &file(800 << 10)).unwrap_err();
    assert!(error.contains("limits.record_kilobytes"), "{error}");
    let lines = format!(
        "{{\"a\":\"1\",\"b\":\"{}\"}}\n{{\"a\":\"2\",\"b\":\"y\"}}\n",
        "x".repeat(600 << 10)
    );
    let items = told(&contract, "f.jsonl", lines.as_bytes()).expect("the other lines count");
    assert!(items[0].starts_with("1 0 size: line 1 has more than 524288 bytes"), "{}", items[0]);
    assert_eq!(items[1], format!("2 {} 2|y", lines.find('\n').unwrap() + 1));
}

#[test]
fn merged_headers_are_joined_and_only_declared_columns_are_filled_down() {
    let text = |place: &str, text: &str| {
        format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    };
    let row = |number: u32, cells: &[(&str, &str)]| {
        let cells = cells.iter().map(|(column, said)| text(&format!("{column}{number}"), said));
        format!("<row r=\"{number}\">{}</row>", cells.collect::<String>())
    };
    let rows = row(2, &[("B", "Shop"), ("C", "2024"), ("E", "2025")])
        + &row(3, &[("C", "Q1"), ("D", "Q2"), ("E", "Q1")])
        + &row(4, &[("B", "North"), ("C", "1"), ("D", "2"), ("E", "3")])
        + &row(5, &[("A", "not ours"), ("C", "4")])
        + &row(6, &[("B", "Sum"), ("C", "5")])
        + "<mergeCells><mergeCell ref=\"B2:B3\"/><mergeCell ref=\"C2:D2\"/></mergeCells>";
    let sheet = json!({
        "range": "B2:E5", "first_row": 4, "join": " / ", "fill_down": ["Shop"],
    });
    let columns = json!({
        "shop": { "type": "text", "aliases": ["Shop"] },
        "q1": { "type": "text", "aliases": ["2024 / Q1"] },
        "q2": { "type": "text", "aliases": ["2024 / Q2"] },
        "next": { "type": "text", "aliases": ["2025 / Q1"] },
    });
    let contract = contract(json!({ "files": ["*"], "sheet": sheet }), columns);
    let items = told(&contract, "f.xlsx", &workbook(&[("Data", "visible", &rows)])).unwrap();
    // By the names of the columns: next, q1, q2, shop.
    let expected = ["1 - 3|1|2|North", "2 - null|4|null|North", "quality.beyond_range"];
    assert_eq!(items, expected);
}
