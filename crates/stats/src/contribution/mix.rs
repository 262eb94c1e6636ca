//! Mix against rate: did the segments change, or their weights?
//!
//! Method: with shares s and rates r before (0) and after (1), the rate effect of a segment is (s₀+s₁)/2 · (r₁−r₀)
//! and its mix effect (s₁−s₀) · ((r₀+r₁)/2 − R), R the mean of the total's two rates: the symmetric form of Marshall
//! (1890) and Edgeworth, which leaves no interaction (Kitagawa 1955, *Components of a Difference Between Two Rates*,
//! JASA 50(272), 1168–1194). Taking R off changes no sum, for shares add up to one, and makes a gain of weight count
//! for good only in a segment above the mean.
//! Not for: rates whose segments overlap.

use super::close;

/// The share of weight that counts as nearly all of it when a paradox is looked for.
pub const NEARLY_ALL: f64 = 0.9;

/// A segment in one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Side {
    /// The weight: sessions for a conversion rate; zero if the segment was absent.
    pub weight: f64,
    /// Its rate; `None` if it was absent.
    pub rate: Option<f64>,
}

/// A segment in both periods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Segment {
    /// Before.
    pub before: Side,
    /// After.
    pub after: Side,
}

/// In which periods a segment was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// In neither; both effects are zero.
    Absent,
    /// In both.
    Both,
    /// After only; all of its effect is mix.
    New,
    /// Before only; all of its effect is mix.
    Vanished,
}

/// What one segment added to the change of the total rate, in the unit of the rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SegmentEffect {
    /// By its own rate.
    pub rate: f64,
    /// By its share of the weight.
    pub mix: f64,
    /// The mean of its shares before and after, 0 to 1.
    pub share: f64,
    /// In which periods it was there.
    pub presence: Presence,
}

/// Segments move one way and their total the other: Simpson (1951), JRSS B 13(2), 238–241.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paradox {
    /// How the segments moved: +1 up, −1 down.
    pub segments_moved: i8,
    /// How many segments moved so.
    pub count: usize,
    /// How many segments there were in both periods.
    pub of: usize,
    /// Their share of the weight, mean of before and after, 0 to 1.
    pub share: f64,
}

/// The change of an aggregate rate, shared out.
#[derive(Debug, Clone, PartialEq)]
pub struct MixRate {
    /// The aggregate rate before.
    pub before: f64,
    /// The aggregate rate after.
    pub after: f64,
    /// The effect of all rates, in the unit of the rate.
    pub rate: f64,
    /// The effect of all shares, in the unit of the rate.
    pub mix: f64,
    /// The effects of each segment, in the order of the segments; they add up to the change.
    pub segments: Vec<SegmentEffect>,
    /// Whether the total misleads about its segments.
    pub paradox: Option<Paradox>,
}

impl MixRate {
    /// After minus before, in the unit of the rate.
    pub fn change(&self) -> f64 {
        self.after - self.before
    }
}

/// Shares out the change of a weighted mean of rates among the rates and the weights of its segments.
///
/// `None` if a period has no weight, a weight is negative, a value is not finite, or a segment has weight but no rate.
pub fn mix_rate(segments: &[Segment]) -> Option<MixRate> {
    let weight_before = total_weight(segments.iter().map(|segment| segment.before))?;
    let weight_after = total_weight(segments.iter().map(|segment| segment.after))?;
    let rows: Vec<Row> = segments
        .iter()
        .map(|segment| Row::new(segment, weight_before, weight_after))
        .collect::<Option<_>>()?;
    let before: f64 = rows.iter().map(|row| row.shares[0] * row.rates[0]).sum();
    let after: f64 = rows.iter().map(|row| row.shares[1] * row.rates[1]).sum();
    let middle = (before + after) / 2.0;
    let mut effects: Vec<SegmentEffect> = rows.iter().map(|row| row.effect(middle)).collect();
    let mut parts: Vec<f64> = effects.iter().flat_map(|effect| [effect.rate, effect.mix]).collect();
    close(&mut parts, after - before);
    for (effect, pair) in effects.iter_mut().zip(parts.chunks_exact(2)) {
        (effect.rate, effect.mix) = (pair[0], pair[1]);
    }
    let mut whole =
        [effects.iter().map(|one| one.rate).sum(), effects.iter().map(|one| one.mix).sum()];
    close(&mut whole, after - before);
    let paradox = paradox(&rows, before, after);
    Some(MixRate { before, after, rate: whole[0], mix: whole[1], segments: effects, paradox })
}

fn total_weight(sides: impl Iterator<Item = Side>) -> Option<f64> {
    let mut total = 0.0;
    for side in sides {
        let known = side.rate.is_some_and(f64::is_finite) || side.weight == 0.0;
        if !known || !side.weight.is_finite() || side.weight < 0.0 {
            return None;
        }
        total += side.weight;
    }
    (total > 0.0 && total.is_finite()).then_some(total)
}

/// A segment's shares and rates, before and after; an absent one has the rate of the other period.
struct Row {
    shares: [f64; 2],
    rates: [f64; 2],
    presence: Presence,
}

impl Row {
    fn new(segment: &Segment, weight_before: f64, weight_after: f64) -> Option<Row> {
        let rate = |side: Side| side.rate.filter(|_| side.weight > 0.0);
        let (presence, rates) = match (rate(segment.before), rate(segment.after)) {
            (None, None) => (Presence::Absent, [0.0, 0.0]),
            (None, Some(after)) => (Presence::New, [after, after]),
            (Some(before), None) => (Presence::Vanished, [before, before]),
            (Some(before), Some(after)) => (Presence::Both, [before, after]),
        };
        let shares = [segment.before.weight / weight_before, segment.after.weight / weight_after];
        rates.iter().all(|rate| rate.is_finite()).then_some(Row { shares, rates, presence })
    }

    fn share(&self) -> f64 {
        (self.shares[0] + self.shares[1]) / 2.0
    }

    fn effect(&self, middle: f64) -> SegmentEffect {
        SegmentEffect {
            rate: self.share() * (self.rates[1] - self.rates[0]),
            mix: (self.shares[1] - self.shares[0])
                * ((self.rates[0] + self.rates[1]) / 2.0 - middle),
            share: self.share(),
            presence: self.presence,
        }
    }
}

fn paradox(rows: &[Row], before: f64, after: f64) -> Option<Paradox> {
    let total = direction(before, after);
    if total == 0 {
        return None;
    }
    let stayed = rows.iter().filter(|row| row.presence == Presence::Both);
    let against = stayed.clone().filter(|row| direction(row.rates[0], row.rates[1]) == -total);
    let share: f64 = against.clone().map(Row::share).sum();
    let (count, of) = (against.count(), stayed.count());
    let nearly_all = count >= 2 && share >= NEARLY_ALL - 1e-12;
    nearly_all.then_some(Paradox { segments_moved: -total, count, of, share })
}

/// +1 up, −1 down, 0 if the difference is no more than rounding.
fn direction(before: f64, after: f64) -> i8 {
    let moved = after - before;
    if moved.abs() <= 1e-12 * before.abs().max(after.abs()) { 0 } else { moved.signum() as i8 }
}
