//! Our place in one metric: what is known of it, whoever the peers are.

use crate::{analysis::comparing, desk::format_of};
use model::{
    label::Label,
    metric::Metric,
    number::Number,
    report::{Argument, Figure, Message, Verdict},
    unit::Direction,
};
use stats::{
    peer::{AgainstIndex, Expectation, Movement},
    quantile::Rank,
};
use std::cmp::Ordering;

/// Our place in one metric.
#[derive(Debug, Clone)]
pub(super) struct Standing<'a> {
    pub(super) metric: &'a Metric,
    pub(super) own: Option<f64>,
    /// How many peers have a value.
    pub(super) peers: usize,
    /// The quartiles, or why they are not shown.
    pub(super) spread: Result<Spread, Withheld>,
    /// Our value a period before.
    pub(super) before: Option<f64>,
    /// How our place moved since the period before and since a year before, among those present in both.
    pub(super) moved: [Option<Movement>; 2],
    /// What our size lets expect.
    pub(super) expected: Option<Expectation>,
    /// Growth on a year before, ours and that of the group.
    pub(super) growth: Option<AgainstIndex>,
    /// The cohort rules that were kept, of those that the group has.
    pub(super) kept: (usize, usize),
}

/// Quartiles, and where we are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spread {
    /// Lower quartile, median, upper quartile.
    pub(super) quartiles: [f64; 3],
    /// Our percentile rank with its interval; unknown where only quartiles are published.
    pub(super) rank: Option<Rank>,
}

/// Why nothing is shown.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Withheld {
    /// Fewer peers than the minimum.
    Few { minimum: usize },
    /// One peer is more of the group than is allowed.
    Dominated { most: f64 },
    /// All peers have the same value.
    Unanimous,
    /// It differs by a few peers from what is shown: a group, or two of them together.
    Difference { others: Vec<Label> },
    /// The quartiles of a published table contradict each other.
    Disordered,
}

impl Standing<'_> {
    pub(super) fn quartile(&self, index: usize) -> Option<f64> {
        self.spread.as_ref().ok().map(|spread| spread.quartiles[index])
    }

    pub(super) fn median(&self) -> Option<f64> {
        self.quartile(1)
    }

    /// The quartile that the best quarter begins at; none where neither way is good.
    pub(super) fn best(&self) -> Option<f64> {
        match self.metric.direction {
            Direction::Up => self.quartile(2),
            Direction::Down => self.quartile(0),
            Direction::Neutral => None,
        }
    }

    pub(super) fn rank(&self) -> Option<Rank> {
        self.spread.as_ref().ok().and_then(|spread| spread.rank)
    }

    pub(super) fn gap(&self, base: Option<f64>) -> Option<f64> {
        Some(self.own? - base?)
    }

    pub(super) fn verdict(&self, base: Option<f64>) -> Verdict {
        comparing::verdict(self.metric, self.own.map(Number::Real), base.map(Number::Real))
    }

    /// Whether our place is good: neither where the interval of the rank leaves the side of the median open.
    pub(super) fn place(&self) -> Verdict {
        match self.rank() {
            Some(rank) if rank.low <= 0.5 && rank.high >= 0.5 => Verdict::Neutral,
            _ => self.verdict(self.median()),
        }
    }

    /// The share of peers than which we are better, with its interval; where neither way is good, than which ours is
    /// higher.
    pub(super) fn ahead(&self) -> Option<Rank> {
        let rank = self.rank()?;
        let [a, b] = [rank.low, rank.high].map(|end| self.in_direction(end));
        Some(Rank { rank: self.in_direction(rank.rank), low: a.min(b), high: a.max(b) })
    }

    /// A percentile rank as the share of peers than which we are better, or higher where neither way is good.
    pub(super) fn in_direction(&self, rank: f64) -> f64 {
        if self.metric.direction == Direction::Down { 1.0 - rank } else { rank }
    }

    /// The key of a sentence with such a share: another one where neither way is good.
    pub(super) fn keyed(&self, key: &str) -> String {
        let is_neutral = self.metric.direction == Direction::Neutral;
        if is_neutral { format!("{key}_unjudged") } else { key.to_owned() }
    }

    /// On which side of a value ours is, greater being better: the sign of the gap, however sure it is; none where neither
    /// way is good.
    pub(super) fn side(&self, base: Option<f64>) -> Option<Ordering> {
        let order = self.own?.partial_cmp(&base?)?;
        match self.metric.direction {
            Direction::Up => Some(order),
            Direction::Down => Some(order.reverse()),
            Direction::Neutral => None,
        }
    }

    /// Whether we reach the best quarter.
    pub(super) fn is_in_best_quarter(&self) -> bool {
        self.side(self.best()).is_some_and(Ordering::is_ge)
    }

    pub(super) fn value(&self, value: Option<f64>) -> Argument {
        Argument::value(value.map(Number::Real), format_of(self.metric))
    }

    /// A difference in the metric's unit; of percentages in points.
    pub(super) fn difference(&self, difference: Option<f64>) -> Argument {
        match (&self.metric.unit, self.value(difference)) {
            (model::unit::Unit::Percent, Argument::Value { value, .. }) => {
                Argument::PercentagePoints(value)
            }
            (_, other) => other,
        }
    }

    pub(super) fn figure(&self, value: Option<f64>) -> Figure {
        Figure { value: value.map(Number::Real), format: format_of(self.metric), coverage: None }
    }

    pub(super) fn label(&self) -> Argument {
        Argument::Label(self.metric.label.clone())
    }

    pub(super) fn withheld(&self, group: &Label) -> Option<Message> {
        let about = |key: &str| {
            Message::new(key)
                .with("group", Argument::Label(group.clone()))
                .with("peers", Argument::Count(self.peers as i64))
        };
        Some(match self.spread.as_ref().err()? {
            Withheld::Few { minimum } => {
                about("benchmark.withheld").with("minimum", Argument::Count(*minimum as i64))
            }
            Withheld::Dominated { most } => about("benchmark.dominated")
                .with("metric", self.label())
                .with("most", comparing::percent(Some(*most))),
            Withheld::Unanimous => about("benchmark.unanimous").with("metric", self.label()),
            Withheld::Difference { others } => about("benchmark.difference")
                .with("metric", self.label())
                .with("other", Argument::List(others.clone())),
            Withheld::Disordered => about("benchmark.disordered").with("metric", self.label()),
        })
    }
}

/// A percentile in whole numbers, 0 to 100.
pub(super) fn percentile(share: f64) -> Argument {
    Argument::Count((share * 100.0).round() as i64)
}
