//! What the archive says of an edition: the words of its view, cut short.

use crate::view::{BlockView, CardView, FindingView, NoticeView, ReportView, identifier};
use model::{
    archive::{Headline, Reading, Summary},
    id::MetricId,
    report::{Block, Report, Scorecard, Verdict},
};
use std::collections::BTreeSet;

/// Of a report: its headlines and its key figures, as the edition shows them.
pub(crate) fn of(view: &ReportView, report: &Report) -> Summary {
    let headline =
        |shown: &FindingView| Headline { verdict: shown.judged, text: shown.text.clone() };
    Summary {
        title: view.title.clone(),
        organisation: view.organisation.clone(),
        period: view.period.clone(),
        headlines: view.headlines.iter().map(headline).collect(),
        readings: readings(view, report),
    }
}

/// Of a notice: that the report was held. The report keeps its name.
pub(crate) fn of_notice(view: &NoticeView) -> Summary {
    Summary {
        title: view.title.clone(),
        organisation: view.organisation.clone(),
        period: view.period.clone(),
        headlines: vec![Headline { verdict: Verdict::Unknown, text: view.lead.clone() }],
        readings: Vec::new(),
    }
}

/// Every metric that has a card, where it stands first.
fn readings(view: &ReportView, report: &Report) -> Vec<Reading> {
    let pairs = report.sections.iter().filter_map(|section| {
        let id = identifier(section.id.as_str());
        let shown = view.sections.iter().find(|shown| shown.id == id)?;
        Some(section.blocks.iter().zip(&shown.blocks))
    });
    let mut known: BTreeSet<&MetricId> = BTreeSet::new();
    let mut readings = Vec::new();
    for (block, shown) in pairs.flatten() {
        let (Block::Scorecards(cards), BlockView::Scorecards(views)) = (block, shown) else {
            continue;
        };
        for (card, view) in cards.iter().zip(&views.cards) {
            if known.insert(&card.metric) {
                readings.push(reading(card, view));
            }
        }
    }
    readings
}

fn reading(card: &Scorecard, view: &CardView) -> Reading {
    let change = view.comparisons.iter().find(|comparison| comparison.known);
    Reading {
        metric: card.metric.clone(),
        label: view.label.clone(),
        value: view.value.clone(),
        change: change.map(|change| format!("{} {} {}", change.arrow, change.change, change.label)),
    }
}
