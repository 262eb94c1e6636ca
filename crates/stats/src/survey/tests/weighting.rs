use super::super::*;
use super::close;
use crate::draws::Draws;

#[test]
fn a_stratified_mean_by_hand() {
    // Strata of 30 and 10 people; means 2 and 7: (60 + 70) / 40. Variances 1 and 2, (1 − 3/30) · 30² · 1/3 and
    // (1 − 2/10) · 10² · 2/2 of the total, over 40².
    let sample = Sample::new(&[10.0, 10.0, 10.0, 5.0, 5.0])
        .and_then(|one| one.with_strata(&[0, 0, 0, 1, 1]))
        .and_then(|one| one.with_population(&[30.0, 30.0, 30.0, 10.0, 10.0]))
        .expect("a sample");
    let mean = sample.mean(&[1.0, 2.0, 3.0, 6.0, 8.0]).expect("a mean");
    let error = mean.standard_error.expect("an error");
    close(&[mean.value, error], &[3.25, (270.0 + 80.0f64).sqrt() / 40.0], 1e-12);
    assert_eq!(mean.people, 5);
    assert!((mean.effective - 1600.0 / 350.0).abs() < 1e-12);
}

#[test]
fn clusters_by_hand() {
    // Totals 3, 7 and 8 of three clusters: 6 · 18 / 6, variance 3/2 · 14 of the total (mean 6).
    let sample = Sample::new(&[1.0; 6]).and_then(|one| one.with_clusters(&[7, 7, 9, 9, 4, 4]));
    let total = sample.expect("a sample").total(&[1.0, 2.0, 3.0, 4.0, 4.0, 4.0]);
    let total = total.expect("a total");
    close(&[total.value, total.standard_error.expect("an error")], &[18.0, 21f64.sqrt()], 1e-12);
}

/// Kish (1965), 11.7: (Σ w)² / Σ w².
#[test]
fn what_weights_are_worth() {
    close(&[effective(&[1.0, 2.0, 3.0]).expect("weights")], &[36.0 / 14.0], 1e-12);
    close(&[design_effect(&[1.0, 2.0, 3.0]).expect("weights")], &[42.0 / 36.0], 1e-12);
    close(&[design_effect(&[5.0; 9]).expect("weights")], &[1.0], 1e-12);
    // The mean is 2, so 4 is the most; the 2 cut off go to the four others.
    let trimmed = trimmed(&[1.0, 1.0, 1.0, 1.0, 6.0], 2.0).expect("weights");
    close(&trimmed, &[1.5, 1.5, 1.5, 1.5, 4.0], 1e-12);
}

/// Raking a table to its margins leaves its odds ratio: Deming and Stephan (1940). The 2 × 2 table 10 20 / 30 40 goes
/// to the margins 50, 50 and 40, 60.
#[test]
fn raking_leaves_the_odds_ratio() {
    let weights = [10.0, 20.0, 30.0, 40.0];
    let margins = [
        Margin { classes: vec![0, 0, 1, 1], totals: vec![50.0, 50.0] },
        Margin { classes: vec![0, 1, 0, 1], totals: vec![40.0, 60.0] },
    ];
    let raked = Sample::new(&weights).and_then(|one| one.raked(&margins)).expect("weights");
    let w = raked.weights();
    close(&[w[0] + w[1], w[2] + w[3], w[0] + w[2]], &[50.0, 50.0, 40.0], 1e-9);
    assert!((w[0] * w[3] / (w[1] * w[2]) - 400.0 / 600.0).abs() < 1e-9);
}

#[test]
fn totals_are_met_and_known_exactly() {
    let mut draws = Draws::new(41);
    for _ in 0..30 {
        let weights = draws.list(80, 1.0, 5.0);
        let classes: Vec<usize> = (0..80).map(|at| at % 3).collect();
        let halves: Vec<usize> = (0..80).map(|at| at / 7 % 2).collect();
        let scores = draws.list(80, 100.0, 900.0);
        let sample = Sample::new(&weights).expect("a sample");
        let margins = [
            Margin { classes: classes.clone(), totals: vec![90.0, 70.0, 80.0] },
            Margin { classes: halves, totals: vec![140.0, 100.0] },
        ];
        let raked = sample.raked(&margins).expect("weights");
        let in_first: Vec<f64> = classes.iter().map(|one| f64::from(u8::from(*one == 0))).collect();
        let known = raked.total(&in_first).expect("a total");
        close(&[known.value, known.standard_error.expect("an error")], &[90.0, 0.0], 1e-6);
        let totals = [250.0, 250.0 * 520.0];
        let columns = [vec![1.0; 80], scores.clone()];
        let calibrated = sample.calibrated(&columns, &totals).expect("weights");
        let known = calibrated.mean(&scores).expect("a mean");
        close(&[known.value, known.standard_error.expect("an error")], &[520.0, 0.0], 1e-6);
        let cut = raked.trimmed(1.3).expect("weights");
        let sum: f64 = raked.weights().iter().sum();
        assert!((cut.weights().iter().sum::<f64>() - sum).abs() < 1e-9);
        assert!(cut.weights().iter().all(|weight| *weight <= 1.3 * sum / 80.0 + 1e-9));
    }
}

#[test]
fn neither_scale_nor_order_matter() {
    let mut draws = Draws::new(42);
    let (weights, values) = (draws.list(40, 1.0, 9.0), draws.normals(40));
    let strata: Vec<usize> = (0..40).map(|at| at % 4).collect();
    let mean = |turn: bool, scale: f64| {
        let (mut w, mut s, mut v) = (weights.clone(), strata.clone(), values.clone());
        if turn {
            w.reverse();
            s.reverse();
            v.reverse();
        }
        w.iter_mut().for_each(|weight| *weight *= scale);
        let sample = Sample::new(&w).and_then(|one| one.with_strata(&s)).expect("a sample");
        let mean = sample.mean(&v).expect("a mean");
        [mean.value, mean.standard_error.expect("an error"), mean.effective]
    };
    close(&mean(true, 1.0), &mean(false, 1.0), 1e-9);
    close(&mean(false, 100.0), &mean(false, 1.0), 1e-9);
}

#[test]
fn margins_that_contradict_each_other_are_refused() {
    // The third cell alone makes up 5 of the first margin, but only 2 of the second.
    let margins = [
        Margin { classes: vec![0, 0, 1], totals: vec![5.0, 5.0] },
        Margin { classes: vec![0, 1, 1], totals: vec![8.0, 2.0] },
    ];
    let sample = Sample::new(&[1.0, 1.0, 1.0]).expect("a sample");
    assert_eq!(sample.raked(&margins), None);
    assert!(sample.raked(&margins[..1]).is_some());
}

#[test]
fn what_cannot_be_weighted_is_none() {
    assert_eq!(Sample::new(&[]), None);
    assert_eq!(Sample::new(&[1.0, 0.0]), None);
    assert_eq!(Sample::new(&[1.0, f64::NAN]), None);
    let sample = Sample::new(&[1.0, 2.0]).expect("a sample");
    assert_eq!(sample.clone().with_strata(&[0]), None);
    assert_eq!(sample.clone().with_clusters(&[0]), None);
    assert_eq!(sample.clone().with_population(&[1.0, f64::NAN]), None);
    assert_eq!(sample.mean(&[1.0]), None);
    assert_eq!(sample.mean(&[1.0, f64::NAN]), None);
    let alone = sample.clone().with_strata(&[0, 1]).expect("a sample");
    assert_eq!(alone.mean(&[1.0, 2.0]).expect("a mean").standard_error, None);
    assert_eq!(sample.raked(&[]), None);
    let margin = |classes: &[usize], totals: &[f64]| {
        sample.raked(&[Margin { classes: classes.to_vec(), totals: totals.to_vec() }])
    };
    assert!(margin(&[0, 1], &[3.0, 4.0]).is_some());
    assert_eq!(margin(&[0, 0], &[3.0, 4.0]), None);
    assert_eq!(margin(&[0, 2], &[3.0, 4.0]), None);
    assert_eq!(margin(&[0, 1], &[3.0, 0.0]), None);
    assert_eq!(sample.calibrated(&[], &[]), None);
    assert_eq!(sample.calibrated(&[vec![1.0, 1.0], vec![2.0, 2.0]], &[5.0, 11.0]), None);
    assert_eq!(sample.calibrated(&[vec![1.0, f64::NAN]], &[5.0]), None);
    assert_eq!(effective(&[]), None);
    assert_eq!(effective(&[0.0]), None);
    assert_eq!(effective(&[-1.0, 2.0]), None);
    assert_eq!(trimmed(&[1.0, 2.0], 1.0), None);
    assert_eq!(trimmed(&[1.0, 2.0], f64::NAN), None);
}
