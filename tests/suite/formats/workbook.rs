//! A workbook as spreadsheet programs write it: numbers as numbers, dates as days since 1899, text as text.

use chrono::NaiveDate;
use std::io::{Cursor, Write};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// The table on the one visible sheet, below a title.
pub(super) fn of(table: &[Vec<String>]) -> Vec<u8> {
    let mut rows =
        "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Orders</t></is></c></row>".to_owned();
    for (index, row) in table.iter().enumerate() {
        let number = index + 2;
        let cells = row.iter().enumerate().map(|(column, text)| cell(column, number, text));
        rows += &format!("<row r=\"{number}\">{}</row>", cells.collect::<String>());
    }
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{RELATION}/{kind}\" Target=\"{target}\"/>")
    };
    let related = relation("r1", "worksheet", "worksheets/sheet1.xml")
        + &relation("r2", "worksheet", "worksheets/sheet2.xml")
        + &relation("r3", "styles", "styles.xml");
    let sheet = |rows: &str| {
        format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>")
    };
    let files = [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}\">{}</Relationships>",
                relation("b", "officeDocument", "xl/workbook.xml")
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!("<Relationships xmlns=\"{PACKAGE}\">{related}</Relationships>"),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATION}\"><sheets>\
                 <sheet name=\"Old\" sheetId=\"1\" state=\"hidden\" r:id=\"r2\"/>\
                 <sheet name=\"Orders\" sheetId=\"2\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{MAIN}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>\
                 </cellXfs></styleSheet>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", sheet(&rows)),
        ("xl/worksheets/sheet2.xml", sheet("")),
    ];
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn cell(column: usize, row: usize, text: &str) -> String {
    let place = format!("{}{row}", char::from(b'A' + column as u8));
    if text.is_empty() {
        return format!("<c r=\"{place}\"/>");
    }
    if let Ok(day) = text.parse::<NaiveDate>() {
        let epoch = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap();
        return format!("<c r=\"{place}\" s=\"1\"><v>{}</v></c>", (day - epoch).num_days());
    }
    // Ids keep their zeros, so only what reads back the same is a number.
    if text.parse::<i64>().is_ok_and(|number| number.to_string() == text) {
        return format!("<c r=\"{place}\"><v>{text}</v></c>");
    }
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>")
}
