//! Round numbers for a value axis.

/// The ticks of an axis, evenly spaced.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scale {
    /// The lowest tick.
    pub(crate) low: f64,
    /// The highest tick.
    pub(crate) high: f64,
    /// The distance between ticks.
    pub(crate) step: f64,
}

impl Scale {
    /// Ticks that enclose `values`; from zero where lengths are compared.
    pub(crate) fn enclosing(values: impl Iterator<Item = f64>, from_zero: bool) -> Self {
        let finite = values.filter(|value| value.is_finite());
        let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        if low > high {
            return Self { low: 0.0, high: 1.0, step: 1.0 };
        }
        // A line close to zero reads better with its zero, too.
        let near_zero = low >= 0.0 && low < high * 0.4;
        let low = if from_zero || near_zero { low.min(0.0) } else { low };
        let high = if from_zero { high.max(0.0) } else { high };
        let span = if high > low { high - low } else { high.abs().max(1.0) };
        let step = round_step(span / 4.0);
        let low_tick = (low / step + 1e-9).floor();
        let high_tick = ((high / step - 1e-9).ceil()).max(low_tick + 1.0);
        Self { low: low_tick * step, high: high_tick * step, step }
    }

    /// Every tick, lowest first.
    pub(crate) fn ticks(&self) -> Vec<f64> {
        let count = ((self.high - self.low) / self.step).round() as usize;
        (0..=count).map(|place| self.low + self.step * place as f64).collect()
    }
}

/// The nearest of 1, 2, 2.5, 5 and 10 times a power of ten that is not below `raw`.
fn round_step(raw: f64) -> f64 {
    let power = 10_f64.powf(raw.log10().floor());
    let fits = |factor: &f64| factor * power >= raw * (1.0 - 1e-9);
    [1.0, 2.0, 2.5, 5.0].into_iter().find(fits).unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_enclose_the_values() {
        let cases: [(&[f64], bool, &[f64]); 6] = [
            (&[3.0, 97.0], true, &[0.0, 25.0, 50.0, 75.0, 100.0]),
            (&[42.0, 48.0], false, &[42.0, 44.0, 46.0, 48.0]),
            (&[-12.0, 30.0], true, &[-20.0, 0.0, 20.0, 40.0]),
            (&[5.0], false, &[5.0, 6.25]),
            (&[], true, &[0.0, 1.0]),
            (&[0.0, 0.0], true, &[0.0, 0.25]),
        ];
        for (values, from_zero, ticks) in cases {
            let scale = Scale::enclosing(values.iter().copied(), from_zero);
            if values.len() == 1 || values.first() == values.last() {
                let all = scale.ticks();
                assert!(all.len() >= 2 && all[0] <= values.first().copied().unwrap_or(0.0));
                continue;
            }
            assert_eq!(scale.ticks(), ticks, "{values:?}");
        }
    }
}
