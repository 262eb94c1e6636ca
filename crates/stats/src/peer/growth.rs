//! Growth against an index.

/// Our growth beside that of an index, each per period, 0.01 is one percent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AgainstIndex {
    /// Our growth.
    pub own: f64,
    /// The growth of the index.
    pub index: f64,
    /// Ours minus that of the index; times 100 in points.
    pub gap: f64,
}

/// The growth per period that leads from `before` to `after` in `periods` steps: (after / before)^(1 / periods) − 1.
///
/// `None` if a value is not positive and finite, or without periods.
pub fn growth_per_period(before: f64, after: f64, periods: u32) -> Option<f64> {
    let usable = |value: f64| value.is_finite() && value > 0.0;
    if !usable(before) || !usable(after) || periods == 0 {
        return None;
    }
    Some(((after.ln() - before.ln()) / f64::from(periods)).exp_m1())
}

/// Our growth against that of an index over the same periods, each given before and after.
///
/// `None` as for [`growth_per_period`].
pub fn against_index(own: [f64; 2], index: [f64; 2], periods: u32) -> Option<AgainstIndex> {
    let own = growth_per_period(own[0], own[1], periods)?;
    let index = growth_per_period(index[0], index[1], periods)?;
    Some(AgainstIndex { own, index, gap: own - index })
}
