//! What is refused, and what is strange but answered.

use super::series::made_up;
use crate::forecast::{Effect, Forecast, Refusal, Request, forecast};

fn ask(series: &[f64], seasons: &[usize], horizon: usize) -> Result<Forecast, Refusal> {
    forecast(&Request::new(series, seasons, horizon))
}

#[test]
fn too_little_or_broken_input_is_refused_with_its_reason() {
    let series = made_up(1, 40, 7);
    assert_eq!(ask(&series[..11], &[], 5), Err(Refusal::TooShort { have: 11, need: 12 }));
    assert_eq!(ask(&series[..20], &[], 30), Err(Refusal::TooShort { have: 20, need: 30 }));
    assert_eq!(ask(&[], &[], 1), Err(Refusal::TooShort { have: 0, need: 12 }));
    assert_eq!(ask(&series, &[], 0), Err(Refusal::NoHorizon));
    for broken in [f64::NAN, f64::INFINITY, 1e300] {
        let mut series = series.clone();
        series[4] = broken;
        assert_eq!(ask(&series, &[7], 5), Err(Refusal::NotFinite { place: 4 }));
    }
    let effects = [Effect { acts: vec![false; 45] }, Effect { acts: vec![false; 44] }];
    let request = Request { effects: &effects, ..Request::new(&series, &[7], 5) };
    assert_eq!(forecast(&request), Err(Refusal::EffectLength { effect: 1 }));
}

#[test]
fn a_constant_stays_as_it_is() {
    for value in [0.0, 5.0, -3.0, 1e100] {
        let found = ask(&[value; 40], &[7], 5).expect("40 values are enough");
        assert_eq!(found.mean, [value; 5]);
        assert_eq!(found.bounds95, [(value, value); 5]);
        assert_eq!(found.methods, ["constant"]);
        assert_eq!(found.paths(2, 1), vec![vec![value; 5]; 2]);
        assert!(found.backtest.is_some_and(|tested| !tested.beats_naive()));
    }
}

#[test]
fn strange_series_get_numbers() {
    let mut rare = vec![0.0; 60];
    (0..60).step_by(11).for_each(|step| rare[step] = 4.0);
    let mut late = vec![0.0; 59];
    late.push(100.0);
    let huge: Vec<f64> = made_up(2, 60, 7).iter().map(|value| value * 1e110).collect();
    let tiny: Vec<f64> = made_up(2, 60, 7).iter().map(|value| value * 1e-110).collect();
    let stairs: Vec<f64> = (0..60).map(|step| f64::from(step / 20)).collect();
    let two: Vec<f64> = (0..60).map(|step| f64::from(step % 2)).collect();
    for series in [rare, late, huge, tiny, stairs, two] {
        for seasons in [&[][..], &[7], &[26], &[2, 7], &[0, 1, 7, 7, 500]] {
            let found = ask(&series, seasons, 13).expect("60 values are enough");
            let bounds = found.bounds95.iter().flat_map(|(low, high)| [low, high]);
            assert!(found.seasons.iter().all(|season| [2, 7].contains(season)));
            let numbers = found.mean.iter().chain(bounds);
            assert!(numbers.clone().all(|value| value.is_finite()), "{found:?}");
            assert!(found.mean.iter().all(|value| *value >= 0.0));
            assert!(found.paths(20, 1).iter().flatten().all(|value| value.is_finite()));
        }
    }
}

#[test]
fn a_short_past_is_not_tested() {
    let series = made_up(4, 14, 7);
    assert_eq!(ask(&series, &[7], 12).expect("14 values").backtest, None);
    assert_eq!(ask(&series, &[7], 12).expect("14 values").quantile(1.0), None);
}
