//! Workbooks and flat tables of a real run, read back by other programs and held against report and mail.
//!
//! `tests/run` names a Python that has `openpyxl`; without one its group says that it is skipped.

mod paper;
mod shown;

use crate::support::{TestBed, all_at_once, each_file, mail, published, root};
use calamine::{Data, DataType, Reader, Xlsx};
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use model::{
    label::Locale,
    number::Number,
    report::{Block, Cell, Figure, Report, Table},
    run::RunRecord,
    unit::Unit,
};
use std::{
    collections::BTreeMap,
    fs,
    io::Cursor,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// The nightly job with attachments, run once.
struct Attached {
    _bed: TestBed,
    report: Report,
    outbox: PathBuf,
    record: RunRecord,
}

fn attached() -> &'static Attached {
    static ATTACHED: OnceLock<Attached> = OnceLock::new();
    ATTACHED.get_or_init(|| {
        let bed = TestBed::copy();
        // The layout whose mail has most of the report.
        let job = fs::read_to_string(bed.path("jobs/nightly.toml")).expect("the job");
        let job = job.replace("\"executive-brief\"", "\"channel-detail\"");
        let channel = "\n[[deliver.folder]]\nattachments = [\"xlsx\", \"csv\", \"pdf\"]\n";
        bed.write("jobs/nightly.toml", job + channel);
        let ran = bed.tidings(&["run", "jobs/nightly.toml", "--format", "json"]).exits(0);
        let record: RunRecord = serde_json::from_value(ran.json()).expect("a run record");
        let (report, outbox) = published(&record);
        Attached { _bed: bed, report, outbox, record }
    })
}

fn file(locale: Locale, ending: &str) -> Vec<u8> {
    let path = attached().outbox.join(format!("nightly.{locale}.{ending}"));
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

type Rows = Vec<Vec<Data>>;

/// The sheets of a language's workbook in the order of the report: the summary, then each section's by its title.
fn in_order(locale: Locale) -> Vec<Rows> {
    let all = sheets(locale);
    let of = |title: &str| {
        let says = |sheet: &&Rows| sheet[0][0].as_string().as_deref() == Some(title);
        all[1..].iter().find(says).unwrap_or_else(|| panic!("no sheet for {title}")).clone()
    };
    let sections = attached().report.sections.iter().map(|section| of(section.title.get(locale)));
    std::iter::once(all[0].clone()).chain(sections).collect()
}

/// The sheets of a language's workbook, in their order.
fn sheets(locale: Locale) -> Vec<Rows> {
    let mut book = Xlsx::new(Cursor::new(file(locale, "xlsx"))).expect("a workbook");
    let rows = |range: calamine::Range<Data>| range.rows().map(<[Data]>::to_vec).collect();
    book.worksheets().into_iter().map(|(_, range)| rows(range)).collect()
}

/// The rows of the flat table by head.
fn flat(locale: Locale) -> Vec<Vec<String>> {
    let bytes = file(locale, "csv");
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).expect("a byte order mark");
    let mut reader = csv::Reader::from_reader(text);
    let record = |record: Result<csv::StringRecord, csv::Error>| {
        record.expect("a record").iter().map(str::to_owned).collect()
    };
    reader.records().map(record).collect()
}

/// The rows below the row that begins with a title.
#[track_caller]
fn below<'a>(sheet: &'a Rows, title: &str) -> &'a [Vec<Data>] {
    let is_title = |row: &Vec<Data>| row[0].as_string().as_deref() == Some(title);
    // The title of the only block of a section may be that of its sheet, too.
    let at = sheet.iter().rposition(is_title).unwrap_or_else(|| panic!("no `{title}`"));
    &sheet[at + 1..]
}

fn tables(report: &Report) -> impl Iterator<Item = (usize, &Table)> {
    report.sections.iter().enumerate().flat_map(|(at, section)| {
        section.blocks.iter().filter_map(move |block| match block {
            Block::Table(table) => Some((at, table)),
            _ => None,
        })
    })
}

/// On how many columns of a sheet the cells of a table's column stand: a band has one for each of its figures.
fn width(table: &Table, at: usize) -> usize {
    let widths = table.rows.iter().map(|row| match row.cells.get(at) {
        Some(Cell::Message(message)) if message.arguments.contains_key("low") => {
            // Points are told once for both ends, in words.
            if message.key.ends_with("_points") { 1 } else { message.arguments.len() }
        }
        _ => 1,
    });
    widths.max().unwrap_or(1)
}

/// Where on its sheet the columns of a table begin, and how wide they are.
fn places(table: &Table) -> Vec<(usize, usize)> {
    let mut next = 0;
    let place = |at: usize| {
        let (begins, width) = (next, width(table, at));
        next += width;
        (begins, width)
    };
    (0..table.columns.len()).map(place).collect()
}

fn nearest(number: Number) -> f64 {
    match number {
        Number::Exact(exact) => exact.to_string().parse().expect("a number"),
        Number::Real(real) => real,
    }
}

/// What a workbook has of a figure: computed money to the coin, anything else as it is.
fn kept(figure: &Figure, value: Number) -> f64 {
    match (value, &figure.format.unit) {
        (Number::Real(real), Unit::Money(_)) => {
            let places = figure.format.decimals.unwrap_or(0).max(2) as usize;
            let places = if real.abs() < 1.0 { places + 4 } else { places };
            format!("{real:.places$}").parse().expect("a number")
        }
        _ => nearest(value),
    }
}

#[test]
fn every_attachment_is_a_base64_part_and_lies_beside_the_message() {
    let mut names = Vec::new();
    for locale in Locale::ALL {
        let message = mail::parse(&file(locale, "eml"));
        assert!(mail::wire_faults(&file(locale, "eml")).is_empty());
        assert_eq!(message.kind(), "multipart/mixed");
        for part in message.leaves() {
            let disposition = part.header("content-disposition");
            if disposition.starts_with("attachment") {
                assert_eq!(part.encoding(), "base64");
                let ending = match part.kind() {
                    "application/pdf" => "pdf",
                    "text/csv" => "csv",
                    _ => "xlsx",
                };
                assert!(part.body == file(locale, ending), "{disposition}");
                names.extend(disposition.split('"').nth(1).map(str::to_owned));
            }
        }
    }
    let expected = ["en.csv", "en.pdf", "en.xlsx", "zh-CN.csv", "zh-CN.pdf", "zh-CN.xlsx"];
    assert_eq!(names, expected.map(|end| format!("nightly-2026-07-01.{end}")));
    let kinds = attached().record.artefacts.iter().map(|artefact| artefact.kind.as_str());
    assert_eq!(kinds.filter(|kind| *kind == "attachment").count(), 6);
}

#[test]
fn every_figure_of_the_tables_is_in_the_workbook_with_its_exact_value() {
    let report = &attached().report;
    let (mut faults, mut seen) = (Vec::new(), 0);
    for locale in Locale::ALL {
        let sheets = in_order(locale);
        assert_eq!(sheets.len(), report.sections.len() + 1, "a summary and a sheet per section");
        for (at, table) in tables(report) {
            let title = table.title.get(locale);
            let rows = below(&sheets[at + 1], title);
            let has_days =
                table.rows.iter().any(|row| matches!(row.cells.first(), Some(Cell::Period(_))));
            for (row, line) in table.rows.iter().zip(&rows[1..]) {
                let mut cells = line.clone();
                if has_days {
                    cells.drain(1..3);
                }
                for (cell, (place, _)) in row.cells.iter().zip(places(table)) {
                    let found = &cells[place];
                    let (Cell::Figure { figure, .. } | Cell::Shaded { figure, .. }) = cell else {
                        continue;
                    };
                    let expected = figure.value.map_or(Data::String("–".into()), |value| {
                        Data::Float(kept(figure, value))
                    });
                    seen += 1;
                    if *found != expected {
                        faults.push(format!("{title}: {found:?} for {expected:?}"));
                    }
                }
            }
        }
    }
    assert!(seen > 100, "{seen} figures were compared");
    all_at_once(faults);
}

#[test]
fn the_flat_table_has_every_key_figure_with_all_its_digits() {
    for locale in Locale::ALL {
        let records = flat(locale);
        for (section, card) in cards(&attached().report) {
            let is_card = |record: &&Vec<String>| {
                record[0] == section.title.get(locale) && record[2] == card.label.get(locale)
            };
            let record = records.iter().find(is_card).expect("a row for the key figure");
            let expected = card.figure.value.map_or(String::new(), |value| value.to_string());
            assert_eq!(record[6], expected);
            assert_eq!(record[7], card.figure.format.unit.to_string());
        }
    }
}

fn cards(
    report: &Report,
) -> impl Iterator<Item = (&model::report::Section, &model::report::Scorecard)> {
    report.sections.iter().flat_map(|section| {
        section.blocks.iter().flat_map(move |block| match block {
            Block::Scorecards(cards) => cards.iter().map(|card| (section, card)).collect(),
            _ => Vec::new(),
        })
    })
}

#[test]
fn the_mail_shows_what_the_workbook_holds_to_the_last_digit() {
    let report = &attached().report;
    let (mut faults, mut seen) = (Vec::new(), 0);
    for locale in Locale::ALL {
        let text = mail::parse(&file(locale, "eml")).leaf("text/plain").text().replace('\r', "");
        let lines: Vec<&str> = text.lines().collect();
        let sheets = in_order(locale);
        for (section, card) in cards(report) {
            let name = card.label.get(locale);
            let at = report.sections.iter().position(|other| other.id == section.id).expect("it");
            let row = sheets[at + 1].iter().find(|row| row[0].as_string().as_deref() == Some(name));
            let cell = &row.expect("a row for the key figure")[1];
            let head = format!("{name}: ");
            let Some(line) = lines.iter().find_map(|line| line.strip_prefix(&head)) else {
                continue; // It stands on the page alone.
            };
            seen += 1;
            faults.extend(shown::differs(line, cell));
        }
        for (at, table) in tables(report) {
            let title = table.title.get(locale);
            let rows = below(&sheets[at + 1], title);
            // Under a section of the same title it has none of its own.
            let headed = || {
                let heading = format!("== {title} ==");
                let heading = lines.iter().position(|line| line.starts_with(&heading))?;
                let columns = lines[heading..].iter().position(|line| line.contains(" | "))?;
                Some(heading + columns - 1)
            };
            let Some(starts) = lines.iter().position(|line| *line == title).or_else(headed) else {
                continue; // It stands on the page alone.
            };
            let has_days =
                rows[0].len() > table.columns.len() && matches!(rows[1][1], Data::DateTime(_));
            for (at, row) in table.rows.iter().enumerate() {
                let said = lines[starts + 2 + at].trim().split(" | ");
                if row.cells.len() > 1 && said.clone().count() == 1 {
                    break; // The rest stands on the page.
                }
                let mut cells = rows[1 + at].clone();
                if has_days {
                    cells.drain(1..3);
                }
                // A band is one text there.
                let alone = said.zip(places(table)).skip(1).filter(|(_, (_, width))| *width == 1);
                for (said, (place, _)) in alone {
                    seen += 1;
                    faults.extend(shown::differs(said, &cells[place]));
                }
            }
        }
    }
    assert!(seen > 200, "{seen} figures were compared");
    all_at_once(faults);
}

#[test]
fn openpyxl_reads_the_same_cells_and_finds_nothing_active() {
    let Ok(python) = std::env::var("TIDINGS_TEST_READERS") else {
        println!("skipped: no openpyxl and pypdf; `tests/run` looks for them");
        return;
    };
    for locale in Locale::ALL {
        let workbook = attached().outbox.join(format!("nightly.{locale}.xlsx"));
        let read = |file: &Path| {
            let script = root().join("tests/cases/read_workbook.py");
            let output =
                Command::new(&python).arg(script).arg(file).output().expect("python starts");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            serde_json::from_slice::<serde_json::Value>(&output.stdout).expect("JSON")
        };
        let book = read(&workbook);
        assert_eq!(book["problems"], serde_json::json!([]));
        let (mut numbers, mut days, mut formats) = (0, 0, BTreeMap::new());
        let other = sheets(locale);
        for (sheet, ours) in book["sheets"].as_array().expect("sheets").iter().zip(&other) {
            let cells = sheet["rows"]
                .as_array()
                .expect("rows")
                .iter()
                .zip(ours)
                .flat_map(|(row, ours)| row.as_array().expect("cells").iter().zip(ours));
            for (cell, ours) in cells {
                match cell["type"].as_str() {
                    Some("n") if !cell["value"].is_null() => {
                        assert_eq!(cell["value"].as_f64(), ours.as_f64(), "{cell}");
                        let format = cell["format"].as_str().expect("a format");
                        *formats.entry(format.to_owned()).or_insert(0) += 1;
                        numbers += 1;
                    }
                    Some("d") => {
                        // Days since the last of 1899, as spreadsheets count.
                        let Data::DateTime(day) = ours else { panic!("{ours} is no day") };
                        let count = day.as_f64();
                        let zero = NaiveDate::from_ymd_opt(1899, 12, 30).expect("a day");
                        let seconds = (count * 86_400.0).round() as i64;
                        let day = zero.and_time(NaiveTime::MIN) + TimeDelta::seconds(seconds);
                        let read = cell["value"].as_str().expect("ISO 8601");
                        assert_eq!(read, day.format("%Y-%m-%dT%H:%M:%S").to_string());
                        days += 1;
                    }
                    Some("s") => assert_eq!(cell["value"].as_str(), ours.as_string().as_deref()),
                    other => assert!(cell["value"].is_null(), "{other:?}: {cell}"),
                }
            }
        }
        assert!(numbers > 300 && days > 50, "{numbers} numbers, {days} days");
        let money = formats.keys().any(|format| format.contains("¥") && format.contains("#,##0"));
        let share = formats.keys().any(|format| format == "0.0%");
        assert!(money && share, "units are number formats: {formats:?}");
        assert!(!formats.contains_key("General"), "every number has a format");
    }
}

#[test]
fn a_job_without_attachments_has_none() {
    let nightly = crate::support::nightly();
    let mut found = Vec::new();
    each_file(&nightly.outbox, &mut |file, _| found.push(file.to_owned()));
    let is_attached = |file: &PathBuf| {
        file.extension().is_some_and(|end| end == "csv" || end == "xlsx" || end == "pdf")
    };
    assert!(!found.is_empty() && !found.iter().any(is_attached), "{found:?}");
}
