//! How sure the share of a channel is, given that other people might have come.
//!
//! Method: the Poisson bootstrap of Hanley and MacGibbon (2006), *Creating non-parametric bootstrap samples using
//! Poisson frequencies*, Computer Methods and Programs in Biomedicine 83(1), 57–62: every path is drawn as often as a
//! Poisson number of mean one says, paths that stand for several people once for each; the interval lies between the
//! percentiles of the shares. Paths are taken as independent.

use super::{Credit, Path, Spread};
use crate::random::Random;

/// The samples that an interval is read off.
const DRAWS: usize = 400;

/// The seed of the draws: the same paths give the same interval.
const SEED: u64 = 0x7A_7B_5E;

/// Above this a Poisson number is drawn as a rounded normal one.
const MANY: f64 = 50.0;

/// Between which shares of all conversions each channel's lies at a confidence between 0 and 1, by a model.
///
/// `None` without paths, where the model says nothing, or where half of the samples hold no conversion.
pub fn sampling(
    paths: &[Path],
    confidence: f64,
    model: impl Fn(&[Path]) -> Option<Credit>,
) -> Option<Vec<Spread>> {
    let channels = model(paths)?.conversions.len();
    let mut random = Random::new(SEED);
    let mut drawn = paths.to_vec();
    let mut shares: Vec<Vec<f64>> = vec![Vec::with_capacity(DRAWS); channels];
    for _ in 0..DRAWS {
        for (sample, path) in drawn.iter_mut().zip(paths) {
            let people = poisson(&mut random, path.conversions);
            sample.conversions = people;
            sample.value =
                if path.conversions > 0.0 { path.value * people / path.conversions } else { 0.0 };
            sample.nulls = poisson(&mut random, path.nulls);
        }
        let Some(credit) = model(&drawn) else { continue };
        let total: f64 = credit.conversions.iter().sum();
        if total > 0.0 {
            shares.iter_mut().zip(&credit.conversions).for_each(|(all, one)| all.push(one / total));
        }
    }
    let tail = (1.0 - confidence) / 2.0;
    let between = |mut shares: Vec<f64>| {
        shares.sort_by(f64::total_cmp);
        let at = |share: f64| shares[((shares.len() - 1) as f64 * share).round() as usize];
        (shares.len() >= DRAWS / 2).then(|| Spread { low: at(tail), high: at(1.0 - tail) })
    };
    shares.into_iter().map(between).collect()
}

/// A Poisson number of this mean: by the product of uniforms (Knuth), for many by the normal.
fn poisson(random: &mut Random, mean: f64) -> f64 {
    if mean > MANY {
        return (mean + mean.sqrt() * random.normal()).round().max(0.0);
    }
    let end = (-mean).exp();
    let mut product = random.uniform();
    let mut count = 0.0;
    while product > end {
        product *= random.uniform();
        count += 1.0;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::super::{Rule, by_position, markov};
    use super::*;

    fn last(paths: &[Path]) -> Option<Credit> {
        by_position(paths, 2, Rule::Last)
    }

    fn path(touches: &[usize], conversions: f64, nulls: f64) -> Path {
        Path {
            touches: touches.to_vec(),
            conversions,
            nulls,
            value: conversions,
            ..Path::default()
        }
    }

    #[test]
    fn the_interval_of_a_share_is_that_of_a_proportion() {
        // 300 of 1,000 conversions end with channel 0: 0.3 ± 1.645 · √(0.3 · 0.7 / 1000) = 0.276 … 0.324.
        for paths in [
            vec![path(&[0], 300.0, 0.0), path(&[1], 700.0, 0.0)],
            [vec![path(&[0], 1.0, 0.0); 300], vec![path(&[1], 1.0, 0.0); 700]].concat(),
        ] {
            let found = sampling(&paths, 0.9, last).expect("interval");
            assert!((found[0].low - 0.276).abs() < 0.006, "{found:?}");
            assert!((found[0].high - 0.324).abs() < 0.006, "{found:?}");
            assert!((found[0].low + found[1].high - 1.0).abs() < 1e-9, "{found:?}");
        }
    }

    #[test]
    fn the_interval_holds_the_share_and_shrinks_with_the_root_of_the_number() {
        let paths = |times: f64| {
            vec![path(&[0, 1], 4.0 * times, 9.0 * times), path(&[1], 2.0 * times, 30.0 * times)]
        };
        let width = |times: f64| {
            let paths = paths(times);
            let model = |paths: &[Path]| markov(paths, 2).map(|found| found.credit);
            let credit = model(&paths).expect("credit");
            let share = credit.conversions[0] / (6.0 * times);
            let found = sampling(&paths, 0.9, model).expect("interval")[0];
            assert!(found.low <= share && share <= found.high, "{share} {found:?}");
            found.width()
        };
        let ratio = width(10.0) / width(1000.0);
        assert!((8.0..12.0).contains(&ratio), "{ratio}");
    }

    #[test]
    fn what_a_model_cannot_say_has_no_interval() {
        assert!(sampling(&[], 0.9, last).is_none());
        assert!(sampling(&[path(&[0], 0.0, 5.0)], 0.9, last).is_none());
    }
}
