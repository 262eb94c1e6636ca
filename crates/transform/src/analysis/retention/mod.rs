//! Who comes back, or stays.
//!
//! Answers: what share of a cohort is there again after one period, two, six; is a younger cohort better than older ones
//! were at its age; what has a customer brought by then; and, for contracts, how many will still be there?
//! Method: cohorts by the period of the first act, shares by age (`stats::retention`), each cell only once its period
//! is over. Cohorts are compared at the same age, with Newcombe's interval of the difference. Renewals are projected by a
//! shifted beta-geometric or beta discrete Weibull curve, with a range by bootstrap.
//! Not for: whether a customer without a contract has left; that is `customer_value`.

mod cohorts;
mod findings;
mod heat;
mod projection;
mod view;

use self::cohorts::Cohorts;
use super::{ActsSpec, Analysed, Analysis, Limits, Names, acts};
use crate::{
    desk::{Ask, Desk},
    plan::{SectionPlan, TransformPlan},
};
use chrono::NaiveDate;
use engine::TrailQuery;
use model::{
    expression::RowExpression,
    label::Label,
    period::Grain,
    report::{Block, Fmt},
    unit::Unit,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings of a section on retention.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// What people do; when absent the rows of `orders` by `customer_id` where `is_paid`.
    pub acts: Option<ActsSpec>,
    /// What an act brings, for the triangle of revenue; none when absent. Example: `"amount"`.
    pub value: Option<RowExpression>,
    /// What `value` is counted in. Example: `"money:CNY"`.
    #[serde(default = "default_unit")]
    pub unit: Unit,
    /// Who is counted, in the plural.
    #[serde(default = "default_people")]
    pub people: Label,
    /// The length of a period: those who begin in one are a cohort.
    #[serde(default = "default_cohort")]
    pub cohort: Grain,
    /// The youngest cohorts and the first ages that are shown.
    #[serde(default = "default_periods")]
    pub periods: u32,
    /// Whether being there again counts (`return`), or staying until the last act (`renewal`, for contracts).
    #[serde(default)]
    pub mode: Mode,
    /// The curve of renewals; `auto` takes the one that tells more than its parameters cost.
    #[serde(default)]
    pub curve: CurveWord,
    /// Periods that renewals are projected beyond what is known.
    #[serde(default = "default_ahead")]
    pub ahead: u32,
    /// The segment of a person, told by their first act. Example: `"channel"`.
    pub by: Option<RowExpression>,
    /// Whether the first cohorts are left out of comparisons and means: they hold people who were there before the data
    /// begin.
    #[serde(default = "default_first")]
    pub skip_first: bool,
    /// The first day of acts that count; all when absent.
    pub since: Option<NaiveDate>,
}

/// What counts as being there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// An act in the period.
    #[default]
    Return,
    /// An act in the period or later: the last act ends a contract.
    Renewal,
}

/// A curve of renewals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CurveWord {
    /// The one with the lower information criterion of Akaike.
    #[default]
    Auto,
    /// The chance to leave differs among customers and stays the same for each.
    ShiftedBetaGeometric,
    /// It also changes the longer they stay.
    BetaDiscreteWeibull,
}

fn default_unit() -> Unit {
    Unit::Number
}

fn default_people() -> Label {
    Label::new("customers", "客户")
}

fn default_cohort() -> Grain {
    Grain::Month
}

fn default_periods() -> u32 {
    12
}

fn default_ahead() -> u32 {
    5
}

fn default_first() -> bool {
    true
}

impl Spec {
    fn acts(&self) -> ActsSpec {
        let orders = || ActsSpec::of("orders", "customer_id", Some("is_paid"));
        self.acts.clone().unwrap_or_else(orders)
    }

    fn query(&self, plan: &TransformPlan, section: &SectionPlan) -> TrailQuery {
        let labels: Vec<&RowExpression> = self.by.iter().collect();
        let values: Vec<&RowExpression> = self.value.iter().collect();
        let told = self.acts().telling(&labels, &values);
        acts::query(plan, vec![told], acts::up_to(section.period.days.end, self.since))
    }

    fn money(&self) -> Fmt {
        Fmt { unit: self.unit.clone(), decimals: None }
    }
}

impl Analysis for Spec {
    fn asks(&self, _: &TransformPlan, _: &SectionPlan) -> Vec<Ask> {
        Vec::new()
    }

    fn trails(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<TrailQuery> {
        vec![self.query(plan, section)]
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let answer = desk.trails(&self.query(desk.plan, section));
        let cohorts = Cohorts::read(self, desk.plan, section, answer);
        let projection = projection::project(self, &cohorts);
        let mut analysed = Analysed {
            findings: findings::findings(self, &cohorts, projection.as_ref()),
            blocks: Vec::new(),
        };
        if cohorts.is_told() {
            let projected = projection.as_ref().and_then(|found| found.as_ref().ok());
            let curve = projected.map(|found| view::chart(self, section, &cohorts, found));
            let heat = heat::chart(self, section, &cohorts, projected);
            analysed.blocks.extend([Some(heat), curve].into_iter().flatten().map(Block::Chart));
            analysed.blocks.push(view::shares(self, &cohorts));
            analysed.blocks.extend(
                projection.iter().filter_map(|one| one.as_ref().ok()).map(projection::table),
            );
            analysed.blocks.extend(view::revenue(self, &cohorts));
            analysed.blocks.extend(view::members(self, desk.plan, &cohorts));
        }
        analysed.blocks.extend(findings::notes(self, &cohorts));
        analysed
    }

    fn names(&self) -> Names {
        let rows = self.acts().names("acts").number("value", self.value.as_ref());
        let rows = match &self.by {
            Some(by) => rows.text("by", by),
            None => rows,
        };
        Names { rows: vec![rows], ..Names::default() }
    }

    fn limits(&self) -> Limits {
        let asks_curve = self.curve == CurveWord::Auto || self.mode == Mode::Renewal;
        Limits::default()
            .within("periods", self.periods, 2..=60)
            .within("ahead", self.ahead, 0..=60)
            .needs(asks_curve, "curve", "has a meaning only with `mode = \"renewal\"`")
    }
}
