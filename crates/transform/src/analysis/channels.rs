//! A metric by the members of a dimension: channels, segments, products.
//!
//! Answers: who carries the figure, and whose share moved?
//! Method: every slice and the total are asked separately; shares are of the asked total, so they are shown only
//! for metrics that add up, and only of a positive total without negative members.
//! Not for: contribution to change, which needs volume and mix taken apart.

use super::{Analysed, Analysis, Limits, Names, comparing, usual};
use crate::{
    desk::{Ask, Desk, format_of},
    plan::{SectionPlan, TransformPlan},
};
use model::{
    id::{DimensionId, MetricId},
    label::Label,
    metric::Metric,
    number::Number,
    period::Period,
    report::{
        Argument, Block, Cell, Chart, ChartKind, Column, Finding, Message, Row, Series, Table,
        Tick, Verdict,
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Settings of a channel table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Metrics as columns; rows are sorted by the first. Example: `["net_revenue", "orders"]`.
    pub metrics: Vec<MetricId>,
    /// The dimension whose members are the rows.
    pub by: DimensionId,
    /// The most members with a row of their own; the smaller ones share one, or a remark counts them where the first metric
    /// does not add up.
    #[serde(default = "default_rows")]
    pub rows: usize,
}

fn default_rows() -> usize {
    8
}

impl Analysis for Spec {
    fn asks(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<Ask> {
        let periods = vec![plan.calendar.before(&section.period, 1), section.period];
        let mut asks = Vec::new();
        for metric in &self.metrics {
            let total = Ask::total(metric, periods.clone());
            asks.push(Ask { by: vec![self.by.clone()], ..total.clone() });
            asks.push(total);
        }
        asks
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let mut analysed = Analysed::default();
        let view = View::new(self, desk, section);
        let Some(lead) = view.metrics.first() else { return analysed };
        let members = view.sorted_members();
        let shown = &members[..members.len().min(self.rows)];
        // A single member is everything: it leads nothing and moves as the whole does.
        if members.len() > 1 {
            analysed.findings = view.findings(lead, shown);
        }
        let left_out = members.len() - shown.len();
        analysed.blocks.push(Block::Chart(view.chart(lead, shown, left_out)));
        analysed.blocks.push(Block::Table(view.table(shown, left_out)));
        analysed
    }

    fn names(&self) -> Names {
        Names {
            metrics: Names::metrics("metrics", &self.metrics),
            dimensions: vec![("by".to_owned(), self.by.clone())],
            slices: self.metrics.iter().map(|metric| (metric.clone(), self.by.clone())).collect(),
            ..Names::default()
        }
    }

    fn limits(&self) -> Limits {
        Limits::default().list("metrics", &self.metrics, 1).within("rows", self.rows, 1..=50)
    }
}

type Member = Option<String>;

struct View<'a> {
    spec: &'a Spec,
    desk: &'a Desk<'a>,
    section: &'a SectionPlan,
    metrics: Vec<&'a Metric>,
    /// Whether the first metric has shares.
    has_shares: bool,
    /// Whether the report calls the change of the first metric usual: then no part of it is good or bad news.
    is_usual: bool,
}

impl<'a> View<'a> {
    fn new(spec: &'a Spec, desk: &'a Desk<'a>, section: &'a SectionPlan) -> Self {
        let metrics = spec.metrics.iter().filter_map(|id| desk.plan.metrics.get(id)).collect();
        let mut view = Self { spec, desk, section, metrics, has_shares: false, is_usual: false };
        let lead = view.metrics.first();
        view.is_usual = lead.is_some_and(|lead| usual::is_usual(desk, &lead.id, &section.period));
        view.has_shares = view.metrics.first().is_some_and(|lead| view.can_share(lead));
        view
    }

    /// The verdict on a change of the first metric.
    fn verdict(&self, lead: &Metric, value: Option<Number>, before: Option<Number>) -> Verdict {
        match comparing::verdict(lead, value, before) {
            Verdict::Good | Verdict::Bad if self.is_usual => Verdict::Neutral,
            verdict => verdict,
        }
    }

    fn can_share(&self, metric: &Metric) -> bool {
        let members = self.sorted_members();
        let parts = members.iter().map(|member| self.value(metric, member));
        comparing::adds_up(metric) && comparing::have_shares(parts, self.total(metric))
    }

    fn ask(&self, metric: &Metric, by: bool) -> Ask {
        let previous = self.desk.plan.calendar.before(&self.section.period, 1);
        let by = if by { vec![self.spec.by.clone()] } else { Vec::new() };
        Ask { by, ..Ask::total(&metric.id, vec![previous, self.section.period]) }
    }

    fn value(&self, metric: &Metric, member: &Member) -> Option<Number> {
        self.desk.value(&self.ask(metric, true), &self.section.period, std::slice::from_ref(member))
    }

    fn before(&self, metric: &Metric, member: &Member) -> Option<Number> {
        let previous = self.desk.plan.calendar.before(&self.section.period, 1);
        let reached = self.desk.reaches(&metric.id, &previous);
        let value =
            self.desk.value(&self.ask(metric, true), &previous, std::slice::from_ref(member));
        value.filter(|_| reached)
    }

    fn total(&self, metric: &Metric) -> Option<Number> {
        self.desk.total(&self.ask(metric, false), &self.section.period)
    }

    /// Members of this period or the one before, by the first metric, greatest first; ties by name.
    fn sorted_members(&self) -> Vec<Member> {
        let Some(lead) = self.metrics.first() else { return Vec::new() };
        let ask = self.ask(lead, true);
        let mut members: Vec<Member> = self
            .desk
            .slices(&ask, &ask.periods)
            .into_iter()
            .filter_map(|mut members| members.pop())
            .collect();
        let size =
            |member: &Member| self.value(lead, member).map_or(f64::NEG_INFINITY, Number::to_f64);
        members.sort_by(|a, b| size(b).total_cmp(&size(a)).then_with(|| a.cmp(b)));
        members
    }

    fn name(&self, member: &Member) -> Label {
        self.desk.plan.member(&self.spec.by, member.as_deref())
    }

    /// Of the first metric.
    fn share(&self, lead: &Metric, member: &Member) -> Option<f64> {
        let share = comparing::share(self.value(lead, member), self.total(lead));
        share.filter(|_| self.has_shares)
    }

    /// The member with the greatest value, if there is another one with a value.
    fn leader(&self, lead: &Metric, shown: &[Member]) -> Option<Finding> {
        let first = shown.first().filter(|_| comparing::adds_up(lead))?;
        let value = self.value(lead, first).filter(|value| value.to_f64() > 0.0)?;
        self.value(lead, shown.get(1)?)?;
        let message = |key| {
            Message::new(key)
                .with("metric", Argument::Label(lead.label.clone()))
                .with("member", Argument::Label(self.name(first)))
                .with("value", Argument::value(Some(value), format_of(lead)))
        };
        let message = match self.share(lead, first) {
            None => message("channels.leader_plain"),
            share => message("channels.leader").with("share", comparing::percent(share)),
        };
        Some(Finding { verdict: Verdict::Neutral, message, weight: 15 })
    }

    fn findings(&self, lead: &Metric, shown: &[Member]) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self.leader(lead, shown).into_iter().collect();
        let moved = |member: &&Member| {
            let (value, before) = (self.value(lead, member), self.before(lead, member));
            value.zip(before).map_or(0.0, |(value, before)| value.minus(before).to_f64())
        };
        let mover = shown.iter().max_by(|a, b| moved(a).abs().total_cmp(&moved(b).abs()));
        if let Some(member) = mover.filter(|member| moved(member) != 0.0) {
            let (value, before) = (self.value(lead, member), self.before(lead, member));
            let key =
                if moved(&member) > 0.0 { "channels.mover_up" } else { "channels.mover_down" };
            let message = Message::new(key)
                .with("metric", Argument::Label(lead.label.clone()))
                .with("member", Argument::Label(self.name(member)))
                .with("change", moved_by(lead, value, before));
            let verdict = self.verdict(lead, value, before);
            findings.push(Finding { verdict, message, weight: 25 });
        }
        findings
    }

    /// `left_out` smaller members stand together in one bar; where the first metric does not add up, it has no value.
    fn chart(&self, lead: &Metric, shown: &[Member], left_out: usize) -> Chart {
        let value = |line: Line<'_>| {
            let (value, before) = self.values(lead, line);
            (value.map(Number::to_f64), before.map(Number::to_f64))
        };
        let others = (left_out > 0).then_some(Line::Others(shown, left_out));
        let lines: Vec<Line<'_>> = shown.iter().map(Line::Member).chain(others).collect();
        let names: Vec<Label> = lines.iter().map(|line| self.line_name(*line)).collect();
        let (now, before): (Vec<_>, Vec<_>) = lines.into_iter().map(value).unzip();
        let known = names.iter().zip(&now).filter(|(_, value)| value.is_some());
        let known = known.map(|(name, _)| name.clone()).collect();
        Chart {
            id: format!("{}-{}", self.section.id, lead.id),
            title: lead.label.clone(),
            kind: ChartKind::Bar,
            format: format_of(lead),
            across: None,
            ticks: names.into_iter().map(Tick::Label).collect(),
            series: vec![
                Series { label: lead.label.clone(), values: now, reference: false },
                Series {
                    label: Label::new("Previous period", "上期"),
                    values: before,
                    reference: true,
                },
            ],
            marks: Vec::new(),
            verdicts: Vec::new(),
            readings: Vec::new(),
            alternative: Message::new("channels.alt")
                .with("metric", Argument::Label(lead.label.clone()))
                .with("list", Argument::List(known)),
        }
    }

    /// `left_out` smaller members stand together in one row where the first metric adds up, else in a remark.
    fn table(&self, shown: &[Member], left_out: usize) -> Table {
        let mut columns =
            vec![Column { label: self.desk.plan.dimension(&self.spec.by), numeric: false }];
        for (index, metric) in self.metrics.iter().enumerate() {
            columns.push(Column { label: metric.label.clone(), numeric: true });
            if index == 0 {
                columns.push(Column { label: Label::new("Change", "环比"), numeric: true });
                if comparing::adds_up(metric) {
                    columns.push(Column { label: Label::new("Share", "占比"), numeric: true });
                }
            }
        }
        let mut rows: Vec<Row> =
            shown.iter().map(|member| self.row(Line::Member(member))).collect();
        let lead = self.metrics.first().filter(|lead| comparing::adds_up(lead));
        if left_out > 0 && lead.is_some() {
            rows.push(self.row(Line::Others(shown, left_out)));
        }
        rows.push(self.row(Line::Total));
        let note = (left_out > 0 && lead.is_none()).then(|| {
            Message::new("channels.other").with("count", Argument::Count(left_out as i64))
        });
        Table { title: self.section.title.clone(), columns, rows, note }
    }

    fn row(&self, line: Line<'_>) -> Row {
        let mut cells = vec![Cell::Label(self.line_name(line))];
        for (index, metric) in self.metrics.iter().enumerate() {
            let (value, before) = self.values(metric, line);
            let figure = self.desk.figure(metric, value, &self.section.period);
            cells.push(Cell::Figure { figure, verdict: Verdict::Neutral });
            if index == 0 {
                let change = comparing::change(value, before);
                let verdict = self.verdict(metric, value, before);
                cells.push(Cell::Change { change, verdict });
                if comparing::adds_up(metric) {
                    let share = match line {
                        Line::Total => value.map(|_| 1.0),
                        _ => comparing::share(value, self.total(metric)),
                    };
                    let share = share.filter(|_| self.has_shares);
                    cells.push(Cell::Figure {
                        figure: share_figure(share),
                        verdict: Verdict::Neutral,
                    });
                }
            }
        }
        Row { cells, total: matches!(line, Line::Total) }
    }

    fn line_name(&self, line: Line<'_>) -> Label {
        match line {
            Line::Member(member) => self.name(member),
            Line::Others(_, 1) => Label::new("1 other", "其余1项"),
            Line::Others(_, count) => {
                Label::new(format!("{count} others"), format!("其余{count}项"))
            }
            Line::Total => Label::new("Total", "合计"),
        }
    }

    /// A line's value of this period and the one before.
    fn values(&self, metric: &Metric, line: Line<'_>) -> (Option<Number>, Option<Number>) {
        let period = self.section.period;
        let previous = self.desk.plan.calendar.before(&period, 1);
        let total = |period: &Period| self.desk.total(&self.ask(metric, false), period);
        let (value, before) = match line {
            Line::Member(member) => (self.value(metric, member), self.before(metric, member)),
            Line::Others(shown, _) => {
                (self.rest(metric, shown, &period), self.rest(metric, shown, &previous))
            }
            Line::Total => (total(&period), total(&previous)),
        };
        (value, before.filter(|_| self.desk.reaches(&metric.id, &previous)))
    }

    /// What of the asked total is not the shown members'; unknown where a metric does not add up or one of them is unknown.
    fn rest(&self, metric: &Metric, shown: &[Member], period: &Period) -> Option<Number> {
        if !comparing::adds_up(metric) {
            return None;
        }
        let ask = self.ask(metric, true);
        let with_rows: BTreeSet<Vec<Member>> =
            self.desk.slices(&ask, std::slice::from_ref(period)).into_iter().collect();
        let shown = shown.iter().map(std::slice::from_ref);
        let mut shown = shown.filter(|member| with_rows.contains(*member));
        let total = self.desk.total(&self.ask(metric, false), period)?;
        shown.try_fold(total, |rest, member| {
            self.desk.value(&ask, period, member).map(|value| rest.minus(value))
        })
    }
}

/// What a row of the table is of.
#[derive(Clone, Copy)]
enum Line<'a> {
    Member(&'a Member),
    /// All but the shown members, so many.
    Others(&'a [Member], usize),
    /// The asked total.
    Total,
}

/// The size of a move in what members are ranked by: an amount for amounts, points for ratios.
fn moved_by(metric: &Metric, value: Option<Number>, before: Option<Number>) -> Argument {
    if !comparing::has_relative_change(metric) {
        return comparing::change_argument(metric, value, before);
    }
    let moved = value.zip(before).map(|(value, before)| match value.to_f64() < before.to_f64() {
        true => before.minus(value),
        false => value.minus(before),
    });
    Argument::value(moved, format_of(metric))
}

fn share_figure(share: Option<f64>) -> model::report::Figure {
    let format = model::report::Fmt { unit: model::unit::Unit::Percent, decimals: Some(1) };
    model::report::Figure { value: share.map(Number::Real), format, coverage: None }
}
