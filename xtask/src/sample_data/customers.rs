//! The customers, and who comes back.

use super::{
    calendar::{MONTHS, Month},
    catalogue::REGIONS,
    rng::Rng,
};

/// The share of orders placed by somebody new, in 1,000, by month: falling, with a lift at the launch.
const NEW_SHARE: [u64; MONTHS] =
    [600, 470, 440, 390, 360, 330, 310, 350, 290, 350, 330, 270, 300, 290, 320];

/// A customer.
#[derive(Debug)]
pub(crate) struct Customer {
    /// Where the customer lives.
    pub(crate) city: &'static str,
    /// Index of the region.
    pub(crate) region: usize,
    /// A company rather than a household.
    pub(crate) business: bool,
}

/// All customers; the number of a customer is the position in `list`, from 1.
#[derive(Debug, Default)]
pub(crate) struct CustomerBook {
    /// The customers by number.
    pub(crate) list: Vec<Customer>,
    /// The numbers per region and segment, in the order of their first order.
    pools: [[Vec<u32>; 2]; REGIONS.len()],
}

impl CustomerBook {
    /// The customer of the next order of a region and segment.
    pub(crate) fn place(
        &mut self,
        rng: &mut Rng,
        month: Month,
        region: usize,
        business: bool,
    ) -> u32 {
        // Companies come back far more often than households.
        let new_share = NEW_SHARE[month.0] / if business { 3 } else { 1 };
        let is_new = rng.per_mille(new_share);
        let pool = &mut self.pools[region][usize::from(business)];
        if is_new || pool.is_empty() {
            let city = rng.pick(REGIONS[region].cities);
            self.list.push(Customer { city, region, business });
            let number = self.list.len() as u32;
            pool.push(number);
            return number;
        }
        // The larger of two draws prefers those who came lately.
        let size = pool.len() as u64;
        pool[rng.below(size).max(rng.below(size)) as usize]
    }
}

/// How a customer number is written.
pub(crate) fn customer_id(number: u32) -> String {
    format!("C{number:05}")
}
