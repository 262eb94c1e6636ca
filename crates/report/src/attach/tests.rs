//! Attachments read back.

use crate::{ReportPlan, render};
use calamine::{Data, DataType, Reader, Xlsx};
use model::{
    edition::{Attachment, AttachmentKind, Release},
    label::{Label, Locale},
    number::Number,
    report::{Argument, Block, Cell, Column, Figure, Fmt, Message, Report, Row, Table, Verdict},
    unit::Unit,
};
use std::{
    io::{Cursor, Read},
    path::{Path, PathBuf},
};

fn fixture() -> Report {
    serde_json::from_str(include_str!("../../fixtures/report.json"))
        .expect("the fixture is a report")
}

fn attachments(report: &Report) -> Vec<Vec<Attachment>> {
    let templates = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../report-templates");
    let attachments = [AttachmentKind::Csv, AttachmentKind::Xlsx].into();
    let locales = Locale::ALL.to_vec();
    let plan = ReportPlan { templates, locales, attachments, layout: None, brand: None };
    let editions = render(&plan, report, &Release::Send).expect("the fixture renders");
    assert_eq!(editions.notes, []);
    editions.value.into_iter().map(|edition| edition.attachments).collect()
}

/// Sheets by name, a row a line.
fn sheets(workbook: &Attachment) -> Vec<(String, Vec<Vec<Data>>)> {
    let mut book = Xlsx::new(Cursor::new(&workbook.bytes)).expect("a workbook");
    let rows = |range: calamine::Range<Data>| range.rows().map(<[Data]>::to_vec).collect();
    book.worksheets().into_iter().map(|(name, range)| (name, rows(range))).collect()
}

fn records(table: &Attachment) -> Vec<Vec<String>> {
    let text = table.bytes.strip_prefix("\u{feff}".as_bytes()).expect("a byte order mark");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
    let record = |record: Result<csv::StringRecord, csv::Error>| {
        record.expect("ten fields").iter().map(str::to_owned).collect()
    };
    reader.records().map(record).collect()
}

fn money(text: &str) -> Figure {
    let value = Some(Number::Exact(text.parse().expect("a decimal")));
    let format = Fmt { unit: Unit::Money("CNY".into()), decimals: None };
    Figure { value, format, coverage: None }
}

/// The fixture with a table that has these texts and amounts in its first section.
fn with_rows(rows: &[(&str, Figure)]) -> Report {
    let mut report = fixture();
    let column = |name: &str, numeric| Column { label: Label::verbatim(name), numeric };
    let row = |(text, figure): &(&str, Figure)| Row {
        cells: vec![
            Cell::Label(Label::verbatim(*text)),
            Cell::Figure { figure: figure.clone(), verdict: Verdict::Neutral },
            Cell::Label(Label::verbatim(*text)),
        ],
        total: false,
    };
    report.sections[0].blocks = vec![Block::Table(Table {
        title: Label::verbatim("Rows"),
        columns: vec![column("Name", false), column("Amount", true), column("Again", false)],
        rows: rows.iter().map(row).collect(),
        note: None,
    })];
    report
}

/// The texts of the shared data, or those of its list that matter most.
fn hostile() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/torture");
    let folder = folder.join("formula-injection");
    let mut texts: Vec<String> =
        ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "＝1+1"]
            .map(str::to_owned)
            .into();
    texts.extend([
        "=HYPERLINK(\"http://x.example\",\"click\")".into(),
        "a;=1+1".into(),
        "-5".into(),
    ]);
    let Ok(cases) = std::fs::read_to_string(folder.join("cases.json")) else { return texts };
    let cases: Vec<serde_json::Value> = serde_json::from_str(&cases).expect("a list of cases");
    texts.extend(cases.iter().map(|case| case["value"].as_str().expect("a text").to_owned()));
    let payloads = std::fs::read_to_string(folder.join("payloadbox.txt")).expect("payloads");
    texts.extend(payloads.lines().map(str::to_owned));
    texts
}

#[test]
fn nothing_in_an_attachment_can_run_and_texts_come_back_as_they_were() {
    let texts = hostile();
    let rows: Vec<(&str, Figure)> = texts.iter().map(|text| (text.as_str(), money("-5"))).collect();
    for edition in attachments(&with_rows(&rows)) {
        let [flat, workbook] = edition.as_slice() else { panic!("two attachments") };
        let sheets = sheets(workbook);
        let found: Vec<&Vec<Data>> =
            sheets[1].1.iter().filter(|row| row.get(1) == Some(&Data::Float(-5.0))).collect();
        assert_eq!(found.len(), texts.len(), "a number stays a number beside any text");
        for (row, text) in found.iter().zip(&texts) {
            for at in [0, 2] {
                assert_eq!(row[at].as_string().as_ref(), Some(text), "{row:?}");
            }
        }
        let records = records(flat);
        let found: Vec<_> = records.iter().filter(|record| record[1] == "Rows").collect();
        assert_eq!(found.len(), 2 * texts.len());
        for (pair, text) in found.chunks(2).zip(&texts) {
            assert_eq!((pair[0][6].as_str(), pair[0][7].as_str()), ("-5", "money:CNY"));
            for shown in [&pair[0][2], &pair[1][9]] {
                assert_eq!(&taken_away(shown), text);
                for piece in shown.split([';', '\t', '\r', '\n']) {
                    let first = piece.trim_start_matches([' ', '"']).chars().next();
                    let runs = first.is_some_and(|first| "=+-@＝＋－＠".contains(first));
                    assert!(!runs, "{shown:?} runs in a spreadsheet that splits there");
                }
            }
        }
    }
}

/// The guide's way back: one apostrophe less at every place where a cell could begin.
fn taken_away(shown: &str) -> String {
    let mut begins = true;
    let kept = |c: &char| {
        let is_guard = begins && *c == '\'';
        begins = ";\t\r\n".contains(*c);
        !is_guard
    };
    shown.chars().filter(kept).collect()
}

#[test]
fn a_workbook_has_no_formula_no_link_and_nothing_hidden() {
    let texts = hostile();
    let rows: Vec<(&str, Figure)> = texts.iter().map(|text| (text.as_str(), money("1"))).collect();
    for edition in attachments(&with_rows(&rows)) {
        let mut package = zip::ZipArchive::new(Cursor::new(&edition[1].bytes)).expect("a package");
        let names: Vec<String> =
            package.file_names().map(|name| name.expect("a name").into_owned()).collect();
        for name in &names {
            let known = ["docProps/", "xl/worksheets/sheet", "xl/theme/", "_rels/", "xl/_rels/"];
            let single = ["[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml"];
            let is_known = known.iter().any(|known| name.starts_with(known))
                || single.contains(&name.as_str())
                || name == "xl/sharedStrings.xml";
            assert!(is_known, "{name} is in the package");
            let mut xml = String::new();
            package.by_name(name).expect("listed").read_to_string(&mut xml).expect("text");
            for active in
                ["<f>", "<f ", "<hyperlink", "definedName", "hidden", "externalLink", "ddeLink"]
            {
                assert!(!xml.contains(active), "{active} in {name}");
            }
        }
        let styles = {
            let mut xml = String::new();
            package
                .by_name("xl/styles.xml")
                .expect("styles")
                .read_to_string(&mut xml)
                .expect("text");
            xml
        };
        assert!(styles.contains("quotePrefix=\"1\""), "an edited text stays text");
    }
}

#[test]
fn sheets_are_named_in_the_locale_and_days_are_days() {
    let names = [["Summary", "Key figures"], ["概览", "关键指标"]];
    for (edition, names) in attachments(&fixture()).iter().zip(names) {
        let sheets = sheets(&edition[1]);
        assert_eq!((sheets.len(), sheets[0].0.as_str()), (7, names[0]), "a sheet per section");
        assert_eq!(sheets[1].0, names[1]);
        let days: Vec<String> = sheets[0]
            .1
            .iter()
            .flatten()
            .filter_map(|cell| cell.as_date())
            .map(|day| day.to_string())
            .collect();
        assert_eq!(&days[..3], ["2026-08-01", "2026-08-31", "2026-09-01"], "first, last, as of");
        let trend = &sheets[2].1;
        let months = trend.iter().filter(|row| row.get(1).is_some_and(Data::is_datetime)).count();
        assert!(months >= 12, "each month of a chart has its first day: {months}");
    }
}

#[test]
fn values_are_exact_and_too_many_digits_are_text() {
    let rows = [
        ("cents", money("354021880.57")),
        ("fifteen", money("9999999999999.99")),
        ("seventeen", money("123456789012345.67")),
        ("round", money("120000000000000000")),
        ("unknown", Figure { value: None, ..money("0") }),
    ];
    for edition in attachments(&with_rows(&rows)) {
        let sheets = sheets(&edition[1]);
        let cell = |name: &str| {
            let row = sheets[1].1.iter().find(|row| row[0] == Data::String(name.into()));
            row.expect("a row").get(1).expect("a cell").clone()
        };
        assert_eq!(cell("cents"), Data::Float(354_021_880.57));
        assert_eq!(cell("fifteen"), Data::Float(9_999_999_999_999.99));
        assert_eq!(cell("seventeen"), Data::String("123456789012345.67".into()));
        assert_eq!(cell("round"), Data::Float(1.2e17));
        assert_eq!(cell("unknown"), Data::String("–".into()));
        let records = records(&edition[0]);
        let value = |name: &str| {
            let record = records.iter().find(|record| record[2] == name && !record[7].is_empty());
            record.expect("a record")[6].clone()
        };
        assert_eq!(value("seventeen"), "123456789012345.67");
        assert_eq!(value("unknown"), "", "not known, not zero");
    }
}

#[test]
fn computed_money_is_rounded_to_the_coin_and_swings_are_numbers() {
    let real = |value| Figure { value: Some(Number::Real(value)), ..money("0") };
    let mut report =
        with_rows(&[("effect", real(1_756.249_999_999_999_5)), ("click", real(0.012_345_67))]);
    let Block::Table(table) = &mut report.sections[0].blocks[0] else { panic!("a table") };
    let noise = Argument::value(Some(Number::Real(25_100.5)), money("0").format);
    table.rows[0].cells[2] = Cell::Message(Message::new("movers.swings").with("noise", noise));
    for edition in attachments(&report) {
        let sheets = sheets(&edition[1]);
        let row = |name: &str| {
            sheets[1].1.iter().find(|row| row[0] == Data::String(name.into())).expect("a row")
        };
        assert_eq!(row("effect")[1..3], [Data::Float(1756.25), Data::Float(25_100.5)]);
        assert_eq!(row("click")[1], Data::Float(0.012_346));
        let records = records(&edition[0]);
        let values = records.iter().filter(|one| one[2] == "effect").map(|one| one[6].as_str());
        assert_eq!(values.collect::<Vec<_>>(), ["1756.25", "25100.5"]);
    }
}

#[test]
fn computed_figures_of_sentences_are_numbers_and_a_band_is_two_columns() {
    let value = |text: &str, unit: &str| Argument::Value {
        value: Some(text.parse().expect("a decimal")),
        format: Fmt { unit: unit.parse().expect("a unit"), decimals: None },
    };
    let amount = |text: &str| value(text, "money:CNY");
    let sentences = [
        Message::new("movers.swings").with("noise", value("1466.340829606619", "count")),
        Message::new("outlook.distance").with("size", amount("70412.351")),
        Message::new("table.range").with("low", amount("-1200.5")).with("high", amount("100312.1")),
        Message::new("experiment.loss_of_taking").with("loss", amount("12345")),
    ];
    let rows = ["usual", "off", "band", "loss"].map(|name| (name, money("1")));
    let mut report = with_rows(&rows);
    let Block::Table(table) = &mut report.sections[0].blocks[0] else { panic!("a table") };
    for (row, sentence) in table.rows.iter_mut().zip(sentences) {
        row.cells[2] = Cell::Message(sentence);
    }
    let heads = [["Again: low", "Again: high"], ["Again：下限", "Again：上限"]];
    for (edition, heads) in attachments(&report).iter().zip(heads) {
        let sheets = sheets(&edition[1]);
        let row = |name: &str| {
            sheets[1].1.iter().find(|row| row[0] == Data::String(name.into())).expect("a row")
        };
        assert_eq!(row("usual")[2], Data::Float(1_466.340_829_606_619), "no exact decimal");
        assert_eq!(row("off")[2], Data::Float(70_412.35));
        assert_eq!(row("band")[2..4], [Data::Float(-1_200.5), Data::Float(100_312.1)]);
        let loss = row("loss")[2].as_string().expect("a sentence");
        assert!(loss.contains("12,345"), "{loss} is in full");
        let named = |row: &Vec<Data>| {
            let shown = row.iter().skip(2).take(2).map(DataType::as_string);
            shown.eq(heads.map(|head| Some(head.to_owned())))
        };
        assert!(sheets[1].1.iter().any(named), "{heads:?} stand above the band");
        let records = records(&edition[0]);
        let band: Vec<_> = records.iter().filter(|one| one[2] == "band").collect();
        let values: Vec<&str> = band.iter().map(|one| one[6].as_str()).collect();
        assert_eq!(values, ["1", "-1200.5", "100312.1"]);
        assert_eq!(band[1..].iter().map(|one| one[3].as_str()).collect::<Vec<_>>(), heads);
        let usual = records.iter().rfind(|one| one[2] == "usual").expect("a record");
        assert_eq!((usual[6].as_str(), usual[7].as_str()), ("1466.340829606619", "count"));
    }
}

#[test]
fn the_same_report_gives_the_same_attachments() {
    assert_eq!(attachments(&fixture()), attachments(&fixture()));
    let names: Vec<String> =
        attachments(&fixture()).into_iter().flatten().map(|one| one.file_name).collect();
    assert_eq!(names[0], "monthly-executive-2026-09-01.en.csv");
    assert_eq!(names[3], "monthly-executive-2026-09-01.zh-CN.xlsx");
}
