//! The sources of figures as a table.

use super::{CellView, ColumnView, ReportView, RowView, SourceView, TableView};

impl ReportView {
    /// A row per dataset.
    pub(crate) fn sources_table(&self) -> TableView {
        let heads =
            ["dataset", "read", "accepted", "quarantined", "superseded", "covers", "missing_days"];
        let column = |(at, head): (usize, &&str)| ColumnView {
            label: self.word.get(*head).cloned().unwrap_or_default(),
            numeric: (1..5).contains(&at),
        };
        let row = |source: &SourceView| {
            let figures = [&source.read, &source.accepted, &source.quarantined, &source.superseded];
            let text = |text: &String| CellView::text(text.clone());
            let mut cells = vec![text(&source.dataset)];
            cells.extend(figures.map(|figure| CellView { numeric: true, ..text(figure) }));
            cells.extend([text(&source.covers), text(&source.missing)]);
            RowView { total: false, cells }
        };
        TableView {
            title: String::new(),
            columns: heads.iter().enumerate().map(column).collect(),
            rows: self.sources.iter().map(row).collect(),
            note: None,
            fit: "",
            again: false,
        }
    }
}
