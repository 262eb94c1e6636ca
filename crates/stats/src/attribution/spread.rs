//! How far the models disagree about a channel.

use super::Credit;

/// The least and the most that the models give to a channel, as shares of all conversions, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The share by the model that gives least.
    pub low: f64,
    /// The share by the model that gives most.
    pub high: f64,
}

impl Spread {
    /// The distance between the two, as a share of all conversions.
    pub fn width(&self) -> f64 {
        self.high - self.low
    }
}

/// The spread between models for each channel, in the order of the channels.
///
/// `None` without models, for models of different numbers of channels, or where one shares out nothing.
pub fn spread(models: &[Credit]) -> Option<Vec<Spread>> {
    let channels = models.first()?.conversions.len();
    let mut spreads = vec![Spread { low: f64::INFINITY, high: f64::NEG_INFINITY }; channels];
    for model in models {
        let total: f64 = model.conversions.iter().sum();
        if model.conversions.len() != channels || !(total > 0.0 && total.is_finite()) {
            return None;
        }
        for (spread, conversions) in spreads.iter_mut().zip(&model.conversions) {
            let share = conversions / total;
            spread.low = spread.low.min(share);
            spread.high = spread.high.max(share);
        }
    }
    Some(spreads)
}
