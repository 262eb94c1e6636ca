//! Key figures, tables and remarks.

use super::{
    BlockView, CardView, CellView, ColumnView, ComparisonView, RowView, ScorecardsView, SparkView,
    TableView, Writer, build::identifier, fit,
};
use crate::{
    chart::{Artist, shade_of},
    error::RenderError,
    format::{Common, Sign},
};
use model::{
    label::Label,
    number::Number,
    report::{
        Argument, Block, Cell, Comparison, Figure, Message, Row, Scorecard, Section, Table, Verdict,
    },
};

/// Fewer points than this have no shape worth a sparkline.
const SPARK_FROM: usize = 3;

impl Writer<'_> {
    pub(super) fn block(
        &mut self,
        artist: &Artist<'_>,
        section: &Section,
        block: &Block,
    ) -> Result<BlockView, RenderError> {
        Ok(match block {
            Block::Scorecards(cards) => {
                let cards = cards.iter().map(|card| self.card(artist, section, card));
                let cards: Vec<_> = cards.collect::<Result<_, _>>()?;
                BlockView::Scorecards(ScorecardsView::of(cards))
            }
            Block::Chart(chart) => BlockView::Chart(Box::new(self.chart(artist, chart)?)),
            Block::Table(table) => BlockView::Table(self.table(table)),
            Block::Note(message) => BlockView::Note { text: self.text(message), is_news: false },
        })
    }

    fn card(
        &mut self,
        artist: &Artist<'_>,
        section: &Section,
        card: &Scorecard,
    ) -> Result<CardView, RenderError> {
        let is_mailed = self.room.takes_figure();
        let known = card.history.iter().flatten().count();
        let mut spark = None;
        if known >= SPARK_FROM {
            let number = self.images.len();
            let name = format!("spark-{number}-{}-{}", section.id, card.metric);
            let id = identifier(&name);
            let drawing = artist.sparkline(&id, &card.history)?;
            let pictures = if is_mailed { self.keep(&id, &drawing) } else { Vec::new() };
            spark = Some(SparkView { svg: drawing.svg, pictures });
        }
        Ok(CardView {
            label: self.label(&card.label),
            description: self.label(&card.description),
            value: self.formatter.figure(&card.figure),
            known: card.figure.value.is_some(),
            coverage: self.coverage(&card.figure),
            comparisons: card.comparisons.iter().map(|other| self.comparison(other)).collect(),
            spark,
        })
    }

    fn comparison(&self, comparison: &Comparison) -> ComparisonView {
        let difference = comparison.difference.value.map(Number::to_f64);
        let change = match comparison.change {
            Some(change) => self.formatter.change(Some(change)),
            None => self.formatter.delta(&comparison.difference),
        };
        let judged = shown(&change, comparison.verdict);
        ComparisonView {
            label: self.text(&comparison.label),
            base: self.formatter.figure(&comparison.base),
            known: difference.is_some(),
            arrow: direction(&change, difference.or(comparison.change)),
            verdict: verdict(judged),
            word: self.judgement(judged),
            change,
        }
    }

    pub(super) fn table(&self, table: &Table) -> TableView {
        let columns = table.columns.iter();
        let numeric = |at: usize| table.columns.get(at).is_some_and(|column| column.numeric);
        let scales: Vec<_> = (0..table.columns.len()).map(|at| self.scale(table, at)).collect();
        let row = |row: &Row| RowView {
            total: row.total,
            cells: row
                .cells
                .iter()
                .enumerate()
                .map(|(at, cell)| self.cell(cell, numeric(at), scales.get(at).copied().flatten()))
                .collect(),
        };
        let is_period = |row: &Row| row.total || matches!(row.cells.first(), Some(Cell::Period(_)));
        let columns: Vec<_> =
            columns.map(|column| self.column(&column.label, column.numeric)).collect();
        let rows: Vec<_> = table.rows.iter().map(row).collect();
        TableView {
            title: self.label(&table.title),
            fit: fit::classes(&columns, &rows),
            again: false,
            is_over_time: table.rows.iter().all(is_period),
            columns,
            rows,
            note: table.note.as_ref().map(|note| self.text(note)),
        }
    }

    pub(super) fn column(&self, label: &Label, numeric: bool) -> ColumnView {
        ColumnView::new(self.label(label), numeric)
    }

    /// The scale that all figures of a column share; none where they have one anyway, or differ in what they count.
    fn scale(&self, table: &Table, at: usize) -> Option<Common> {
        let figures = table.rows.iter().filter_map(|row| match row.cells.get(at)? {
            Cell::Figure { figure, .. }
            | Cell::Difference { figure, .. }
            | Cell::Shaded { figure, .. } => Some((row.total, figure)),
            _ => None,
        });
        let figures: Vec<(bool, &Figure)> = figures.collect();
        let format = &figures.first()?.1.format;
        let of = |total: bool| -> Vec<Number> {
            let figures = figures.iter().filter(|(is_total, _)| *is_total == total);
            figures.filter_map(|(_, figure)| figure.value).collect()
        };
        let is_one = figures.iter().all(|(_, figure)| figure.format == *format);
        self.formatter.common(&of(false), &of(true), format).filter(|_| is_one)
    }

    /// A figure, on the scale of its column if it has one.
    fn figure_in(&self, figure: &Figure, scale: Option<Common>) -> String {
        match figure.value.zip(scale) {
            Some((value, scale)) => self.formatter.on(scale, value, &figure.format, Sign::Minus),
            None => self.formatter.figure(figure),
        }
    }

    fn delta_in(&self, figure: &Figure, scale: Option<Common>) -> String {
        match figure.value.zip(scale) {
            Some((value, scale)) => self.formatter.on(scale, value, &figure.format, Sign::Always),
            None => self.formatter.delta(figure),
        }
    }

    fn cell(&self, cell: &Cell, numeric: bool, scale: Option<Common>) -> CellView {
        let plain = |text: String| CellView { numeric, ..CellView::text(text) };
        match cell {
            Cell::Empty => plain(String::new()),
            Cell::Label(label) => plain(self.label(label)),
            Cell::Period(period) => plain(self.formatter.period(period)),
            Cell::Message(message) => plain(self.text(message)),
            Cell::Figure { figure, verdict: judged } => CellView {
                known: figure.value.is_some(),
                arrow: mark(*judged),
                coverage: self.coverage(figure),
                verdict: verdict(*judged),
                word: self.judgement(*judged),
                ..plain(self.figure_in(figure, scale))
            },
            Cell::Difference { figure, verdict: judged } => {
                let text = self.delta_in(figure, scale);
                let judged = shown(&text, *judged);
                CellView {
                    known: figure.value.is_some(),
                    verdict: verdict(judged),
                    word: self.judgement(judged),
                    ..plain(text)
                }
            }
            Cell::Shaded { figure, share } => CellView {
                known: figure.value.is_some(),
                coverage: self.coverage(figure),
                shade: figure.value.map(|_| shade_of(*share)),
                ..plain(self.figure_in(figure, scale))
            },
            Cell::Change { change, verdict: judged } => {
                let text = self.formatter.change(*change);
                let judged = shown(&text, *judged);
                CellView {
                    known: change.is_some(),
                    arrow: direction(&text, *change),
                    verdict: verdict(judged),
                    word: self.judgement(judged),
                    ..plain(text)
                }
            }
        }
    }

    fn coverage(&self, figure: &Figure) -> Option<String> {
        let share = figure.coverage.filter(|share| *share < 1.0)?;
        let share = Argument::Text(self.formatter.share(share));
        Some(self.text(&Message::new("edition.coverage").with("share", share)))
    }

    /// The verdict for those who see no colour; nothing where nothing is judged.
    pub(super) fn judgement(&self, verdict: Verdict) -> String {
        match verdict {
            Verdict::Good => self.word("good_change"),
            Verdict::Bad => self.word("bad_change"),
            Verdict::Neutral | Verdict::Unknown => String::new(),
        }
    }
}

impl ScorecardsView {
    /// Cards in full rows.
    pub(super) fn of(cards: Vec<CardView>) -> Self {
        let (first, others) = cards.split_at(cards.len() % 2);
        let rows = std::iter::once(first).filter(|first| !first.is_empty()).chain(others.chunks(2));
        let pairs = rows.map(<[CardView]>::to_vec).collect();
        let grid = format!("by-two-{} by-three-{}", cards.len() % 2, cards.len() % 3);
        Self { cards, pairs, grid }
    }
}

impl CellView {
    /// A cell of plain text.
    pub(crate) fn text(text: String) -> Self {
        Self {
            brief: text.chars().count() <= 4,
            text,
            numeric: false,
            known: true,
            arrow: "",
            verdict: "neutral",
            word: String::new(),
            coverage: None,
            shade: None,
            expected: None,
        }
    }
}

pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "good",
        Verdict::Bad => "bad",
        Verdict::Neutral => "neutral",
        Verdict::Unknown => "unknown",
    }
}

/// What a judged figure shows where it has no direction to show.
pub(super) fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "✓",
        Verdict::Bad => "✗",
        Verdict::Neutral | Verdict::Unknown => "",
    }
}

/// The verdict on a change as its text shows it: what reads as nothing, or is not known, is neither good nor bad.
fn shown(text: &str, verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Good | Verdict::Bad if is_nothing(text) => Verdict::Neutral,
        other => other,
    }
}

/// The direction of a change as its text shows it.
fn direction(text: &str, change: Option<f64>) -> &'static str {
    arrow(change.map(|change| if is_nothing(text) { 0.0 } else { change }))
}

/// Whether a text has no digit but zeros.
fn is_nothing(text: &str) -> bool {
    !text.contains(|c: char| ('1'..='9').contains(&c))
}

/// The direction of a change, so that colour is never alone in saying it.
pub(super) fn arrow(change: Option<f64>) -> &'static str {
    match change {
        Some(change) if change > 0.0 => "▲",
        Some(change) if change < 0.0 => "▼",
        Some(_) => "=",
        None => "",
    }
}
