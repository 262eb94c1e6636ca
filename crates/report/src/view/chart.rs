//! A chart with the table of its numbers.

use super::{
    CellView, ChartView, ColumnView, MarkView, RowView, TableView, Writer, build::identifier,
};
use crate::{chart::Artist, error::RenderError};
use model::report::{Chart, Series, Tick};
use serde_json::json;

/// A live chart that can be zoomed has this much more height, for its slider.
const ZOOM_HEIGHT: u32 = 32;

impl Writer<'_> {
    pub(super) fn chart(
        &mut self,
        artist: &Artist<'_>,
        chart: &Chart,
    ) -> Result<ChartView, RenderError> {
        // The number keeps ids apart even when two sections chose the same name.
        let id = format!("chart-{}-{}", self.charts.len() + 1, identifier(&chart.id));
        let drawing = artist.chart(chart, self.formatter)?;
        let title = self.label(&chart.title);
        let cid = self.keep(&id, &title, &drawing);
        let can_zoom = drawing.live.get("dataZoom").is_some();
        self.charts.insert(id.clone(), json!({ "option": drawing.option, "live": drawing.live }));
        let (width, height) = drawing.size;
        Ok(ChartView {
            alternative: self.text(&chart.alternative),
            svg: drawing.svg,
            live_height: if can_zoom { drawing.height + ZOOM_HEIGHT } else { drawing.height },
            marks: self.marks(chart),
            table: self.numbers(chart, &title),
            id,
            title,
            cid,
            width,
            height,
        })
    }

    fn marks(&self, chart: &Chart) -> Vec<MarkView> {
        let numbered = chart.marks.iter().enumerate();
        let view = |(place, mark): (usize, &model::report::Mark)| MarkView {
            number: place + 1,
            date: self.formatter.date(mark.date),
            text: self.label(&mark.label),
        };
        numbered.map(view).collect()
    }

    /// The numbers behind the picture: a row per place, a column per series.
    fn numbers(&self, chart: &Chart, title: &str) -> TableView {
        let through_time = matches!(chart.ticks.first(), Some(Tick::Period(_)));
        let first = self.word(if through_time { "period" } else { "place" });
        let heads = chart.series.iter().map(|series| self.column(&series.label, true));
        let columns = std::iter::once(ColumnView { label: first, numeric: false }).chain(heads);
        let row = |(at, tick): (usize, &Tick)| {
            let name = match tick {
                Tick::Period(period) => self.formatter.period(period),
                Tick::Label(label) => self.label(label),
            };
            let value = |series: &Series| {
                let value = series.values.get(at).copied().flatten();
                let text = match value {
                    Some(value) => self.formatter.real(value, &chart.format),
                    None => crate::format::UNKNOWN.to_owned(),
                };
                CellView { numeric: true, known: value.is_some(), ..CellView::text(text) }
            };
            let cells = std::iter::once(CellView::text(name)).chain(chart.series.iter().map(value));
            RowView { total: false, cells: cells.collect() }
        };
        TableView {
            title: title.to_owned(),
            columns: columns.collect(),
            rows: chart.ticks.iter().enumerate().map(row).collect(),
            note: None,
        }
    }
}
