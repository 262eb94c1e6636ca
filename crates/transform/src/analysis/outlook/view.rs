//! What will come, as a picture and as a table.

use super::future::{Future, Step};
use crate::{analysis::comparing, desk::format_of, plan::SectionPlan};
use model::{
    label::Label,
    number::Number,
    report::{
        Argument, Cell, Chart, ChartKind, Column, Figure, Fmt, Mark, MarkKind, Message, Row,
        Series, Table, Tick, Verdict,
    },
    unit::Unit,
};

impl Future<'_> {
    /// What is known, what is expected, and the target.
    pub(super) fn chart(&self, section: &SectionPlan) -> Chart {
        let known = self.actual.len();
        let count = self.ticks.len();
        let actual = (0..count).map(|tick| self.actual.get(tick).copied()).collect();
        let ahead = |pick: fn(&Step) -> f64| -> Vec<Option<f64>> {
            let step = |tick: usize| self.ahead.get(tick.checked_sub(known)?).map(pick);
            (0..count).map(step).collect()
        };
        let one = |label: Label, values| Series { label, values, reference: false };
        let (inner, outer) =
            (Label::new("80% range", "80%区间"), Label::new("95% range", "95%区间"));
        let mut series = vec![
            one(self.metric.label.clone(), actual),
            one(Label::new("expected", "预期"), ahead(|step| step.expected)),
            one(inner.clone(), ahead(|step| step.low80)),
            one(inner, ahead(|step| step.high80)),
            one(outer.clone(), ahead(|step| step.low95)),
            one(outer, ahead(|step| step.high95)),
        ];
        if let Some(target) = self.target {
            let end = self.ticks.iter().position(|tick| tick.days.end == self.period.days.end);
            let values = (0..count).map(|tick| (Some(tick) == end).then_some(target)).collect();
            series.push(Series { label: Label::new("target", "目标"), values, reference: true });
            if self.pace.len() == count {
                let values = self.pace.iter().copied().map(Some).collect();
                let label = Label::new("usual pace to the target", "达标的常规进度");
                series.push(Series { label, values, reference: true });
            }
        }
        let here = Label::new("data up to here", "数据截至");
        let as_of = Mark::on(section.period.days.last(), here, MarkKind::AsOf);
        let format = format_of(self.metric);
        Chart {
            ticks: self.ticks.iter().map(|period| Tick::Period(*period)).collect(),
            series,
            marks: if known > 0 { vec![as_of] } else { Vec::new() },
            ..Chart::new(
                format!("{}-{}", section.id, self.metric.id),
                self.metric.label.clone(),
                ChartKind::Fan,
                format,
                self.alternative(),
            )
        }
    }

    fn alternative(&self) -> Message {
        let value = |value: f64| Argument::value(Some(Number::Real(value)), format_of(self.metric));
        let end = self.end();
        Message::new("outlook.alt")
            .with("metric", Argument::Label(self.metric.label.clone()))
            .with("period", Argument::Period(self.period))
            .with("expected", value(end.expected))
            .with("low", value(end.low80))
            .with("high", value(end.high80))
    }
}

/// Every metric in a row: what is expected, and whether that meets the target.
pub(super) fn table(section: &SectionPlan, futures: &[Future<'_>]) -> Table {
    // On the first day of a period there is nothing so far.
    let has_begun = futures.iter().any(|future| !future.actual.is_empty());
    let mut columns = vec![("Metric", "指标"), ("Expected", "预期")];
    columns.extend(has_begun.then_some(("So far", "至今")));
    columns.extend([("Target", "目标"), ("Chance", "达标概率"), ("Needed a day", "每日尚需")]);
    let rows = futures.iter().map(|future| {
        let cell = |value| amount(future, value);
        let chance = future.told_probability().map_or(Cell::Empty, |probability| Cell::Figure {
            figure: Figure {
                value: Some(Number::Real(probability)),
                format: Fmt { unit: Unit::Percent, decimals: Some(0) },
                coverage: None,
            },
            verdict: future.finding().verdict,
        });
        let mut cells =
            vec![Cell::Label(future.metric.label.clone()), cell(Some(future.end().expected))];
        let so_far = || cell(future.so_far.filter(|_| !future.actual.is_empty()));
        cells.extend(has_begun.then(so_far));
        let needed = future.needed.filter(|needed| *needed > 0.0);
        cells.extend([cell(future.target), chance, cell(needed)]);
        Row { cells, total: false }
    });
    Table {
        title: section.title.clone(),
        columns: headings(&columns),
        rows: rows.collect(),
        note: None,
    }
}

/// The proof: how far off the same procedure was in the past, beside repeating the last season.
pub(super) fn proof(futures: &[Future<'_>]) -> Table {
    let columns = [
        ("Metric", "指标"),
        ("Past error", "回测误差"),
        ("Repeating the last season", "沿用上一周期"),
        ("Past periods", "回测期数"),
    ];
    let rows = futures.iter().map(|future| {
        let origins = Figure {
            value: Some(Number::whole(future.backtest.origins as i64)),
            format: Fmt { unit: Unit::Count, decimals: None },
            coverage: None,
        };
        let cells = vec![
            Cell::Label(future.metric.label.clone()),
            distance(future, future.backtest.ours),
            distance(future, future.backtest.naive),
            Cell::Figure { figure: origins, verdict: Verdict::Neutral },
        ];
        Row { cells, total: false }
    });
    Table {
        title: Label::new("How far off past forecasts were", "以往预测的误差"),
        columns: headings(&columns),
        rows: rows.collect(),
        note: Some(Message::new("outlook.proof")),
    }
}

fn headings(columns: &[(&str, &str)]) -> Vec<Column> {
    let columns = columns.iter().enumerate();
    columns
        .map(|(index, (en, zh))| Column { label: Label::new(*en, *zh), numeric: index > 0 })
        .collect()
}

/// A mean distance in the metric's unit: points for percentages, without a sign.
fn distance(future: &Future<'_>, size: f64) -> Cell {
    let size = comparing::difference_argument(future.metric, size);
    Cell::Message(Message::new("outlook.distance").with("size", size))
}

fn amount(future: &Future<'_>, value: Option<f64>) -> Cell {
    let Some(value) = value else { return Cell::Empty };
    let value = Some(Number::Real(value));
    let figure = Figure { value, format: format_of(future.metric), coverage: None };
    Cell::Figure { figure, verdict: Verdict::Neutral }
}
