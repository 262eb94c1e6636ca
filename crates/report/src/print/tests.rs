//! Reports on paper.

use super::{
    blocks::Press,
    face::Faces,
    flow::{Flow, PAGE, Part},
    ink::Ink,
    lines::Breaker,
    piece::{Mark, Placed},
};
use crate::{
    ReportPlan,
    chart::Brand,
    render,
    view::{CellView, ColumnView, RowView, TableView},
};
use model::{
    edition::{AttachmentKind, Edition, Release},
    label::{Label, Locale},
    report::Report,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

fn templates() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../report-templates")
}

fn printed(report: &Report, locales: &[Locale]) -> Vec<Edition> {
    let attachments = [AttachmentKind::Pdf].into();
    let (templates, locales) = (templates(), locales.to_vec());
    let plan = ReportPlan { templates, locales, attachments, layout: None, brand: None };
    render(&plan, report, &Release::Send).expect("it renders").value
}

fn stored(text: &str) -> Report {
    serde_json::from_str(text).expect("a report")
}

#[test]
fn every_form_of_chart_and_block_is_printed_by_the_standards() {
    let fixtures = [
        include_str!("../../fixtures/report.json"),
        include_str!("../../fixtures/charts.json"),
        include_str!("../../fixtures/kpi-charts.json"),
    ];
    for report in fixtures.map(stored) {
        let editions = printed(&report, &Locale::ALL);
        for edition in &editions {
            let [paper] = edition.attachments.as_slice() else { panic!("one attachment") };
            assert!(paper.bytes.starts_with(b"%PDF-1.7"));
            assert!(paper.bytes.len() < 900_000, "{} bytes", paper.bytes.len());
        }
        let again = printed(&report, &Locale::ALL[..1]);
        assert_eq!(editions[..1], again, "the same report gives the same bytes");
    }
}

#[test]
fn names_from_the_data_cannot_keep_a_report_from_being_printed() {
    let hostile = [
        "\u{e000}\u{f8ff}\u{10ffff}\u{fffe}",
        "a\u{0}\u{1}\u{feff}\u{200b}b\r\n\tc",
        "👩‍👩‍👧‍👦 שלום مرحبا กขค",
        "",
        " ",
    ];
    let long = "无".repeat(9000) + &"x".repeat(9000);
    for name in hostile.into_iter().chain([long.as_str()]) {
        let mut report = stored(include_str!("../../fixtures/report.json"));
        report.title = Label::verbatim(name);
        for section in report.sections.iter_mut().take(2) {
            section.title = Label::verbatim(name);
        }
        let editions = printed(&report, &Locale::ALL[..1]);
        assert!(editions.iter().all(|edition| edition.attachments[0].bytes.len() > 10_000));
    }
}

fn table(rows: usize) -> TableView {
    let column = |(label, numeric): (&str, bool)| ColumnView { label: label.into(), numeric };
    let row = |number: usize| {
        let name = match number % 7 {
            0 => format!(
                "row {number}, whose name is long enough to need more than one line of its column, 行名也很长"
            ),
            _ => format!("row {number}"),
        };
        let figure = CellView { numeric: true, ..CellView::text(format!("{number},000.00")) };
        let cells = vec![CellView::text(name), figure, CellView::text("同比增长".repeat(9))];
        RowView { total: false, cells }
    };
    TableView {
        title: "A table".into(),
        columns: [("Name", false), ("Value", true), ("说明", false)].map(column).into(),
        rows: (0..rows).map(row).collect(),
        note: None,
        cut: false,
        tight: false,
    }
}

fn said(placed: &Placed) -> Option<String> {
    match &placed.mark {
        Mark::Text(line, _) => Some(line.glyphs.iter().map(|glyph| glyph.character).collect()),
        Mark::Area(..) | Mark::Picture(..) => None,
    }
}

#[test]
fn a_long_table_repeats_its_heads_and_cuts_no_row_in_two() {
    let brand = Brand::load(&templates(), None).expect("the brand");
    let (faces, ink, pictures) = (Faces::new(), Ink::new(&brand.light), BTreeMap::new());
    let breaker = Breaker::new(&faces);
    let mut press = Press { flow: Flow::new(&breaker), ink: &ink, pictures: &pictures };
    press.table(0, &table(200));
    let flow = press.flow;
    assert!(flow.pages.len() > 4, "{} pages", flow.pages.len());
    let mut page_of: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (number, page) in flow.pages.iter().enumerate() {
        let texts: Vec<String> = page.iter().filter_map(said).collect();
        let heads =
            texts.iter().take(4).filter(|text| ["Name", "Value", "说明"].contains(&text.trim()));
        assert_eq!(heads.count(), 3, "page {number} begins with {:?}", &texts[..4]);
        for placed in page {
            assert!(placed.y < PAGE.1 - 50.0, "something lies below the foot of page {number}");
            if let Some(part) = placed.place {
                page_of.entry(part).or_default().insert(number);
            }
        }
    }
    let rows = flow.outline.parts.iter().filter(|(part, _)| *part == Part::TableRow);
    let mut seen = 0;
    for (_, cells) in rows {
        let pages: BTreeSet<_> =
            cells.iter().filter_map(|cell| page_of.get(cell)).flatten().collect();
        assert_eq!(pages.len(), 1, "a row lies on {pages:?}");
        seen += 1;
    }
    assert_eq!(seen, 201, "200 rows, and the heads once");
}

#[test]
fn columns_of_figures_keep_their_figures_whole_whatever_the_words_need() {
    let brand = Brand::load(&templates(), None).expect("the brand");
    let (faces, ink, pictures) = (Faces::new(), Ink::new(&brand.light), BTreeMap::new());
    let breaker = Breaker::new(&faces);
    let mut press = Press { flow: Flow::new(&breaker), ink: &ink, pictures: &pictures };
    let mut table = table(3);
    for row in &mut table.rows {
        let wide = CellView { numeric: true, ..CellView::text("¥1,234,567,890.12".into()) };
        row.cells.extend(vec![wide; 4]);
    }
    table.columns.extend((0..4).map(|_| ColumnView { label: "Amount".into(), numeric: true }));
    press.table(0, &table);
    let texts: Vec<String> = press.flow.pages.iter().flatten().filter_map(said).collect();
    assert_eq!(texts.iter().filter(|text| *text == "¥1,234,567,890.12").count(), 12);
}
