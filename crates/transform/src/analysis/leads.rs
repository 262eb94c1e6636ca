//! What moves before what.
//!
//! Answers: which metric moves some periods before another, so that it may be watched as a sign?
//! Method: jumps cut to the size of usual changes, differences where a metric is not stationary, the leader's own past
//! filtered out of both (prewhitening), cross-correlations corrected over lags and pairs (Benjamini and Hochberg), the
//! same sign in both halves and without any one fifth of the time (`stats::lead`).
//! Not for: causes. That one metric moves before another does not say that it moves the other.

use super::{
    Analysed, Analysis, Limits, Names,
    history::{self, History},
};
use crate::{
    desk::{Ask, Desk},
    plan::{SectionPlan, TransformPlan},
};
use model::{
    id::MetricId,
    label::Label,
    metric::Metric,
    number::Number,
    period::{Grain, Period},
    report::{Argument, Block, Cell, Column, Figure, Finding, Fmt, Message, Row, Table, Verdict},
    unit::Unit,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stats::lead::{self, LEAST_HISTORY, Relation, Sooner, leads_among};

/// Settings of a search for leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Metrics among which pairs are looked at. Example: `["ad_spend", "sessions", "orders"]`.
    pub metrics: Vec<MetricId>,
    /// The most periods by which one may move before another.
    #[serde(default = "default_lag")]
    pub most_lag: u32,
    /// Periods looked back upon.
    #[serde(default = "default_history")]
    pub history: u32,
}

fn default_lag() -> u32 {
    7
}

fn default_history() -> u32 {
    180
}

/// The share of wrong leads among those that are told.
const LEVEL: f64 = 0.05;

impl Analysis for Spec {
    fn asks(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<Ask> {
        let periods = plan.calendar.run_up_to(&section.period, self.history);
        self.metrics.iter().map(|metric| Ask::total(metric, periods.clone())).collect()
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let mut analysed = Analysed::default();
        let histories: Vec<(&Metric, History)> = self
            .metrics
            .iter()
            .zip(self.asks(desk.plan, section))
            .filter_map(|(id, ask)| Some((desk.plan.metrics.get(id)?, History::read(desk, &ask))))
            .collect();
        let season = history::season(section.period.grain);
        let mut pairs: Vec<Pair<'_>> = Vec::new();
        for (index, first) in histories.iter().enumerate() {
            for second in &histories[index + 1..] {
                pairs.extend(Pair::new(first, second, season));
            }
        }
        let series: Vec<(&[f64], &[f64])> =
            pairs.iter().map(|pair| (&pair.values.0[..], &pair.values.1[..])).collect();
        let found = leads_among(&series, self.most_lag as usize, LEVEL);
        let mut told: Vec<Tie<'_>> = pairs
            .iter()
            .zip(&found)
            .filter_map(|(pair, relation)| Tie::new(pair, relation.as_ref()?))
            .collect();
        // Pairs that move together tell nothing ahead of time, so they come last.
        told.sort_by_key(|tie| tie.lag == 0);
        let judged = found.iter().flatten().count();
        let grain = section.period.grain;
        analysed.findings = findings(&told, judged, &pairs, &found, grain);
        if !told.is_empty() {
            analysed.blocks.push(Block::Table(table(section, &told)));
        }
        analysed
    }

    fn names(&self) -> Names {
        Names { metrics: Names::metrics("metrics", &self.metrics), ..Names::default() }
    }

    fn limits(&self) -> Limits {
        let lags =
            format!("{} is too short for `most_lag`; use more than three times it", self.history);
        Limits::default()
            .list("metrics", &self.metrics, 2)
            .within("history", self.history, 24..=3000)
            .within("most_lag", self.most_lag, 1..=60)
            .needs(self.history > self.most_lag.saturating_mul(3), "history", lags)
    }
}

/// Two metrics over the periods that both know, without their seasons.
struct Pair<'a> {
    metrics: (&'a Metric, &'a Metric),
    values: (Vec<f64>, Vec<f64>),
}

impl<'a> Pair<'a> {
    fn new(
        first: &(&'a Metric, History),
        second: &(&'a Metric, History),
        season: Option<usize>,
    ) -> Option<Self> {
        let (one, other) = (first.1.row(), second.1.row());
        let start = one.periods.first()?.days.start.max(other.periods.first()?.days.start);
        let end = one.periods.last()?.days.end.min(other.periods.last()?.days.end);
        let shared = |periods: &[Period], values: &[f64]| -> Vec<f64> {
            let inside = periods.iter().zip(values);
            let inside =
                inside.filter(|(period, _)| start <= period.days.start && period.days.end <= end);
            // A shared rhythm is no lead.
            let inside: Vec<f64> = inside.map(|(_, value)| *value).collect();
            history::without_season(&inside, season)
        };
        let values = (shared(one.periods, &one.values), shared(other.periods, &other.values));
        (values.0.len() == values.1.len() && values.0.len() >= LEAST_HISTORY)
            .then_some(Self { metrics: (first.0, second.0), values })
    }
}

/// Two metrics that move one before the other, or in the same period.
struct Tie<'a> {
    sooner: &'a Metric,
    later: &'a Metric,
    /// By how many periods; 0 in the same one.
    lag: usize,
    /// The correlation that was tested.
    correlation: f64,
}

impl<'a> Tie<'a> {
    fn new(pair: &Pair<'a>, relation: &Relation) -> Option<Self> {
        let (first, second) = pair.metrics;
        let (sooner, later, lag, correlation) = match relation.finding {
            lead::Finding::Lead(found) => match found.sooner {
                Sooner::First => (first, second, found.lag, found.whitened),
                Sooner::Second => (second, first, found.lag, found.whitened),
            },
            lead::Finding::Together(correlation) => (first, second, 0, correlation),
            lead::Finding::Nothing => return None,
        };
        Some(Self { sooner, later, lag, correlation })
    }

    fn correlation(&self) -> Figure {
        let format = Fmt { unit: Unit::Number, decimals: Some(2) };
        Figure { value: Some(Number::Real(self.correlation)), format, coverage: None }
    }

    fn finding(&self, grain: Grain) -> Finding {
        let (key, weight, names) = match (self.lag, self.correlation < 0.0) {
            (0, _) => ("leads.together", 5, ["first", "second"]),
            (_, true) => ("leads.opposite", 28, ["sooner", "later"]),
            (_, false) => ("leads.same", 28, ["sooner", "later"]),
        };
        let correlation = self.correlation();
        let count = self.lag.max(1);
        let message = Message::new(key)
            .with(names[0], Argument::Label(self.sooner.label.clone()))
            .with(names[1], Argument::Label(self.later.label.clone()))
            .with("grain", Argument::Label(grain_word(grain, count)))
            .with("correlation", Argument::value(correlation.value, correlation.format));
        let message = match self.lag {
            0 => message,
            lag => message.with("lag", Argument::Count(lag as i64)),
        };
        Finding { verdict: Verdict::Neutral, message, weight }
    }
}

/// The grain's word after a count.
pub(crate) fn grain_word(grain: Grain, count: usize) -> Label {
    let (one, many, zh_cn) = match grain {
        Grain::Day => ("day", "days", "天"),
        Grain::Week => ("week", "weeks", "周"),
        Grain::Month | Grain::FiscalMonth => ("month", "months", "个月"),
        Grain::Quarter | Grain::FiscalQuarter => ("quarter", "quarters", "个季度"),
        Grain::Year | Grain::FiscalYear => ("year", "years", "年"),
    };
    Label::new(if count == 1 { one } else { many }, zh_cn)
}

/// Every lead, or that there is none; which pairs move together, and which only share a trend.
fn findings(
    told: &[Tie<'_>],
    judged: usize,
    pairs: &[Pair<'_>],
    found: &[Option<Relation>],
    grain: Grain,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = told.iter().map(|tie| tie.finding(grain)).collect();
    let leads = told.iter().filter(|tie| tie.lag > 0).count();
    let count = Argument::Count(judged as i64);
    let plain = |key: &str, weight| Finding {
        verdict: Verdict::Unknown,
        message: Message::new(key).with("count", count.clone()),
        weight,
    };
    match (judged, leads) {
        (0, _) => findings.push(plain("leads.not_enough", 2)),
        (_, 0) => findings.push(Finding { verdict: Verdict::Neutral, ..plain("leads.none", 4) }),
        _ => {}
    }
    for (pair, relation) in pairs.iter().zip(found) {
        if relation.as_ref().is_some_and(|relation| relation.shared_trend.is_some()) {
            let message = Message::new("leads.shared_trend")
                .with("first", Argument::Label(pair.metrics.0.label.clone()))
                .with("second", Argument::Label(pair.metrics.1.label.clone()));
            findings.push(Finding { verdict: Verdict::Unknown, message, weight: 6 });
        }
    }
    findings
}

fn table(section: &SectionPlan, told: &[Tie<'_>]) -> Table {
    let columns = [
        ("Metric", "指标"),
        ("Goes with", "相关指标"),
        ("Periods ahead", "领先期数"),
        ("Correlation", "相关系数"),
    ];
    let columns = columns
        .iter()
        .enumerate()
        .map(|(index, (en, zh))| Column { label: Label::new(*en, *zh), numeric: index > 1 });
    let rows = told.iter().map(|tie| {
        let count = Fmt { unit: Unit::Count, decimals: None };
        let lag = Number::whole(tie.lag as i64);
        let lag = Figure { value: Some(lag), format: count, coverage: None };
        let plain = |figure| Cell::Figure { figure, verdict: Verdict::Neutral };
        let cells = vec![
            Cell::Label(tie.sooner.label.clone()),
            Cell::Label(tie.later.label.clone()),
            plain(lag),
            plain(tie.correlation()),
        ];
        Row { cells, total: false }
    });
    Table {
        title: section.title.clone(),
        columns: columns.collect(),
        rows: rows.collect(),
        note: Some(Message::new("leads.no_cause")),
    }
}
