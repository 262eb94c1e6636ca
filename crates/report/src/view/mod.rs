//! What templates see: text, ready to show.

mod arrange;
mod block;
mod book;
mod build;
mod chart;
mod fit;
mod mark;
mod nameless;
mod notice;
mod numbers;
mod sources;
mod words;

pub(crate) use arrange::{PREHEADER, columns};
pub(crate) use book::{Book, Grid, Line, Sheet, Value};
pub(crate) use build::{Writer, identifier};
pub(crate) use notice::Held;

use crate::chart::Cells;
use model::report::Verdict;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that a layout shows.
#[derive(Clone, Serialize)]
pub(crate) struct ReportView {
    pub(crate) lang: &'static str,
    pub(crate) word: BTreeMap<String, String>,
    pub(crate) title: String,
    /// Which slice it is of; none for a report on everything.
    pub(crate) slice: Option<String>,
    pub(crate) organisation: String,
    pub(crate) period: String,
    pub(crate) as_of: String,
    pub(crate) owner: String,
    pub(crate) preheader: String,
    pub(crate) banner: Option<Banner>,
    /// Whether the first headline is the lead of the report.
    pub(crate) has_lead: bool,
    pub(crate) headlines: Vec<FindingView>,
    pub(crate) sections: Vec<SectionView>,
    pub(crate) notes: Vec<NoteView>,
    pub(crate) sources: Vec<SourceView>,
    pub(crate) fingerprint: String,
    /// The colours and fonts of the house, for the styles.
    pub(crate) brand: BrandView,
    /// That the page shows more than a mail, with the names of the sections that it leaves out.
    pub(crate) left: Option<String>,
    /// The ids of the sections that it names there.
    #[serde(skip)]
    pub(crate) left_out: BTreeSet<String>,
}

impl ReportView {
    /// The shortest text that holds a character: a member's name before a sentence about it.
    pub(crate) fn holder(&self, character: char) -> Option<String> {
        let blocks = self.sections.iter().flat_map(|section| &section.blocks);
        let named = blocks.flat_map(|block| match block {
            BlockView::Chart(chart) => vec![&chart.title, &chart.alternative],
            BlockView::Note { text, .. } => vec![text],
            BlockView::Scorecards(cards) => cards.cards.iter().map(|card| &card.label).collect(),
            BlockView::Table(table) => {
                let cells = table.rows.iter().flat_map(|row| &row.cells).map(|cell| &cell.text);
                cells.chain(table.columns.iter().map(|column| &column.label)).collect()
            }
        });
        let findings = self.sections.iter().flat_map(|section| &section.findings);
        let said = findings.chain(&self.headlines).map(|finding| &finding.text);
        let all = named.chain(said).chain([&self.title, &self.organisation]);
        all.filter(|text| text.contains(character)).min_by_key(|text| text.len()).cloned()
    }
}

/// Colours by name, and fonts.
#[derive(Clone, Serialize)]
pub(crate) struct BrandView {
    pub(crate) light: BTreeMap<String, String>,
    pub(crate) dark: BTreeMap<String, String>,
    pub(crate) fonts: String,
}

/// What stands on top: that a report is a correction, or was sent with reservations.
#[derive(Clone, Serialize)]
pub(crate) struct Banner {
    pub(crate) title: String,
    pub(crate) lead: String,
    pub(crate) notes: Vec<String>,
}

/// What a notice says.
#[derive(Clone, Serialize)]
pub(crate) struct NoticeView {
    pub(crate) lang: &'static str,
    pub(crate) word: BTreeMap<String, String>,
    pub(crate) subject: String,
    /// The report's headline and period.
    pub(crate) title: String,
    pub(crate) period: String,
    pub(crate) organisation: String,
    pub(crate) lead: String,
    pub(crate) body: String,
    pub(crate) reasons: Vec<NoteView>,
    pub(crate) steps: Vec<String>,
    pub(crate) owner: String,
    pub(crate) as_of: String,
    pub(crate) fingerprint: String,
    pub(crate) brand: BrandView,
}

/// A judged sentence: the verdict as a word for styles and as a word for readers.
#[derive(Clone, Serialize)]
pub(crate) struct FindingView {
    /// The verdict itself.
    #[serde(skip)]
    pub(crate) judged: Verdict,
    pub(crate) verdict: &'static str,
    pub(crate) word: String,
    pub(crate) text: String,
}

/// A section.
#[derive(Clone, Serialize)]
pub(crate) struct SectionView {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) period: Option<String>,
    /// What must be known of the data that it rests on.
    pub(crate) reservations: Vec<String>,
    pub(crate) findings: Vec<FindingView>,
    pub(crate) blocks: Vec<BlockView>,
}

/// A block, told apart by `kind`.
#[derive(Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum BlockView {
    Scorecards(ScorecardsView),
    Chart(Box<ChartView>),
    Table(TableView),
    /// A sentence; one that is news stands in every mail.
    Note {
        text: String,
        #[serde(skip)]
        is_news: bool,
    },
}

/// Key figures; `pairs` are the same cards two by two, because a mail has no grid: of an odd number the first one has a
/// row of its own.
#[derive(Clone, Serialize)]
pub(crate) struct ScorecardsView {
    pub(crate) cards: Vec<CardView>,
    pub(crate) pairs: Vec<Vec<CardView>>,
    /// Classes of the page's grid by which every row of cards is full.
    pub(crate) grid: String,
}

/// One key figure.
#[derive(Clone, Serialize)]
pub(crate) struct CardView {
    pub(crate) label: String,
    pub(crate) description: String,
    pub(crate) value: String,
    pub(crate) known: bool,
    pub(crate) coverage: Option<String>,
    pub(crate) comparisons: Vec<ComparisonView>,
    pub(crate) spark: Option<SparkView>,
}

/// A sparkline; decorative, since the card says the numbers.
#[derive(Clone, Serialize)]
pub(crate) struct SparkView {
    pub(crate) svg: String,
    pub(crate) pictures: Vec<PictureView>,
}

/// A picture of a mail, for one scheme and one width; the first of several is shown where no style says otherwise.
#[derive(Clone, Serialize)]
pub(crate) struct PictureView {
    pub(crate) cid: String,
    /// `wide`, `wide-dark`, `narrow` or `narrow-dark`.
    pub(crate) class: &'static str,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// One comparison of a card.
#[derive(Clone, Serialize)]
pub(crate) struct ComparisonView {
    pub(crate) label: String,
    pub(crate) base: String,
    pub(crate) change: String,
    pub(crate) known: bool,
    pub(crate) arrow: &'static str,
    pub(crate) verdict: &'static str,
    pub(crate) word: String,
}

/// A chart.
#[derive(Clone, Serialize)]
pub(crate) struct ChartView {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) alternative: String,
    pub(crate) svg: String,
    /// The pictures of the mail; none where it shows cells or a table.
    pub(crate) pictures: Vec<PictureView>,
    /// How a mail shows it without a picture.
    pub(crate) cells: Option<Cells>,
    pub(crate) live_height: u32,
    /// The height that its option is made for.
    #[serde(skip)]
    pub(crate) drawn_height: u32,
    pub(crate) marks: Vec<MarkView>,
    /// What must be known to read it rightly.
    pub(crate) remark: Option<String>,
    pub(crate) table: TableView,
}

/// A remark below a chart, by the number that stands in it.
#[derive(Clone, Serialize)]
pub(crate) struct MarkView {
    pub(crate) number: usize,
    /// Its sort, as a class of the style sheets.
    pub(crate) kind: &'static str,
    pub(crate) date: String,
    pub(crate) text: String,
}

/// A table.
#[derive(Clone, Serialize)]
pub(crate) struct TableView {
    pub(crate) title: String,
    pub(crate) columns: Vec<ColumnView>,
    pub(crate) rows: Vec<RowView>,
    pub(crate) note: Option<String>,
    /// The classes by which it fits a telephone in a mail.
    pub(crate) fit: &'static str,
    /// Whether what stands above it has the same title.
    pub(crate) again: bool,
    /// Whether its rows are periods.
    #[serde(skip)]
    pub(crate) is_over_time: bool,
}

/// A column heading.
#[derive(Clone, Serialize)]
pub(crate) struct ColumnView {
    pub(crate) label: String,
    pub(crate) numeric: bool,
    /// Whether it breaks nowhere but at its spaces.
    pub(crate) whole: bool,
}

impl ColumnView {
    pub(crate) fn new(label: String, numeric: bool) -> Self {
        Self { whole: fit::is_whole(&label), label, numeric }
    }
}

/// A row: its name and its other cells.
#[derive(Clone, Serialize)]
pub(crate) struct RowView {
    pub(crate) total: bool,
    pub(crate) cells: Vec<CellView>,
}

/// A cell; `verdict` is empty when nothing is judged.
#[derive(Clone, Serialize)]
pub(crate) struct CellView {
    pub(crate) text: String,
    /// Whether it is a word that keeps its line.
    pub(crate) brief: bool,
    pub(crate) numeric: bool,
    pub(crate) known: bool,
    pub(crate) arrow: &'static str,
    pub(crate) verdict: &'static str,
    pub(crate) word: String,
    pub(crate) coverage: Option<String>,
    /// The shade of its ground.
    pub(crate) shade: Option<usize>,
    /// What is said of it when it is only expected.
    pub(crate) expected: Option<String>,
}

/// A remark on the data.
#[derive(Clone, Serialize)]
pub(crate) struct NoteView {
    pub(crate) severity: &'static str,
    pub(crate) word: String,
    pub(crate) text: String,
}

/// A source of figures.
#[derive(Clone, Serialize)]
pub(crate) struct SourceView {
    pub(crate) dataset: String,
    pub(crate) read: String,
    pub(crate) accepted: String,
    pub(crate) quarantined: String,
    pub(crate) superseded: String,
    pub(crate) covers: String,
    pub(crate) missing: String,
}
