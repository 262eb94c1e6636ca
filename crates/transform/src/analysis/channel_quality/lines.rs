//! The figures of every channel and campaign.
//!
//! Rule: rates are made of a line's own parts; a part that is unknown leaves the rate unknown, never 0.

use super::{Slots, Spec};
use crate::{
    analysis::comparing,
    desk::{Ask, Desk},
    plan::SectionPlan,
};
use model::{
    id::{DimensionId, MetricId},
    label::Label,
    metric::Metric,
    number::{Number, ratio},
};
use std::collections::BTreeSet;

/// What is known of one channel, one campaign, or all.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Figures {
    pub spend: Option<Number>,
    pub reach: Option<Number>,
    pub impressions: Option<Number>,
    pub clicks: Option<Number>,
    pub conversions: Option<Number>,
    pub revenue: Option<Number>,
}

impl Figures {
    /// Clicks per impression.
    pub(super) fn click_through(&self) -> Option<Number> {
        ratio(self.clicks, self.impressions)
    }

    /// Conversions per click.
    pub(super) fn conversion(&self) -> Option<Number> {
        ratio(self.conversions, self.clicks)
    }

    /// Spend per conversion.
    pub(super) fn per_conversion(&self) -> Option<Number> {
        ratio(self.spend, self.conversions)
    }

    /// Revenue per unit of spend.
    pub(super) fn return_on_spend(&self) -> Option<Number> {
        ratio(self.revenue, self.spend)
    }

    /// How many saw it: reach, else impressions, else clicks.
    pub(super) fn traffic(&self) -> Option<Number> {
        self.reach.or(self.impressions).or(self.clicks)
    }
}

/// One channel or campaign.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub label: Label,
    /// The channel, and the campaign if it is one.
    pub members: Vec<Option<String>>,
    pub figures: Figures,
}

/// All channels, and their campaigns if they are asked for.
#[derive(Debug)]
pub(super) struct Lines {
    pub slots: Slots,
    pub channels: Vec<Line>,
    pub campaigns: Vec<Line>,
    pub all: Figures,
    /// Whether clicks and conversions of lines add up to those of all, so that "all others" is known.
    pub adds_up: bool,
}

impl Lines {
    pub(super) fn of(spec: &Spec, desk: &Desk<'_>, section: &SectionPlan) -> Self {
        let slots = spec.slots();
        let reader = Reader { spec, desk, section, slots: &slots };
        let channels = reader.lines(false);
        let campaigns = if spec.campaign.is_some() { reader.lines(true) } else { Vec::new() };
        let all = reader.figures(&|metric| desk.total(&reader.ask(metric, None), &section.period));
        let sums = |metric: &Option<MetricId>| {
            let found = metric.as_ref().and_then(|metric| desk.plan.metrics.get(metric));
            found.is_some_and(comparing::adds_up)
        };
        let adds_up = sums(&slots.clicks) && sums(&slots.conversions);
        Self { channels, campaigns, all, adds_up, slots }
    }

    /// The lines in which spend without result is looked for.
    pub(super) fn finest(&self) -> &[Line] {
        if self.campaigns.is_empty() { &self.channels } else { &self.campaigns }
    }

    pub(super) fn metric<'a>(desk: &Desk<'a>, metric: Option<&MetricId>) -> Option<&'a Metric> {
        desk.plan.metrics.get(metric?)
    }
}

struct Reader<'a> {
    spec: &'a Spec,
    desk: &'a Desk<'a>,
    section: &'a SectionPlan,
    slots: &'a Slots,
}

impl Reader<'_> {
    /// The total, or lines with or without campaigns.
    fn ask(&self, metric: &MetricId, campaigns: Option<bool>) -> Ask {
        let by = campaigns.map(|campaigns| self.spec.dimensions(campaigns)).unwrap_or_default();
        Ask { by, ..Ask::total(metric, vec![self.section.period]) }
    }

    fn figures(&self, value: &dyn Fn(&MetricId) -> Option<Number>) -> Figures {
        let of = |metric: &Option<MetricId>| metric.as_ref().and_then(value);
        Figures {
            spend: of(&self.slots.spend),
            reach: of(&self.slots.reach),
            impressions: of(&self.slots.impressions),
            clicks: of(&self.slots.clicks),
            conversions: of(&self.slots.conversions),
            revenue: of(&self.slots.revenue),
        }
    }

    /// Most spend first, then most traffic, then by name.
    fn lines(&self, campaigns: bool) -> Vec<Line> {
        let period = self.section.period;
        let mut members = BTreeSet::new();
        for (_, metric) in self.slots.named() {
            let ask = self.ask(metric, Some(campaigns));
            members.extend(self.desk.slices(&ask, &ask.periods));
        }
        let line = |members: Vec<Option<String>>| {
            let value = |metric: &MetricId| {
                let ask = self.ask(metric, Some(campaigns));
                // A channel that a dataset does not know has no figure in it, not zero.
                let known = self.desk.slices(&ask, &ask.periods).contains(&members);
                self.desk.value(&ask, &period, &members).filter(|_| known)
            };
            let figures = self.figures(&value);
            Line { label: self.label(&members, campaigns), figures, members }
        };
        let mut lines: Vec<Line> = members.into_iter().map(line).collect();
        let size = |number: Option<Number>| number.map_or(-1.0, Number::to_f64);
        let key = |line: &Line| (size(line.figures.spend), size(line.figures.traffic()));
        lines.sort_by(|a, b| {
            let (a_key, b_key) = (key(a), key(b));
            let order = b_key.0.total_cmp(&a_key.0).then(b_key.1.total_cmp(&a_key.1));
            order.then_with(|| a.members.cmp(&b.members))
        });
        lines
    }

    fn label(&self, members: &[Option<String>], campaigns: bool) -> Label {
        let dimensions = self.spec.dimensions(campaigns);
        let name = |(by, member): (&DimensionId, &Option<String>)| {
            self.desk.plan.member(by, member.as_deref())
        };
        let names: Vec<Label> = dimensions.iter().zip(members).map(name).collect();
        match names.as_slice() {
            [channel, campaign] => Label::new(
                format!("{} · {}", channel.en, campaign.en),
                format!("{} · {}", channel.zh_cn, campaign.zh_cn),
            ),
            [channel] => channel.clone(),
            _ => self.desk.plan.dimension(&self.spec.by),
        }
    }
}
