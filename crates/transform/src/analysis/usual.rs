//! Whether a report calls a change usual, so that no other part of it praises or blames it.

use super::AnalysisSpec;
use crate::{desk::Desk, plan::SectionPlan};
use model::{id::MetricId, period::Period};

/// Whether the change of a total on the period before is within its usual swings, as a card says, or else a list of what
/// moved; false where nothing of the report judges it.
pub(super) fn is_usual(desk: &Desk<'_>, metric: &MetricId, period: &Period) -> bool {
    let sections = || desk.plan.sections.iter().filter(|section| section.period == *period);
    let of_card = |section: &SectionPlan| match &section.analysis {
        AnalysisSpec::Scorecard(spec) => spec.calls_usual(desk, section, metric),
        _ => None,
    };
    let of_list = |section: &SectionPlan| match &section.analysis {
        AnalysisSpec::Movers(spec) => spec.calls_usual(desk, section, metric),
        _ => None,
    };
    let said = sections().find_map(of_card).or_else(|| sections().find_map(of_list));
    said.unwrap_or(false)
}
