//! How many purchases, one by one: the chances of none, one, two …, and the count that splits them.
//!
//! Method: somebody who is still there after T weeks has a purchase rate that is gamma with r + x and α + T, and a rate of
//! leaving that is gamma with s and β + T, each by itself; so what they buy in the next weeks is distributed as for a new
//! customer with these parameters: Fader and Hardie (2005), *A Note on Deriving the Pareto/NBD Model*, section 3. It is
//! mixed over when they leave, by Gauss and Legendre.
//! Rule: sums are foretold by means. A single customer is foretold by the median where absolute errors count, since no
//! other forecast has a lower one: Gneiting (2011), *Making and Evaluating Point Forecasts*, JASA 106, 746–762. Medians
//! do not add up.

use statrs::function::gamma::ln_gamma;

use super::pareto::{NODES, ParetoNbd};
use super::{Customer, Purchasing};

/// Panels of the rule over the weeks ahead; the mixture is smooth on the scale of α + T.
const PANELS: u32 = 8;

/// Counts above this are not looked at.
const MOST: u32 = 100_000;

impl ParetoNbd {
    /// The chance of exactly so many purchases within `weeks` after the end of observation.
    pub fn chance_of(&self, customer: &Customer, purchases: u32, weeks: f64) -> f64 {
        let none = if purchases == 0 { 1.0 } else { 0.0 };
        if weeks <= 0.0 {
            return none;
        }
        let alive = self.alive(customer);
        let shape = self.r + f64::from(customer.repeats);
        let rate = self.alpha + customer.age;
        let scale = self.beta + customer.age;
        let count = f64::from(purchases);
        let ways = ln_gamma(shape + count) - ln_gamma(shape) - ln_gamma(count + 1.0);
        let within = |time: f64| {
            let bought = if purchases == 0 { 0.0 } else { count * (time / (rate + time)).ln() };
            (ways - shape * (time / rate).ln_1p() + bought).exp()
        };
        let stays = |time: f64| (-self.s * (time / scale).ln_1p()).exp();
        let half = weeks / f64::from(PANELS) / 2.0;
        let mut left = 0.0;
        for panel in 0..PANELS {
            let middle = (2.0 * f64::from(panel) + 1.0) * half;
            for (node, weight) in NODES {
                for time in [middle - node * half, middle + node * half] {
                    left += weight * half * self.s * stays(time) / (scale + time) * within(time);
                }
            }
        }
        (1.0 - alive) * none + alive * (left + stays(weeks) * within(weeks))
    }

    /// The median of the purchases within `weeks`: as likely as not there are no more.
    pub fn median(&self, customer: &Customer, weeks: f64) -> u32 {
        let mut chance = 0.0;
        for purchases in 0..MOST {
            chance += self.chance_of(customer, purchases, weeks);
            if chance >= 0.5 {
                return purchases;
            }
        }
        MOST
    }
}
