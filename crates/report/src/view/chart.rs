//! A chart with the table of its numbers.

use super::{
    CellView, ChartView, ColumnView, MarkView, RowView, TableView, Writer,
    block::{arrow, verdict},
    build::identifier,
};
use crate::{
    chart::{Artist, Words, numbered},
    error::RenderError,
    format::UNKNOWN,
};
use model::report::{Argument, Chart, ChartKind, Mark, MarkKind, Message, Tick, Verdict};
use serde_json::json;

/// A live chart that can be zoomed has this much more height, for its slider.
const ZOOM_HEIGHT: u32 = 32;

/// A column of the table of numbers.
enum NumberColumn {
    /// The values of a series.
    Values(usize),
    /// The values of two series as a range, such as a band.
    Range(usize, usize),
}

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

    /// The words that stand in the picture itself.
    fn words_of(&self, chart: &Chart) -> Words {
        let word = |key: &str| self.text(&Message::new(key));
        Words {
            better: word("chart.better"),
            worse: word("chart.worse"),
            unjudged: word("chart.unjudged"),
            readings: chart.readings.iter().map(|reading| self.text(reading)).collect(),
        }
    }

    fn marks(&self, chart: &Chart) -> Vec<MarkView> {
        let view = |(number, mark): (Option<usize>, &Mark)| {
            let (kind, key) = match mark.kind {
                MarkKind::Alert => ("alert", "chart.mark_alert"),
                MarkKind::AsOf => return None,
                MarkKind::Change => ("change", "chart.mark_change"),
                MarkKind::Event => ("event", "chart.mark_event"),
                MarkKind::Holiday => ("holiday", "chart.mark_holiday"),
                MarkKind::Recovered => ("recovered", "chart.mark_recovered"),
            };
            let label = Argument::Label(mark.label.clone());
            Some(MarkView {
                number: number?,
                kind,
                date: self.formatter.date(mark.date),
                text: self.text(&Message::new(key).with("label", label)),
            })
        };
        numbered(chart).into_iter().filter_map(view).collect()
    }

    /// The numbers behind the picture: a row per place, a column per series or band.
    fn numbers(&self, chart: &Chart, title: &str) -> TableView {
        let through_time = matches!(chart.ticks.first(), Some(Tick::Period(_)));
        let first = self.word(if through_time { "period" } else { "place" });
        let shown = number_columns(chart);
        let heads = shown.iter().map(|column| {
            let (NumberColumn::Values(series) | NumberColumn::Range(series, _)) = column;
            self.column(&chart.series[*series].label, true)
        });
        let mut columns = vec![ColumnView { label: first, numeric: false }];
        columns.extend(heads);
        if !chart.readings.is_empty() {
            let label = self.text(&Message::new("chart.reading"));
            columns.push(ColumnView { label, numeric: false });
        }
        let row = |(at, tick): (usize, &Tick)| {
            let name = match tick {
                Tick::Period(period) => self.formatter.period(period),
                Tick::Label(label) => self.label(label),
            };
            let mut cells = vec![CellView::text(name)];
            cells.extend(shown.iter().map(|column| self.number(chart, column, at)));
            if !chart.readings.is_empty() {
                let reading = chart.readings.get(at).map(|reading| self.text(reading));
                cells.push(CellView::text(reading.unwrap_or_default()));
            }
            RowView { total: is_total(chart, at), cells }
        };
        TableView {
            title: title.to_owned(),
            columns,
            rows: chart.ticks.iter().enumerate().map(row).collect(),
            note: None,
        }
    }

    fn number(&self, chart: &Chart, column: &NumberColumn, at: usize) -> CellView {
        let value = |series: usize| chart.series[series].values.get(at).copied().flatten();
        let write = |value: f64| self.formatter.real(value, &chart.format);
        let text = match column {
            NumberColumn::Values(series) => value(*series).map(write),
            NumberColumn::Range(low, high) => value(*low)
                .zip(value(*high))
                .map(|(low, high)| format!("{} – {}", write(low), write(high))),
        };
        let known = text.is_some();
        let text = text.unwrap_or_else(|| UNKNOWN.to_owned());
        let cell = CellView { numeric: true, known, ..CellView::text(text) };
        if chart.kind != ChartKind::Waterfall || is_total(chart, at) {
            return cell;
        }
        let judged = chart.verdicts.get(at).copied().unwrap_or(Verdict::Neutral);
        CellView {
            arrow: arrow(value(0)),
            verdict: verdict(judged),
            word: self.judgement(judged),
            ..cell
        }
    }
}

/// Bands are ranges; what has no value at all has no column.
fn number_columns(chart: &Chart) -> Vec<NumberColumn> {
    if chart.kind != ChartKind::Fan {
        return (0..chart.series.len()).map(NumberColumn::Values).collect();
    }
    let is_known = |series: &usize| chart.series[*series].values.iter().any(Option::is_some);
    let shown = (0..chart.series.len()).filter(is_known);
    shown
        .filter_map(|series| match series {
            2 | 4 if series + 1 < chart.series.len() => {
                Some(NumberColumn::Range(series, series + 1))
            }
            3 | 5 => None,
            _ => Some(NumberColumn::Values(series)),
        })
        .collect()
}

/// Whether a row holds a total of the others.
fn is_total(chart: &Chart, at: usize) -> bool {
    chart.kind == ChartKind::Waterfall && (at == 0 || at + 1 == chart.ticks.len())
}
