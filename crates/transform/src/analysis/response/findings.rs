//! What is concluded, and what is said of method and limits.

use super::{
    LEVEL, Say,
    measured::{Measured, Untold},
    past::Refusal,
    share,
};
use crate::analysis::{Analysed, comparing};
use model::{
    label::Label,
    report::{Argument, Block, Finding, Message, Verdict},
};
use rust_decimal::prelude::ToPrimitive;
use std::collections::{BTreeMap, BTreeSet};

/// Channels that get a sentence of their own; the table has them all.
const TOLD: usize = 3;

impl Say<'_> {
    pub(super) fn analysed(&self, measured: &Measured) -> Analysed {
        let mut analysed = Analysed::default();
        analysed.findings.extend(self.proposed(measured));
        analysed.findings.extend(self.returns(measured));
        analysed.findings.extend(self.losses(measured));
        analysed.findings.extend(self.untold(measured));
        analysed.blocks.extend(self.charts(measured).into_iter().map(Block::Chart));
        analysed.blocks.push(Block::Table(self.channels(measured)));
        analysed.blocks.extend(self.proposal(measured).map(Block::Table));
        analysed.blocks.extend(self.notes(measured).into_iter().map(Block::Note));
        analysed
    }

    /// Why there is nothing to show.
    pub(super) fn refused(&self, reason: &Refusal) -> Analysed {
        let message = match reason {
            Refusal::Nothing => self
                .message("none")
                .with("spend", Argument::Label(self.spend.label.clone()))
                .with("dimension", Argument::Label(self.desk.plan.dimension(&self.spec.by))),
            Refusal::Negative(channel) => {
                self.message("negative").with("channel", Argument::Label(channel.clone()))
            }
            Refusal::TooShort { have, need, channels } => self
                .counted("too_short", *have)
                .with("needed", Argument::Count(*need as i64))
                .with("channels", Argument::Count(*channels as i64)),
            Refusal::NoMethod => self.message("no_method"),
        };
        let finding = Finding { verdict: Verdict::Unknown, message, weight: 12 };
        Analysed { findings: vec![finding], blocks: Vec::new() }
    }

    fn margin(&self) -> Option<f64> {
        self.spec.margin.and_then(|margin| margin.to_f64())
    }

    fn names(&self, measured: &Measured, places: &[usize]) -> Argument {
        let label = |place: &usize| measured.past.channels[*place].label.clone();
        Argument::List(places.iter().map(label).collect())
    }

    /// The move that is proposed, or why none is.
    fn proposed(&self, measured: &Measured) -> Vec<Finding> {
        let told = measured.told();
        let Some(found) = &measured.proposal else {
            let (message, weight) = match (told.as_slice(), measured.stays) {
                (told, true) => {
                    (self.message("stays").with("list", self.names(measured, told)), 30)
                }
                ([], _) => {
                    let channels = Argument::Count(measured.untold.len() as i64);
                    (self.message("nothing").with("count", channels), 20)
                }
                (told, _) => (self.message("alone").with("list", self.names(measured, told)), 20),
            };
            let verdict = if measured.stays { Verdict::Good } else { Verdict::Unknown };
            return vec![Finding { verdict, message, weight }];
        };
        let periods = measured.recent as f64;
        let change = |place: usize| (found.multiples[place] - 1.0) * measured.today[place].spend;
        let ways = |sign: f64| -> Vec<usize> {
            let most: f64 = (0..told.len()).map(|place| change(told[place]).abs()).sum();
            let counts = |place: &usize| sign * change(*place) > 0.01 * most;
            told.iter().copied().filter(counts).collect()
        };
        let (up, down) = (ways(1.0), ways(-1.0));
        let amount: f64 = up.iter().map(|place| change(*place)).sum();
        let is_proven = measured.kept_back.is_none_or(|errors| errors.response < errors.background);
        let is_sure = found.gain.low > 0.0 && is_proven;
        let gain = |message: Message, times: f64| {
            message
                .with("gain", self.outcome(times * found.gain.value / periods))
                .with("low", self.outcome(times * found.gain.low / periods))
                .with("high", self.outcome(times * found.gain.high / periods))
                .with("level", share(LEVEL))
        };
        let key = match (is_sure, is_proven) {
            (true, _) => "moves",
            (false, true) => "moves_unsure",
            (false, false) => "moves_unproven",
        };
        let message = match self.spec.budget.is_some() {
            true => {
                let today: f64 = measured.today.iter().map(|point| point.spend).sum();
                self.message("budget")
                    .with("budget", self.spend(found.spent / periods))
                    .with("today", self.spend(today))
            }
            false => self
                .message(key)
                .with("amount", self.spend(amount))
                .with("from", self.names(measured, &down))
                .with("to", self.names(measured, &up)),
        };
        let verdict = if is_sure { Verdict::Good } else { Verdict::Neutral };
        let weight = if is_sure { 52 } else { 34 };
        let mut findings = vec![Finding { verdict, message: gain(message, 1.0), weight }];
        if let Some(margin) = self.margin() {
            let today: f64 = measured.today.iter().map(|point| point.spend).sum();
            let more = found.spent / periods - today;
            let profit = |gain: f64| self.outcome(margin * gain / periods - more);
            let message = self
                .message("profit")
                .with("margin", share(margin))
                .with("gain", profit(found.gain.value))
                .with("low", profit(found.gain.low))
                .with("high", profit(found.gain.high));
            findings.push(Finding { verdict: Verdict::Neutral, message, weight: 28 });
        }
        findings
    }

    /// What the largest channels returned, and what the next unit of spend brings.
    fn returns(&self, measured: &Measured) -> Vec<Finding> {
        let told = measured.told();
        let one = |place: &usize| {
            let channel = measured.channel(*place);
            let next = measured.today[*place].marginal;
            let per = |value: f64| self.per_unit(value, channel.roas.value);
            let then = |value: f64| self.per_unit(value, next.value);
            let message = self
                .message("returned")
                .with("channel", Argument::Label(measured.past.channels[*place].label.clone()))
                .with("one", self.one())
                .with("roas", per(channel.roas.value))
                .with("low", per(channel.roas.low))
                .with("high", per(channel.roas.high))
                .with("next", then(next.value))
                .with("next_low", then(next.low))
                .with("next_high", then(next.high));
            Finding { verdict: Verdict::Neutral, message, weight: 26 }
        };
        told.iter().take(TOLD).map(one).collect()
    }

    /// Channels whose next unit surely earns less than it costs.
    fn losses(&self, measured: &Measured) -> Option<Finding> {
        let margin = self.margin().filter(|_| self.outcome.unit == self.spend.unit)?;
        let loses = |place: &usize| measured.today[*place].marginal.high * margin < 1.0;
        let places: Vec<usize> = measured.told().into_iter().filter(loses).collect();
        let message = self
            .message("loses")
            .with("list", self.names(measured, &places))
            .with("one", self.one())
            .with("margin", share(margin));
        let finding = Finding { verdict: Verdict::Bad, message, weight: 40 };
        (!places.is_empty()).then_some(finding)
    }

    /// Why channels are not told, those with the same reason together.
    fn untold(&self, measured: &Measured) -> Vec<Finding> {
        let mut groups: BTreeMap<Untold, Vec<usize>> = BTreeMap::new();
        let mut moving: Vec<BTreeSet<usize>> = Vec::new();
        for (place, reason) in measured.untold.iter().enumerate() {
            match reason {
                Some(Untold::With(other)) => {
                    let pair = BTreeSet::from([place, *other]);
                    let (with, apart): (Vec<_>, Vec<_>) =
                        moving.into_iter().partition(|one| !one.is_disjoint(&pair));
                    moving = apart;
                    moving.push(with.into_iter().flatten().chain(pair).collect());
                }
                Some(reason) => groups.entry(*reason).or_default().push(place),
                None => {}
            }
        }
        let key = |reason: Untold| match reason {
            Untold::Still => "still",
            Untold::With(_) | Untold::Together => "together",
            Untold::Wide => "wide",
        };
        let moving = moving.into_iter().map(|places| ("with", places.into_iter().collect()));
        let others = groups.into_iter().map(|(reason, places)| (key(reason), places));
        let said = moving.chain(others).map(|(key, places): (&str, Vec<usize>)| {
            let message = self.message(key).with("list", self.names(measured, &places));
            Finding { verdict: Verdict::Unknown, message, weight: 14 }
        });
        said.collect()
    }

    /// Method and limits.
    fn notes(&self, measured: &Measured) -> Vec<Message> {
        let past = &measured.past;
        let mut notes = vec![
            self.counted("method", past.periods.len())
                .with("level", share(LEVEL))
                .with("recent", Argument::Count(measured.recent as i64)),
        ];
        let metrics = self.spec.controls.iter().filter_map(|id| self.desk.plan.metrics.get(id));
        let controls: Vec<Label> = metrics.map(|metric| metric.label.clone()).collect();
        let all: Vec<Label> = controls.iter().chain(&past.days).cloned().collect();
        if !all.is_empty() {
            notes.push(self.message("controls").with("list", Argument::List(all)));
        }
        if past.tests.is_empty() {
            let key = if controls.is_empty() { "demand_unseen" } else { "no_cause" };
            notes.push(self.message(key));
        } else {
            let mut tested: Vec<usize> = past.tests.iter().map(|(place, _)| *place).collect();
            tested.dedup();
            notes.push(self.message("tested").with("list", self.names(measured, &tested)));
        }
        if !past.left_out.is_empty() {
            let list = Argument::List(past.left_out.clone());
            notes.push(self.message("tests_left_out").with("list", list));
        }
        notes.extend(self.kept_back(measured));
        notes.extend(self.over_or_under(measured));
        if past.bridged > 0 {
            notes.push(self.counted("bridged", past.bridged));
        }
        notes
    }

    /// Whether knowing the spend told periods that were kept back.
    fn kept_back(&self, measured: &Measured) -> Option<Message> {
        let errors = measured.kept_back?;
        let better = errors.response < errors.background;
        let key = if better { "kept_back" } else { "kept_back_worse" };
        let message = self.counted(key, measured.back);
        let message = message.with("error", comparing::percent(Some(errors.response)));
        Some(message.with("without", comparing::percent(Some(errors.background))))
    }

    /// A budget that the bounds do not allow.
    fn over_or_under(&self, measured: &Measured) -> Option<Message> {
        let wanted = self.spec.budget.and_then(|budget| budget.to_f64())?;
        let left = wanted - measured.proposal.as_ref()?.spent;
        let key = if left > 0.0 { "budget_left" } else { "budget_short" };
        let periods = measured.recent as f64;
        let message = self.message(key).with("left", self.spend(left.abs() / periods));
        (left.abs() > 1e-6 * wanted).then_some(message)
    }
}
