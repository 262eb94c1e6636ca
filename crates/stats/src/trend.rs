//! Does a series rise or fall?

/// The outcome of a Mann–Kendall test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannKendall {
    /// Pairs that rise minus pairs that fall.
    pub s: i64,
    /// The standard normal score, corrected for continuity.
    pub z: f64,
}

impl MannKendall {
    /// Whether the series rises (+1) or falls (-1) at the two-sided level of 5 %, else 0.
    pub fn direction(&self) -> i8 {
        // The 97.5 % point of the standard normal distribution.
        const CRITICAL: f64 = 1.959_963_984_540_054;
        if self.z.abs() < CRITICAL { 0 } else { self.z.signum() as i8 }
    }
}

/// The Mann–Kendall test for a monotone trend, with the tie correction of Kendall (1975), *Rank Correlation
/// Methods*; the formula as in Gilbert (1987), *Statistical Methods for Environmental Pollution Monitoring*, 16.4.
///
/// `None` for fewer than four values, for which the normal approximation says nothing.
pub fn mann_kendall(values: &[f64]) -> Option<MannKendall> {
    if values.len() < 4 || values.iter().any(|x| x.is_nan()) {
        return None;
    }
    let mut s = 0i64;
    for (index, earlier) in values.iter().enumerate() {
        for later in &values[index + 1..] {
            s += match later.total_cmp(earlier) {
                std::cmp::Ordering::Greater => 1,
                std::cmp::Ordering::Equal => 0,
                std::cmp::Ordering::Less => -1,
            };
        }
    }
    let term = |n: f64| n * (n - 1.0) * (2.0 * n + 5.0);
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let ties: f64 =
        sorted.chunk_by(|a, b| a.total_cmp(b).is_eq()).map(|tie| term(tie.len() as f64)).sum();
    let variance = (term(values.len() as f64) - ties) / 18.0;
    if variance <= 0.0 {
        return Some(MannKendall { s, z: 0.0 });
    }
    let z = (s as f64 - s.signum() as f64) / variance.sqrt();
    Some(MannKendall { s, z })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rising_series_by_hand() {
        // 1 2 3 4 5: all ten pairs rise; variance = 5·4·15/18 = 16.67; z = 9/4.0825.
        let found = mann_kendall(&[1.0, 2.0, 3.0, 4.0, 5.0]).expect("five values");
        assert_eq!(found.s, 10);
        assert!((found.z - 2.204_540_768_504_86).abs() < 1e-12, "{}", found.z);
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
    fn turning_the_series_round_turns_the_sign() {
        let series = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0];
        let mut turned = series;
        turned.reverse();
        let (there, back) =
            (mann_kendall(&series).expect("there"), mann_kendall(&turned).expect("back"));
        assert_eq!(there.s, -back.s);
        assert!((there.z + back.z).abs() < 1e-12);
        assert_eq!(mann_kendall(&[2.0; 6]).map(|test| test.direction()), Some(0));
    }
}
