//! Files of other forms: workbooks, archives, and what is said of formats.

use crate::{contract::Format, sniff::propose};
use std::{fs, io::Write, path::Path};
use zip::{ZipWriter, write::SimpleFileOptions};

fn archive(file: &Path, parts: &[(&str, String)]) {
    let mut archive = ZipWriter::new(fs::File::create(file).expect("a file"));
    for (name, text) in parts {
        archive.start_file(*name, SimpleFileOptions::default()).expect("a part");
        archive.write_all(text.as_bytes()).expect("bytes");
    }
    archive.finish().expect("an archive");
}

/// A workbook of one sheet: texts that are numbers are numbers.
fn workbook(file: &Path, rows: &[(u32, &[(&str, &str)])]) {
    let cell = |(place, text): &(&str, &str)| match text.parse::<f64>() {
        Ok(_) => format!("<c r=\"{place}\"><v>{text}</v></c>"),
        Err(_) => format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
    };
    let row = |(number, cells): &(u32, &[(&str, &str)])| {
        let cells: String = cells.iter().map(cell).collect();
        format!("<row r=\"{number}\">{cells}</row>")
    };
    let rows: String = rows.iter().map(row).collect();
    let space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let link = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r1\" Type=\"{office}/{kind}\" \
             Target=\"{target}\"/></Relationships>"
        )
    };
    archive(
        file,
        &[
            ("[Content_Types].xml", format!("<Types xmlns=\"{package}/content-types\"/>")),
            ("_rels/.rels", link("officeDocument", "xl/workbook.xml")),
            ("xl/_rels/workbook.xml.rels", link("worksheet", "worksheets/sheet1.xml")),
            (
                "xl/workbook.xml",
                format!(
                    "<workbook xmlns=\"{space}\" xmlns:r=\"{office}\"><sheets><sheet name=\"S\" sheetId=\"1\" \
                 r:id=\"r1\"/></sheets></workbook>"
                ),
            ),
            (
                "xl/worksheets/sheet1.xml",
                format!("<worksheet xmlns=\"{space}\"><sheetData>{rows}</sheetData></worksheet>"),
            ),
        ],
    );
}

fn of_workbook(rows: &[(u32, &[(&str, &str)])]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("f.xlsx");
    workbook(&file, rows);
    propose(&file, "f.xlsx", None, None)
        .map_or_else(|reason| format!("refused: {reason}"), |one| one.toml)
}

#[test]
fn headings_of_a_sheet_may_be_numbers() {
    let years = of_workbook(&[
        (1, &[("A1", "shop"), ("B1", "region"), ("C1", "2023"), ("D1", "2024")]),
        (2, &[("A2", "S1"), ("B2", "East"), ("C2", "1.5"), ("D2", "2")]),
        (3, &[("A3", "S2"), ("B3", "East"), ("C3", "2.5"), ("D3", "4")]),
    ]);
    assert!(years.contains("sheet = { header_row = 1, name = \"S\" }"), "{years}");
    assert!(years.contains("DOUBT: row 1") && years.contains("aliases = [\"2024\"]"), "{years}");
    let two = of_workbook(&[
        (1, &[("B1", "Turnover ; South"), ("C1", "Turnover ; North")]),
        (2, &[("A2", "Series"), ("B2", "A1"), ("C2", "A2")]),
        (3, &[("A3", "2026-01-31"), ("B3", "1"), ("C3", "2")]),
        (4, &[("A4", "2026-02-28"), ("B4", "1"), ("C4", "2")]),
    ]);
    assert!(two.contains("header_row = 2") && two.contains("DOUBT: row 2"), "{two}");
    assert!(
        two.contains("# 2 rows were read.") && two.contains("series = { type = \"date\""),
        "{two}"
    );
    let none =
        of_workbook(&[(3, &[("A3", "1.5"), ("B3", "x")]), (4, &[("A4", "2.5"), ("B4", "y")])]);
    assert!(none.contains("sheet = { first_row = 3, name = \"S\" }"), "{none}");
    assert!(none.contains("# 2 rows were read."), "{none}");
}

#[test]
fn a_sheet_whose_rows_no_proposal_reads_is_refused_with_the_reason() {
    let refused = of_workbook(&[
        (1, &[("A1", "shop"), ("B1", "day"), ("D1", "sum")]),
        (2, &[("A2", "S1"), ("B2", "x"), ("C2", "7"), ("D2", "1")]),
        (3, &[("A3", "S2"), ("B3", "y"), ("C3", "7"), ("D3", "2")]),
    ]);
    assert!(refused.starts_with("refused: "), "{refused}");
    assert!(refused.contains("C2 stands below no name"), "{refused}");
}

#[test]
fn a_sheet_that_spans_what_it_does_not_hold_costs_no_memory() {
    let toml = of_workbook(&[
        (1, &[("A1", "shop"), ("B1", "revenue")]),
        (2, &[("A2", "S1"), ("B2", "5")]),
        (3, &[("A3", "S2"), ("B3", "6")]),
        (1_048_576, &[("XFD1048576", "7")]),
    ]);
    assert!(toml.contains("# 2 rows were read.") && toml.contains("1 records do not"), "{toml}");
}

#[test]
fn the_file_in_an_archive_tells_its_format_or_it_is_declared() {
    let folder = tempfile::tempdir().expect("a folder");
    let proposed = |name: &str, within: &str, format: Option<Format>| {
        let file = folder.path().join(name);
        archive(&file, &[(within, "a,b\n1,2\n3,4\n".to_owned())]);
        propose(&file, name, format, None).map(|one| one.toml)
    };
    let by_name = proposed("f.zip", "f.csv", None).expect("a proposal");
    assert!(by_name.contains("called `f.csv`.\nformat = \"csv\"\n"), "{by_name}");
    let declared = proposed("g.zip", "g.dat", Some(Format::Csv)).expect("a proposal");
    assert!(declared.contains("format = \"csv\"\n"), "{declared}");
    let open = proposed("h.zip", "h.dat", None).expect_err("no format");
    assert!(open.contains("`h.dat`") && open.contains("--format"), "{open}");
}
