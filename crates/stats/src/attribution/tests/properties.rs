use super::super::*;
use super::close;
use crate::contribution::shapley;
use crate::draws::Draws;

const RULES: [Rule; 5] =
    [Rule::Decay { half_life: 2.0 }, Rule::First, Rule::Last, Rule::Linear, Rule::PositionBased];

fn drawn(draws: &mut Draws, channels: usize) -> Vec<Path> {
    let path = |_| Path {
        touches: (0..1 + draws.below(7)).map(|_| draws.below(channels)).collect(),
        ages: None,
        conversions: draws.below(4) as f64 + 1.0,
        value: draws.between(0.0, 50.0),
        nulls: draws.below(9) as f64,
    };
    (0..30).map(path).collect()
}

fn all(paths: &[Path], channels: usize) -> Vec<Credit> {
    let mut credits: Vec<Credit> =
        RULES.iter().map(|rule| by_position(paths, channels, *rule).expect("a credit")).collect();
    credits.push(markov(paths, channels).expect("a chain").credit);
    credits.push(shapley_sets(paths, channels).expect("a credit"));
    credits
}

#[test]
fn every_model_shares_out_all_and_no_more() {
    let mut draws = Draws::new(11);
    for round in 0..40 {
        let channels = 2 + round % 9;
        let paths = drawn(&mut draws, channels);
        let conversions: f64 = paths.iter().map(|path| path.conversions).sum();
        let value: f64 = paths.iter().map(|path| path.value).sum();
        for credit in all(&paths, channels) {
            assert!((credit.conversions.iter().sum::<f64>() - conversions).abs() < 1e-9);
            assert!((credit.value.iter().sum::<f64>() - value).abs() < 1e-9);
            assert!(credit.conversions.iter().all(|one| *one >= 0.0));
        }
    }
}

#[test]
fn neither_labels_nor_the_order_of_paths_matter() {
    let mut draws = Draws::new(12);
    for _ in 0..20 {
        let paths = drawn(&mut draws, 6);
        let mut turned: Vec<Path> = paths.clone();
        turned.reverse();
        for path in &mut turned {
            for channel in &mut path.touches {
                *channel = 5 - *channel;
            }
        }
        for (one, mut other) in all(&paths, 6).into_iter().zip(all(&turned, 6)) {
            other.conversions.reverse();
            other.value.reverse();
            close(&one.conversions, &other.conversions, 1e-9);
            close(&one.value, &other.value, 1e-9);
        }
    }
}

#[test]
fn the_shapley_values_are_those_of_all_subsets() {
    let mut draws = Draws::new(13);
    for channels in 2..=8 {
        let paths = drawn(&mut draws, channels);
        let worth = |on: &[f64]| {
            let within = paths.iter().filter(|path| path.touches.iter().all(|at| on[*at] > 0.5));
            within.map(|path| path.conversions).sum::<f64>()
        };
        let subsets = shapley(&vec![0.0; channels], &vec![1.0; channels], &worth).expect("a value");
        let sets = shapley_sets(&paths, channels).expect("a credit");
        close(&sets.conversions, &subsets.effects, 1e-9);
    }
}

#[test]
fn removal_effects_are_those_of_long_walks() {
    // Powers of the chain, walked until nothing is left on the way: another way to the same probabilities.
    let mut draws = Draws::new(14);
    let paths = drawn(&mut draws, 4);
    let removal = markov(&paths, 4).expect("a chain");
    let walk = |removed: usize| {
        let walked: f64 = paths.iter().map(|path| path.conversions + path.nulls).sum();
        let mut counts = vec![vec![0.0; 6]; 4];
        let mut at = vec![0.0; 4];
        for path in &paths {
            let weight = path.conversions + path.nulls;
            at[path.touches[0]] += weight / walked;
            for pair in path.touches.windows(2) {
                counts[pair[0]][pair[1]] += weight;
            }
            let last = path.touches[path.touches.len() - 1];
            counts[last][4] += path.conversions;
            counts[last][5] += path.nulls;
        }
        let mut converted = 0.0;
        for _ in 0..5_000 {
            let mut next = vec![0.0; 4];
            for from in (0..4).filter(|from| *from != removed) {
                let total: f64 = counts[from].iter().sum();
                converted += at[from] * counts[from][4] / total;
                for to in 0..4 {
                    next[to] += at[from] * counts[from][to] / total;
                }
            }
            at = next;
        }
        converted
    };
    let full = walk(9);
    assert!((removal.conversion - full).abs() < 1e-12);
    let walked: Vec<f64> = (0..4).map(|channel| 1.0 - walk(channel) / full).collect();
    close(&removal.effects, &walked, 1e-12);
}
