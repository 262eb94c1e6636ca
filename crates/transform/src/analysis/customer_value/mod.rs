//! What customers are still worth.
//!
//! Answers: how many customers are still there, how often will they buy, what will they spend in the time to come, who
//! carries the business, and who of the good ones has probably left?
//! Method: a model of repeat purchases without a contract (BG/NBD, MBG/CNBD-k or Pareto/NBD) and of spend (Gamma–Gamma),
//! both in `stats::lifetime`. Before anything is said of the time to come, the model foretells the last part of the
//! history from the part before; if it is off by more than `tolerance`, no money is stated. The range joins what the
//! customers leave open of the parameters (delta method), chance, and the miss of that test.
//! Not for: contracts, where a customer says that they leave; those are seen by `retention`.

mod findings;
mod outlook;
mod purchases;
mod segments;
mod tables;

use self::{outlook::Outlook, purchases::Purchases};
use super::{ActsSpec, Analysed, Analysis, Limits, Names, acts};
use crate::{
    desk::{Ask, Desk},
    plan::{SectionPlan, TransformPlan},
};
use chrono::NaiveDate;
use engine::TrailQuery;
use model::{
    expression::RowExpression,
    report::{Block, Fmt},
    unit::Unit,
};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stats::lifetime::{Horizon, Kind};

/// Settings of a section on customer value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The purchases; when absent the rows of `orders` by `customer_id` where `is_paid`.
    pub purchases: Option<ActsSpec>,
    /// What was paid. Purchases of one day are one, their amounts netted.
    #[serde(default = "default_value")]
    pub value: RowExpression,
    /// What `value` is counted in. Example: `"money:CNY"`.
    #[serde(default = "default_unit")]
    pub unit: Unit,
    /// The segment of a customer, told by their first purchase. Example: `"channel"`.
    pub by: Option<RowExpression>,
    /// The model of purchases; `auto` takes the likeliest.
    #[serde(default)]
    pub model: ModelWord,
    /// Months that value looks ahead.
    #[serde(default = "default_months")]
    pub months: u32,
    /// What a year of waiting takes off money. Example: `"0.1"`.
    #[serde(default = "default_discount")]
    #[schemars(with = "String")]
    pub discount: Decimal,
    /// The share by which the model may miss the purchases of the test on the past before no money is stated.
    #[serde(default = "default_tolerance")]
    #[schemars(with = "String")]
    pub tolerance: Decimal,
    /// The first day of purchases that count; all when absent.
    pub since: Option<NaiveDate>,
}

/// A model of purchases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelWord {
    /// The likeliest of all.
    #[default]
    Auto,
    /// Irregular purchases; a customer may leave after a repeat purchase.
    BgNbd,
    /// Irregular or regular purchases; a customer may leave after any.
    MbgCnbd,
    /// Irregular purchases; a customer may leave at any moment.
    ParetoNbd,
}

impl ModelWord {
    fn kind(self) -> Kind {
        match self {
            Self::Auto => Kind::Likeliest,
            Self::BgNbd => Kind::BgNbd,
            Self::MbgCnbd => Kind::MbgCnbd,
            Self::ParetoNbd => Kind::ParetoNbd,
        }
    }
}

fn default_value() -> RowExpression {
    RowExpression::column("amount")
}

fn default_unit() -> Unit {
    Unit::Number
}

fn default_months() -> u32 {
    12
}

fn default_discount() -> Decimal {
    Decimal::new(1, 1)
}

fn default_tolerance() -> Decimal {
    Decimal::new(2, 1)
}

impl Spec {
    fn acts(&self) -> ActsSpec {
        let orders = || ActsSpec::of("orders", "customer_id", Some("is_paid"));
        self.purchases.clone().unwrap_or_else(orders)
    }

    fn query(&self, plan: &TransformPlan, section: &SectionPlan) -> TrailQuery {
        let labels: Vec<&RowExpression> = self.by.iter().collect();
        let told = self.acts().telling(&labels, &[&self.value]);
        acts::query(plan, vec![told], acts::up_to(section.period.days.end, self.since))
    }

    fn horizon(&self) -> Horizon {
        let year = 1.0 + self.discount.to_f64().unwrap_or(0.0);
        Horizon { periods: self.months, ..Horizon::year(year.powf(1.0 / 12.0) - 1.0) }
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
        let purchases = Purchases::read(answer, section.period.days);
        let outlook = Outlook::new(self, &purchases);
        let groups = segments::groups(&purchases);
        let mut analysed = Analysed {
            findings: findings::findings(self, &purchases, &outlook, groups.as_ref()),
            blocks: Vec::new(),
        };
        if let Some(groups) = &groups {
            analysed.blocks.push(Block::Chart(tables::chart(section, &purchases, groups)));
            analysed.blocks.push(tables::segments(self, &purchases, &outlook, groups));
        }
        if outlook.is_told() {
            analysed.blocks.extend(tables::members(self, desk.plan, &purchases, &outlook));
        }
        analysed.blocks.extend(findings::notes(self, &purchases, &outlook));
        if outlook.is_priced() {
            analysed.blocks.extend(tables::model(&outlook));
        }
        analysed
    }

    fn names(&self) -> Names {
        let rows = self.acts().names("purchases").number("value", Some(&self.value));
        let rows = match &self.by {
            Some(by) => rows.text("by", by),
            None => rows,
        };
        Names { rows: vec![rows], ..Names::default() }
    }

    fn limits(&self) -> Limits {
        let tenth = |tenths: i64| Decimal::new(tenths, 1);
        Limits::default()
            .within("months", self.months, 1..=60)
            .within("discount", self.discount, Decimal::ZERO..=tenth(10))
            .within("tolerance", self.tolerance, Decimal::new(5, 2)..=tenth(5))
    }
}
