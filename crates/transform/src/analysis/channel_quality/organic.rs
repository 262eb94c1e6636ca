//! Visits that were paid for, and visits that were not.

use super::judged::{CHANCE, CONFIDENCE, FEWEST};
use super::view::rate_format;
use crate::{
    analysis::{
        Analysed, Limits, Names,
        cells::{self, column, count_format, figure, share_format},
        comparing,
    },
    desk::{Ask, Desk, format_of},
    plan::SectionPlan,
};
use model::{
    id::{DimensionId, MetricId},
    label::Label,
    number::{Number, ratio},
    report::{Argument, Block, Finding, Message, Row, Table, Verdict},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stats::experiment::{Comparison, Sample, Scale, compare};

/// Which members of a dimension are paid for, and what they bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganicSpec {
    /// Visits.
    #[serde(default = "default_visits")]
    pub visits: MetricId,
    /// Visits that converted.
    #[serde(default = "default_conversions")]
    pub conversions: MetricId,
    /// What they were worth. Example: `"web_revenue"`.
    pub value: Option<MetricId>,
    /// The dimension. Example: `"medium"`.
    #[serde(default = "default_by")]
    pub by: DimensionId,
    /// Its members that nobody pays for by the click. Example: `["organic", "direct"]`.
    pub organic: Vec<String>,
    /// Its members that are paid for. Example: `["search", "feed"]`.
    pub paid: Vec<String>,
}

fn default_visits() -> MetricId {
    MetricId::new("sessions")
}

fn default_conversions() -> MetricId {
    MetricId::new("web_conversions")
}

fn default_by() -> DimensionId {
    DimensionId::new("medium")
}

/// Paid, organic, or what is neither.
struct Group {
    label: Label,
    visits: Option<Number>,
    conversions: Option<Number>,
    value: Option<Number>,
}

impl Group {
    fn sample(&self) -> Option<Sample> {
        let (units, hits) = (self.visits?.to_f64(), self.conversions?.to_f64());
        Some(Sample::Rate { units, hits })
    }
}

impl OrganicSpec {
    fn metrics(&self) -> impl Iterator<Item = (&'static str, &MetricId)> {
        let always = [("organic.visits", &self.visits), ("organic.conversions", &self.conversions)];
        always.into_iter().chain(self.value.iter().map(|value| ("organic.value", value)))
    }

    fn ask(&self, metric: &MetricId, section: &SectionPlan) -> Ask {
        Ask { by: vec![self.by.clone()], ..Ask::total(metric, vec![section.period]) }
    }

    pub(super) fn asks(&self, section: &SectionPlan) -> Vec<Ask> {
        let both = |(_, metric): (_, &MetricId)| {
            [self.ask(metric, section), Ask::total(metric, vec![section.period])]
        };
        self.metrics().flat_map(both).collect()
    }

    pub(super) fn names(&self, names: &mut Names) {
        names.dimensions.push(("organic.by".to_owned(), self.by.clone()));
        for (key, metric) in self.metrics() {
            names.metrics.push((key.to_owned(), metric.clone()));
            names.slices.push((metric.clone(), self.by.clone()));
        }
    }

    pub(super) fn limits(&self, limits: Limits) -> Limits {
        let limits =
            limits.list("organic.organic", &self.organic, 1).list("organic.paid", &self.paid, 1);
        let both = self.organic.iter().find(|member| self.paid.contains(member));
        let message = format!("`{}` is paid as well; name it once", both.map_or("", |name| name));
        limits.needs(both.is_none(), "organic.organic", message)
    }

    pub(super) fn analysed(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let groups = self.groups(desk, section);
        let [all, paid, organic, ..] = groups.as_slice() else { return Analysed::default() };
        let compared = judged(all, paid, organic);
        let findings = compared.map(|compared| finding(all, paid, organic, compared));
        let mut blocks = vec![Block::Table(self.table(desk, all, &groups[1..]))];
        if compared.is_none() {
            blocks.push(Block::Note(Message::new("channel_quality.organic_few")));
        }
        Analysed { findings: findings.into_iter().collect(), blocks }
    }

    /// All, paid, organic, and the rest if there is any.
    fn groups(&self, desk: &Desk<'_>, section: &SectionPlan) -> Vec<Group> {
        let period = &section.period;
        let sum = |metric: &MetricId, members: &[String]| {
            let found = desk.plan.metrics.get(metric).filter(|metric| comparing::adds_up(metric));
            let ask = self.ask(metric, section);
            let values = members.iter().filter_map(|member| {
                let slice = vec![Some(member.clone())];
                let known = desk.slices(&ask, &ask.periods).contains(&slice);
                known.then(|| desk.value(&ask, period, &slice)).flatten()
            });
            found.and_then(|_| values.reduce(Number::plus))
        };
        let total = |metric: &MetricId| desk.total(&Ask::total(metric, vec![*period]), period);
        let group = |label: Label, members: &[String]| Group {
            label,
            visits: sum(&self.visits, members),
            conversions: sum(&self.conversions, members),
            value: self.value.as_ref().and_then(|value| sum(value, members)),
        };
        let all = Group {
            label: Label::new("All", "全部"),
            visits: total(&self.visits),
            conversions: total(&self.conversions),
            value: self.value.as_ref().and_then(total),
        };
        let paid = group(Label::new("Paid", "付费"), &self.paid);
        let organic = group(Label::new("Organic", "自然"), &self.organic);
        let rest = |of: fn(&Group) -> Option<Number>| {
            let named = of(&paid).into_iter().chain(of(&organic));
            of(&all).map(|all| named.fold(all, Number::minus))
        };
        let neither = Group {
            label: Label::new("Neither", "其他"),
            visits: rest(|group| group.visits),
            conversions: rest(|group| group.conversions),
            value: rest(|group| group.value),
        };
        let has_rest = neither.visits.is_some_and(|visits| visits.to_f64() > 0.0);
        let mut groups = vec![all, paid, organic];
        groups.extend(has_rest.then_some(neither));
        groups
    }

    fn table(&self, desk: &Desk<'_>, all: &Group, groups: &[Group]) -> Table {
        let mut columns = vec![
            column("Traffic", "流量", false),
            column("Visits", "访问", true),
            column("Share", "访问占比", true),
            column("Conversions", "转化占比", true),
            column("Conversion", "转化率", true),
        ];
        let value = self.value.as_ref().and_then(|value| desk.plan.metrics.get(value));
        if value.is_some() {
            columns.push(column("Value", "价值", true));
            columns.push(column("Share of value", "价值占比", true));
        }
        let has_shares = comparing::have_shares(groups.iter().map(|group| group.value), all.value);
        let row = |group: &Group| {
            let mut cells = vec![
                model::report::Cell::Label(group.label.clone()),
                figure(group.visits, &count_format()),
                figure(ratio(group.visits, all.visits), &share_format()),
                figure(ratio(group.conversions, all.conversions), &share_format()),
                figure(ratio(group.conversions, group.visits), &rate_format()),
            ];
            if let Some(value) = value {
                cells.push(figure(group.value, &format_of(value)));
                let share = comparing::share(group.value, all.value).filter(|_| has_shares);
                cells.push(cells::share(share));
            }
            Row { cells, total: false }
        };
        Table {
            title: Label::new("Organic and paid", "自然与付费"),
            columns,
            rows: groups.iter().map(row).collect(),
            note: None,
        }
    }
}

/// Organic less paid; `None` where the numbers are small or not known.
fn judged(all: &Group, paid: &Group, organic: &Group) -> Option<Comparison> {
    let (control, version) = (paid.sample()?, organic.sample()?);
    let rate = ratio(all.conversions, all.visits)?.to_f64();
    let least = control.units().min(version.units()) * rate.min(1.0 - rate);
    compare(&control, &version, Scale::Absolute, CONFIDENCE).filter(|_| least >= FEWEST)
}

fn finding(all: &Group, paid: &Group, organic: &Group, compared: Comparison) -> Finding {
    let key = match (compared.p < CHANCE, compared.difference > 0.0) {
        (false, _) => "channel_quality.organic_even",
        (true, true) => "channel_quality.organic_better",
        (true, false) => "channel_quality.organic_worse",
    };
    let share = |part: Option<Number>, whole: Option<Number>| {
        comparing::percent(ratio(part, whole).map(Number::to_f64))
    };
    let rate =
        |group: &Group| Argument::value(ratio(group.conversions, group.visits), rate_format());
    let points = |points: f64| {
        let Argument::Change(value) = Argument::change(Some(points)) else {
            return Argument::PercentagePoints(None);
        };
        Argument::PercentagePoints(value)
    };
    let message = Message::new(key)
        .with("visits", share(organic.visits, all.visits))
        .with("conversions", share(organic.conversions, all.conversions))
        .with("organic", rate(organic))
        .with("paid", rate(paid))
        .with("difference", points(compared.difference))
        .with("low", points(compared.low))
        .with("high", points(compared.high));
    Finding { verdict: Verdict::Neutral, message, weight: 22 }
}
