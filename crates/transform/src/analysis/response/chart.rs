//! The curves of the channels that are told, with today's spend and the proposed one.

use super::{LEVEL, Say, measured::Measured, share};
use crate::{analysis::leads::grain_word, desk::format_of};
use model::{
    label::Label,
    report::{Across, Argument, Chart, ChartKind, Mark, MarkKind, Message, Place, Series, Tick},
};
use stats::response::Point;

/// The most curves.
const CURVES: usize = 4;

/// Tenths of today's spend up to which a curve is drawn.
const REACH: u32 = 16;

impl Say<'_> {
    /// A curve for each of the largest channels that are told and spend today.
    pub(super) fn charts(&self, measured: &Measured) -> Vec<Chart> {
        let spends = |place: &usize| measured.today[*place].spend > 0.0;
        let places = measured.told().into_iter().filter(spends).take(CURVES);
        places.map(|place| self.curve(measured, place)).collect()
    }

    fn curve(&self, measured: &Measured, place: usize) -> Chart {
        let proposed = measured.proposal.as_ref().map(|found| found.multiples[place]);
        let proposed = proposed.filter(|multiple| (multiple - 1.0).abs() > 0.005);
        let mut multiples: Vec<f64> = (0..=REACH).map(|tenth| f64::from(tenth) / 10.0).collect();
        multiples.extend(proposed);
        multiples.sort_by(f64::total_cmp);
        multiples.dedup();
        let points = measured.points(place, &multiples);
        let line = |label: Label, of: fn(&Point) -> f64| Series {
            label,
            values: points.iter().map(|point| Some(of(point))).collect(),
            reference: false,
        };
        let at = |multiple: f64| {
            let found = multiples.iter().position(|one| *one == multiple);
            found.and_then(|found| points.get(found))
        };
        let mark = |point: &Point, label: Label, kind| Mark {
            at: Place::Number(point.spend),
            label,
            kind,
        };
        let current =
            at(1.0).map(|point| mark(point, Label::new("Today", "当前"), MarkKind::Current));
        let next = proposed.and_then(at);
        let next =
            next.map(|point| mark(point, Label::new("Proposed", "建议"), MarkKind::Proposed));
        let channel = &measured.past.channels[place].label;
        let metric = &self.outcome.label;
        let word = grain_word(self.spec.every, 1);
        let title = Label::new(
            format!("{}: {} by spend", channel.en, metric.en),
            format!("{}：投放与{}", channel.zh_cn, metric.zh_cn),
        );
        let level = (LEVEL * 100.0).round();
        Chart {
            across: Some(Box::new(Across {
                label: Label::new(format!("Spend a {}", word.en), format!("每{}投放", word.zh_cn)),
                format: format_of(self.spend),
            })),
            ticks: points.iter().map(|point| Tick::Number(point.spend)).collect(),
            series: vec![
                line(
                    Label::new(
                        format!("{} a {} that goes with it", metric.en, word.en),
                        format!("每{}对应的{}", word.zh_cn, metric.zh_cn),
                    ),
                    |point| point.brought.value,
                ),
                line(Label::new(format!("{level}% range"), format!("{level}%区间")), |point| {
                    point.brought.low
                }),
                line(Label::new("High", "上限"), |point| point.brought.high),
            ],
            marks: current.into_iter().chain(next).collect(),
            ..Chart::new(
                format!("{}-curve-{}", self.section.id, place + 1),
                title,
                ChartKind::Curve,
                format_of(self.outcome),
                self.alternative(measured, place),
            )
        }
    }

    fn alternative(&self, measured: &Measured, place: usize) -> Message {
        let today = &measured.today[place];
        self.message("alt")
            .with("channel", Argument::Label(measured.past.channels[place].label.clone()))
            .with("spend", self.spend(today.spend))
            .with("brought", self.outcome(today.brought.value))
            .with("low", self.outcome(today.brought.low))
            .with("high", self.outcome(today.brought.high))
            .with("level", share(LEVEL))
    }
}
