//! Segments by recency, frequency and money, by rule.
//!
//! Method: scores from 1 to 5 by fifths of the customers, as in Hughes (1994), *Strategic Database Marketing*; equal
//! customers share the middle of their places and so one score. Frequency and money count as one score, their mean.

use crate::correlation::mid_ranks;

/// How a customer has bought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Behaviour {
    /// Days since the last purchase.
    pub days_since: f64,
    /// Purchases so far.
    pub purchases: u32,
    /// What they spent in all, in units of money.
    pub spent: f64,
}

/// Customers who can be spoken to alike, the most valuable first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// Bought lately, often and for much.
    Best,
    /// Buys often and for much, the last time a while ago.
    Loyal,
    /// Used to buy often and for much, and has been silent for long.
    Slipping,
    /// Bought lately, neither much nor little.
    Promising,
    /// Bought lately for the first time.
    New,
    /// Bought lately, seldom and for little.
    Occasional,
    /// Little bought so far, the last time a while ago.
    Fading,
    /// Little bought so far, and silent for long.
    Dormant,
    /// Little bought so far, and among the longest silent.
    Lost,
}

/// The segment of each customer, in their order; `None` for nobody, or a figure that is not a number.
pub fn segments(customers: &[Behaviour]) -> Option<Vec<Segment>> {
    let is_number = |one: &Behaviour| one.days_since.is_finite() && one.spent.is_finite();
    if customers.is_empty() || !customers.iter().all(is_number) {
        return None;
    }
    let scores = |figure: &dyn Fn(&Behaviour) -> f64| -> Vec<u32> {
        fifths(&customers.iter().map(figure).collect::<Vec<f64>>())
    };
    let recency = scores(&|one| -one.days_since);
    let frequency = scores(&|one| f64::from(one.purchases));
    let money = scores(&|one| one.spent);
    let segment = |at: usize| {
        let is_new = customers[at].purchases <= 1;
        segment(recency[at], frequency[at] + money[at], is_new)
    };
    Some((0..customers.len()).map(segment).collect())
}

/// The fifth of each value, 1 for the lowest.
fn fifths(values: &[f64]) -> Vec<u32> {
    let count = values.len() as f64;
    mid_ranks(values).iter().map(|rank| 1 + ((rank - 0.5) / count * 5.0) as u32).collect()
}

/// The rule: the score of recency, the sum of those of frequency and money.
fn segment(recency: u32, worth: u32, is_new: bool) -> Segment {
    match (recency, worth) {
        (4.., 8..) => Segment::Best,
        (3, 8..) => Segment::Loyal,
        (_, 8..) => Segment::Slipping,
        (4.., _) if is_new => Segment::New,
        (4.., 5..) => Segment::Promising,
        (4.., _) => Segment::Occasional,
        (3, _) => Segment::Fading,
        (2, _) => Segment::Dormant,
        (_, _) => Segment::Lost,
    }
}
