//! The logarithmic mean Divisia index for products of factors.
//!
//! Method: effect of factor k = L(V₀, V₁) · ln(x₁ₖ / x₀ₖ), L the logarithmic mean, added over segments: Ang (2005),
//! *The LMDI approach to decomposition analysis: a practical guide*, Energy Policy 33(7), 867–871.
//! Not for: factors that are zero or change their sign; those are shared out by Shapley values, and the result says so.

use super::{Decomposition, Method, all_finite, close, shapley_product};

/// The change of a product of factors: traffic × conversion × order value.
///
/// `None` without factors, for two lists of different lengths, for a value that is not finite, or for more than
/// [`super::MOST_FACTORS`] factors of which one is zero or changes its sign.
pub fn product(before: &[f64], after: &[f64]) -> Option<Decomposition> {
    let whole = product_sum(&[before], &[after])?;
    Some(Decomposition { segments: Vec::new(), ..whole })
}

/// The change of a sum over segments of products of factors; rows are segments, columns are factors.
///
/// One method serves all segments, so that their effects can be compared. `None` as for [`product`].
pub fn product_sum<R: AsRef<[f64]>>(before: &[R], after: &[R]) -> Option<Decomposition> {
    let factors = before.first()?.as_ref().len();
    let fits = |row: &R| row.as_ref().len() == factors && all_finite(row.as_ref());
    if factors == 0 || before.len() != after.len() || !before.iter().chain(after).all(fits) {
        return None;
    }
    let rows = || before.iter().zip(after).map(|(old, new)| (old.as_ref(), new.as_ref()));
    let regular = rows().all(|(old, new)| old.iter().zip(new).all(|(old, new)| old * new > 0.0));
    let method = if regular { Method::Lmdi } else { Method::Shapley };
    let mut segments = Vec::with_capacity(before.len());
    for (old, new) in rows() {
        segments.push(match method {
            Method::Lmdi => logarithmic_effects(old, new)?,
            Method::Shapley => shapley_product(old, new)?.effects,
        });
    }
    whole(method, rows().map(|(old, new)| (value(old), value(new))).collect(), segments)
}

/// One segment in two periods: what was done, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Activity {
    /// The activity before: sessions, visits, units; zero if the segment was absent.
    pub activity_before: f64,
    /// The activity after.
    pub activity_after: f64,
    /// The value before that the activity brought: revenue, energy.
    pub value_before: f64,
    /// The value after.
    pub value_after: f64,
}

/// The change of a total by activity, structure and intensity, in this order: V = Σ A · (Aᵢ/A) · (Vᵢ/Aᵢ).
///
/// A segment that is absent in one period has no intensity there; it is given that of the other period, so that its
/// coming and going is structure. `None` without segments, for values that are not finite, if the whole activity of a
/// period is not positive, or if a segment has value without activity.
pub fn activity_structure_intensity(segments: &[Activity]) -> Option<Decomposition> {
    let total_before: f64 = segments.iter().map(|segment| segment.activity_before).sum();
    let total_after: f64 = segments.iter().map(|segment| segment.activity_after).sum();
    let usable = |total: f64| total.is_finite() && total > 0.0;
    if !usable(total_before) || !usable(total_after) {
        return None;
    }
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for segment in segments {
        let intensity_before = intensity(segment.value_before, segment.activity_before)?;
        let intensity_after = intensity(segment.value_after, segment.activity_after)?;
        let known_before = intensity_before.or(intensity_after).unwrap_or(0.0);
        let known_after = intensity_after.or(intensity_before).unwrap_or(0.0);
        before.push([total_before, segment.activity_before / total_before, known_before]);
        after.push([total_after, segment.activity_after / total_after, known_after]);
    }
    product_sum(&before, &after)
}

/// Value per activity; inside, `None` if there was neither; outside, `None` if there was value without activity.
fn intensity(value: f64, activity: f64) -> Option<Option<f64>> {
    if activity == 0.0 {
        return (value == 0.0).then_some(None);
    }
    Some(Some(value / activity))
}

/// The logarithmic mean (b − a) / ln(b / a) of two values of one sign; `None` otherwise.
pub(super) fn logarithmic_mean(a: f64, b: f64) -> Option<f64> {
    (a * b > 0.0).then(|| mean_by_logarithm(a, b, (b / a).ln()))
}

/// The logarithmic mean given ln(b / a), as √(ab) · sinh(u/2) / (u/2): no difference of near values is taken.
fn mean_by_logarithm(a: f64, b: f64, logarithm: f64) -> f64 {
    let half = logarithm / 2.0;
    let shape = if half.abs() < 1e-5 { 1.0 + half * half / 6.0 } else { half.sinh() / half };
    a.signum() * a.abs().sqrt() * b.abs().sqrt() * shape
}

fn logarithmic_effects(before: &[f64], after: &[f64]) -> Option<Vec<f64>> {
    let logarithms: Vec<f64> =
        before.iter().zip(after).map(|(old, new)| (new / old).ln()).collect();
    let mean = mean_by_logarithm(value(before), value(after), logarithms.iter().sum());
    let effects: Vec<f64> = logarithms.iter().map(|logarithm| mean * logarithm).collect();
    all_finite(&effects).then_some(effects)
}

fn value(factors: &[f64]) -> f64 {
    factors.iter().product()
}

fn whole(
    method: Method,
    values: Vec<(f64, f64)>,
    mut segments: Vec<Vec<f64>>,
) -> Option<Decomposition> {
    for (effects, (old, new)) in segments.iter_mut().zip(&values) {
        close(effects, new - old);
    }
    let before: f64 = values.iter().map(|value| value.0).sum();
    let after: f64 = values.iter().map(|value| value.1).sum();
    let factors = segments.first()?.len();
    let mut effects: Vec<f64> =
        (0..factors).map(|factor| segments.iter().map(|segment| segment[factor]).sum()).collect();
    close(&mut effects, after - before);
    (all_finite(&effects) && (after - before).is_finite()).then_some(Decomposition {
        method,
        before,
        after,
        effects,
        segments,
    })
}
