//! Seeded noise: SplitMix64 (Steele, Lea and Flood 2014) and the polar-free Box–Muller transform.

/// A source of draws.
pub(super) struct Draws(u64);

impl Draws {
    /// The source of a seed.
    pub(super) fn seeded(seed: u64) -> Draws {
        Draws(seed)
    }

    /// A draw from 0 to 1, 0 excluded.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        ((mixed >> 11) as f64 + 1.0) / 9_007_199_254_740_992.0
    }

    /// A standard normal draw.
    pub(super) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Noise with the given lag-1 autocorrelation and shocks of variance 1.
    pub(super) fn noise(&mut self, length: usize, correlation: f64) -> Vec<f64> {
        let mut value = self.normal() / (1.0 - correlation * correlation).sqrt();
        (0..length)
            .map(|_| {
                value = correlation * value + self.normal();
                value
            })
            .collect()
    }
}
