//! Every channel in a row: what it returned, and what is proposed.

use super::{
    Say,
    measured::{Measured, Untold},
    share,
};
use crate::{
    analysis::{
        cells::{column, real, whole_share_format},
        comparing,
        leads::grain_word,
    },
    desk::format_of,
};
use model::{
    label::Label,
    metric::Metric,
    number::Number,
    report::{Argument, Cell, Column, Fmt, Message, Row, Table, Verdict},
    unit::Unit,
};
use rust_decimal::prelude::ToPrimitive;
use stats::response::Interval;

impl Say<'_> {
    /// What every channel returned; of one that is not told the spend alone.
    pub(super) fn channels(&self, measured: &Measured) -> Table {
        let word = grain_word(self.spec.every, 1);
        let many = grain_word(self.spec.every, 2);
        let mut columns =
            vec![column("Channel", "渠道", false), spend_column("Spend a", "每", "投放", &word)];
        let figures = [
            of_metric("Share of ", "占", "比重", &self.outcome.label),
            column("Return per unit", "单位投放回报", true),
            column("Next unit", "下一单位", true),
            Column {
                label: Label::new(
                    format!("Half-life ({})", many.en),
                    format!("半衰期（{}）", word.zh_cn),
                ),
                numeric: true,
            },
        ];
        // Where nothing is told there is nothing to show but why.
        let has_figures = !measured.told().is_empty();
        columns.extend(figures.into_iter().filter(|_| has_figures));
        columns.push(column("What is known", "把握", false));
        let row = |place: usize| {
            let today = &measured.today[place];
            let mut cells = vec![
                Cell::Label(measured.past.channels[place].label.clone()),
                amount(self.spend, Some(today.spend)),
            ];
            if has_figures {
                cells.extend(self.figures(measured, place));
            }
            cells.push(Cell::Message(self.known(measured, place)));
            Row { cells, total: false }
        };
        Table {
            title: self.section.title.clone(),
            columns,
            rows: (0..measured.untold.len()).map(row).collect(),
            note: None,
        }
    }

    /// Share, return, the next unit and half-life; empty for a channel that is not told.
    fn figures(&self, measured: &Measured, place: usize) -> [Cell; 4] {
        if measured.untold[place].is_some() {
            return [Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty];
        }
        let channel = measured.channel(place);
        [
            percent(channel.share.value),
            self.range(channel.roas),
            self.range(measured.today[place].marginal),
            half_life(channel.carry),
        ]
    }

    /// What a unit of spend brings, with its interval: never below zero.
    fn range(&self, interval: Interval) -> Cell {
        between("response.range", interval, |value, like| self.per_unit(value, like))
    }

    /// What may be held of a channel's figures, in words.
    fn known(&self, measured: &Measured, place: usize) -> Message {
        let key = match measured.untold[place] {
            Some(Untold::Still) => "why_still",
            Some(Untold::With(other)) => {
                let other = measured.past.channels[other].label.clone();
                return self.message("why_with").with("channel", Argument::Label(other));
            }
            Some(Untold::Together) => "why_together",
            Some(Untold::Wide) => "why_wide",
            None if measured.is_tested(place) => "why_tested",
            None => "why_told",
        };
        self.message(key)
    }

    /// Today's spend and the proposed one.
    pub(super) fn proposal(&self, measured: &Measured) -> Option<Table> {
        let found = measured.proposal.as_ref()?;
        let word = grain_word(self.spec.every, 1);
        let columns = vec![
            column("Channel", "渠道", false),
            spend_column("Today a", "当前每", "", &word),
            spend_column("Proposed a", "建议每", "", &word),
            column("Change", "变动", true),
            column("Next unit then", "此后下一单位", true),
            Column {
                label: Label::new(
                    format!("{} gained a {}", self.outcome.label.en, word.en),
                    format!("每{}{}增量", word.zh_cn, self.outcome.label.zh_cn),
                ),
                numeric: true,
            },
        ];
        let periods = measured.recent as f64;
        let gained = |gain: Interval| {
            let gain = Interval {
                value: gain.value / periods,
                low: gain.low / periods,
                high: gain.high / periods,
            };
            between("response.between", gain, |value, like| {
                let format = comparing::difference_format(self.outcome, like);
                Argument::value(Some(Number::Real(value)), format)
            })
        };
        let row = |place: usize| {
            let today = measured.today[place].spend;
            let multiple = found.multiples[place];
            let moved = (multiple - 1.0).abs() > 1e-9;
            let change = (today > 0.0 && moved).then_some(multiple - 1.0);
            let next = found.marginal[place];
            Row {
                cells: vec![
                    Cell::Label(measured.past.channels[place].label.clone()),
                    amount(self.spend, Some(today)),
                    amount(self.spend, Some(today * multiple)),
                    change.map_or(Cell::Empty, |change| Cell::Change {
                        change: Some(change),
                        verdict: Verdict::Neutral,
                    }),
                    match measured.untold[place] {
                        None => real(Some(next), &comparing::difference_format(self.outcome, next)),
                        Some(_) => Cell::Empty,
                    },
                    if moved { gained(found.gains[place]) } else { Cell::Empty },
                ],
                total: false,
            }
        };
        let mut rows: Vec<Row> = (0..measured.untold.len()).map(row).collect();
        let today: f64 = measured.today.iter().map(|point| point.spend).sum();
        rows.push(Row {
            cells: vec![
                Cell::Label(Label::new("Total", "合计")),
                amount(self.spend, Some(today)),
                amount(self.spend, Some(found.spent / periods)),
                Cell::Empty,
                Cell::Empty,
                gained(found.gain),
            ],
            total: true,
        });
        Some(Table {
            title: Label::new("What is proposed", "建议的分配"),
            columns,
            rows,
            note: Some(self.bounds()),
        })
    }

    /// The least and the most that a channel may get.
    fn bounds(&self) -> Message {
        let [low, high] = self.spec.allowed.map(|bound| share(bound.to_f64().unwrap_or(1.0)));
        self.message("bounds").with("low", low).with("high", high)
    }
}

/// A heading such as "Spend a week".
fn spend_column(en: &str, before: &str, after: &str, word: &Label) -> Column {
    let label = Label::new(format!("{en} {}", word.en), format!("{before}{}{after}", word.zh_cn));
    Column { label, numeric: true }
}

/// A heading about the outcome.
fn of_metric(en: &str, before: &str, after: &str, metric: &Label) -> Column {
    let en = format!("{en}{}", metric.en.to_lowercase());
    Column { label: Label::new(en, format!("{before}{}{after}", metric.zh_cn)), numeric: true }
}

fn amount(metric: &Metric, value: Option<f64>) -> Cell {
    value.map_or(Cell::Empty, |value| real(Some(value), &format_of(metric)))
}

fn percent(share: f64) -> Cell {
    real(Some(share), &whole_share_format())
}

/// A value with its interval; decimals are those of the value.
fn between(key: &str, interval: Interval, write: impl Fn(f64, f64) -> Argument) -> Cell {
    let message = Message::new(key)
        .with("value", write(interval.value, interval.value))
        .with("low", write(interval.low, interval.value))
        .with("high", write(interval.high, interval.value));
    Cell::Message(message)
}

/// Periods until half of the effect of spend is over, its own period among them.
fn half_life(carry: f64) -> Cell {
    let periods = if carry > 0.0 { 0.5f64.ln() / carry.ln() } else { 0.0 };
    real(Some(periods), &Fmt { unit: Unit::Number, decimals: Some(1) })
}
