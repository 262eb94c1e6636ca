//! The sources of figures as a table.

use super::{CellView, ColumnView, ReportView, RowView, SourceView, TableView, Writer};
use model::quality::SourceNote;

impl Writer<'_> {
    /// A source: its rows and the days that it covers.
    pub(super) fn source(&self, source: &SourceNote) -> SourceView {
        let count = |rows: u64| self.formatter.count(i64::try_from(rows).unwrap_or(i64::MAX));
        let none = || self.word("none");
        let undated = || self.word("undated");
        let missing: Vec<_> = source.missing.iter().map(|day| self.formatter.date(*day)).collect();
        SourceView {
            dataset: source.dataset.to_string(),
            read: count(source.rows.read),
            accepted: count(source.rows.accepted),
            quarantined: count(source.rows.quarantined),
            superseded: count(source.rows.superseded),
            covers: source.covers.map_or_else(undated, |days| self.formatter.range(days)),
            missing: if missing.is_empty() { none() } else { missing.join(self.separator()) },
        }
    }
}

impl ReportView {
    /// A row per dataset.
    pub(crate) fn sources_table(&self) -> TableView {
        let heads =
            ["dataset", "read", "accepted", "quarantined", "superseded", "covers", "missing_days"];
        let column = |(at, head): (usize, &&str)| {
            let label = self.word.get(*head).cloned().unwrap_or_default();
            ColumnView::new(label, (1..5).contains(&at))
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
            is_over_time: false,
        }
    }
}
