//! Names as they are shown: in one line, without marks that turn what stands around them; for members without a name the
//! locale's word for that, so that no head of a row is empty.

use super::Writer;
use crate::locale::{in_one_line, is_blank};
use model::{
    label::Label,
    report::{Block, Cell, Report, Tick},
};
use std::borrow::Cow;

impl Writer<'_> {
    /// The report, with each name in its tables and charts as it is shown.
    pub(crate) fn named<'r>(&self, report: &'r Report) -> Cow<'r, Report> {
        let mut named = Cow::Borrowed(report);
        let word = Label::verbatim(self.word("no_name"));
        let differs = |label: &Label| shown(label, &word) != *label;
        let is_meant = |block: &Block| labels(&mut block.clone()).iter().any(|one| differs(one));
        let blocks = || report.sections.iter().flat_map(|section| &section.blocks);
        if blocks().any(is_meant) {
            let sections = named.to_mut().sections.iter_mut();
            for block in sections.flat_map(|section| &mut section.blocks) {
                for label in labels(block) {
                    *label = shown(label, &word);
                }
            }
        }
        named
    }
}

fn shown(label: &Label, no_name: &Label) -> Label {
    match is_blank(&label.en) || is_blank(&label.zh_cn) {
        true => no_name.clone(),
        false => Label { en: in_one_line(&label.en), zh_cn: in_one_line(&label.zh_cn) },
    }
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
