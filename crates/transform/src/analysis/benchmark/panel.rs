//! Standings among entities that have rows of their own.

use super::{
    CONFIDENCE, Spec, chart,
    cohort::{self, Places},
    findings,
    membership::Membership,
    standing::{Spread, Standing, Withheld},
    table,
};
use crate::{
    analysis::{Analysed, comparing},
    desk::{Ask, Desk},
    plan::{SectionPlan, TransformPlan},
};
use model::{
    id::MetricId,
    label::Label,
    metric::Metric,
    number::Number,
    peer::{Panel, PeerGroup},
    period::Period,
    report::{Block, Finding, Verdict},
    unit::Direction,
};
use stats::{
    peer::{
        AgainstIndex, Expectation, Movement, Peer, against_index, expectation, rank_movement,
        suppression::{Cell, Floor, Reason},
    },
    quantile::{percentile_rank_interval, quantile_of_type},
};
use std::collections::BTreeMap;

/// A value by entity.
type Values = BTreeMap<String, f64>;

/// The period, the one before, and the same a year before.
fn periods(plan: &TransformPlan, section: &SectionPlan) -> [Period; 3] {
    let period = section.period;
    [period, plan.calendar.before(&period, 1), plan.calendar.year_before(&period)]
}

pub(super) fn asks(
    plan: &TransformPlan,
    section: &SectionPlan,
    panel: &Panel,
    metric: &Metric,
) -> Vec<Ask> {
    let periods = periods(plan, section);
    let mut asks =
        vec![by_entity(panel, &metric.id, &periods), cohort::ask(panel, metric, section.period)];
    asks.extend(panel.weight.iter().map(|weight| by_entity(panel, weight, &periods)));
    asks.extend((0..=panel.cohort.len()).map(|kept| index_ask(panel, metric, &periods, kept)));
    asks
}

fn by_entity(panel: &Panel, metric: &MetricId, periods: &[Period]) -> Ask {
    Ask {
        metric: metric.clone(),
        periods: periods.to_vec(),
        by: vec![panel.entity.clone()],
        only: cohort::with_us(panel),
    }
}

/// All others together, within the first `kept` columns of the cohort: a total is asked for, never added up.
fn index_ask(panel: &Panel, metric: &Metric, periods: &[Period], kept: usize) -> Ask {
    Ask {
        metric: metric.id.clone(),
        periods: periods.to_vec(),
        by: panel.cohort[..kept].to_vec(),
        only: cohort::without_us(panel),
    }
}

/// What a standing is read from.
pub(super) struct Reading<'r, 'a> {
    pub(super) spec: &'r Spec,
    pub(super) desk: &'r Desk<'a>,
    pub(super) section: &'r SectionPlan,
    pub(super) group: &'r PeerGroup,
    pub(super) panel: &'r Panel,
    pub(super) metric: &'a Metric,
}

impl<'a> Reading<'_, 'a> {
    /// Our place; what is shown is added to `shown`.
    pub(super) fn standing(&self, shown: &mut Vec<Membership>) -> Standing<'a> {
        let periods = periods(self.desk.plan, self.section);
        let [now, before, year] = periods.map(|period| self.values(&self.metric.id, period));
        let places = cohort::places(self.desk, &cohort::ask(self.panel, self.metric, periods[0]));
        let own = |values: &Values| values.get(self.panel.own.as_ref()?).copied();
        let rules = self.panel.cohort.len();
        let (kept, peers) = self.widened(&places, &now);
        let mut standing = Standing {
            metric: self.metric,
            own: own(&now),
            peers: peers.len(),
            spread: self.spread(&peers, own(&now), periods[0]),
            before: own(&before),
            moved: [None, None],
            expected: None,
            growth: None,
            kept: (kept, rules),
        };
        if standing.spread.is_ok() {
            let membership = self.membership(&peers, periods[0]);
            match membership.differs_too_little(shown, &self.floor()) {
                Some(others) => standing.spread = Err(Withheld::Difference { others }),
                None => shown.push(membership),
            }
        }
        if standing.spread.is_ok() {
            standing.moved = [&before, &year].map(|base| self.moved(base, &now, &peers));
            standing.expected = self.expected((&places, kept), &peers, standing.own, periods[0]);
            standing.growth = self.growth(&places, kept, [&year, &now], &periods);
        }
        standing
    }

    /// The values of every entity, ours included.
    fn values(&self, metric: &MetricId, period: Period) -> Values {
        let ask = by_entity(self.panel, metric, &periods(self.desk.plan, self.section));
        let value = |members: Vec<Option<String>>| {
            let entity = members.first().cloned().flatten()?;
            // A member that the group's condition leaves without rows has no value, not the value zero.
            let value = self.desk.value(&ask, &period, &members)?.to_f64();
            let is_us = Some(&entity) == self.panel.own.as_ref();
            let counts = value.is_finite() && (is_us || counts(self.metric, value));
            counts.then_some((entity, value))
        };
        self.desk.slices(&ask, &[period]).into_iter().filter_map(value).collect()
    }

    /// The peers with a value in the narrowest cohort that has enough of them, and how many rules that keeps.
    fn widened(&self, places: &Places, now: &Values) -> (usize, Values) {
        let own = self.panel.own.as_ref();
        let within = |kept: usize| -> Values {
            let alike = cohort::alike(places, own, kept);
            let peers = now.iter().filter(|(entity, _)| alike.contains(*entity));
            peers.map(|(entity, value)| (entity.clone(), *value)).collect()
        };
        let minimum = self.floor().fewest();
        let narrow = (1..=self.panel.cohort.len()).rev().map(|kept| (kept, within(kept)));
        narrow.into_iter().find(|(_, peers)| peers.len() >= minimum).unwrap_or((0, within(0)))
    }

    fn floor(&self) -> Floor {
        Floor::new(self.group.minimum, self.panel.most_share)
    }

    fn spread(&self, peers: &Values, own: Option<f64>, period: Period) -> Result<Spread, Withheld> {
        if let Some(withheld) = self.refused(peers, period) {
            return Err(withheld);
        }
        let values: Vec<f64> = peers.values().copied().collect();
        let kind = self.spec.quantile_type.kind();
        let at = |share| quantile_of_type(&values, share, kind);
        let few = Withheld::Few { minimum: self.floor().fewest() };
        let (Some(lower), Some(median), Some(upper)) = (at(0.25), at(0.5), at(0.75)) else {
            return Err(few);
        };
        let rank = own.and_then(|own| percentile_rank_interval(own, &values, CONFIDENCE));
        Ok(Spread { quartiles: [lower, median, upper], rank })
    }

    /// Why a figure over these peers may not be shown, if it may not.
    fn refused(&self, peers: &Values, period: Period) -> Option<Withheld> {
        let floor = self.floor();
        let values: Vec<f64> = peers.values().copied().collect();
        if values.len() < floor.fewest() {
            return Some(Withheld::Few { minimum: floor.fewest() });
        }
        let dominated = || Withheld::Dominated { most: self.panel.most_share };
        match Cell::of(&values).and_then(|cell| floor.refuses(&cell)) {
            Some(Reason::Unanimous) => return Some(Withheld::Unanimous),
            // Shares of one peer in a sum of ratios mean nothing; that is what the weight is for.
            Some(Reason::Dominated) if comparing::adds_up(self.metric) => return Some(dominated()),
            _ => {}
        }
        let weights: Vec<f64> = self.weights(peers, period).into_values().collect();
        let refused = Cell::of(&weights).and_then(|cell| floor.refuses(&cell));
        (refused == Some(Reason::Dominated)).then(dominated)
    }

    fn weights(&self, peers: &Values, period: Period) -> Values {
        let Some(weight) = &self.panel.weight else { return Values::new() };
        let mut weights = self.values(weight, period);
        weights.retain(|entity, _| peers.contains_key(entity));
        weights
    }

    fn membership(&self, peers: &Values, period: Period) -> Membership {
        let group = (self.group, self.panel);
        Membership::new(self.desk.plan, group, self.metric, &period, peers)
    }

    /// How our place moved among those with a value in both periods.
    fn moved(&self, base: &Values, now: &Values, peers: &Values) -> Option<Movement> {
        let own = self.panel.own.as_ref()?;
        let names: Vec<&String> = [own].into_iter().chain(peers.keys()).collect();
        let of = |values: &Values| -> Vec<Option<f64>> {
            names.iter().map(|name| values.get(*name).copied()).collect()
        };
        let higher = self.metric.direction != Direction::Down;
        let moved = rank_movement(&of(base), &of(now), higher)?.first().copied().flatten()?;
        // We are one of those present in both; the others are what the floor is about.
        (moved.of > self.floor().fewest()).then_some(moved)
    }

    /// What our size lets expect, and where the cohort was widened also what we are in the columns that were dropped.
    fn expected(
        &self,
        (places, kept): (&Places, usize),
        peers: &Values,
        own: Option<f64>,
        period: Period,
    ) -> Option<Expectation> {
        if !self.spec.adjusted.contains(&self.metric.id) {
            return None;
        }
        let weights = self.values(self.panel.weight.as_ref()?, period);
        let levels = cohort::levels(places, kept);
        let of = |entity: &String, value: f64, grouped: bool| {
            let size = weights.get(entity).copied().filter(|size| *size > 0.0)?;
            let level = levels.get(entity).copied().filter(|_| grouped);
            Some(Peer { size, group: level.unwrap_or_default(), value })
        };
        let name = self.panel.own.as_ref()?;
        let fit = |grouped: bool| {
            let peers = peers.iter().filter_map(|(entity, value)| of(entity, *value, grouped));
            expectation(&of(name, own?, grouped)?, &peers.collect::<Vec<Peer>>())
        };
        // Too few with our own mark to set a level: then size alone.
        fit(true).or_else(|| fit(false))
    }

    /// Growth on a year before, against all others of the cohort together.
    fn growth(
        &self,
        places: &Places,
        kept: usize,
        [year, now]: [&Values; 2],
        periods: &[Period; 3],
    ) -> Option<AgainstIndex> {
        let wanted = self.spec.growth.contains(&self.metric.id);
        if !wanted || !comparing::adds_up(self.metric) {
            return None;
        }
        let own = self.panel.own.as_ref()?;
        let cell = cohort::own_cell(places, own, kept)?;
        // An index that one peer made a year ago would tell about that peer.
        let alike = cohort::alike(places, Some(own), kept);
        let others = year.iter().filter(|(entity, _)| alike.contains(*entity));
        let others: Values = others.map(|(entity, value)| (entity.clone(), *value)).collect();
        if self.refused(&others, periods[2]).is_some() {
            return None;
        }
        let ask = index_ask(self.panel, self.metric, periods, kept);
        let index = |period: &Period| self.desk.value(&ask, period, &cell).map(Number::to_f64);
        against_index(
            [*year.get(own)?, *now.get(own)?],
            [index(&periods[2])?, index(&periods[0])?],
            1,
        )
    }
}

/// A sum over no rows is zero in the engine; among peers it is nobody.
fn counts(metric: &Metric, value: f64) -> bool {
    let is_amount = matches!(metric.unit, model::unit::Unit::Count | model::unit::Unit::Money(_));
    value != 0.0 || !(is_amount || comparing::adds_up(metric))
}

/// The statements and the content of one group.
pub(super) fn told(
    spec: &Spec,
    desk: &Desk<'_>,
    section: &SectionPlan,
    group: &PeerGroup,
    standings: &[Standing<'_>],
) -> Analysed {
    let mut told = Analysed::default();
    let (shown, withheld): (Vec<_>, Vec<_>) =
        standings.iter().partition(|standing| standing.spread.is_ok());
    let shown: Vec<Standing<'_>> = shown.into_iter().cloned().collect();
    let gains = spec.worth.as_ref().map(|worth| worth.gains(desk, section, &group.label, &shown));
    let gains = gains.unwrap_or_default();
    told.findings.extend(findings::conclusion(group, &shown));
    told.findings.extend(gains.iter().map(super::worth::Gain::finding));
    told.findings.extend(shown.iter().flat_map(|standing| findings::of(group, standing)));
    let mut reasons = Vec::new();
    for message in withheld.iter().filter_map(|standing| standing.withheld(&group.label)) {
        if !reasons.contains(&message) {
            reasons.push(message);
        }
    }
    for message in reasons {
        told.blocks.push(Block::Note(message.clone()));
        told.findings.push(Finding { verdict: Verdict::Unknown, message, weight: 12 });
    }
    if shown.is_empty() {
        return told;
    }
    told.blocks.extend(findings::widened(desk.plan, group, &shown).into_iter().map(Block::Note));
    told.blocks.extend(chart::charts(section, group, &shown).into_iter().map(Block::Chart));
    told.blocks.extend(table::tables(group, &shown, &gains).into_iter().map(Block::Table));
    if let PeerGroup { kind: model::peer::PeerKind::Panel(panel), .. } = group
        && panel.named
    {
        told.blocks.extend(named(desk, section, panel, group, &shown).map(Block::Table));
    }
    told
}

/// Competitors by name, with figures that are public anyway.
fn named(
    desk: &Desk<'_>,
    section: &SectionPlan,
    panel: &Panel,
    group: &PeerGroup,
    standings: &[Standing<'_>],
) -> Option<model::report::Table> {
    let periods = periods(desk.plan, section);
    let value = |metric: &MetricId, entity: &String| {
        let ask = by_entity(panel, metric, &periods);
        desk.value(&ask, &periods[0], &[Some(entity.clone())])
    };
    let ask = by_entity(panel, &standings.first()?.metric.id, &periods);
    let entities: Vec<String> = desk
        .slices(&ask, &periods[..1])
        .into_iter()
        .filter_map(|one| one.into_iter().next()?)
        .collect();
    let label = |entity: &String| {
        let labels = desk.plan.members.get(&panel.entity);
        labels.and_then(|labels| labels.get(entity).cloned())
    };
    let rows = entities.iter().map(|entity| {
        let label = label(entity).unwrap_or_else(|| Label::verbatim(entity));
        let values = standings.iter().map(|standing| value(&standing.metric.id, entity));
        (label, Some(entity) == panel.own.as_ref(), values.collect())
    });
    Some(table::by_name(group, standings, rows.collect()))
}
