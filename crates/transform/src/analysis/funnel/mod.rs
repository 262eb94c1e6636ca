//! How far people come on a way of steps, and where they leave it.
//!
//! Answers: how many reach each step, where are most lost, how long does a step take, what does the leak cost?
//! Method: a person counts at a step only after all steps before it, in order and within the window; rates with
//! Wilson's interval over those whose window has ended, changes by Newcombe's method 10, times by Kaplan and Meier
//! (`stats::funnel`, `stats::survey`).
//! Not for: ways without an order, and causes: where people leave does not say why.

mod chart;
mod cohort;
mod findings;
mod reading;
mod segments;
mod settings;
mod tables;
mod words;

pub use self::settings::{Entry, Mode, Rule, StepSpec, ValueSpec, Window};

use self::reading::Reading;
use super::{Analysed, Analysis, Limits, Names};
use crate::{
    desk::{Ask, Desk},
    plan::{SectionPlan, TransformPlan},
};
use engine::TrailQuery;
use model::{expression::RowExpression, label::Label, period::Period, report::Block};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings of a funnel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The steps in order, 2 to 32; when absent view, cart, checkout and purchase of `page_events` by session.
    pub step: Option<Vec<StepSpec>>,
    /// How long after the first step the others count; when absent, as long as anything is known. Example:
    /// `{ days = 7 }`.
    pub window: Option<Window>,
    /// What may lie between the steps: `loose` anything, `strict` nothing.
    #[serde(default)]
    pub mode: Mode,
    /// Finer rules: `deduplication`, `increase`, `once`, `reentry`.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// Who is looked at: those who entered in the reported `period`, or in the latest one whose windows have `ended`.
    #[serde(default)]
    pub entry: Entry,
    /// Who is counted, in the plural.
    #[serde(default = "default_people")]
    pub people: Label,
    /// A column or expression on the rows of the first step: the segment. Example: `"medium"`.
    pub by: Option<RowExpression>,
    /// What one who finishes is worth, to price the leak. Example: `{ metric = "average_order_value" }`.
    pub value: Option<ValueSpec>,
}

fn default_people() -> Label {
    Label::new("people", "人数")
}

impl Spec {
    /// The steps, those of a web shop when none are given.
    fn steps(&self) -> Vec<StepSpec> {
        self.step.clone().unwrap_or_else(settings::shop)
    }

    /// The period in which people entered.
    fn entered(&self, plan: &TransformPlan, section: &SectionPlan) -> Period {
        let (Entry::Ended, Some(window)) = (self.entry, self.window) else { return section.period };
        let reach = chrono::Days::new(window.days());
        let has_ended = |period: &Period| period.days.end + reach <= plan.today;
        let mut earlier = (0..4000).map(|back| plan.calendar.before(&section.period, back));
        earlier.find(has_ended).unwrap_or(section.period)
    }

    /// The question for the value of one.
    fn ask(&self, plan: &TransformPlan, section: &SectionPlan) -> Option<Ask> {
        let metric = self.value.as_ref()?.metric.as_ref()?;
        Some(Ask::total(metric, vec![self.entered(plan, section)]))
    }
}

impl Analysis for Spec {
    fn asks(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<Ask> {
        self.ask(plan, section).into_iter().collect()
    }

    fn trails(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<TrailQuery> {
        let period = self.entered(plan, section);
        let before = plan.calendar.before(&period, 1);
        [before, period].map(|one| cohort::query(self, plan, &one, &period)).into()
    }

    fn period(&self, plan: &TransformPlan, section: &SectionPlan) -> Period {
        self.entered(plan, section)
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let reading = Reading::new(self, desk, section);
        let mut analysed = Analysed::default();
        let segments = segments::read(&reading);
        analysed.findings = findings::findings(&reading, segments.as_ref());
        analysed.blocks.extend(findings::ended(&reading).map(Block::Note));
        if reading.is_told() {
            analysed.blocks.push(Block::Chart(chart::chart(&reading)));
            analysed.blocks.push(Block::Table(tables::steps(&reading)));
            analysed.blocks.extend(tables::changes(&reading).map(Block::Table));
            analysed.blocks.push(Block::Table(tables::times(&reading)));
            analysed.blocks.extend(segments.map(|found| Block::Table(found.table(&reading))));
        }
        analysed.blocks.extend(findings::notes(&reading).into_iter().map(Block::Note));
        analysed
    }

    fn names(&self) -> Names {
        let steps = self.steps();
        let mut rows: Vec<super::RowNames> = steps
            .iter()
            .enumerate()
            .map(|(place, step)| step.acts().names(&format!("step[{place}]")))
            .collect();
        if let (Some(by), Some(first)) = (&self.by, rows.first_mut()) {
            *first = first.clone().text("by", by);
        }
        let of = self.value.as_ref().and_then(|value| value.of.as_ref());
        if let Some(last) = rows.last_mut() {
            *last = last.clone().number("value.of", of);
        }
        let metric = self.value.as_ref().and_then(|value| value.metric.clone());
        let metrics = metric.map(|metric| ("value.metric".to_owned(), metric));
        Names { metrics: metrics.into_iter().collect(), rows, ..Names::default() }
    }

    fn limits(&self) -> Limits {
        let steps = self.steps().len();
        let seconds = self.window.map(Window::seconds);
        let most = 10 * 366 * 86_400;
        let value = self.value.as_ref();
        let one = value.is_none_or(|value| value.metric.is_some() != value.of.is_some());
        let unit = value.is_none_or(|value| value.unit.is_some() == value.of.is_some());
        let reentry = self.mode == Mode::Strict || !self.rules.contains(&Rule::Reentry);
        let ended = self.entry == Entry::Period || self.window.is_some();
        let many = format!("{steps} steps; 2 to {} are possible", stats::funnel::MOST_STEPS);
        Limits::default()
            .needs((2..=stats::funnel::MOST_STEPS).contains(&steps), "step", many)
            .needs(
                seconds.is_none_or(|seconds| (1..=most).contains(&seconds)),
                "window",
                "is out of range; use more than nothing and at most ten years",
            )
            .needs(one, "value", "needs `metric` or `of`, and not both")
            .needs(unit, "value", "needs `unit` with `of`, and with it only")
            .needs(reentry, "rules", "`reentry` has a meaning only with `mode = \"strict\"`")
            .needs(ended, "entry", "`ended` needs a `window`: without one no way ever ends")
    }
}
