//! How long until something happens, when some have not got there yet.
//!
//! Answers: what share is still waiting after a time, and when have half of them got there?
//! Method: Kaplan and Meier (1958), *Nonparametric Estimation from Incomplete Observations*, JASA 53, 457–481. Whoever
//! was last seen waiting counts among those at risk up to and with that time.
//! Not for: people who stop being watched because of how they fare; censoring must not tell of the outcome.

/// The state after one time at which something happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// The time, in the unit of the times given.
    pub time: f64,
    /// Those still waiting just before.
    pub at_risk: usize,
    /// Those for whom it happened then.
    pub events: usize,
    /// The share still waiting just after, 0 to 1.
    pub survival: f64,
}

/// The Kaplan–Meier curve: one step for each time at which something happened, in rising order.
///
/// `observed` says whether it happened at that time or whether the waiting was last seen then. `None` for no times,
/// lists of different lengths, or a time that is negative or not finite.
pub fn kaplan_meier(times: &[f64], observed: &[bool]) -> Option<Vec<Step>> {
    let usable = times.iter().all(|time| time.is_finite() && *time >= 0.0);
    if times.is_empty() || times.len() != observed.len() || !usable {
        return None;
    }
    let mut rows: Vec<(f64, bool)> = times.iter().copied().zip(observed.iter().copied()).collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut steps = Vec::new();
    let (mut at_risk, mut survival) = (rows.len(), 1.0);
    for group in rows.chunk_by(|a, b| a.0 >= b.0) {
        let events = group.iter().filter(|row| row.1).count();
        if events > 0 {
            survival *= (at_risk - events) as f64 / at_risk as f64;
            steps.push(Step { time: group[0].0, at_risk, events, survival });
        }
        at_risk -= group.len();
    }
    Some(steps)
}

/// The time by which half have got there; `None` if the curve does not come down to a half.
///
/// Where the curve rests at exactly a half, the middle of that rest, as in R's `survival`: with nobody censored it is
/// the ordinary median.
pub fn median(steps: &[Step]) -> Option<f64> {
    const ROUNDING: f64 = 1e-12;
    let place = steps.iter().position(|step| step.survival <= 0.5 + ROUNDING)?;
    let reached = steps[place];
    let is_flat = reached.survival >= 0.5 - ROUNDING;
    match steps.get(place + 1) {
        Some(next) if is_flat => Some(f64::midpoint(reached.time, next.time)),
        _ => Some(reached.time),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws::Draws;

    #[test]
    fn a_curve_by_hand() {
        let steps = kaplan_meier(&[3.0, 1.0, 2.0, 2.0], &[true, true, false, true]);
        let steps = steps.expect("a curve");
        assert_eq!(steps[0], Step { time: 1.0, at_risk: 4, events: 1, survival: 0.75 });
        assert_eq!(steps[1], Step { time: 2.0, at_risk: 3, events: 1, survival: 0.5 });
        assert_eq!(steps[2], Step { time: 3.0, at_risk: 1, events: 1, survival: 0.0 });
        assert_eq!(median(&steps), Some(2.5));
    }

    /// Remission under 6-mercaptopurine: Freireich et al. (1963), Blood 21, 699–716, as printed in Kalbfleisch and
    /// Prentice (2002), *The Statistical Analysis of Failure Time Data*; the median is 23 weeks.
    #[test]
    fn the_published_remissions() {
        let happened = [6.0, 6.0, 6.0, 7.0, 10.0, 13.0, 16.0, 22.0, 23.0];
        let waiting = [6.0, 9.0, 10.0, 11.0, 17.0, 19.0, 20.0, 25.0, 32.0, 32.0, 34.0, 35.0];
        let times: Vec<f64> = happened.into_iter().chain(waiting).collect();
        let observed: Vec<bool> = (0..times.len()).map(|place| place < happened.len()).collect();
        let steps = kaplan_meier(&times, &observed).expect("a curve");
        let survival: Vec<f64> =
            steps.iter().map(|step| (step.survival * 1e3).round() / 1e3).collect();
        assert_eq!(survival, [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]);
        assert_eq!(median(&steps), Some(23.0));
    }

    #[test]
    fn without_censoring_it_is_the_share_above_and_the_median() {
        let mut draws = Draws::new(5);
        for count in 1..60 {
            let times: Vec<f64> = (0..count).map(|_| draws.below(12) as f64).collect();
            let steps = kaplan_meier(&times, &vec![true; count]).expect("a curve");
            for step in &steps {
                let above = times.iter().filter(|time| **time > step.time).count();
                assert!((step.survival - above as f64 / count as f64).abs() < 1e-12);
            }
            let middle = crate::quantile::quantile(&times, 0.5);
            assert_eq!(median(&steps), middle, "{times:?}");
            let mut turned = times.clone();
            turned.reverse();
            assert_eq!(kaplan_meier(&turned, &vec![true; count]), Some(steps));
        }
    }

    #[test]
    fn what_has_no_curve_is_none() {
        assert_eq!(kaplan_meier(&[], &[]), None);
        assert_eq!(kaplan_meier(&[1.0], &[]), None);
        assert_eq!(kaplan_meier(&[f64::NAN], &[true]), None);
        assert_eq!(kaplan_meier(&[-1.0], &[true]), None);
        assert_eq!(kaplan_meier(&[1.0, 2.0], &[false, false]), Some(Vec::new()));
        assert_eq!(median(&[]), None);
        let steps = kaplan_meier(&[1.0, 2.0, 3.0], &[true, false, false]).expect("a curve");
        assert_eq!(median(&steps), None);
    }
}
