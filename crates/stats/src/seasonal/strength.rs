//! How strong a part of a series is.

/// The strength of a part beside a remainder, 0 to 1: max(0, 1 − Var(remainder)/Var(part + remainder)) of Wang, Smith
/// and Hyndman (2006), *Characteristic-Based Clustering for Time Series Data*, Data Mining and Knowledge Discovery 13.
///
/// `None` for parts of unequal length, fewer than two values, values that are not finite, or a sum whose standard
/// deviation is not above `rounding`, in units of the values.
pub fn strength(part: &[f64], remainder: &[f64], rounding: f64) -> Option<f64> {
    if part.len() != remainder.len() {
        return None;
    }
    let sums: Vec<f64> = part.iter().zip(remainder).map(|(one, other)| one + other).collect();
    let whole = variance(&sums)?;
    let rest = variance(remainder)?;
    let varies = whole.sqrt() > rounding && rest.is_finite() && whole.is_finite();
    varies.then(|| (1.0 - rest / whole).max(0.0))
}

fn variance(values: &[f64]) -> Option<f64> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    (values.len() >= 2).then_some(squares / (count - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strength_by_hand() {
        // Part ±3, remainder ±1 across it: variances 4/3·1 and 4/3·10.
        let (part, rest) = ([3.0, 3.0, -3.0, -3.0], [1.0, -1.0, 1.0, -1.0]);
        let found = strength(&part, &rest, 0.0).expect("four values");
        assert!((found - 0.9).abs() < 1e-15, "{found}");
        // A remainder that undoes its part is stronger than both.
        assert_eq!(strength(&[1.0, -1.0, 1.5], &[-2.0, 2.0, 0.0], 0.0), Some(0.0));
    }

    #[test]
    fn nothing_that_varies_has_no_strength() {
        assert_eq!(strength(&[1.0; 4], &[0.0; 4], 0.0), None);
        assert_eq!(strength(&[1.0], &[0.0], 0.0), None);
        assert_eq!(strength(&[1.0, 2.0], &[0.0], 0.0), None);
        assert_eq!(strength(&[1.0, f64::NAN], &[0.0, 1.0], 0.0), None);
    }
}
