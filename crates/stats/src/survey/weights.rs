//! What weights cost, and how to keep any from ruling.
//!
//! Method: Kish (1965), *Survey Sampling*, 11.7; Kish (1992), *Weighting for Unequal Pi*, Journal of Official
//! Statistics 8, 183–200.

/// The number of unweighted answers that weighted ones are worth: (Σ w)² / Σ w².
///
/// `None` without weights, for one that is negative or not finite, or if all are 0.
pub fn effective(weights: &[f64]) -> Option<f64> {
    let sum: f64 = weights.iter().sum();
    let squares: f64 = weights.iter().map(|weight| weight * weight).sum();
    let sound = weights.iter().all(|weight| weight.is_finite() && *weight >= 0.0);
    (sound && squares > 0.0 && squares.is_finite()).then(|| sum * sum / squares)
}

/// By how much weighting widens the variance: the number of answers over the effective one, at least 1.
///
/// `None` as for [`effective`].
pub fn design_effect(weights: &[f64]) -> Option<f64> {
    Some(weights.len() as f64 / effective(weights)?)
}

/// The weights with none above `cap` times their mean; what is cut off goes to the others in proportion.
///
/// `None` as for [`effective`], and for a cap that is not above 1: then nobody could take what is cut off.
pub fn trimmed(weights: &[f64], cap: f64) -> Option<Vec<f64>> {
    effective(weights)?;
    if !(cap > 1.0 && cap.is_finite()) {
        return None;
    }
    let sum: f64 = weights.iter().sum();
    let most = cap * sum / weights.len() as f64;
    let mut trimmed = weights.to_vec();
    let mut is_cut = vec![false; weights.len()];
    // Each round cuts at least one more, so there are at most as many rounds as weights.
    loop {
        let mut cut_now = false;
        for (weight, is_cut) in trimmed.iter_mut().zip(&mut is_cut) {
            if !*is_cut && *weight > most {
                (*weight, *is_cut, cut_now) = (most, true, true);
            }
        }
        if !cut_now {
            return Some(trimmed);
        }
        let cut = is_cut.iter().filter(|cut| **cut).count() as f64 * most;
        let pairs = || trimmed.iter().zip(&is_cut);
        let rest: f64 = pairs().filter(|pair| !pair.1).map(|pair| pair.0).sum();
        if rest <= 0.0 {
            return None;
        }
        let factor = (sum - cut) / rest;
        for (weight, is_cut) in trimmed.iter_mut().zip(&is_cut) {
            *weight *= if *is_cut { 1.0 } else { factor };
        }
    }
}
