//! The table of the numbers behind a chart.

use super::{
    CellView, ColumnView, RowView, TableView, Writer,
    block::{arrow, verdict},
    fit,
};
use crate::{
    chart::Grid,
    format::{Sign, UNKNOWN, fraction_decimals},
};
use model::{
    number::Number,
    report::{Chart, ChartKind, Fmt, Message, Tick, Verdict},
    unit::Unit,
};

/// A column of the table of numbers.
pub(super) enum NumberColumn {
    /// The values of a series.
    Values(usize),
    /// The values of two series as a range, such as a band.
    Range(usize, usize),
}

/// A value of a series, by places.
pub(super) fn value(chart: &Chart, series: usize, at: usize) -> Option<f64> {
    let value = chart.series.get(series)?.values.get(at).copied().flatten();
    value.filter(|value| value.is_finite())
}

impl Writer<'_> {
    /// The numbers behind the picture: a row per place, a column per series or band.
    pub(super) fn numbers(&self, chart: &Chart, title: &str) -> TableView {
        if chart.kind == ChartKind::HeatMap {
            return self.ages(chart, title);
        }
        let shown = number_columns(chart);
        let heads = shown.iter().map(|column| {
            let (NumberColumn::Values(series) | NumberColumn::Range(series, _)) = column;
            self.column(&chart.series[*series].label, true)
        });
        let mut columns = vec![ColumnView::new(self.first_column(chart), false)];
        columns.extend(heads);
        if !chart.readings.is_empty() {
            let label = self.text(&Message::new("chart.reading"));
            columns.push(ColumnView::new(label, false));
        }
        let row = |(at, tick): (usize, &Tick)| {
            let mut cells = vec![CellView::text(self.place_name(chart, tick))];
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
            fit: "",
            again: false,
            is_over_time: false,
        }
    }

    /// A heat map is its own table: a row per series, a column per age.
    fn ages(&self, chart: &Chart, title: &str) -> TableView {
        let mut columns = vec![ColumnView::new(self.word("cohort"), false)];
        let age = |tick| ColumnView::new(self.place_name(chart, tick), true);
        columns.extend(chart.ticks.iter().map(age));
        let grid = Grid::of(chart);
        let cells = grid.rows.iter().flat_map(|(_, row)| row.iter().flatten());
        let values: Vec<Number> = cells.map(|cell| Number::Real(cell.value)).collect();
        let scale = self.formatter.common(&values, &[], &chart.format);
        let write = |value: f64| match scale {
            Some(scale) => {
                self.formatter.on(scale, Number::Real(value), &chart.format, Sign::Minus)
            }
            None => self.formatter.real(value, &chart.format),
        };
        let rows = grid.rows.iter().map(|(series, row)| {
            let mut cells = vec![CellView::text(self.label(&series.label))];
            cells.extend(row.iter().map(|cell| match cell {
                None => CellView { numeric: true, ..CellView::text(String::new()) },
                Some(cell) => CellView {
                    numeric: true,
                    shade: cell.shade.filter(|_| !cell.is_expected),
                    expected: cell.is_expected.then(|| self.text(&Message::new("chart.expected"))),
                    ..CellView::text(write(cell.value))
                },
            }));
            RowView { total: false, cells }
        });
        let rows: Vec<RowView> = rows.collect();
        let fit = fit::classes(&columns, &rows);
        TableView {
            title: title.to_owned(),
            columns,
            rows,
            note: None,
            fit,
            again: false,
            is_over_time: false,
        }
    }

    /// What the places are: periods, what the axis counts, or items.
    pub(super) fn first_column(&self, chart: &Chart) -> String {
        match (chart.ticks.first(), &chart.across) {
            (Some(Tick::Period(_)), _) => self.word("period"),
            (Some(Tick::Number(_)), Some(across)) => self.label(&across.label),
            _ => self.word("place"),
        }
    }

    /// A place; at a number with what marks it.
    pub(super) fn place_name(&self, chart: &Chart, tick: &Tick) -> String {
        match tick {
            Tick::Period(period) => self.formatter.period(period),
            Tick::Label(label) => self.label(label),
            Tick::Number(number) => {
                let is_here = |at: f64| (at - number).abs() <= 1e-9 * number.abs();
                let mark = chart.marks.iter().find(|mark| mark.number().is_some_and(is_here));
                let across = chart.across.as_ref().map_or(&chart.format, |across| &across.format);
                mark.map_or_else(
                    || self.formatter.real(*number, across),
                    |mark| self.place(chart, mark),
                )
            }
        }
    }

    fn number(&self, chart: &Chart, column: &NumberColumn, at: usize) -> CellView {
        let write =
            |series: usize, value: f64| self.formatter.real(value, &format_of(chart, series, at));
        let text = match column {
            NumberColumn::Values(series) => {
                value(chart, *series, at).map(|value| write(*series, value))
            }
            NumberColumn::Range(low, high) => value(chart, *low, at)
                .zip(value(chart, *high, at))
                .map(|(a, b)| format!("{} – {}", write(*low, a), write(*high, b))),
        };
        let known = text.is_some();
        let text = text.unwrap_or_else(|| UNKNOWN.to_owned());
        let cell = CellView { numeric: true, known, ..CellView::text(text) };
        let judged = chart.verdicts.get(at).copied().unwrap_or(Verdict::Neutral);
        match (chart.kind, column) {
            (ChartKind::Waterfall, _) if !is_total(chart, at) => CellView {
                arrow: arrow(value(chart, 0, at)),
                verdict: verdict(judged),
                word: self.judgement(judged),
                ..cell
            },
            (ChartKind::Dots, NumberColumn::Values(0)) => {
                CellView { verdict: verdict(judged), word: self.judgement(judged), ..cell }
            }
            (ChartKind::Steps, NumberColumn::Values(1)) if judged == Verdict::Bad => {
                let word = self.text(&Message::new("chart.leak"));
                CellView { verdict: verdict(judged), word, ..cell }
            }
            _ => cell,
        }
    }
}

/// How a value is written: the rates of steps are percentages, whatever is counted.
pub(super) fn format_of(chart: &Chart, series: usize, at: usize) -> Fmt {
    if chart.kind != ChartKind::Steps || series == 0 {
        return chart.format.clone();
    }
    let rate = value(chart, 1, at).unwrap_or(1.0);
    Fmt { unit: Unit::Percent, decimals: Some(fraction_decimals(rate)) }
}

/// Bands are ranges; what has no value at all has no column.
pub(super) fn number_columns(chart: &Chart) -> Vec<NumberColumn> {
    let lows: &[usize] = match chart.kind {
        ChartKind::Curve | ChartKind::Dots => &[1],
        ChartKind::Fan => &[2, 4],
        ChartKind::Steps => &[2],
        _ => return (0..chart.series.len()).map(NumberColumn::Values).collect(),
    };
    let is_known = |series: &usize| chart.series[*series].values.iter().any(Option::is_some);
    // What is drawn as a line across all rows says the same in each of them.
    let is_line = |series: usize| chart.kind == ChartKind::Dots && chart.series[series].reference;
    let shown = (0..chart.series.len()).filter(is_known).filter(|series| !is_line(*series));
    shown
        .filter_map(|series| match series {
            low if lows.contains(&low) && low + 1 < chart.series.len() => {
                Some(NumberColumn::Range(low, low + 1))
            }
            high if high > 0 && lows.contains(&(high - 1)) => None,
            _ => Some(NumberColumn::Values(series)),
        })
        .collect()
}

/// Whether a row holds a total of the others.
pub(super) fn is_total(chart: &Chart, at: usize) -> bool {
    chart.kind == ChartKind::Waterfall && (at == 0 || at + 1 == chart.ticks.len())
}
