//! The customers that each channel won, as a table and a picture.

use super::{
    customers::{Customers, Won},
    judged::{CONFIDENCE, FEWEST_CUSTOMERS},
    lines::Lines,
    view::{View, money_format},
};
use crate::{
    analysis::{
        cells::{column, count, figure, range, share_format},
        comparing,
    },
    desk::format_of,
};
use model::{
    label::Label,
    number::Number,
    report::{Argument, Cell, Chart, ChartKind, Fmt, Message, Row, Series, Table, Tick},
};
use stats::quantile::wilson;

/// The normal quantile of the interval of a mean.
const REACH: f64 = 1.959_963_984_540_054;

type Shown<'a> = (&'a Option<String>, &'a Won);

impl View<'_> {
    /// Channels with customers, most customers first.
    fn won<'c>(&self, customers: &'c Customers) -> Vec<Shown<'c>> {
        let mut shown: Vec<Shown<'c>> = customers.shown().collect();
        shown.sort_by(|a, b| b.1.customers.cmp(&a.1.customers).then(a.0.cmp(b.0)));
        shown.truncate(self.spec.rows);
        shown
    }

    /// The interval stands third, where a mail on a telephone leaves a column out.
    pub(super) fn quality_table(&self, customers: &Customers) -> Table {
        let mut columns = vec![
            column("Won by", "获客渠道", false),
            column("Came back", "回购率", true),
            column("95% interval", "95%区间", true),
            column("Customers", "客户数", true),
        ];
        if self.spec.value.is_some() {
            columns.push(column("Value each", "客均价值", true));
            columns.push(column("95% interval", "95%区间", true));
        }
        if let Some(metric) = Lines::metric(self.desk, self.spec.satisfaction.as_ref()) {
            columns.push(model::report::Column { label: metric.label.clone(), numeric: true });
        }
        let mut rows: Vec<Row> = self
            .won(customers)
            .into_iter()
            .map(|(channel, won)| self.quality_row(self.channel_name(channel), won, Some(channel)))
            .collect();
        let mut all = self.quality_row(Label::new("All", "全部"), &customers.all(), None);
        all.total = true;
        rows.push(all);
        Table {
            title: Label::new("The customers each channel won", "各渠道带来的客户"),
            columns,
            rows,
            note: None,
        }
    }

    fn quality_row(&self, name: Label, won: &Won, channel: Option<&Option<String>>) -> Row {
        let mut cells = vec![
            Cell::Label(name),
            figure(mean(&won.repeat()), &share_format()),
            reach(repeat_interval(won), &share_format()),
            count(won.customers as usize),
        ];
        if self.spec.value.is_some() {
            let format = money_format(self.spec.unit.as_ref());
            cells.push(figure(mean(&won.value()), &format));
            cells.push(reach(value_interval(won), &format));
        }
        if let Some(metric) = Lines::metric(self.desk, self.spec.satisfaction.as_ref()) {
            let content = self.spec.satisfaction_ask(self.section).and_then(|ask| {
                let slice = vec![channel?.clone()];
                let known = self.desk.slices(&ask, &ask.periods).contains(&slice);
                known.then(|| self.desk.value(&ask, &self.section.period, &slice)).flatten()
            });
            cells.push(match content {
                Some(content) => figure(Some(content), &format_of(metric)),
                None => Cell::Empty,
            });
        }
        Row { cells, total: false }
    }

    /// Repeat rates with their intervals, beside that of all.
    pub(super) fn quality_chart(&self, customers: &Customers) -> Option<Chart> {
        let shown = self.won(customers);
        let all = mean(&customers.all().repeat())?.to_f64();
        let rates: Vec<f64> =
            shown.iter().map(|(_, won)| won.repeaters as f64 / won.customers as f64).collect();
        let intervals: Vec<_> = shown.iter().map(|(_, won)| repeat_interval(won)).collect();
        let names: Vec<Label> =
            shown.iter().map(|(channel, _)| self.channel_name(channel)).collect();
        let (best, best_rate) = names.iter().zip(&rates).max_by(|a, b| a.1.total_cmp(b.1))?;
        let alternative = Message::new("channel_quality.repeat_alt")
            .with("best", Argument::Label(best.clone()))
            .with("rate", comparing::percent(Some(*best_rate)))
            .with("all", comparing::percent(Some(all)))
            .with("list", Argument::List(names.clone()));
        let title = Label::new("Customers who came back, by channel", "各渠道客户的回购率");
        Some(Chart {
            ticks: names.into_iter().map(Tick::Label).collect(),
            series: dots(
                Label::new("Came back", "回购率"),
                rates.into_iter().map(Some).collect(),
                &intervals,
                all,
            ),
            ..Chart::new(
                format!("{}-repeat", self.section.id),
                title,
                ChartKind::Dots,
                share_format(),
                alternative,
            )
        })
    }

    /// What was left out, and why.
    pub(super) fn quality_notes(&self, customers: &Customers) -> Vec<Message> {
        let days = |days: u32| Argument::Count(i64::from(days));
        let all = customers.all();
        let mut notes = vec![
            Message::new("channel_quality.customers")
                .with("window", days(self.spec.window))
                .with("acquired", days(self.spec.acquired))
                .with("fewest", Argument::Count(FEWEST_CUSTOMERS as i64)),
        ];
        let unvalued = match self.spec.value.is_some() {
            true => all.customers - all.valued,
            false => 0,
        };
        let left_out = [
            ("channel_quality.young", customers.young),
            ("channel_quality.withheld", customers.withheld.len() as u64),
            ("channel_quality.unvalued", unvalued),
            ("channel_quality.nobodys", customers.nobodys),
            ("channel_quality.undated", customers.undated),
        ];
        let told = left_out.into_iter().filter(|(_, number)| *number > 0);
        notes.extend(
            told.map(|(key, number)| {
                Message::new(key).with("count", Argument::Count(number as i64))
            }),
        );
        notes
    }
}

/// Points with intervals, beside the mean of all.
pub(super) fn dots(
    label: Label,
    values: Vec<Option<f64>>,
    intervals: &[Option<(f64, f64)>],
    all: f64,
) -> Vec<Series> {
    let ends = |end: fn(&(f64, f64)) -> f64| {
        intervals.iter().map(|interval| interval.as_ref().map(end)).collect()
    };
    let series = |label, values| Series { label, values, reference: false };
    let mut mean = vec![None; values.len()];
    if let Some(first) = mean.first_mut() {
        *first = Some(all);
    }
    vec![
        series(label, values),
        series(Label::new("95% interval", "95%区间"), ends(|interval| interval.0)),
        series(Label::new("High", "上限"), ends(|interval| interval.1)),
        Series { label: Label::new("All channels", "全部渠道"), values: mean, reference: true },
    ]
}

fn mean(sample: &stats::experiment::Sample) -> Option<Number> {
    sample.estimate().map(|estimate| Number::Real(estimate.mean))
}

fn repeat_interval(won: &Won) -> Option<(f64, f64)> {
    wilson(won.repeaters as f64, won.customers as f64, CONFIDENCE)
}

/// By the normal law, which a few customers do not follow.
fn value_interval(won: &Won) -> Option<(f64, f64)> {
    let estimate = won.value().estimate().filter(|_| won.valued >= FEWEST_CUSTOMERS)?;
    let reach = REACH * (estimate.variance / estimate.units).sqrt();
    Some((estimate.mean - reach, estimate.mean + reach))
}

/// From where to where, as a cell; nothing where it is not known.
fn reach(interval: Option<(f64, f64)>, format: &Fmt) -> Cell {
    interval.map_or(Cell::Empty, |(low, high)| Cell::Message(range(low, high, format)))
}
