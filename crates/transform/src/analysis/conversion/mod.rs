//! What of the opened is won: by the period of winning, and by the period of opening.
//!
//! Answers: what share of leads becomes deals, so far and in the end, and how far does the usual figure (won in a month
//! per opened in that month) lead astray?
//! Method: both views side by side (`stats::retention::conversions`); what open ones will still bring by the curve of
//! Kaplan and Meier over the days until they were won, open ones being censored (`stats::survival`). One that was lost
//! counts as open for ever: that lowers the curve as it should.
//! Not for: ways of several steps; those are funnels.

mod reading;
mod view;

use self::reading::Reading;
use super::{ActsSpec, Analysed, Analysis, Limits, Names, acts};
use crate::{
    desk::{Ask, Desk},
    plan::{SectionPlan, TransformPlan},
};
use chrono::NaiveDate;
use engine::TrailQuery;
use model::{expression::RowExpression, id::DatasetId, label::Label, period::Grain};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings of a section on conversion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// What is opened; when absent the rows of `leads` by `lead_id` on `created_on`.
    pub starts: Option<ActsSpec>,
    /// What is won; when absent the rows of `leads` whose `status` is `won` on `closed_on`. Both meet by the person.
    pub ends: Option<ActsSpec>,
    /// What is counted, in the plural.
    #[serde(default = "default_people")]
    pub people: Label,
    /// The length of a period; that of the section when absent.
    pub cohort: Option<Grain>,
    /// Periods shown, the last closed one included.
    #[serde(default = "default_periods")]
    pub periods: u32,
    /// The segment, told by the start. Example: `"source"`.
    pub by: Option<RowExpression>,
    /// The first day of starts that count; all when absent.
    pub since: Option<NaiveDate>,
}

fn default_people() -> Label {
    Label::new("leads", "线索")
}

fn default_periods() -> u32 {
    12
}

impl Spec {
    fn starts(&self) -> ActsSpec {
        let leads = || ActsSpec {
            at: Some(RowExpression::column("created_on")),
            ..ActsSpec::of("leads", "lead_id", None)
        };
        self.starts.clone().unwrap_or_else(leads)
    }

    fn ends(&self) -> ActsSpec {
        let won = || ActsSpec {
            dataset: DatasetId::new("leads"),
            person: RowExpression::column("lead_id"),
            at: Some(RowExpression::column("closed_on")),
            only: "status = 'won'".parse().ok(),
        };
        self.ends.clone().unwrap_or_else(won)
    }

    fn query(&self, plan: &TransformPlan, section: &SectionPlan) -> TrailQuery {
        let labels: Vec<&RowExpression> = self.by.iter().collect();
        let acts = vec![self.starts().telling(&labels, &[]), self.ends().telling(&[], &[])];
        acts::query(plan, acts, acts::up_to(section.period.days.end, self.since))
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
        let reading = Reading::new(self, desk.plan, section, answer);
        view::view(self, desk.plan, section, &reading)
    }

    fn names(&self) -> Names {
        let starts = self.starts().names("starts");
        let starts = match &self.by {
            Some(by) => starts.text("by", by),
            None => starts,
        };
        Names { rows: vec![starts, self.ends().names("ends")], ..Names::default() }
    }

    fn limits(&self) -> Limits {
        Limits::default().within("periods", self.periods, 2..=120)
    }
}
