//! The test of Granger: does the past of one series help to foresee another beyond its own past?

use statrs::distribution::{ContinuousCDF as _, FisherSnedecor};

use crate::least_squares::least_squares;

/// The outcome of a Granger test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Granger {
    /// The F statistic.
    pub f: f64,
    /// The probability of one at least as large if the past does not help.
    pub p: f64,
    /// Degrees of freedom: the order, and the rows less the coefficients of the longer model.
    pub freedom: (usize, usize),
}

/// Whether the last `order` values of `cause` help to foresee `effect`: Granger (1969), Econometrica 37(3), 424–438, as
/// the F test of two least-squares fits. Both series must keep their level; difference them first where not.
///
/// `None` if the order is zero, the series are too short for it, differ in length, hold a value that is not finite, or
/// follow from each other exactly.
pub fn granger(cause: &[f64], effect: &[f64], order: usize) -> Option<Granger> {
    let rows = effect.len().checked_sub(order)?;
    let freedom = rows.checked_sub(2 * order + 1)?;
    if order == 0 || freedom == 0 || cause.len() != effect.len() {
        return None;
    }
    let past = |series: &[f64], lag: usize| series[order - lag..series.len() - lag].to_vec();
    let mut columns = vec![vec![1.0; rows]];
    columns.extend((1..=order).map(|lag| past(effect, lag)));
    let own = least_squares(&columns, &effect[order..])?.rest;
    columns.extend((1..=order).map(|lag| past(cause, lag)));
    let both = least_squares(&columns, &effect[order..])?.rest;
    if both <= 1e-20 * own || both <= 0.0 {
        return None;
    }
    let f = ((own - both) / order as f64 / (both / freedom as f64)).max(0.0);
    let distribution = FisherSnedecor::new(order as f64, freedom as f64).ok()?;
    Some(Granger { f, p: distribution.sf(f).clamp(0.0, 1.0), freedom: (order, freedom) })
}
