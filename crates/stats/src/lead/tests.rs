//! Tests of leads: by hand, against published figures, and as shares of seeded draws.

use super::*;
use crate::draws::Draws;

fn walk(draws: &mut Draws, count: usize) -> Vec<f64> {
    let mut level = 0.0;
    let steps = draws.normals(count);
    steps
        .into_iter()
        .map(|step| {
            level += step;
            level
        })
        .collect()
}

/// A walk and one that repeats its steps `lag` periods later under as much noise.
fn planted(draws: &mut Draws, count: usize, lag: usize) -> (Vec<f64>, Vec<f64>) {
    let steps = draws.normals(count + lag);
    let (mut lead, mut late) = (Vec::new(), Vec::new());
    let (mut one, mut other) = (100.0, 100.0);
    for t in lag..count + lag {
        one += steps[t];
        other += steps[t - lag] + draws.normal();
        lead.push(one);
        late.push(other);
    }
    (lead, late)
}

#[test]
fn an_autoregression_by_hand() {
    // Burg's first coefficient of 1 −1 1 −1 is −1: nothing is left to foresee.
    let found = Autoregression::fit(&[1.0, -1.0, 1.0, -1.0, 1.0, -1.0], 1).expect("series");
    assert!(found.weights.is_empty() || (found.weights[0] + 1.0).abs() < 1e-12);
    let fixed = Autoregression { mean: 0.0, weights: vec![0.5] };
    assert_eq!(fixed.filter(&[2.0, -1.0, -1.0]), [-2.0, -0.5]);
    assert_eq!(Autoregression::fit(&[3.0; 20], 2), None);
    assert_eq!(Autoregression::fit(&[1.0, 2.0, f64::NAN, 3.0, 1.0], 1), None);
    assert_eq!(Autoregression::fit(&[1.0, 2.0, 1.0], 1), None);
}

#[test]
fn an_autoregression_finds_its_weights() {
    let mut draws = Draws(2);
    let mut series = vec![0.0, 0.0];
    for t in 2..4000 {
        series.push(1.2 * series[t - 1] - 0.5 * series[t - 2] + draws.normal());
    }
    let found = Autoregression::fit(&series, 10).expect("series");
    assert!((found.weights[0] - 1.2).abs() < 0.05, "{:?}", found.weights);
    assert!((found.weights[1] + 0.5).abs() < 0.05, "{:?}", found.weights);
}

#[test]
fn a_level_that_is_kept_and_one_that_is_not() {
    let mut draws = Draws(4);
    let (mut kept, mut lost) = (0, 0);
    for _ in 0..200 {
        kept += usize::from(is_stationary(&draws.normals(120)) == Some(true));
        lost += usize::from(is_stationary(&walk(&mut draws, 120)) == Some(false));
    }
    assert!(kept >= 185 && lost >= 170, "{kept} kept, {lost} lost");
    // 1 to 8, two lags: partial sums squared add to 273; covariances 5.25, 26.25/8 and 11.5/8.
    let ramp: Vec<f64> = (1..=8).map(f64::from).collect();
    let long_run = 5.25 + 2.0 * (2.0 / 3.0 * 26.25 + 11.5 / 3.0) / 8.0;
    assert!((kpss(&ramp).expect("series") - 273.0 / (64.0 * long_run)).abs() < 1e-12);
    assert_eq!(kpss(&[5.0; 20]), None);
    assert_eq!(kpss(&[1.0, 2.0]), None);
}

#[test]
fn granger_by_hand() {
    // The effect repeats the cause one period later, but for a small error that has no pattern.
    let mut draws = Draws(9);
    let cause = draws.normals(60);
    let effect: Vec<f64> = (0..60usize)
        .map(|t| if t == 0 { 0.0 } else { cause[t - 1] } + 0.1 * draws.normal())
        .collect();
    let there = granger(&cause, &effect, 2).expect("series");
    let back = granger(&effect, &cause, 2).expect("series");
    assert!(there.p < 1e-10 && back.p > 0.01, "{there:?} {back:?}");
    assert_eq!(there.freedom, (2, 53));
    let scaled: Vec<f64> = cause.iter().map(|value| 1e6 * value + 3e6).collect();
    let other = granger(&scaled, &effect, 2).expect("series");
    assert!((other.f / there.f - 1.0).abs() < 1e-9);
}

#[test]
fn granger_refuses_what_it_cannot_test() {
    let series: Vec<f64> = (0..30).map(|t| f64::from(t * t % 7)).collect();
    assert_eq!(granger(&series, &series, 2), None);
    assert_eq!(granger(&series, &series[1..], 2), None);
    assert_eq!(granger(&series, &series, 0), None);
    assert_eq!(granger(&series[..6], &series[1..7], 2), None);
    assert_eq!(granger(&[], &[], 3), None);
    let mut broken = series.clone();
    broken[3] = f64::NAN;
    assert_eq!(granger(&broken, &series, 2), None);
}

#[test]
fn walks_without_a_tie_seldom_lead() {
    let mut draws = Draws(20_261);
    let mut found = 0;
    let pairs = 2_000;
    for round in 0..pairs {
        let count = 60 + 20 * (round % 8);
        let (a, b) = (walk(&mut draws, count), walk(&mut draws, count));
        let relation = leads(&a, &b, 8, 0.05).expect("long enough");
        found += usize::from(matches!(relation.finding, Finding::Lead(_)));
    }
    assert!(found * 20 < pairs, "{found} of {pairs}");
}

#[test]
fn a_planted_lead_is_found_with_its_lag_and_direction() {
    let mut draws = Draws(77);
    let (mut right, mut wrong) = (0, 0);
    for round in 0..200 {
        let lag = 1 + round % 5;
        let (lead, late) = planted(&mut draws, 100, lag);
        let (pair, sooner) = if round % 2 == 0 {
            ((&lead, &late), Sooner::First)
        } else {
            ((&late, &lead), Sooner::Second)
        };
        match leads(pair.0, pair.1, 8, 0.05).expect("long enough").finding {
            Finding::Lead(found) if (found.sooner, found.lag) == (sooner, lag) => right += 1,
            Finding::Lead(_) => wrong += 1,
            Finding::Together(_) | Finding::Nothing => {}
        }
    }
    assert!(right >= 180 && wrong <= 4, "{right} right, {wrong} wrong");
}

#[test]
fn two_trends_are_warned_of() {
    let mut draws = Draws(6);
    let mut rising = || -> Vec<f64> { (0..80).map(|t| f64::from(t) + draws.normal()).collect() };
    let (a, b) = (rising(), rising());
    let relation = leads(&a, &b, 6, 0.05).expect("long enough");
    assert!(relation.differenced);
    let warning = relation.shared_trend.expect("both rise");
    assert!(warning.levels > 0.95 && warning.changes.abs() < 0.4);
    assert!(!matches!(relation.finding, Finding::Lead(_)));
}

#[test]
fn series_that_move_together_do_not_lead() {
    let mut draws = Draws(8);
    let common = draws.normals(90);
    let mut noisy = || -> Vec<f64> { common.iter().map(|x| x + 0.3 * draws.normal()).collect() };
    let relation = leads(&noisy(), &noisy(), 6, 0.05).expect("long enough");
    assert!(matches!(relation.finding, Finding::Together(r) if r > 0.7), "{relation:?}");
    assert!(!relation.differenced && relation.shared_trend.is_none());
}

#[test]
fn many_pairs_are_corrected_together_and_keep_their_places() {
    let mut draws = Draws(31);
    let (lead, late) = planted(&mut draws, 120, 2);
    let noise: Vec<Vec<f64>> = (0..20).map(|_| walk(&mut draws, 120)).collect();
    let mut pairs: Vec<(&[f64], &[f64])> =
        noise.chunks_exact(2).map(|two| (two[0].as_slice(), two[1].as_slice())).collect();
    pairs.insert(4, (&lead, &late));
    pairs.insert(2, (&lead[..10], &late[..10]));
    let found = leads_among(&pairs, 8, 0.05);
    assert_eq!(found.len(), 12);
    assert_eq!(found[2], None);
    let alone = leads(&lead, &late, 8, 0.05).expect("long enough");
    match (found[5].expect("long enough").finding, alone.finding) {
        (Finding::Lead(among), Finding::Lead(alone)) => {
            assert_eq!((among.lag, among.sooner), (2, Sooner::First));
            assert!(among.p >= alone.p);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_cannot_be_compared_is_none() {
    let mut draws = Draws(1);
    let a = draws.normals(50);
    assert_eq!(leads(&a, &a[1..], 4, 0.05), None);
    assert_eq!(leads(&a, &[2.0; 50], 4, 0.05), None);
    assert_eq!(leads(&a[..20], &a[20..40], 2, 0.05), None);
    assert_eq!(leads(&a, &a, 30, 0.05), None);
    assert_eq!(leads(&[], &[], 4, 0.05), None);
    let mut broken = draws.normals(50);
    broken[9] = f64::INFINITY;
    assert_eq!(leads(&a, &broken, 4, 0.05), None);
    assert!(leads_among(&[], 4, 0.05).is_empty());
}

#[test]
fn jumps_are_cut_to_usual_changes_by_hand() {
    // Changes 1 −1 2 −2 50 1 −1 2 −2 1: median 1, distances from it 0 0 0 1 1 1 2 2 3 3 49, so at most 5.9304 from it.
    let changes = [1.0, -1.0, 2.0, -2.0, 50.0, 1.0, -1.0, 2.0, -2.0, 1.0, 1.0];
    let mut series = vec![100.0];
    for change in changes {
        series.push(series[series.len() - 1] + change);
    }
    let kept = without_jumps(&series).expect("it moves");
    assert_eq!(kept[..5], series[..5]);
    assert!((kept[5] - kept[4] - (1.0 + 4.0 * 1.4826)).abs() < 1e-9, "{kept:?}");
    let after: Vec<f64> = differences(&kept)[5..].to_vec();
    assert!(after.iter().zip(&changes[5..]).all(|(kept, change)| (kept - change).abs() < 1e-9));
    // Scale and level do not matter.
    let scaled: Vec<f64> = series.iter().map(|value| 1e6 * value - 7e7).collect();
    let other = without_jumps(&scaled).expect("it moves");
    assert!(other.iter().zip(&kept).all(|(a, b)| (a - (1e6 * b - 7e7)).abs() < 1e-3));
}

#[test]
fn a_series_without_jumps_stays_and_one_that_hardly_moves_is_none() {
    let series = Draws(12).normals(200);
    let kept = without_jumps(&series).expect("it moves");
    assert!(kept.iter().zip(&series).all(|(a, b)| (a - b).abs() < 1e-12));
    let mut still = vec![5.0; 40];
    still[20..].fill(9.0);
    assert_eq!(without_jumps(&still), None);
    assert_eq!(without_jumps(&[]), None);
    assert_eq!(without_jumps(&[1.0]), None);
    assert_eq!(without_jumps(&[1.0, f64::NAN, 2.0]), None);
}

#[test]
fn two_single_breaks_seldom_lead() {
    let mut draws = Draws(58);
    let mut told = 0;
    let pairs = 400;
    for round in 0..pairs {
        let (mut first, mut second) = (draws.normals(120), draws.normals(120));
        let (place, lag) = (30 + round % 60, 1 + round % 6);
        first[place..].iter_mut().for_each(|value| *value += 30.0);
        second[place + lag..].iter_mut().for_each(|value| *value += 30.0);
        let relation = leads(&first, &second, 8, 0.05).expect("long enough");
        told += usize::from(matches!(relation.finding, Finding::Lead(_)));
    }
    assert!(told * 20 < pairs, "{told} of {pairs}");
}

#[test]
fn large_moves_that_come_again_and_again_still_lead() {
    let mut draws = Draws(59);
    let mut right = 0;
    for _ in 0..50 {
        let (mut first, mut second) = (draws.normals(180), draws.normals(180));
        // One in twelve days, none of them by a rhythm that the past would foresee.
        for place in 5..170 {
            if draws.below(12) == 0 {
                first[place] += 20.0;
                second[place + 3] += 20.0;
            }
        }
        let relation = leads(&first, &second, 7, 0.05).expect("long enough");
        let is_right = |found: Lead| (found.sooner, found.lag) == (Sooner::First, 3);
        right += usize::from(matches!(relation.finding, Finding::Lead(found) if is_right(found)));
    }
    assert!(right >= 45, "{right} of 50");
}
