//! Where do we stand among peers?
//!
//! Answers: are we better than the median, how sure is that, do we rise, are we good or only big, what would closing
//! the gap be worth, and how do we grow against the index?
//! Method: quartiles by Hyndman and Fan, intervals of ranks by Wilson, places among those present in both periods,
//! expectation given size by Huber; arithmetic and suppression in `stats`.
//! Rule: nothing is shown that rests on fewer peers than the floor, that one peer dominates, or that together with a
//! group shown before tells about a few peers.

mod chart;
mod cohort;
mod findings;
mod industry;
mod market;
mod membership;
mod panel;
mod standing;
mod table;
mod worth;

pub use self::worth::Worth;

use super::{Analysed, Analysis, AnalysisSpec, Limits, Names};
use crate::{
    desk::{Ask, Desk},
    plan::{SectionPlan, TransformPlan},
};
use model::{
    id::{MetricId, PeerGroupId},
    peer::{PeerGroup, PeerKind},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stats::quantile::QuantileType;
use std::collections::BTreeMap;

/// How sure the intervals of ranks are.
const CONFIDENCE: f64 = 0.95;

/// Settings of a peer benchmark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The peer groups, in display order. Of two groups of the catalogue that differ by a few peers only the one that
    /// comes first by name is shown, in whichever report.
    pub groups: Vec<PeerGroupId>,
    /// Metrics of the peer dataset, in display order.
    pub metrics: Vec<MetricId>,
    /// Which of the nine definitions of a quartile holds, by Hyndman and Fan's number; 7 when absent.
    #[serde(default)]
    #[schemars(with = "u8", range(min = 1, max = 9))]
    pub quantile_type: Definition,
    /// Those of `metrics` whose growth on a year before is held against the growth of the group: sums and counts.
    #[serde(default)]
    pub growth: Vec<MetricId>,
    /// Those of `metrics` of which size is made no merit: needs the group's `weight`.
    #[serde(default)]
    pub adjusted: Vec<MetricId>,
    /// What closing a gap would be worth.
    pub worth: Option<Worth>,
}

/// A definition of a sample quantile, 1 to 9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Definition(u8);

impl Default for Definition {
    fn default() -> Self {
        Self(7)
    }
}

impl TryFrom<u8> for Definition {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        match number {
            1..=9 => Ok(Self(number)),
            _ => Err(format!("there is no definition {number} of a quartile; use 1 to 9")),
        }
    }
}

impl From<Definition> for u8 {
    fn from(definition: Definition) -> Self {
        definition.0
    }
}

impl Definition {
    fn kind(self) -> QuantileType {
        QuantileType::ALL[usize::from(self.0) - 1]
    }
}

impl Analysis for Spec {
    fn asks(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<Ask> {
        let mut asks = Vec::new();
        for group in self.looked_at(plan) {
            for metric in self.metrics.iter().filter_map(|metric| plan.metrics.get(metric)) {
                asks.extend(match &group.kind {
                    PeerKind::Panel(panel) => panel::asks(plan, section, panel, metric),
                    PeerKind::Industry(table) => industry::asks(plan, section, table, metric),
                    PeerKind::Market { size } => market::asks(plan, section, size, metric),
                });
            }
        }
        asks.extend(self.worth.iter().flat_map(|worth| worth.asks(section)));
        asks
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let mut shown = shown_before(desk, section);
        let mut standings = self.standings(desk, section, &mut shown);
        let mut analysed = Analysed::default();
        for group in self.groups.iter().filter_map(|group| desk.plan.peers.get(group)) {
            let told = match &group.kind {
                PeerKind::Panel(_) => {
                    let standings = standings.remove(&group.id).unwrap_or_default();
                    panel::told(self, desk, section, group, &standings)
                }
                PeerKind::Industry(table) => industry::told(self, desk, section, group, table),
                PeerKind::Market { size } => market::told(self, desk, section, group, size),
            };
            analysed.findings.extend(told.findings);
            analysed.blocks.extend(told.blocks);
        }
        analysed
    }

    fn names(&self) -> Names {
        let groups = self.groups.iter().enumerate();
        let mut metrics = Names::metrics("metrics", &self.metrics);
        metrics.extend(Names::metrics("growth", &self.growth));
        metrics.extend(Names::metrics("adjusted", &self.adjusted));
        metrics.extend(self.worth.iter().flat_map(Worth::names));
        Names {
            metrics,
            peers: groups.map(|(index, id)| (format!("groups[{index}]"), id.clone())).collect(),
            ..Names::default()
        }
    }

    fn limits(&self) -> Limits {
        Limits::default()
            .list("metrics", &self.metrics, 1)
            .list("groups", &self.groups, 1)
            .list("growth", &self.growth, 0)
            .list("adjusted", &self.adjusted, 0)
    }
}

impl Spec {
    /// The groups of the section, and those of the catalogue over the same peers, by name.
    ///
    /// Another report may show the others, so a figure of ours must be safe beside each of them: of two groups that
    /// differ by too few peers, the one that comes first by name may be shown, in whichever report.
    fn looked_at<'a>(&self, plan: &'a TransformPlan) -> Vec<&'a PeerGroup> {
        let place = |group: &PeerGroup| match &group.kind {
            PeerKind::Panel(panel) if !panel.named => {
                Some((group.dataset.clone(), panel.entity.clone()))
            }
            PeerKind::Panel(_) | PeerKind::Industry(_) | PeerKind::Market { .. } => None,
        };
        let own = self.groups.iter().filter_map(|group| plan.peers.get(group));
        let places: Vec<_> = own.filter_map(place).collect();
        let is_looked_at = |group: &&PeerGroup| {
            self.groups.contains(&group.id) || place(group).is_some_and(|own| places.contains(&own))
        };
        plan.peers.values().filter(is_looked_at).collect()
    }

    /// The standings in every panel that is looked at, in the order in which they may be shown.
    fn standings<'a>(
        &self,
        desk: &Desk<'a>,
        section: &SectionPlan,
        shown: &mut Vec<membership::Membership>,
    ) -> BTreeMap<PeerGroupId, Vec<standing::Standing<'a>>> {
        let mut found = BTreeMap::new();
        for group in self.looked_at(desk.plan) {
            let PeerKind::Panel(panel) = &group.kind else { continue };
            let metrics = self.metrics.iter().filter_map(|metric| desk.plan.metrics.get(metric));
            let standings: Vec<_> = metrics
                .map(|metric| {
                    let reading =
                        panel::Reading { spec: self, desk, section, group, panel, metric };
                    reading.standing(shown)
                })
                .collect();
            found.insert(group.id.clone(), standings);
        }
        found
    }
}

/// The memberships of every figure that sections before this one show: a difference with one of them would tell
/// about the peers in which the two differ.
fn shown_before(desk: &Desk<'_>, section: &SectionPlan) -> Vec<membership::Membership> {
    let mut shown = Vec::new();
    for earlier in desk.plan.sections.iter().take_while(|earlier| earlier.id != section.id) {
        if let AnalysisSpec::Benchmark(spec) = &earlier.analysis {
            spec.standings(desk, earlier, &mut shown);
        }
    }
    shown
}
