//! The numbers behind a chart, and what is marked in it.

use super::{Grid, Line, Value};
use crate::{
    chart::Grid as Ages,
    view::{
        Writer,
        numbers::{NumberColumn, format_of, is_total, number_columns, value},
    },
};
use model::report::{Argument, Chart, ChartKind, Mark, Message, Place, Tick};

impl Writer<'_> {
    /// The numbers behind a chart, and what is marked in it.
    pub(super) fn chart_grids(&self, chart: &Chart) -> Vec<Grid> {
        let title = self.label(&chart.title);
        let numbers = match chart.kind {
            ChartKind::HeatMap => self.age_grid(chart, title),
            _ => self.number_grid(chart, title),
        };
        let across = chart.across.as_ref().map_or(&chart.format, |across| &across.format);
        let mark = |mark: &Mark| {
            let place = match mark.at {
                Place::Day(day) => Value::Day(day),
                Place::Number(number) => Value::plain(Some(number), across.clone()),
            };
            Line::new(vec![place, Value::Text(self.mark_text(mark))])
        };
        let marks = Grid {
            title: self.word("marks"),
            columns: Vec::new(),
            rows: chart.marks.iter().map(mark).collect(),
            note: None,
        };
        [numbers, marks].into_iter().filter(|grid| !grid.rows.is_empty()).collect()
    }

    fn number_grid(&self, chart: &Chart, title: String) -> Grid {
        let shown = number_columns(chart);
        let mut columns = vec![self.first_column(chart)];
        for column in &shown {
            match column {
                NumberColumn::Values(series) => {
                    columns.push(self.as_written(&chart.series[*series].label));
                }
                NumberColumn::Range(low, _) => {
                    columns.extend(["sheet.low", "sheet.high"].map(|key| {
                        let label = Argument::Label(chart.series[*low].label.clone());
                        self.text(&Message::new(key).with("label", label))
                    }));
                }
            }
        }
        if !chart.readings.is_empty() {
            columns.push(self.text(&Message::new("chart.reading")));
        }
        let row = |(at, tick): (usize, &Tick)| {
            let number = |series: usize| {
                Value::plain(value(chart, series, at), format_of(chart, series, at))
            };
            let mut cells = vec![self.tick(chart, tick)];
            for column in &shown {
                match column {
                    NumberColumn::Values(series) => cells.push(number(*series)),
                    NumberColumn::Range(low, high) => cells.extend([*low, *high].map(number)),
                }
            }
            let reading = chart.readings.get(at);
            cells.extend(reading.map(|reading| Value::Text(self.text_in_full(reading))));
            let days = match tick {
                Tick::Period(period) => Some(period.days),
                Tick::Label(_) | Tick::Number(_) => None,
            };
            Line { days, cells, total: is_total(chart, at) }
        };
        let rows = chart.ticks.iter().enumerate().map(row).collect();
        Grid { title, columns, rows, note: None }
    }

    fn age_grid(&self, chart: &Chart, title: String) -> Grid {
        let mut columns = vec![self.word("place")];
        columns.extend(chart.ticks.iter().map(|tick| self.place_name(chart, tick)));
        let grid = Ages::of(chart);
        let rows = grid.rows.iter().map(|(series, row)| {
            let mut cells = vec![Value::Text(self.as_written(&series.label))];
            cells.extend(row.iter().map(|cell| match cell {
                None => Value::Empty,
                Some(cell) => Value::plain(Some(cell.value), chart.format.clone()),
            }));
            Line::new(cells)
        });
        Grid { title, columns, rows: rows.collect(), note: None }
    }

    fn tick(&self, chart: &Chart, tick: &Tick) -> Value {
        match tick {
            Tick::Number(number) => {
                let across = chart.across.as_ref().map_or(&chart.format, |across| &across.format);
                Value::plain(Some(*number), across.clone())
            }
            Tick::Label(_) | Tick::Period(_) => Value::Text(self.place_name(chart, tick)),
        }
    }
}
