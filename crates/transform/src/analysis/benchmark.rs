//! Where we stand among peers.
//!
//! Answers: above or below the median, and by how much?
//! Method: percentile rank = share of peers below + half of those equal; quartiles by linear interpolation (type 7).
//! Not for: groups below their minimum size, of which nothing is shown.

use super::{Analysed, Analysis, Names, comparing};
use crate::{
    desk::{Ask, Desk, format_of},
    plan::{SectionPlan, TransformPlan},
};
use model::{
    expression::{BinaryOperator, Literal, Scalar, parse_scalar},
    id::{MetricId, PeerGroupId},
    label::Label,
    metric::Metric,
    number::Number,
    peer::{MINIMUM_GROUP, PeerGroup},
    report::{
        Argument, Block, Cell, Chart, ChartKind, Column, Figure, Finding, Message, Row, Series,
        Table, Tick, Verdict,
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stats::quantile::{percentile_rank, quantile};

/// Settings of a peer benchmark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The peer groups, one table each.
    pub groups: Vec<PeerGroupId>,
    /// Metrics of the peer dataset, in display order.
    pub metrics: Vec<MetricId>,
}

impl Analysis for Spec {
    fn asks(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<Ask> {
        let groups = self.groups.iter().filter_map(|group| plan.peers.get(group));
        groups
            .flat_map(|group| self.metrics.iter().map(move |metric| ask(metric, group, section)))
            .collect()
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let mut analysed = Analysed::default();
        for group in self.groups.iter().filter_map(|group| desk.plan.peers.get(group)) {
            let standings: Vec<Standing<'_>> = self
                .metrics
                .iter()
                .filter_map(|metric| desk.plan.metrics.get(metric))
                .map(|metric| Standing::new(desk, section, group, metric))
                .collect();
            let (shown, withheld): (Vec<_>, Vec<_>) =
                standings.into_iter().partition(|standing| standing.quartiles.is_some());
            if let Some(few) = withheld.first() {
                analysed.blocks.push(Block::Note(few.withheld(group)));
                analysed.findings.push(Finding {
                    verdict: Verdict::Unknown,
                    message: few.withheld(group),
                    weight: 12,
                });
            }
            analysed.findings.extend(shown.iter().map(|standing| standing.finding(group)));
            if !shown.is_empty() {
                for chart in charts(section, group, &shown) {
                    analysed.blocks.push(Block::Chart(chart));
                }
                analysed.blocks.push(Block::Table(table(group, &shown)));
            }
        }
        analysed
    }

    fn names(&self) -> Names {
        let groups = self.groups.iter().enumerate();
        Names {
            metrics: Names::metrics("metrics", &self.metrics),
            peers: groups.map(|(index, id)| (format!("groups[{index}]"), id.clone())).collect(),
            ..Names::default()
        }
    }
}

fn ask(metric: &MetricId, group: &PeerGroup, section: &SectionPlan) -> Ask {
    Ask {
        metric: metric.clone(),
        periods: vec![section.period],
        by: vec![group.entity.clone()],
        only: condition(group),
    }
}

/// The group's condition on rows, which never shuts ourselves out.
fn condition(group: &PeerGroup) -> Option<Scalar> {
    let filter = parse_scalar(group.filter.as_deref()?).ok()?;
    let Some(own) = &group.own else { return Some(filter) };
    let ours = Scalar::Binary {
        op: BinaryOperator::Equal,
        left: Box::new(Scalar::Column(group.entity.to_string())),
        right: Box::new(Scalar::Literal(Literal::Text(own.clone()))),
    };
    let either =
        Scalar::Binary { op: BinaryOperator::Or, left: Box::new(filter), right: Box::new(ours) };
    Some(either)
}

/// Our place in one metric.
struct Standing<'a> {
    metric: &'a Metric,
    own: Option<f64>,
    peers: usize,
    minimum: usize,
    /// Lower quartile, median, upper quartile; withheld for a group that is too small.
    quartiles: Option<[f64; 3]>,
    rank: Option<f64>,
}

impl<'a> Standing<'a> {
    fn new(desk: &Desk<'_>, section: &SectionPlan, group: &PeerGroup, metric: &'a Metric) -> Self {
        let ask = ask(&metric.id, group, section);
        let (mut own, mut peers) = (None, Vec::new());
        for members in desk.slices(&ask, &ask.periods) {
            let Some(member) = members.first().cloned().flatten() else { continue };
            // A member that the group's condition leaves without rows has no value, not the value zero.
            let value = desk.value(&ask, &section.period, &members).map(Number::to_f64);
            if Some(&member) == group.own.as_ref() {
                own = value;
            } else if let Some(value) = value.filter(|value| counts(metric, *value)) {
                peers.push(value);
            }
        }
        let minimum = group.minimum.max(MINIMUM_GROUP);
        let enough = peers.len() >= minimum;
        let at = |share| quantile(&peers, share).filter(|_| enough);
        let quartiles = match (at(0.25), at(0.5), at(0.75)) {
            (Some(lower), Some(median), Some(upper)) => Some([lower, median, upper]),
            _ => None,
        };
        let rank = own.and_then(|own| percentile_rank(own, &peers)).filter(|_| enough);
        Self { metric, own, peers: peers.len(), minimum, quartiles, rank }
    }

    fn value(&self, value: Option<f64>) -> Argument {
        Argument::value(value.map(Number::Real), format_of(self.metric))
    }

    fn figure(&self, value: Option<f64>) -> Figure {
        Figure { value: value.map(Number::Real), format: format_of(self.metric), coverage: None }
    }

    fn withheld(&self, group: &PeerGroup) -> Message {
        Message::new("benchmark.withheld")
            .with("group", Argument::Label(group.label.clone()))
            .with("peers", Argument::Count(self.peers as i64))
            .with("minimum", Argument::Count(self.minimum as i64))
    }

    fn verdict(&self) -> Verdict {
        let median = self.quartiles.map(|quartiles| Number::Real(quartiles[1]));
        comparing::verdict(self.metric, self.own.map(Number::Real), median)
    }

    fn finding(&self, group: &PeerGroup) -> Finding {
        let metric = Argument::Label(self.metric.label.clone());
        let (Some(own), Some([_, median, _])) = (self.own, self.quartiles) else {
            let message = Message::new("benchmark.no_own")
                .with("metric", metric)
                .with("group", Argument::Label(group.label.clone()));
            return Finding { verdict: Verdict::Unknown, message, weight: 5 };
        };
        let key = match own.total_cmp(&median) {
            std::cmp::Ordering::Greater => "benchmark.above",
            std::cmp::Ordering::Less => "benchmark.below",
            std::cmp::Ordering::Equal => "benchmark.at_median",
        };
        let message = Message::new(key)
            .with("metric", metric)
            .with("value", self.value(Some(own)))
            .with("median", self.value(Some(median)))
            .with("rank", comparing::percent(self.rank))
            .with("peers", Argument::Count(self.peers as i64));
        Finding { verdict: self.verdict(), message, weight: 50 }
    }
}

/// A sum over no rows is zero in the engine; among peers it is nobody.
fn counts(metric: &Metric, value: f64) -> bool {
    let additive = matches!(metric.unit, model::unit::Unit::Count | model::unit::Unit::Money(_));
    !additive || value != 0.0
}

/// One chart per unit, since rows of a chart share their axis.
fn charts(section: &SectionPlan, group: &PeerGroup, standings: &[Standing<'_>]) -> Vec<Chart> {
    let mut charts: Vec<Chart> = Vec::new();
    for standing in standings {
        let Some(quartiles) = standing.quartiles else { continue };
        let tick = Tick::Label(standing.metric.label.clone());
        let values = [Some(quartiles[0]), Some(quartiles[1]), Some(quartiles[2]), standing.own];
        let format = format_of(standing.metric);
        match charts.iter_mut().find(|chart| chart.format == format) {
            Some(chart) => {
                chart.ticks.push(tick);
                for (series, value) in chart.series.iter_mut().zip(values) {
                    series.values.push(value);
                }
            }
            None => charts.push(chart(section, group, standing, tick, values)),
        }
    }
    charts
}

fn chart(
    section: &SectionPlan,
    group: &PeerGroup,
    standing: &Standing<'_>,
    tick: Tick,
    values: [Option<f64>; 4],
) -> Chart {
    let names = [
        Label::new("Lower quartile", "下四分位"),
        Label::new("Median", "中位数"),
        Label::new("Upper quartile", "上四分位"),
        Label::new("We", "本公司"),
    ];
    let series = names.into_iter().zip(values).enumerate().map(|(index, (label, value))| Series {
        label,
        values: vec![value],
        reference: index < 3,
    });
    let [lower, median, upper, own] = values;
    Chart {
        id: format!("{}-{}-{}", section.id, group.id, standing.metric.id),
        title: group.label.clone(),
        kind: ChartKind::Quartiles,
        format: format_of(standing.metric),
        ticks: vec![tick],
        series: series.collect(),
        marks: Vec::new(),
        alternative: Message::new("benchmark.alt")
            .with("metric", Argument::Label(standing.metric.label.clone()))
            .with("own", standing.value(own))
            .with("q1", standing.value(lower))
            .with("median", standing.value(median))
            .with("q3", standing.value(upper))
            .with("peers", Argument::Count(standing.peers as i64)),
    }
}

fn table(group: &PeerGroup, standings: &[Standing<'_>]) -> Table {
    let headings = [
        ("Metric", "指标"),
        ("We", "本公司"),
        ("Lower quartile", "下四分位"),
        ("Median", "中位数"),
        ("Upper quartile", "上四分位"),
        ("Gap to median", "与中位数之差"),
        ("Percentile rank", "百分位"),
        ("Peers", "同业数"),
    ];
    let columns = headings
        .iter()
        .enumerate()
        .map(|(index, (en, zh))| Column { label: Label::new(*en, *zh), numeric: index > 0 });
    let rows = standings.iter().map(|standing| {
        let quartile = |index: usize| standing.quartiles.map(|quartiles| quartiles[index]);
        let gap = standing.own.zip(quartile(1)).map(|(own, median)| own - median);
        let plain =
            |value| Cell::Figure { figure: standing.figure(value), verdict: Verdict::Neutral };
        let count = model::report::Fmt { unit: model::unit::Unit::Count, decimals: None };
        let rank = model::report::Fmt { unit: model::unit::Unit::Percent, decimals: Some(0) };
        let cells = vec![
            Cell::Label(standing.metric.label.clone()),
            Cell::Figure { figure: standing.figure(standing.own), verdict: standing.verdict() },
            plain(quartile(0)),
            plain(quartile(1)),
            plain(quartile(2)),
            Cell::Figure { figure: standing.figure(gap), verdict: standing.verdict() },
            Cell::Figure {
                figure: Figure {
                    value: standing.rank.map(Number::Real),
                    format: rank,
                    coverage: None,
                },
                verdict: Verdict::Neutral,
            },
            Cell::Figure {
                figure: Figure {
                    value: Some(Number::whole(standing.peers as i64)),
                    format: count,
                    coverage: None,
                },
                verdict: Verdict::Neutral,
            },
        ];
        Row { cells, total: false }
    });
    Table {
        title: group.label.clone(),
        columns: columns.collect(),
        rows: rows.collect(),
        note: None,
    }
}
