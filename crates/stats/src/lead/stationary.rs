//! Does a series keep its level?

/// The 5 % point of the test, Kwiatkowski et al. (1992), table 1.
pub const KPSS_CRITICAL: f64 = 0.463;

/// The statistic of the test that a series keeps its level: Kwiatkowski, Phillips, Schmidt and Shin (1992), Journal of
/// Econometrics 54, 159–178, with Bartlett weights up to lag 4 · (n/100)^¼.
///
/// `None` for fewer than eight values, a value that is not finite, or a constant series.
pub fn kpss(series: &[f64]) -> Option<f64> {
    if series.len() < 8 || series.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let n = series.len() as f64;
    let mean = series.iter().sum::<f64>() / n;
    let spread = series.iter().fold(0.0f64, |most, value| most.max((value - mean).abs()));
    let largest = series.iter().fold(0.0f64, |most, value| most.max(value.abs()));
    if spread <= 1e-14 * largest {
        return None;
    }
    let rest: Vec<f64> = series.iter().map(|value| (value - mean) / spread).collect();
    let covariance =
        |lag: usize| rest.iter().zip(&rest[lag..]).map(|(a, b)| a * b).sum::<f64>() / n;
    let lags = (4.0 * (n / 100.0).powf(0.25)).floor() as usize;
    let weighted = (1..=lags).map(|lag| (1.0 - lag as f64 / (lags + 1) as f64) * covariance(lag));
    let long_run = covariance(0) + 2.0 * weighted.sum::<f64>();
    let mut sum = 0.0;
    let mut squares = 0.0;
    for value in &rest {
        sum += value;
        squares += sum * sum;
    }
    (long_run > 0.0).then(|| squares / (n * n * long_run))
}

/// Whether a series keeps its level: the test of [`kpss`] does not refuse it at 5 %. `None` as there.
pub fn is_stationary(series: &[f64]) -> Option<bool> {
    Some(kpss(series)? < KPSS_CRITICAL)
}

/// The changes from one value to the next.
pub fn differences(series: &[f64]) -> Vec<f64> {
    series.windows(2).map(|pair| pair[1] - pair[0]).collect()
}
