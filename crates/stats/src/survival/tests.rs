use super::*;
use crate::draws::Draws;

fn assert_near(found: f64, expected: f64, slack: f64) {
    assert!((found - expected).abs() <= slack, "{found} is not {expected}");
}

fn watch(time: f64, happened: bool) -> Observation {
    Observation { time, happened }
}

#[test]
fn a_curve_by_hand() {
    let watches = [watch(3.0, true), watch(1.0, true), watch(2.0, false), watch(2.0, true)];
    let curve = kaplan_meier(&watches).expect("a curve");
    let told = |step: &Step| (step.time, step.at_risk, step.events, step.without);
    let steps: Vec<_> = curve.steps.iter().map(told).collect();
    assert_eq!(steps, [(1.0, 4, 1, 0.75), (2.0, 3, 1, 0.5), (3.0, 1, 1, 0.0)]);
    assert_eq!(curve.until, 3.0);
    assert_eq!(curve.time_at(0.5), Some(2.5));
    assert_eq!(curve.time_at(0.6), Some(2.0));
}

#[test]
fn a_censored_watch_lowers_the_number_at_risk() {
    let found =
        kaplan_meier(&[watch(2.0, true), watch(1.0, false), watch(3.0, true), watch(2.0, false)])
            .expect("times");
    // At 2 one of three, at 3 the last one.
    assert_near(found.without(2.5).expect("watched"), 2.0 / 3.0, 1e-12);
    assert_near(found.without(1.0).expect("watched"), 1.0, 0.0);
    assert_near(found.without(3.0).expect("watched"), 0.0, 0.0);
    assert_eq!(found.without(3.1), None);
    assert_eq!(found.time_at(0.5), Some(3.0));
    assert_eq!(found.steps[0].at_risk, 3);
    assert_near(found.steps[0].converted(), 1.0 / 3.0, 1e-12);
    assert_near(found.steps[0].error, 2.0 / 3.0 * (1.0f64 / 6.0).sqrt(), 1e-12);
    assert_eq!(found.steps[1].interval(0.95), None);
}

#[test]
fn the_remissions_of_freireich() {
    // Weeks of remission under 6-MP, Freireich et al. (1963), Blood 21, 699–716, as in Cox and Oakes (1984), table 1.1,
    // and in Kalbfleisch and Prentice (2002); the median is 23 weeks.
    let weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35];
    let ended = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0];
    let watches: Vec<Observation> =
        weeks.iter().zip(ended).map(|(week, ended)| watch(f64::from(*week), ended == 1)).collect();
    let found = kaplan_meier(&watches).expect("weeks");
    let expected = [
        (6.0, 0.857, 0.0764),
        (7.0, 0.807, 0.0869),
        (10.0, 0.753, 0.0963),
        (13.0, 0.690, 0.1068),
        (16.0, 0.627, 0.1141),
        (22.0, 0.538, 0.1282),
        (23.0, 0.448, 0.1346),
    ];
    assert_eq!(found.steps.len(), expected.len());
    for (step, (time, without, error)) in found.steps.iter().zip(expected) {
        assert_near(step.time, time, 0.0);
        assert_near(step.without, without, 5e-4);
        assert_near(step.error, error, 1e-4);
    }
    assert_eq!(found.time_at(0.5), Some(23.0));
}

#[test]
fn without_censoring_the_curve_is_the_plain_share() {
    let mut draws = Draws::new(3);
    let times = draws.list(200, 0.0, 10.0);
    let watches: Vec<Observation> = times.iter().map(|time| watch(*time, true)).collect();
    let found = kaplan_meier(&watches).expect("times");
    for step in &found.steps {
        let later = times.iter().filter(|time| **time > step.time).count() as f64;
        assert_near(step.without, later / 200.0, 1e-12);
        if let Some((low, high)) = step.interval(0.95) {
            assert!(low < step.without && step.without < high);
        }
    }
}

#[test]
fn without_censoring_the_median_is_the_ordinary_one() {
    let mut draws = Draws::new(5);
    for count in 1..60 {
        let times: Vec<f64> = (0..count).map(|_| draws.below(12) as f64).collect();
        let mut watches: Vec<Observation> = times.iter().map(|time| watch(*time, true)).collect();
        let curve = kaplan_meier(&watches).expect("a curve");
        for step in &curve.steps {
            let above = times.iter().filter(|time| **time > step.time).count();
            assert_near(step.without, above as f64 / f64::from(count), 1e-12);
        }
        assert_eq!(curve.time_at(0.5), crate::quantile::quantile(&times, 0.5), "{times:?}");
        watches.reverse();
        assert_eq!(kaplan_meier(&watches), Some(curve));
    }
}

#[test]
fn what_has_no_curve_is_none() {
    assert_eq!(kaplan_meier(&[]), None);
    assert_eq!(kaplan_meier(&[watch(f64::NAN, true)]), None);
    assert_eq!(kaplan_meier(&[watch(-1.0, true)]), None);
    let waiting = kaplan_meier(&[watch(1.0, false), watch(2.0, false)]).expect("a curve");
    assert_eq!(waiting, KaplanMeier { steps: Vec::new(), until: 2.0 });
    assert_eq!(waiting.time_at(0.5), None);
    let watches = [watch(1.0, true), watch(2.0, false), watch(3.0, false)];
    assert_eq!(kaplan_meier(&watches).expect("a curve").time_at(0.5), None);
}
