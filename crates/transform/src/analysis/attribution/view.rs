//! What is said of the credits: conclusions, a chart of the spread, tables.

use super::{Credits, Model, Paths, Spec, models::CONFIDENCE};
use crate::{
    analysis::{
        Analysed,
        cells::{argument, column, figure, range, real, share, share_format, whole_share_format},
        comparing, people,
    },
    desk::{Desk, format_of},
    plan::SectionPlan,
};
use model::{
    label::Label,
    metric::Metric,
    number::Number,
    report::{
        Argument, Block, Cell, Chart, ChartKind, Column, Finding, Fmt, Message, Row, Series, Table,
        Tick, Verdict,
    },
    unit::Unit,
};
use stats::attribution::{Path, Spread};

/// First and last touch must differ by so much of all conversions to be worth a sentence.
const APART: f64 = 0.05;

/// A row: one channel, or the small ones together.
struct Line {
    label: Label,
    channels: Vec<usize>,
}

pub(super) struct View<'a> {
    spec: &'a Spec,
    desk: &'a Desk<'a>,
    section: &'a SectionPlan,
    paths: &'a Paths,
    credits: &'a Credits,
    lines: Vec<Line>,
}

impl<'a> View<'a> {
    pub(super) fn new(
        spec: &'a Spec,
        desk: &'a Desk<'a>,
        section: &'a SectionPlan,
        paths: &'a Paths,
        credits: &'a Credits,
    ) -> Self {
        let mut view = Self { spec, desk, section, paths, credits, lines: Vec::new() };
        view.lines = view.sorted_lines();
        view
    }

    pub(super) fn analysed(&self) -> Analysed {
        let mut analysed = Analysed::default();
        // One channel alone has everything: it leads nothing.
        if self.lines.len() > 1 {
            analysed.findings.push(self.leader());
        }
        analysed.findings.extend(self.opener_or_closer());
        analysed.findings.extend(self.dearest());
        analysed.blocks.push(Block::Chart(self.chart()));
        analysed.blocks.push(Block::Table(self.table()));
        analysed.blocks.push(Block::Table(self.models()));
        analysed.blocks.extend(self.notes().into_iter().map(Block::Note));
        analysed
    }

    /// Channels by the chosen model, greatest first; the small ones and those beyond the last row together.
    fn sorted_lines(&self) -> Vec<Line> {
        let given = |channel: &usize| self.credits.conversions(self.spec.model, &[*channel]);
        let sizes: Vec<usize> =
            (0..self.paths.channels.len()).map(|one| self.people(one)).collect();
        let mut alone = people::grouped(&sizes).shown;
        alone.sort_by(|a, b| given(b).total_cmp(&given(a)).then(a.cmp(b)));
        let all = sizes.len();
        alone.truncate(if all > self.spec.rows { self.spec.rows - 1 } else { all });
        let name = |channel: &usize| {
            let member = self.paths.channels[*channel].as_deref();
            people::member(self.desk.plan, &self.spec.channel, member)
        };
        let mut lines: Vec<Line> = alone
            .iter()
            .map(|channel| Line { label: name(channel), channels: vec![*channel] })
            .collect();
        let others: Vec<usize> = (0..all).filter(|channel| !alone.contains(channel)).collect();
        if !others.is_empty() {
            lines.push(Line {
                label: Label::new("Other channels", "其他渠道"), channels: others
            });
        }
        lines
    }

    /// The conversions, each of one person, that a channel's figures are made of.
    fn people(&self, channel: usize) -> usize {
        let counts = |path: &&Path| match self.spec.model {
            Model::First => path.touches.first() == Some(&channel),
            Model::Last => path.touches.last() == Some(&channel),
            _ => path.touches.contains(&channel),
        };
        let converted = self.paths.paths.iter().filter(|path| path.conversions > 0.0);
        converted.filter(counts).count()
    }

    fn share(&self, line: &Line) -> f64 {
        self.credits.share(self.spec.model, &line.channels)
    }

    fn metric(&self) -> Option<&'a Metric> {
        self.desk.plan.metrics.get(self.spec.cost()?.0)
    }

    /// What the channels of a row cost; unknown if that of one of them is.
    fn cost(&self, line: &Line) -> Option<Number> {
        let ask = self.spec.ask(self.section)?;
        let metric = self.metric()?;
        let one = |channel: &usize| {
            let member = self.paths.channels[*channel].clone()?;
            let known = self.desk.slices(&ask, &ask.periods).contains(&vec![Some(member.clone())]);
            let value = self.desk.value(&ask, &self.section.period, &[Some(member)]);
            value.filter(|_| known)
        };
        match line.channels.as_slice() {
            [channel] => one(channel),
            _ if !comparing::adds_up(metric) => None,
            many => {
                many.iter().map(one).try_fold(Number::whole(0), |sum, cost| Some(sum.plus(cost?)))
            }
        }
    }

    fn per_conversion(&self, cost: Number, conversions: f64) -> Option<Number> {
        cost.over(Number::Real(conversions)).filter(|_| conversions > 0.0)
    }

    fn leader(&self) -> Finding {
        let line = &self.lines[0];
        let range = self.credits.range(&line.channels);
        let sure = self.credits.sure(&line.channels);
        let second = self.lines.get(1).filter(|second| {
            let theirs = self.credits.sure(&second.channels);
            sure.zip(theirs).is_some_and(|(ours, theirs)| theirs.high >= ours.low)
        });
        let key = if second.is_some() { "attribution.leader_close" } else { "attribution.leader" };
        let mut message = Message::new(key)
            .with("from", comparing::percent(sure.map(|sure| sure.low)))
            .with("to", comparing::percent(sure.map(|sure| sure.high)))
            .with("channel", Argument::Label(line.label.clone()))
            .with("conversions", Argument::Count(self.paths.conversions as i64))
            .with("share", comparing::percent(Some(self.share(line))))
            .with("model", Argument::Label(name(self.spec.model)))
            .with("low", comparing::percent(Some(range.low)))
            .with("high", comparing::percent(Some(range.high)));
        if let Some(second) = second {
            message = message
                .with("second", Argument::Label(second.label.clone()))
                .with("theirs", comparing::percent(Some(self.share(second))));
        }
        Finding { verdict: Verdict::Neutral, message, weight: 30 }
    }

    /// The channel whose first and last touches differ most.
    fn opener_or_closer(&self) -> Option<Finding> {
        let first = |line: &Line| self.credits.share(Model::First, &line.channels);
        let last = |line: &Line| self.credits.share(Model::Last, &line.channels);
        let apart = |line: &&Line| (first(line) - last(line)).abs();
        let single = self.lines.iter().filter(|line| line.channels.len() == 1);
        let line = single.max_by(|a, b| apart(a).total_cmp(&apart(b)))?;
        if apart(&line) < APART {
            return None;
        }
        let key = match first(line) > last(line) {
            true => "attribution.opener",
            false => "attribution.closer",
        };
        let message = Message::new(key)
            .with("channel", Argument::Label(line.label.clone()))
            .with("first", comparing::percent(Some(first(line))))
            .with("last", comparing::percent(Some(last(line))));
        Some(Finding { verdict: Verdict::Neutral, message, weight: 24 })
    }

    /// The channel that costs most a conversion, if it is dear by every model.
    fn dearest(&self) -> Option<Finding> {
        let metric = self.metric()?;
        let costs: Vec<(&Line, Number)> = self
            .lines
            .iter()
            .filter(|line| line.channels.len() == 1)
            .filter_map(|line| Some((line, self.cost(line).filter(|cost| cost.to_f64() > 0.0)?)))
            .collect();
        let spent: f64 = costs.iter().map(|(_, cost)| cost.to_f64()).sum();
        let given: f64 = costs.iter().map(|(line, _)| self.share(line)).sum();
        // By the model that is kindest to the channel.
        let kindest = |line: &Line| self.credits.range(&line.channels).high;
        let at_least = |(line, cost): &(&Line, Number)| cost.to_f64() / kindest(line);
        let (line, cost) = costs.iter().max_by(|a, b| at_least(a).total_cmp(&at_least(b)))?;
        let is_dear = costs.len() > 1 && at_least(&(line, *cost)) > spent / given;
        let conversions = self.credits.conversions;
        let each = self.per_conversion(*cost, kindest(line) * conversions)?;
        let all = self.per_conversion(Number::Real(spent), given * conversions)?;
        let message = Message::new("attribution.dearest")
            .with("channel", Argument::Label(line.label.clone()))
            .with("each", Argument::value(Some(each), format_of(metric)))
            .with("all", Argument::value(Some(all), format_of(metric)));
        is_dear.then_some(Finding { verdict: Verdict::Bad, message, weight: 28 })
    }

    fn chart(&self) -> Chart {
        let ranges: Vec<_> =
            self.lines.iter().map(|line| self.credits.range(&line.channels)).collect();
        let series = |label: Label, values: Vec<f64>| Series {
            label,
            values: values.into_iter().map(Some).collect(),
            reference: false,
        };
        let shares = self.lines.iter().map(|line| self.share(line)).collect();
        let named = self.lines.iter().map(|line| line.label.clone()).collect();
        let alternative = Message::new("attribution.alt")
            .with("model", Argument::Label(name(self.spec.model)))
            .with("list", Argument::List(named));
        Chart {
            ticks: self.lines.iter().map(|line| Tick::Label(line.label.clone())).collect(),
            series: vec![
                series(name(self.spec.model), shares),
                series(
                    Label::new("Least to most of seven models", "七种模型的最低至最高"),
                    ranges.iter().map(|range| range.low).collect(),
                ),
                series(Label::new("Most", "最高"), ranges.iter().map(|range| range.high).collect()),
            ],
            ..Chart::new(
                format!("{}-credit", self.section.id),
                Label::new("Share of conversions", "转化占比"),
                ChartKind::Dots,
                share_format(),
                alternative,
            )
        }
    }

    fn table(&self) -> Table {
        let mut columns = vec![
            column("Channel", "渠道", false),
            column("Conversions", "转化数", true),
            column("Share", "占比", true),
            column("Range", "区间", true),
            column("By all models", "各模型区间", true),
        ];
        if self.spec.unit.is_some() {
            columns.push(column("Value", "价值", true));
        }
        if self.metric().is_some() {
            columns.push(column("Cost", "费用", true));
            columns.push(column("Per conversion", "单次转化费用", true));
        }
        Table {
            title: Label::new("What each channel gets", "各渠道所得"),
            columns,
            rows: self.lines.iter().map(|line| self.row(line)).collect(),
            note: None,
        }
    }

    fn row(&self, line: &Line) -> Row {
        let conversions = self.credits.conversions(self.spec.model, &line.channels);
        let models = self.credits.range(&line.channels);
        let count = Fmt { unit: Unit::Count, decimals: Some(0) };
        let between =
            |spread: Spread| Cell::Message(range(spread.low, spread.high, &share_format()));
        let mut cells = vec![
            Cell::Label(line.label.clone()),
            real(Some(conversions), &count),
            share(Some(self.share(line))),
            self.credits.sure(&line.channels).map_or(Cell::Empty, between),
            between(models),
        ];
        if let Some(unit) = &self.spec.unit {
            let value = self.credits.value(self.spec.model, &line.channels);
            let format = Fmt { unit: unit.clone(), decimals: None };
            cells.push(real(Some(value), &format));
        }
        if let Some(metric) = self.metric() {
            let cost = self.cost(line);
            let each = cost.and_then(|cost| self.per_conversion(cost, conversions));
            cells.push(figure(cost, &format_of(metric)));
            cells.push(figure(each, &format_of(metric)));
        }
        Row { cells, total: false }
    }

    /// The share that every model gives to every channel.
    fn models(&self) -> Table {
        let mut columns = vec![column("Share of conversions", "转化占比", false)];
        columns.extend(Model::ALL.map(|model| Column { label: short(model), numeric: true }));
        let row = |line: &Line| {
            let share = |model: Model| share(Some(self.credits.share(model, &line.channels)));
            let mut cells = vec![Cell::Label(line.label.clone())];
            cells.extend(Model::ALL.map(share));
            Row { cells, total: false }
        };
        Table {
            title: Label::new("By each model", "按各模型"),
            columns,
            rows: self.lines.iter().map(row).collect(),
            note: Some(Message::new("attribution.models")),
        }
    }

    fn notes(&self) -> Vec<Message> {
        let count = |count: u64| Argument::Count(count as i64);
        let days = |days: u32| Argument::Count(i64::from(days));
        let mean = self.paths.touches as f64 / self.paths.conversions as f64;
        let format = Fmt { unit: Unit::Number, decimals: Some(1) };
        let method = Message::new("attribution.method")
            .with("lookback", days(self.spec.lookback))
            .with("half_life", days(self.spec.half_life))
            .with("touches", Argument::value(Some(Number::Real(mean)), format))
            .with("confidence", argument(CONFIDENCE, &whole_share_format()));
        let left_out = [
            ("attribution.untouched", self.paths.untouched as u64),
            ("attribution.nobodys", self.paths.nobodys),
            ("attribution.unvalued", self.paths.unvalued as u64),
        ];
        let told = left_out.iter().filter(|(_, number)| *number > 0);
        let mut notes = vec![method];
        notes.extend(told.map(|(key, number)| Message::new(*key).with("count", count(*number))));
        let unmatched = self.cost_without_touches();
        if !unmatched.is_empty() {
            notes.push(
                Message::new("attribution.cost_unmatched").with("list", Argument::List(unmatched)),
            );
        }
        notes
    }

    /// Members with a cost that are no channel of any touch.
    fn cost_without_touches(&self) -> Vec<Label> {
        let Some((ask, (_, by))) = self.spec.ask(self.section).zip(self.spec.cost()) else {
            return Vec::new();
        };
        let members = self.desk.slices(&ask, &ask.periods).into_iter();
        let costly = members.filter(|member| {
            let cost = self.desk.value(&ask, &self.section.period, member);
            cost.is_some_and(|cost| cost.to_f64() != 0.0)
        });
        let lost = costly.filter_map(|mut member| member.pop().flatten());
        lost.filter(|member| !self.paths.channels.contains(&Some(member.clone())))
            .map(|member| self.desk.plan.member(by, Some(&member)))
            .collect()
    }
}

fn name(model: Model) -> Label {
    match model {
        Model::First => Label::new("first touch", "首次接触"),
        Model::Last => Label::new("last touch", "末次接触"),
        Model::Linear => Label::new("equal shares", "平均分配"),
        Model::Position => Label::new("position", "位置加权"),
        Model::Decay => Label::new("time decay", "时间衰减"),
        Model::Markov => Label::new("removal (Markov)", "移除效应（马尔可夫）"),
        Model::Shapley => Label::new("Shapley values", "沙普利值"),
    }
}

/// The model's name in a narrow column.
fn short(model: Model) -> Label {
    match model {
        Model::First => Label::new("First", "首次"),
        Model::Last => Label::new("Last", "末次"),
        Model::Linear => Label::new("Equal", "平均"),
        Model::Position => Label::new("Position", "位置"),
        Model::Decay => Label::new("Decay", "衰减"),
        Model::Markov => Label::new("Markov", "马尔可夫"),
        Model::Shapley => Label::new("Shapley", "沙普利"),
    }
}
