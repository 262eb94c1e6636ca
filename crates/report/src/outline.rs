//! What a mail has to say, text by text: that by which the linter checks both parts of it.
//!
//! Rule: it is read off the view, in the order in which the templates show it, and knows neither HTML nor the marks of a
//! text. What a layout leaves to the page does not stand in it; what it gives to the mail, both parts of the mail say.

use crate::view::{
    BlockView, CardView, ChartView, FindingView, NoticeView, ReportView, SectionView, TableView,
};
use model::edition::{Outline, Passage, Pictured};

/// Of a report's mail.
pub(crate) fn of(view: &ReportView) -> Outline {
    let mut passages = vec![top(view)];
    passages.extend(view.sections.iter().map(section));
    end(view, &mut passages);
    let blocks = view.sections.iter().flat_map(|section| &section.blocks);
    let charts = blocks.filter_map(|block| match block {
        BlockView::Chart(chart) if is_pictured(chart) => Some(pictured(chart)),
        _ => None,
    });
    Outline { passages, charts: charts.collect() }
}

/// Of a notice.
pub(crate) fn of_notice(view: &NoticeView) -> Outline {
    let mut lines = vec![view.organisation.clone(), view.lead.clone(), view.as_of.clone()];
    lines.extend(view.reasons.iter().map(|reason| reason.text.clone()));
    lines.push(view.body.clone());
    lines.extend(view.steps.iter().cloned());
    lines.extend([view.owner.clone(), view.fingerprint.clone()]);
    Outline { passages: vec![Passage { title: None, lines }], charts: Vec::new() }
}

fn top(view: &ReportView) -> Passage {
    let head = [&view.organisation, &view.title, &view.period, &view.as_of];
    let mut lines: Vec<String> = head.into_iter().cloned().collect();
    lines.extend(view.slice.clone());
    if let Some(banner) = &view.banner {
        lines.extend([banner.title.clone(), banner.lead.clone()]);
        lines.extend(banner.notes.iter().cloned());
    }
    lines.extend(view.headlines.iter().map(finding));
    Passage { title: None, lines }
}

/// Remarks and sources under their heading, then the foot. Without either, the foot ends what stands before.
fn end(view: &ReportView, passages: &mut Vec<Passage>) {
    let word = |key: &str| view.word.get(key).cloned();
    let mut lines: Vec<String> = view.notes.iter().map(|note| note.text.clone()).collect();
    for source in &view.sources {
        let figures = [&source.read, &source.accepted, &source.quarantined, &source.superseded];
        lines.push(source.dataset.clone());
        lines.extend(figures.into_iter().cloned());
    }
    if !lines.is_empty() {
        passages.push(Passage { title: Some(word("sources").unwrap_or_default()), lines });
    }
    let interactive = word("interactive").filter(|_| view.slice.is_none());
    let foot = [Some(view.owner.clone()), view.left.clone().or(interactive)];
    let foot = foot.into_iter().flatten().chain([view.fingerprint.clone()]);
    if let Some(last) = passages.last_mut() {
        last.lines.extend(foot);
    }
}

fn section(section: &SectionView) -> Passage {
    let mut lines: Vec<String> = section.period.iter().cloned().collect();
    lines.extend(section.reservations.iter().cloned());
    lines.extend(section.findings.iter().map(finding));
    for block in &section.blocks {
        match block {
            BlockView::Scorecards(cards) => {
                cards.cards.iter().for_each(|one| card(one, &mut lines))
            }
            BlockView::Chart(one) => chart(one, &mut lines),
            BlockView::Table(one) => table(one, &mut lines),
            BlockView::Note { text, .. } => lines.push(text.clone()),
        }
    }
    Passage { title: Some(section.title.clone()), lines }
}

fn finding(view: &FindingView) -> String {
    view.text.clone()
}

fn card(card: &CardView, lines: &mut Vec<String>) {
    lines.push(card.label.clone());
    lines.extend(card.known.then(|| card.value.clone()));
    lines.extend(card.coverage.clone());
    for other in &card.comparisons {
        lines.extend([other.label.clone(), other.base.clone()]);
        lines.extend(other.known.then(|| other.change.clone()));
    }
}

fn is_pictured(chart: &ChartView) -> bool {
    chart.cells.is_none() && !chart.pictures.is_empty()
}

fn chart(chart: &ChartView, lines: &mut Vec<String>) {
    let title = Some(chart.title.clone()).filter(|_| !chart.table.again);
    if let Some(cells) = &chart.cells {
        lines.extend(title);
        // A text has no colours: one name alone says nothing there.
        let keys = cells.keys.iter().filter(|_| cells.keys.len() > 1);
        lines.extend(keys.map(|key| key.name.clone()));
        for row in &cells.rows {
            lines.extend([row.name.clone(), row.value.clone()]);
            lines.extend(row.below.iter().cloned());
        }
    } else if is_pictured(chart) {
        lines.extend(title);
        lines.push(chart.alternative.clone());
    } else {
        table(&chart.table, lines);
    }
    lines.extend(chart.remark.clone());
    for mark in &chart.marks {
        lines.extend([mark.number.to_string(), mark.date.clone(), mark.text.clone()]);
    }
}

fn table(table: &TableView, lines: &mut Vec<String>) {
    lines.extend(Some(table.title.clone()).filter(|_| !table.again));
    lines.extend(table.columns.iter().map(|column| column.label.clone()));
    for cell in table.rows.iter().flat_map(|row| &row.cells) {
        lines.push(cell.text.clone());
        lines.extend(cell.coverage.clone());
    }
    lines.extend(table.note.clone());
}

fn pictured(chart: &ChartView) -> Pictured {
    let cells = chart.table.rows.iter().flat_map(|row| row.cells.iter().skip(1));
    Pictured {
        title: chart.title.clone(),
        pictures: chart.pictures.iter().map(|picture| picture.cid.clone()).collect(),
        figures: cells.filter(|cell| cell.known).map(|cell| cell.text.clone()).collect(),
    }
}
