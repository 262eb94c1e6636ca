//! Seasonal terms: classical decomposition, the test for a season, and STL for long seasons.

/// Least-squares slope of the values per step.
pub(super) fn slope(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let middle = (count - 1.0) / 2.0;
    let mean = values.iter().sum::<f64>() / count;
    let (mut covariance, mut variance) = (0.0, 0.0);
    for (index, value) in values.iter().enumerate() {
        let distance = index as f64 - middle;
        covariance += distance * (value - mean);
        variance += distance * distance;
    }
    if variance > 0.0 { covariance / variance } else { 0.0 }
}

/// Seasonal terms by classical decomposition, as in Kendall and Stuart (1983), *The Advanced Theory of Statistics*,
/// vol. 3: mean deviation (or ratio) from a centred moving average, normalised to sum 0 (or mean 1).
///
/// Expects at least two seasons.
pub(super) fn classical(values: &[f64], season: usize, multiplicative: bool) -> Vec<f64> {
    let half = season / 2;
    let even = season.is_multiple_of(2);
    let mut sums = vec![0.0; season];
    let mut counts = vec![0.0; season];
    for middle in half..values.len().saturating_sub(half) {
        let window = &values[middle - half..=middle + half];
        let mut total: f64 = window.iter().sum();
        if even {
            total -= (window[0] + window[2 * half]) / 2.0;
        }
        let average = total / season as f64;
        let term = if multiplicative {
            if average.abs() < 1e-12 {
                continue;
            }
            values[middle] / average
        } else {
            values[middle] - average
        };
        sums[middle % season] += term;
        counts[middle % season] += 1.0;
    }
    let neutral = if multiplicative { 1.0 } else { 0.0 };
    let mut terms: Vec<f64> = sums
        .iter()
        .zip(&counts)
        .map(|(sum, count)| if *count > 0.0 { sum / count } else { neutral })
        .collect();
    let mean = terms.iter().sum::<f64>() / season as f64;
    for term in &mut terms {
        if multiplicative {
            *term /= if mean.abs() < 1e-12 { 1.0 } else { mean };
        } else {
            *term -= mean;
        }
    }
    terms
}

/// Whether the autocorrelation at the season stands out at 90 %: the test of Fiorucci et al. (2016) for the theta
/// method, with Bartlett's variance.
pub(super) fn stands_out(values: &[f64], season: usize) -> bool {
    // The 95 % point of the standard normal distribution: two-sided 90 %.
    const CRITICAL: f64 = 1.644_853_626_951_472_7;
    if season < 4 || values.len() < 2 * season + 1 {
        return false;
    }
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    if variance <= 0.0 {
        return false;
    }
    let correlation = |lag: usize| {
        values.iter().zip(&values[lag..]).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>()
            / variance
    };
    let earlier: f64 = (1..season).map(|lag| correlation(lag).powi(2)).sum();
    correlation(season).abs() / ((1.0 + 2.0 * earlier) / count).sqrt() > CRITICAL
}

/// The series without its seasons, and each season's last cycle in the order of its next use.
pub(super) struct Cleared {
    pub series: Vec<f64>,
    cycles: Vec<Vec<f64>>,
}

impl Cleared {
    /// What the seasons add at a future step, the first step being 0.
    pub(super) fn season_at(&self, step: usize) -> f64 {
        self.cycles.iter().map(|cycle| cycle[step % cycle.len()]).sum()
    }
}

/// Takes seasons off with STL, short ones first: Cleveland et al. (1990), Journal of Official Statistics 6, 3–73;
/// several seasons as in Bandara, Hyndman and Bergmeir (2021), *MSTL*, arXiv:2107.13462, with windows 11, 15, …
///
/// `None` if the series has less than two cycles of a season.
pub(super) fn clear(series: &[f64], seasons: &[usize]) -> Option<Cleared> {
    let mut rest: Vec<f64> = series.to_vec();
    let mut terms: Vec<Vec<f64>> = vec![vec![0.0; series.len()]; seasons.len()];
    for _ in 0..if seasons.len() > 1 { 2 } else { 1 } {
        for (place, &season) in seasons.iter().enumerate() {
            for (value, term) in rest.iter_mut().zip(&terms[place]) {
                *value += term;
            }
            let mut stl = stlrs::params();
            stl.seasonal_length(11 + 4 * place).seasonal_degree(0);
            terms[place] = stl.fit(&rest, season).ok()?.seasonal().to_vec();
            for (value, term) in rest.iter_mut().zip(&terms[place]) {
                *value -= term;
            }
        }
    }
    let cycles = seasons
        .iter()
        .zip(&terms)
        .map(|(season, term)| term[term.len() - season..].to_vec())
        .collect();
    Some(Cleared { series: rest, cycles })
}
