//! The words that stand in the picture itself.

use super::Writer;
use crate::{chart::Words, format::fraction_decimals};
use model::{
    number::Number,
    report::{Argument, Chart, ChartKind, Fmt, Mark, Message, Verdict},
    unit::Unit,
};

impl Writer<'_> {
    /// The words of a chart.
    pub(super) fn words_of(&self, chart: &Chart) -> Words {
        let word = |key: &str| self.text(&Message::new(key));
        let rates = match chart.kind {
            ChartKind::Steps => (0..chart.ticks.len()).map(|at| self.rate(chart, at)).collect(),
            _ => Vec::new(),
        };
        Words {
            better: word("chart.better"),
            worse: word("chart.worse"),
            unjudged: word("chart.unjudged"),
            readings: chart.readings.iter().map(|reading| self.text(reading)).collect(),
            rates,
            marks: chart.marks.iter().map(|mark| self.place(chart, mark)).collect(),
            expected: word("chart.expected"),
        }
    }

    /// The rate that leads to a step, with its interval; empty where it is not known.
    fn rate(&self, chart: &Chart, at: usize) -> String {
        let [rate, low, high] = [1, 2, 3].map(|series| super::numbers::value(chart, series, at));
        let Some(rate) = rate else { return String::new() };
        let format = Fmt { unit: Unit::Percent, decimals: Some(fraction_decimals(rate)) };
        let text = |value: f64| self.formatter.real(value, &format);
        let rate = Argument::Text(text(rate));
        let message = match low.zip(high) {
            // The sign stands once, behind both.
            Some((low, high)) => Message::new("chart.step_rate")
                .with("rate", rate)
                .with("low", Argument::Text(text(low).trim_end_matches('%').to_owned()))
                .with("high", Argument::Text(text(high))),
            None => Message::new("chart.step_rate_alone").with("rate", rate),
        };
        let said = self.text(&message);
        match chart.verdicts.get(at) {
            Some(Verdict::Bad) => {
                self.text(&Message::new("chart.step_leak").with("rate", Argument::Text(said)))
            }
            _ => said,
        }
    }

    /// What a mark at a number is called; empty for one in time.
    pub(super) fn place(&self, chart: &Chart, mark: &Mark) -> String {
        let Some(number) = mark.number() else { return String::new() };
        let across = chart.across.as_ref().map_or(&chart.format, |across| &across.format);
        let value = Argument::value(Some(Number::Real(number)), across.clone());
        let label = Argument::Label(mark.label.clone());
        self.text(&Message::new("chart.mark_at").with("label", label).with("value", value))
    }
}
