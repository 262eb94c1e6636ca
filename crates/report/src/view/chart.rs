//! A chart with its marks.

use super::{ChartView, MarkView, Writer, build::identifier};
use crate::{
    chart::{Artist, numbered},
    error::RenderError,
};
use model::report::{Argument, Chart, Mark, MarkKind, Message};
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
        let is_mailed = self.room.takes_chart();
        let drawing = artist.chart(chart, self.formatter, &self.words_of(chart), is_mailed)?;
        let title = self.label(&chart.title);
        self.remark_on_glyphs(chart, &drawing);
        let pictures = self.keep(&id, &drawing);
        let can_zoom = drawing.live.get("dataZoom").is_some();
        self.charts.insert(id.clone(), json!({ "option": drawing.option, "live": drawing.live }));
        let cut =
            |value| self.text(&Message::new("chart.cut").with("value", Argument::Text(value)));
        Ok(ChartView {
            alternative: self.text(&chart.alternative),
            svg: drawing.svg,
            live_height: if can_zoom { drawing.height + ZOOM_HEIGHT } else { drawing.height },
            drawn_height: drawing.height,
            marks: self.marks(chart),
            remark: drawing.cut.map(cut),
            table: self.numbers(chart, &title),
            pictures,
            cells: drawing.cells,
            id,
            title,
        })
    }

    fn marks(&self, chart: &Chart) -> Vec<MarkView> {
        let view = |(number, mark): (Option<usize>, &Mark)| {
            let kind = match mark.kind {
                MarkKind::Alert => "alert",
                MarkKind::AsOf => return None,
                MarkKind::Change => "change",
                MarkKind::Current | MarkKind::Event | MarkKind::Proposed => "event",
                MarkKind::Holiday => "holiday",
                MarkKind::Recovered => "recovered",
            };
            Some(MarkView {
                number: number?,
                kind,
                date: self.formatter.date(mark.day()?),
                text: self.mark_text(mark),
            })
        };
        numbered(chart).into_iter().filter_map(view).collect()
    }

    /// What a mark is called.
    pub(super) fn mark_text(&self, mark: &Mark) -> String {
        let key = match mark.kind {
            MarkKind::Alert => "chart.mark_alert",
            MarkKind::Change => "chart.mark_change",
            MarkKind::AsOf | MarkKind::Current | MarkKind::Event | MarkKind::Proposed => {
                "chart.mark_event"
            }
            MarkKind::Holiday => "chart.mark_holiday",
            MarkKind::Recovered => "chart.mark_recovered",
        };
        let label = Argument::Label(mark.label.clone());
        self.text(&Message::new(key).with("label", label))
    }
}
