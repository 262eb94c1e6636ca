//! Settings of a funnel.

use crate::analysis::ActsSpec;
use model::{
    expression::RowExpression,
    id::{DatasetId, MetricId},
    label::Label,
    unit::Unit,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stats::funnel::Rules;

/// One step: rows of a dataset that count for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepSpec {
    /// Its name, such as "Cart".
    pub label: Label,
    /// The dataset. Example: `"page_events"`.
    pub dataset: DatasetId,
    /// Whose act it is; steps of several datasets meet by it. Example: `"session_id"`.
    pub person: RowExpression,
    /// When it happened, a date or a timestamp; the row's business day when absent. If one step has no time of day,
    /// all are ordered by days. Example: `"happened_at"`.
    pub at: Option<RowExpression>,
    /// The rows that count; all when absent. Example: `"event = 'add_to_cart'"`.
    #[serde(rename = "where")]
    pub only: Option<RowExpression>,
}

impl StepSpec {
    /// The rows behind the step.
    pub(super) fn acts(&self) -> ActsSpec {
        ActsSpec {
            dataset: self.dataset.clone(),
            person: self.person.clone(),
            at: self.at.clone(),
            only: self.only.clone(),
        }
    }
}

/// How long after the first step the others count, the end included; the parts are added.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Days of 24 hours; where only days are known, days.
    #[serde(default)]
    pub days: u32,
    /// Hours.
    #[serde(default)]
    pub hours: u32,
    /// Minutes.
    #[serde(default)]
    pub minutes: u32,
}

impl Window {
    pub(super) fn seconds(self) -> u64 {
        let minutes = (u64::from(self.days) * 24 + u64::from(self.hours)) * 60;
        (minutes + u64::from(self.minutes)) * 60
    }

    /// The days it can reach beyond the day of the first step.
    pub(super) fn days(self) -> u64 {
        self.seconds().div_ceil(86_400)
    }
}

/// What may lie between the steps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Anything may.
    #[default]
    Loose,
    /// Nothing may: another row of the steps' datasets by the same person, a step too early, or the first step anew
    /// after the second ends the way.
    Strict,
}

/// A finer rule, named as in ClickHouse's `windowFunnel`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// A step other than the first, taken again, ends the way.
    Deduplication,
    /// Each step must be later than the one before, not at the same moment.
    Increase,
    /// A row counts for one step only, where it could count for several.
    Once,
    /// With `strict`: the first step anew opens another way beside the one begun.
    Reentry,
}

/// Who is looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// Those who took the first step in the reported period.
    #[default]
    Period,
    /// Those who took it in the latest period whose windows have all ended.
    Ended,
}

/// What one who finishes is worth; `metric`, or `of` with `unit`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueSpec {
    /// A metric for the value of one. Example: `"average_order_value"`.
    pub metric: Option<MetricId>,
    /// A number on the rows of the last step; its mean is taken. Example: `"order_value"`.
    pub of: Option<RowExpression>,
    /// The unit of `of`. Example: `"money:CNY"`.
    pub unit: Option<Unit>,
}

/// The rules that mode and finer rules make.
pub(super) fn rules(mode: Mode, finer: &[Rule]) -> Rules {
    let has = |rule| finer.contains(&rule);
    Rules {
        order: mode == Mode::Strict,
        deduplication: has(Rule::Deduplication),
        increase: has(Rule::Increase),
        once: has(Rule::Once),
        reentry: has(Rule::Reentry),
    }
}

/// The usual way through a web shop, by the event names that web analytics recommends.
pub(super) fn shop() -> Vec<StepSpec> {
    let step = |en: &str, zh: &str, event: &str| {
        let only = format!("event = '{event}'").parse();
        Some(StepSpec {
            label: Label::new(en, zh),
            dataset: DatasetId::new("page_events"),
            person: RowExpression::column("session_id"),
            at: Some(RowExpression::column("happened_at")),
            only: Some(only.ok()?),
        })
    };
    [
        step("Product view", "浏览商品", "view_item"),
        step("Cart", "加入购物车", "add_to_cart"),
        step("Checkout", "开始结账", "begin_checkout"),
        step("Purchase", "完成购买", "purchase"),
    ]
    .into_iter()
    .flatten()
    .collect()
}
