//! The series without its season.

use stlrs::Stl;

/// The values less their periodic season by STL (Cleveland et al. 1990, Journal of Official Statistics 6(1), 3–73),
/// robust, if its strength reaches `least`; else the values as they are.
///
/// Strength: 1 − var(remainder) / var(season + remainder), as in Wang, Smith and Hyndman (2006), Data Mining and
/// Knowledge Discovery 13(3), 335–364.
pub(super) fn adjusted(values: &[f64], season: Option<usize>, least: f64) -> Vec<f64> {
    let Some(period) = season.filter(|period| *period >= 2 && values.len() >= 2 * period) else {
        return values.to_vec();
    };
    // A smoother far longer than the series makes the season the same in every cycle.
    let periodic = 10 * values.len() + 1;
    let fitted = Stl::params().seasonal_length(periodic).robust(true).fit(values, period);
    let Ok(parts) = fitted else { return values.to_vec() };
    if parts.seasonal().iter().any(|part| !part.is_finite()) || parts.seasonal_strength() < least {
        return values.to_vec();
    }
    values.iter().zip(parts.seasonal()).map(|(value, part)| value - part).collect()
}
