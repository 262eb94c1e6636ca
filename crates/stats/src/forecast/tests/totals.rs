//! Totals come from whole paths.

use super::series::made_up;
use crate::forecast::member::Member;
use crate::forecast::paths::{Direction, probability_of_total, total_interval};
use crate::forecast::spread::{Shape, Spread, point};
use crate::forecast::{Request, forecast};

#[test]
fn bounds_and_probabilities_of_totals_by_hand() {
    let paths = vec![vec![1.0, 2.0], vec![3.0, 4.0], vec![5.0, 6.0]];
    // Totals 13, 17 and 21 with the ten so far: quartiles 15 and 19.
    assert_eq!(total_interval(&paths, 10.0, 0.5), Some((15.0, 19.0)));
    // One of three reaches 20: (1 + ½) / (3 + 1).
    assert_eq!(probability_of_total(&paths, 10.0, 20.0, Direction::AtLeast), Some(0.375));
    assert_eq!(probability_of_total(&paths, 10.0, 20.0, Direction::AtMost), Some(0.625));
    assert_eq!(probability_of_total(&[], 0.0, 1.0, Direction::AtMost), None);
    assert_eq!(probability_of_total(&paths, f64::NAN, 1.0, Direction::AtMost), None);
    assert_eq!(total_interval(&[], 0.0, 0.5), None);
}

#[test]
fn the_total_of_a_random_walk_has_its_variance() {
    // Steps of deviation 1 over four steps: the total varies by 4² + 3² + 2² + 1² = 30.
    let response = (1..=4).map(|length| vec![1.0; length]).collect();
    let surprises = vec![-1.0, 1.0];
    let member = Member { name: String::new(), mean: vec![0.0; 4], response, surprises };
    let spread = Spread::new(member, Shape::NORMAL, vec![(1.0, 0.0); 4], None);
    let totals: Vec<f64> = spread.paths(20_000, 1).iter().map(|path| path.iter().sum()).collect();
    let variance = totals.iter().map(|total| total * total).sum::<f64>() / totals.len() as f64;
    // χ² with 100 degrees of freedom adds 100 / 98.
    assert!((variance - 30.0 * 100.0 / 98.0).abs() < 1.0, "{variance}");
}

#[test]
fn student_quantiles_are_those_of_the_tables() {
    // Fisher and Yates, table III: 2.571 for 5 and 2.776 for 4 degrees of freedom at 95 % two-sided.
    assert!((point(5, 0.975) - 2.5706).abs() < 1e-4);
    assert!((point(4, 0.975) - 2.7764).abs() < 1e-4);
    assert!(point(4, 0.5).abs() < 1e-9);
}

#[test]
fn a_total_is_neither_independent_steps_nor_summed_bounds() {
    for seed in 0..5 {
        let series = made_up(seed, 80, 12);
        let found = forecast(&Request::new(&series, &[12], 12)).expect("80 months are enough");
        let paths = found.paths(4000, seed);
        let (low, high) = total_interval(&paths, 0.0, 0.95).expect("there are paths");
        let widths: Vec<f64> = found.bounds95.iter().map(|(low, high)| high - low).collect();
        let summed: f64 = widths.iter().sum();
        let independent = widths.iter().map(|width| width * width).sum::<f64>().sqrt();
        assert!(high - low < 0.95 * summed, "{} {summed}", high - low);
        assert!(high - low > independent, "{} {independent}", high - low);
        let middle: f64 = found.mean.iter().sum();
        let near = probability_of_total(&paths, 0.0, middle, Direction::AtLeast);
        assert!(near.is_some_and(|p| (p - 0.5).abs() < 0.1), "{near:?}");
    }
}

#[test]
fn a_higher_target_is_never_more_probable() {
    let series = made_up(3, 60, 7);
    let found = forecast(&Request::new(&series, &[7], 14)).expect("60 days are enough");
    let paths = found.paths(500, 9);
    let middle: f64 = found.mean.iter().sum();
    let mut before = 1.0;
    for place in 0..40 {
        let target = middle * (0.8 + 0.01 * f64::from(place));
        let p = probability_of_total(&paths, 0.0, target, Direction::AtLeast).expect("paths");
        assert!(p <= before && p > 0.0 && p < 1.0);
        before = p;
    }
    assert_eq!(paths, found.paths(500, 9));
    assert_ne!(paths, found.paths(500, 10));
}
