//! Reports on paper.

use super::{
    blocks::Press,
    face::Faces,
    flow::{Flow, LEFT, PAGE, Part, WIDTH},
    ink::Ink,
    lines::Breaker,
    piece::{Mark, Placed, Style},
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
    let column = |(label, numeric): (&str, bool)| ColumnView::new(label.into(), numeric);
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
        fit: "",
        again: false,
        is_over_time: false,
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
fn the_last_row_of_a_table_is_alone_on_no_page() {
    let brand = Brand::load(&templates(), None).expect("the brand");
    let (faces, ink, pictures) = (Faces::new(), Ink::new(&brand.light), BTreeMap::new());
    let breaker = Breaker::new(&faces);
    let mut most = 0;
    for rows in 3..90 {
        let mut press = Press { flow: Flow::new(&breaker), ink: &ink, pictures: &pictures };
        press.table(0, &table(rows));
        let flow = press.flow;
        let last = flow.pages.last().expect("a page");
        let places: BTreeSet<usize> = last.iter().filter_map(|placed| placed.place).collect();
        let parts = flow.outline.parts.iter();
        let there = parts.filter(|(part, cells)| {
            *part == Part::TableRow && cells.iter().any(|cell| places.contains(cell))
        });
        assert!(there.count() > 1, "of {rows} rows the last is alone on page {}", flow.pages.len());
        most = most.max(flow.pages.len());
    }
    assert!(most > 2, "{most} pages");
}

/// A table of names, and of the same figures in as many columns as wanted.
fn figures(names: &[String], columns: usize) -> (TableView, Vec<String>) {
    let figure = |at: usize| format!("¥1,234,5{:02}.12", at % 100);
    let wide = |(column, text): (usize, String)| CellView {
        numeric: true,
        arrow: if column % 2 == 0 { "▲" } else { "" },
        coverage: (column % 5 == 4).then(|| "coverage 94.2%".to_owned()),
        ..CellView::text(text)
    };
    let row = |(at, name): (usize, &String)| {
        let figures = (0..columns).map(|column| (column, figure(at * columns + column)));
        let cells = std::iter::once(CellView::text(name.clone())).chain(figures.map(wide));
        RowView { total: at % 2 == 1, cells: cells.collect() }
    };
    let head = |at: usize| match at % 3 {
        0 => "Amount".to_owned(),
        1 => "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
            .into(),
        _ => "北京朝阳区销售额同比变化（按已支付订单计）".into(),
    };
    let rows = names.iter().enumerate().map(row).collect();
    let mut table = TableView { rows, ..table(0) };
    table.columns = vec![ColumnView::new("Name".into(), false)];
    table.columns.extend((0..columns).map(|at| ColumnView::new(head(at), true)));
    (table, (0..names.len() * columns).map(figure).collect())
}

fn pages_of(table: &TableView) -> Vec<Vec<Placed>> {
    let brand = Brand::load(&templates(), None).expect("the brand");
    let (faces, ink, pictures) = (Faces::new(), Ink::new(&brand.light), BTreeMap::new());
    let breaker = Breaker::new(&faces);
    let mut press = Press { flow: Flow::new(&breaker), ink: &ink, pictures: &pictures };
    press.table(0, table);
    press.flow.pages
}

#[test]
fn figures_stay_whole_and_within_the_page_whatever_names_stand_beside_them() {
    let names = [
        "North".to_owned(),
        "W".repeat(77),
        "北京市朝阳区建国门外大街".repeat(7),
        "A name of many words, of which none is long ".repeat(4),
        "没有空格".repeat(3000),
    ];
    for columns in [1, 3, 4, 7, 12, 24] {
        let (table, figures) = figures(&names, columns);
        let pages = pages_of(&table);
        let mut texts: BTreeMap<String, usize> = BTreeMap::new();
        for placed in pages.iter().flatten() {
            assert!(placed.y > 0.0 && placed.y < PAGE.1 - 50.0, "{columns}: {}", placed.y);
            if let Mark::Text(line, Style { size, .. }) = &placed.mark {
                let end = placed.x + line.width;
                assert!(placed.x >= LEFT - 0.01 && end <= LEFT + WIDTH + 0.01, "{columns}: {end}");
                assert!(*size >= 5.0, "{columns}: type of {size} points");
            }
            if let Some(said) = said(placed) {
                *texts.entry(said.trim_start_matches(['▲', ' ']).to_owned()).or_default() += 1;
            }
        }
        for figure in figures.iter().collect::<BTreeSet<_>>() {
            let wanted = figures.iter().filter(|other| *other == figure).count();
            assert_eq!(texts.get(figure), Some(&wanted), "{figure} of {columns} columns");
        }
        // Each part of a table that is split begins with the names.
        let parts = texts.iter().filter(|(text, _)| text.starts_with("A table")).count();
        assert_eq!(texts["North"], parts.max(1), "{columns} columns");
        assert_eq!(parts > 1, columns > 4, "{columns} columns in {parts} parts");
    }
}
