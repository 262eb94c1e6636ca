//! What a report is made of, as pieces on pages: titles, statements, key figures, charts, remarks.

use super::{
    flow::{Flow, LEFT, Part, WIDTH},
    ink::Ink,
    picture::Picture,
    piece::{Mark, Piece, Place, Placed, Side, Style},
};
use crate::view::{BlockView, CardView, ChartView, FindingView, NoteView, ReportView, SectionView};
use model::report::Verdict;
use std::collections::BTreeMap;

/// Between two cards that stand beside each other.
const GUTTER: f32 = 18.0;
/// The room of a verdict before its statement.
const VERDICT: f32 = 84.0;
/// The room of what a key figure is compared with, and of the change.
const BASE: f32 = 58.0;
const CHANGE: f32 = 70.0;
/// What must fit below a heading.
const BELOW_HEADING: f32 = 84.0;
/// The highest a chart may be, so that it fits a page with its title.
const HIGHEST: f32 = 560.0;
/// The highest a name may be in which somebody wrote a whole text.
const HIGHEST_NAME: f32 = 84.0;

/// Sets a report.
pub(super) struct Press<'a, 'b> {
    pub(super) flow: Flow<'a>,
    pub(super) ink: &'b Ink,
    /// The drawn charts and run-ups, by their ids.
    pub(super) pictures: &'b BTreeMap<String, (usize, Picture)>,
}

impl Press<'_, '_> {
    pub(super) fn report(&mut self, view: &ReportView) {
        let ink = self.ink;
        self.said(0, &view.organisation, ink.small().coloured(ink.accent).strong());
        let title = Part::Heading(1, view.title.clone());
        self.headed(0, title, &view.title, ink.title());
        let facts = format!(
            "{} {}\u{2003}{} {}",
            view.word["period"], view.period, view.word["as_of"], view.as_of
        );
        self.said(0, &facts, ink.small());
        self.said(0, &view.owner, ink.small());
        if let Some(slice) = &view.slice {
            self.said(0, slice, ink.body().strong());
        }
        self.flow.gap(10.0);
        self.banner(view);
        if !view.headlines.is_empty() {
            self.heading(2, &view.word["headlines"]);
            let group = self.flow.outline.add(0, Part::Group);
            self.findings(group, &view.headlines);
        }
        for section in &view.sections {
            self.section(section);
        }
        self.closing(view);
    }

    fn banner(&mut self, view: &ReportView) {
        let Some(banner) = &view.banner else { return };
        let node = self.flow.outline.add(0, Part::Group);
        let (style, room) = (self.ink.body(), WIDTH - 24.0);
        let mut texts = Piece::default();
        let said = std::iter::once(&banner.lead).chain(&banner.notes).map(|text| (text, style));
        for (text, style) in std::iter::once((&banner.title, style.strong())).chain(said) {
            let place = self.flow.outline.add(node, Part::Paragraph);
            texts.below(2.0, self.text(text, style, (12.0, room), Some(place)));
        }
        let height = texts.height + 14.0;
        let mut piece = Piece::area(0.0, 0.0, (WIDTH, height), self.ink.caution_surface);
        piece.beside(0.0, Piece::area(0.0, 0.0, (3.0, height), self.ink.of("caution")));
        piece.beside(7.0, texts);
        piece.height = height;
        self.flow.put(piece);
    }

    fn section(&mut self, section: &SectionView) {
        let group = self.flow.outline.add(0, Part::Group);
        self.heading_in(group, 2, &section.title);
        if let Some(period) = &section.period {
            self.said(group, period, self.ink.small());
        }
        for reservation in &section.reservations {
            self.said(group, reservation, self.ink.body().coloured(self.ink.of("caution")));
        }
        self.findings(group, &section.findings);
        for block in &section.blocks {
            self.flow.gap(12.0);
            match block {
                BlockView::Chart(chart) => self.chart(group, chart),
                BlockView::Note { text, .. } => self.said(group, text, self.ink.body()),
                BlockView::Scorecards(cards) => self.cards(group, &cards.cards),
                BlockView::Table(table) => self.table(group, table),
            }
        }
    }

    /// Where the figures come from.
    fn closing(&mut self, view: &ReportView) {
        if !view.notes.is_empty() {
            self.heading(2, &view.word["notes"]);
            let group = self.flow.outline.add(0, Part::Group);
            let note = |note: &NoteView| FindingView {
                judged: Verdict::Neutral,
                verdict: note.severity,
                word: note.word.clone(),
                text: note.text.clone(),
            };
            self.findings(group, &view.notes.iter().map(note).collect::<Vec<_>>());
        }
        if !view.sources.is_empty() {
            self.heading(2, &view.word["sources"]);
            self.flow.gap(4.0);
            let group = self.flow.outline.add(0, Part::Group);
            self.table(group, &view.sources_table());
        }
        self.flow.gap(14.0);
        self.said(0, &view.word["rounded"], self.ink.small());
        let fingerprint = format!("{} {}", view.word["fingerprint"], view.fingerprint);
        self.said(0, &fingerprint, self.ink.small());
    }

    fn heading(&mut self, level: u16, text: &str) {
        self.heading_in(0, level, text);
    }

    fn heading_in(&mut self, within: usize, level: u16, text: &str) {
        self.flow.gap(24.0);
        self.flow.need(BELOW_HEADING);
        self.flow.chapter(text);
        let rule = Piece { height: 9.0, ..Piece::area(0.0, 0.0, (WIDTH, 0.75), self.ink.line) };
        self.flow.put(rule);
        self.headed(within, Part::Heading(level, text.to_owned()), text, self.ink.heading());
        self.flow.gap(3.0);
    }

    fn headed(&mut self, within: usize, part: Part, text: &str, style: Style) {
        let place = self.flow.outline.add(within, part);
        self.flow.paragraph(text, style, Some(place));
    }

    fn said(&mut self, within: usize, text: &str, style: Style) {
        if !text.is_empty() {
            self.headed(within, Part::Paragraph, text, style);
        }
    }

    /// Statements, each behind its verdict.
    fn findings(&mut self, within: usize, findings: &[FindingView]) {
        if findings.is_empty() {
            return;
        }
        let list = self.flow.outline.add(within, Part::List);
        for finding in findings {
            let item = self.flow.outline.add(list, Part::Item);
            let word = self.flow.outline.add(item, Part::ItemLabel);
            let body = self.flow.outline.add(item, Part::ItemBody);
            let style = self.ink.small().strong().coloured(self.ink.of(finding.verdict));
            let style = Style { leading: self.ink.body().leading, ..style };
            let word_said = format!("{}\u{a0}{}", sign(finding.verdict), finding.word);
            let word = self.text(&word_said, style, (0.0, VERDICT - 8.0), Some(word));
            let room = (VERDICT, WIDTH - VERDICT);
            let piece = self.text(&finding.text, self.ink.body(), room, Some(body));
            let mut piece = piece.at_most(HIGHEST, self.flow.breaker);
            piece.beside(0.0, word);
            piece.height += 4.0;
            self.flow.put(piece);
        }
    }

    /// Key figures, two beside each other.
    fn cards(&mut self, within: usize, cards: &[CardView]) {
        let width = (WIDTH - GUTTER) / 2.0;
        for pair in cards.chunks(2) {
            let mut row = Piece::default();
            for (at, card) in pair.iter().enumerate() {
                let card = self.card(within, card, width);
                row.beside(0.0, card.right(at as f32 * (width + GUTTER)));
            }
            row.height += 12.0;
            self.flow.put(row);
        }
    }

    fn card(&mut self, within: usize, card: &CardView, width: f32) -> Piece {
        let (ink, node) = (self.ink, self.flow.outline.add(within, Part::Group));
        let mut piece = Piece::area(0.0, 0.0, (width, 1.5), ink.accent);
        let label = self.paragraph_of(node, &card.label, ink.body().strong(), (0.0, width));
        let label = label.at_most(HIGHEST_NAME, self.flow.breaker);
        piece.below(6.0, label);
        let top = piece.height;
        let value_ink = if card.known { ink.figure() } else { ink.figure().coloured(ink.muted) };
        let value_ink = self.fitting(&card.value, value_ink, width - 90.0);
        let value = self.paragraph_of(node, &card.value, value_ink, (0.0, width - 90.0));
        piece.below(0.0, value);
        if let Some(coverage) = &card.coverage {
            let style = ink.small().coloured(ink.of("caution"));
            let coverage = self.paragraph_of(node, coverage, style, (0.0, width));
            piece.below(0.0, coverage);
        }
        let spark = card.spark.as_ref().and_then(|spark| self.pictures.get(&spark.svg));
        if let Some((number, picture)) = spark {
            let scale = 84.0 / picture.size.0;
            let mark = Mark::Picture(*number, scale);
            piece.marks.push(Placed { x: width - 84.0, y: top, mark, place: None });
        }
        for other in &card.comparisons {
            let small = ink.small();
            let change = match other.arrow {
                "" => other.change.clone(),
                arrow => format!("{arrow}\u{a0}{}", other.change),
            };
            let colour = if other.known { ink.of_change(other.verdict) } else { ink.muted };
            let mut row = Piece::area(0.0, 0.0, (width, 0.5), ink.line);
            let label =
                self.paragraph_of(node, &other.label, small, (0.0, width - BASE - CHANGE - 8.0));
            row.beside(3.0, label);
            let base = (width - BASE - CHANGE, BASE, Side::Right);
            let judged = (width - CHANGE, CHANGE, Side::Right);
            for (text, style, at) in
                [(&other.base, small, base), (&change, small.strong().coloured(colour), judged)]
            {
                let place = self.flow.outline.add(node, Part::Paragraph);
                let style = self.fitting(text, style, at.1);
                row.beside(3.0, Piece::text(self.flow.breaker, text, style, at, Some(place)));
            }
            piece.below(3.0, row);
        }
        piece
    }

    /// A chart with its title, what is marked in it, and what must be known to read it.
    fn chart(&mut self, within: usize, chart: &ChartView) {
        let Some((number, picture)) = self.pictures.get(&chart.id) else { return };
        let scale = (WIDTH / picture.size.0).min(HIGHEST / picture.size.1);
        let group = self.flow.outline.add(within, Part::Group);
        let title = match chart.table.again {
            true => Piece::default(),
            false => self.paragraph_of(group, &chart.title, self.ink.caption(), (0.0, WIDTH)),
        };
        let title = title.at_most(HIGHEST_NAME, self.flow.breaker);
        let figure = self.flow.outline.add(group, Part::Figure(chart.alternative.clone()));
        let mark = Mark::Picture(*number, scale);
        let mut piece = title;
        let height = picture.size.1 * scale;
        let placed = Placed { x: 0.0, y: 0.0, mark, place: Some(figure) };
        piece.below(4.0, Piece { marks: vec![placed], height });
        self.flow.put(piece);
        for mark in &chart.marks {
            let text = format!("{} {} – {}", mark.number, mark.date, mark.text);
            self.said(group, &text, self.ink.small());
        }
        if let Some(remark) = &chart.remark {
            self.said(group, remark, self.ink.small());
        }
    }

    fn paragraph_of(&mut self, within: usize, text: &str, style: Style, room: (f32, f32)) -> Piece {
        let place = self.flow.outline.add(within, Part::Paragraph);
        self.text(text, style, room, Some(place))
    }

    /// One or more lines as wide as the page.
    pub(super) fn line(&self, text: &str, style: Style, place: Place) -> Piece {
        self.text(text, style, (0.0, WIDTH), place)
    }

    /// The style in which a figure stands on one line.
    fn fitting(&self, figure: &str, style: Style, room: f32) -> Style {
        let size = self.flow.breaker.fitting(figure, style.size, room - 1.0);
        Style { size, ..style }
    }

    fn text(&self, text: &str, style: Style, (x, room): (f32, f32), place: Place) -> Piece {
        Piece::text(self.flow.breaker, text, style, (x, room, Side::Left), place)
    }
}

/// What stands at the foot of each page: the report on the left, the page on the right.
pub(super) fn foot(press: &Press<'_, '_>, title: &str, page: usize, pages: usize) -> Piece {
    let (style, breaker) = (press.ink.small(), press.flow.breaker);
    let number = format!("{page} / {pages}");
    let mut piece = Piece::area(LEFT, 0.0, (WIDTH, 0.5), press.ink.line);
    let mut title = breaker.lines(title, style.size, WIDTH - 60.0);
    if title.len() > 1 {
        title.truncate(1);
        title.iter_mut().for_each(|line| breaker.cut(line, style.size));
    }
    let number = breaker.lines(&number, style.size, 60.0).into_iter().take(1);
    for line in title {
        piece.marks.push(Placed { x: LEFT, y: 14.0, mark: Mark::Text(line, style), place: None });
    }
    for line in number {
        let x = LEFT + WIDTH - line.width;
        piece.marks.push(Placed { x, y: 14.0, mark: Mark::Text(line, style), place: None });
    }
    piece
}

/// The sign of a verdict or of a severity, so that colour is never alone in saying it.
fn sign(verdict: &str) -> &'static str {
    match verdict {
        "good" => "▲",
        "bad" => "▼",
        "unknown" => "○",
        _ => "●",
    }
}
