//! What customers say: NPS and CSAT, always with the number of answers.
//!
//! Answers: would they recommend us, are they satisfied, and how many said so?
//! Method: the metrics as the job defines them; nothing is stated below `minimum` answers.
//! Not for: intervals, weights, segments and themes of comments; those need single answers, and are `survey`.

use super::{Analysed, Analysis, Limits, Names, answered, comparing};
use crate::{
    desk::{Ask, Desk, format_of},
    plan::{SectionPlan, TransformPlan},
};
use model::label::Label;
use model::{
    id::MetricId,
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

/// Settings of a satisfaction section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The recommendation score.
    pub nps: Option<NpsSpec>,
    /// The satisfaction share.
    pub csat: Option<CsatSpec>,
    /// Answers below which a value is not stated.
    #[serde(default = "default_minimum")]
    pub minimum: u32,
    /// Periods shown, the reported one included.
    #[serde(default = "default_periods")]
    pub periods: u32,
}

/// The metrics behind the recommendation score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NpsSpec {
    /// The score, in points.
    pub score: MetricId,
    /// How many answered.
    pub responses: MetricId,
    /// The share of promoters.
    pub promoters: MetricId,
    /// The share of detractors.
    pub detractors: MetricId,
}

/// The metrics behind the satisfaction share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CsatSpec {
    /// The share of satisfied answers.
    pub score: MetricId,
    /// How many answered.
    pub responses: MetricId,
}

fn default_minimum() -> u32 {
    answered::MINIMUM
}

fn default_periods() -> u32 {
    13
}

impl Spec {
    fn all(&self) -> Vec<(String, MetricId)> {
        let nps = self.nps.iter().flat_map(|nps| {
            [
                ("nps.score", &nps.score),
                ("nps.responses", &nps.responses),
                ("nps.promoters", &nps.promoters),
                ("nps.detractors", &nps.detractors),
            ]
        });
        let csat = self
            .csat
            .iter()
            .flat_map(|csat| [("csat.score", &csat.score), ("csat.responses", &csat.responses)]);
        nps.chain(csat).map(|(key, id)| (key.to_owned(), id.clone())).collect()
    }

    /// Score and number of answers of each question, NPS first.
    fn questions(&self) -> Vec<(&MetricId, &MetricId)> {
        let nps = self.nps.iter().map(|nps| (&nps.score, &nps.responses));
        nps.chain(self.csat.iter().map(|csat| (&csat.score, &csat.responses))).collect()
    }
}

impl Analysis for Spec {
    fn asks(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<Ask> {
        let periods = plan.calendar.run_up_to(&section.period, self.periods);
        self.all().iter().map(|(_, metric)| Ask::total(metric, periods.clone())).collect()
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let mut analysed = Analysed::default();
        let periods = desk.plan.calendar.run_up_to(&section.period, self.periods);
        for (score, responses) in self.questions() {
            let (Some(score), Some(responses)) =
                (desk.plan.metrics.get(score), desk.plan.metrics.get(responses))
            else {
                continue;
            };
            let question =
                Question { spec: self, desk, section, score, responses, periods: &periods };
            analysed.findings.push(question.finding());
            analysed.blocks.push(Block::Chart(question.chart()));
            analysed.blocks.push(Block::Table(question.table()));
        }
        analysed
    }

    fn names(&self) -> Names {
        Names { metrics: self.all(), ..Names::default() }
    }

    fn limits(&self) -> Limits {
        let asked = self.nps.is_some() || self.csat.is_some();
        Limits::default()
            .needs(asked, "analysis", "asks nothing; set `nps`, `csat` or both")
            .within("minimum", self.minimum, 1..=100_000)
            .within("periods", self.periods, 2..=400)
    }
}

struct Question<'a> {
    spec: &'a Spec,
    desk: &'a Desk<'a>,
    section: &'a SectionPlan,
    score: &'a Metric,
    responses: &'a Metric,
    periods: &'a [Period],
}

impl Question<'_> {
    fn total(&self, metric: &MetricId, period: &Period) -> Option<Number> {
        self.desk.total(&Ask::total(metric, self.periods.to_vec()), period)
    }

    /// The score, if enough people answered.
    fn score(&self, period: &Period) -> Option<Number> {
        let answers = self.total(&self.responses.id, period)?.to_f64();
        self.total(&self.score.id, period).filter(|_| answers >= f64::from(self.spec.minimum))
    }

    fn answers(&self, period: &Period) -> i64 {
        self.total(&self.responses.id, period).map_or(0.0, Number::to_f64) as i64
    }

    fn finding(&self) -> Finding {
        let period = &self.section.period;
        let value = self.score(period);
        let answers = self.answers(period);
        if value.is_none() {
            return answered::too_few(&self.score.label, answers, self.spec.minimum);
        }
        let previous = self.desk.plan.calendar.before(period, 1);
        let verdict = comparing::verdict(self.score, value, self.score(&previous));
        let value = Argument::value(value, format_of(self.score));
        let nps = self.spec.nps.as_ref().filter(|nps| nps.score == self.score.id);
        let message = match nps {
            Some(nps) => {
                let share =
                    |metric| comparing::percent(self.total(metric, period).map(Number::to_f64));
                Message::new("satisfaction.nps")
                    .with("promoters", share(&nps.promoters))
                    .with("detractors", share(&nps.detractors))
            }
            None => Message::new("satisfaction.csat"),
        };
        let message = message.with("value", value).with("responses", Argument::Count(answers));
        Finding { verdict, message, weight: 35 }
    }

    fn chart(&self) -> Chart {
        let values = self.periods.iter().map(|period| self.score(period).map(Number::to_f64));
        let target = |period| self.desk.plan.target(&self.score.id, period, &Default::default());
        let targets: Vec<Option<f64>> = self
            .periods
            .iter()
            .map(|period| target(period).map(|value| Number::Exact(value).to_f64()))
            .collect();
        let label = self.score.label.clone();
        let mut series = vec![Series { label, values: values.collect(), reference: false }];
        if targets.iter().any(Option::is_some) {
            let label = Label::new("Target", "目标");
            series.push(Series { label, values: targets, reference: true });
        }
        let period = &self.section.period;
        Chart {
            id: format!("{}-{}", self.section.id, self.score.id),
            title: self.score.label.clone(),
            kind: ChartKind::Column,
            format: format_of(self.score),
            across: None,
            ticks: self.periods.iter().map(|period| Tick::Period(*period)).collect(),
            series,
            marks: Vec::new(),
            verdicts: Vec::new(),
            readings: Vec::new(),
            alternative: Message::new("satisfaction.alt")
                .with("metric", Argument::Label(self.score.label.clone()))
                .with("value", Argument::value(self.score(period), format_of(self.score)))
                .with("responses", Argument::Count(self.answers(period))),
        }
    }

    /// The last six periods with the number of answers beside each value.
    fn table(&self) -> Table {
        let shown = &self.periods[self.periods.len().saturating_sub(6)..];
        let rows = shown.iter().map(|period| {
            let value = self.desk.figure(self.score, self.score(period), period);
            let count =
                self.desk.figure(self.responses, self.total(&self.responses.id, period), period);
            let target = self.desk.plan.target(&self.score.id, period, &Default::default());
            let verdict = match target {
                Some(target) => {
                    comparing::target_verdict(self.score, value.value, Some(Number::Exact(target)))
                }
                None => Verdict::Neutral,
            };
            let cells = vec![
                Cell::Period(*period),
                Cell::Figure { figure: value, verdict },
                Cell::Figure { figure: count, verdict: Verdict::Neutral },
            ];
            Row { cells, total: false }
        });
        Table {
            title: self.score.label.clone(),
            columns: vec![
                Column { label: Label::new("Period", "期间"), numeric: false },
                Column { label: self.score.label.clone(), numeric: true },
                Column { label: self.responses.label.clone(), numeric: true },
            ],
            rows: rows.collect(),
            note: None,
        }
    }
}
