//! Members without a name: the locale's word for that stands in their place, so that no head of a row is empty.

use super::Writer;
use crate::locale::is_blank;
use model::{
    label::Label,
    report::{Block, Cell, Report, Tick},
};
use std::borrow::Cow;

impl Writer<'_> {
    /// The report, with a word in the place of each name in its tables and charts that has nothing to be read.
    pub(crate) fn named<'r>(&self, report: &'r Report) -> Cow<'r, Report> {
        let mut named = Cow::Borrowed(report);
        let is_nameless = |block: &Block| labels(&mut block.clone()).iter().any(|one| lacks(one));
        let blocks = || report.sections.iter().flat_map(|section| &section.blocks);
        if blocks().any(is_nameless) {
            let word = Label::verbatim(self.word("no_name"));
            let sections = named.to_mut().sections.iter_mut();
            for block in sections.flat_map(|section| &mut section.blocks) {
                for label in labels(block).into_iter().filter(|label| lacks(label)) {
                    label.clone_from(&word);
                }
            }
        }
        named
    }
}

fn lacks(label: &Label) -> bool {
    is_blank(&label.en) || is_blank(&label.zh_cn)
}

/// The names of the rows of a table, of its columns, and of the rows and series of a chart.
fn labels(block: &mut Block) -> Vec<&mut Label> {
    match block {
        Block::Chart(chart) => {
            let ticks = chart.ticks.iter_mut().filter_map(|tick| match tick {
                Tick::Label(label) => Some(label),
                Tick::Number(_) | Tick::Period(_) => None,
            });
            ticks.chain(chart.series.iter_mut().map(|series| &mut series.label)).collect()
        }
        Block::Table(table) => {
            let cells = table.rows.iter_mut().flat_map(|row| &mut row.cells);
            let names = cells.filter_map(|cell| match cell {
                Cell::Label(label) => Some(label),
                _ => None,
            });
            names.chain(table.columns.iter_mut().map(|column| &mut column.label)).collect()
        }
        Block::Note(_) | Block::Scorecards(_) => Vec::new(),
    }
}
