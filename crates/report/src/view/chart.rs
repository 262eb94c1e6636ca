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
        let drawing = artist.chart(chart, self.formatter, &self.words_of(chart))?;
        let title = self.label(&chart.title);
        let cid = self.keep(&id, &title, &drawing);
        let can_zoom = drawing.live.get("dataZoom").is_some();
        self.charts.insert(id.clone(), json!({ "option": drawing.option, "live": drawing.live }));
        let (width, height) = drawing.size;
        let cut =
            |value| self.text(&Message::new("chart.cut").with("value", Argument::Text(value)));
        Ok(ChartView {
            alternative: self.text(&chart.alternative),
            svg: drawing.svg,
            live_height: if can_zoom { drawing.height + ZOOM_HEIGHT } else { drawing.height },
            marks: self.marks(chart),
            remark: drawing.cut.map(cut),
            table: self.numbers(chart, &title),
            id,
            title,
            cid,
            width,
            height,
        })
    }

    fn marks(&self, chart: &Chart) -> Vec<MarkView> {
        let view = |(number, mark): (Option<usize>, &Mark)| {
            let (kind, key) = match mark.kind {
                MarkKind::Alert => ("alert", "chart.mark_alert"),
                MarkKind::AsOf => return None,
                MarkKind::Change => ("change", "chart.mark_change"),
                MarkKind::Current | MarkKind::Event | MarkKind::Proposed => {
                    ("event", "chart.mark_event")
                }
                MarkKind::Holiday => ("holiday", "chart.mark_holiday"),
                MarkKind::Recovered => ("recovered", "chart.mark_recovered"),
            };
            let label = Argument::Label(mark.label.clone());
            Some(MarkView {
                number: number?,
                kind,
                date: self.formatter.date(mark.day()?),
                text: self.text(&Message::new(key).with("label", label)),
            })
        };
        numbered(chart).into_iter().filter_map(view).collect()
    }
}
