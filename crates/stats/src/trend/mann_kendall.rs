//! The test of Mann and Kendall for a monotone trend.

use super::concordance::{Concordance, concordance};
use statrs::function::erf::erfc;

/// The outcome of a Mann–Kendall test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannKendall {
    /// Pairs that rise minus pairs that fall.
    pub s: i64,
    /// The variance of `s` if there were no trend.
    pub variance: f64,
    /// The standard normal score, corrected for continuity.
    pub z: f64,
    /// Kendall's tau-a between value and time: `s` over all pairs compared, -1 to 1.
    pub tau: f64,
    /// The two-sided p-value of `z`.
    pub p: f64,
}

impl MannKendall {
    /// The test of a balance of pairs; without variance every order looks alike and nothing is found.
    pub(super) fn of(found: Concordance) -> Self {
        let Concordance { s, variance, pairs } = found;
        let tau = s as f64 / pairs as f64;
        let score = (s as f64 - s.signum() as f64) / variance.sqrt();
        let z = if variance > 0.0 { score } else { 0.0 };
        let p = erfc(z.abs() / std::f64::consts::SQRT_2);
        Self { s, variance, z, tau, p }
    }

    /// Whether the series rises (+1) or falls (-1) at the two-sided level of 5 %, else 0.
    pub fn direction(&self) -> i8 {
        if self.z.abs() < CRITICAL { 0 } else { self.z.signum() as i8 }
    }
}

/// The 97.5 % point of the standard normal distribution.
pub(super) const CRITICAL: f64 = 1.959_963_984_540_054;

/// The Mann–Kendall test for a monotone trend, with the tie correction of Kendall (1975), *Rank Correlation
/// Methods*; the formula as in Gilbert (1987), *Statistical Methods for Environmental Pollution Monitoring*, 16.4.
///
/// Values must be independent apart from the trend; else `mann_kendall_autocorrelated` is the test. `None` for fewer
/// than four values, for which the normal approximation says nothing, and for values that are not finite.
pub fn mann_kendall(values: &[f64]) -> Option<MannKendall> {
    if values.len() < 4 || !values.iter().all(|x| x.is_finite()) {
        return None;
    }
    Some(MannKendall::of(concordance(values)))
}

#[cfg(test)]
mod tests {
    use super::super::published::NILE;
    use super::*;
    use crate::draws::Draws;

    #[test]
    fn a_rising_series_by_hand() {
        // 1 2 3 4 5: all ten pairs rise; variance = 5·4·15/18 = 16.67; z = 9/4.0825.
        let found = mann_kendall(&[1.0, 2.0, 3.0, 4.0, 5.0]).expect("five values");
        assert_eq!(found.s, 10);
        assert!((found.z - 2.204_540_768_504_86).abs() < 1e-12, "{}", found.z);
        assert!((found.tau - 1.0).abs() < 1e-15);
        assert_eq!(found.direction(), 1);
    }

    #[test]
    fn ties_shrink_the_variance() {
        // 1 1 2 3: five rising pairs, one tie of two; variance = (4·3·13 − 2·1·9)/18 = 7.6667; z = 4/2.76887.
        let found = mann_kendall(&[1.0, 1.0, 2.0, 3.0]).expect("four values");
        assert_eq!(found.s, 5);
        assert!((found.z - 4.0 / (138.0f64 / 18.0).sqrt()).abs() < 1e-12);
        assert_eq!(found.direction(), 0);
    }

    #[test]
    fn the_nile_falls_as_published() {
        // R package trend, mk.test(Nile): z = -4.128067, p = 3.658e-05, S = -1387, var S = 112728.333.
        let found = mann_kendall(&NILE).expect("hundred values");
        assert_eq!(found.s, -1387);
        assert!((found.variance - 112_728.333_333).abs() < 1e-5, "{}", found.variance);
        assert!((found.z + 4.128_067).abs() < 1e-6, "{}", found.z);
        assert!((found.p / 3.658_262_9e-5 - 1.0).abs() < 1e-7, "{}", found.p);
        assert_eq!(found.direction(), -1);
    }

    #[test]
    fn turning_the_series_round_turns_the_sign() {
        let mut draws = Draws::new(11);
        for count in 4..40 {
            let series: Vec<f64> = (0..count).map(|_| draws.below(15) as f64).collect();
            let turned: Vec<f64> = series.iter().rev().copied().collect();
            let there = mann_kendall(&series).expect("there");
            let back = mann_kendall(&turned).expect("back");
            assert_eq!(there.s, -back.s);
            assert!((there.z + back.z).abs() < 1e-12);
        }
    }

    #[test]
    fn only_the_order_of_values_counts() {
        let mut draws = Draws::new(12);
        for count in 4..40 {
            let series = draws.normals(count);
            let bent: Vec<f64> = series.iter().map(|x| 3.0 * x.exp() - 7.0).collect();
            assert_eq!(mann_kendall(&series), mann_kendall(&bent));
        }
    }

    #[test]
    fn constants_show_nothing_and_odd_input_has_no_answer() {
        let constant = mann_kendall(&[2.0; 6]).expect("six values");
        assert_eq!((constant.direction(), constant.p), (0, 1.0));
        assert_eq!(mann_kendall(&[1.0, 2.0, 3.0]), None);
        assert_eq!(mann_kendall(&[1.0, 2.0, f64::NAN, 3.0]), None);
        assert_eq!(mann_kendall(&[1.0, 2.0, f64::INFINITY, 3.0]), None);
    }
}
