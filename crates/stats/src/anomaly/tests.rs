//! By hand, by property, and at the edges.

use super::*;

/// Noise with mean 0 and scale 1: sums of twelve uniform draws of SplitMix64.
fn noise(seed: u64, points: usize) -> Vec<f64> {
    let mut state = seed;
    let mut uniform = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    };
    (0..points).map(|_| (0..12).map(|_| uniform()).sum::<f64>() - 6.0).collect()
}

/// Noise on a level of 100 with low weekends.
fn week(seed: u64, points: usize) -> Vec<f64> {
    let low = |day: usize| if day % 7 >= 5 { -20.0 } else { 0.0 };
    noise(seed, points).iter().enumerate().map(|(day, x)| 100.0 + low(day) + x).collect()
}

fn weekdays(points: usize) -> Vec<usize> {
    (0..points).map(|day| day % 7).collect()
}

fn judged(values: &[Option<f64>], excluded: &[bool]) -> Vec<Judgement> {
    judge(values, &weekdays(values.len()), excluded, &Options::daily()).expect("finite values")
}

fn plainly(values: &[f64]) -> Vec<Judgement> {
    let values: Vec<_> = values.iter().copied().map(Some).collect();
    judged(&values, &vec![false; values.len()])
}

fn states(judgements: &[Judgement]) -> Vec<State> {
    judgements.iter().map(|judgement| judgement.state).collect()
}

#[test]
fn a_point_by_hand() {
    // Levels before the values: –, 10, 11, 10; residuals 0, 2, -3, 0. Then the midmean of 8 10 10 12 is 10. Of 0 0 2 3
    // the median says 1 / 0.67449 = 1.4826 and the 95 % point 2.85 / 1.96 = 1.4541; the larger, widened by 1 + 6/4,
    // is 3.7065. The budget of 5 % opens at 1.96: the band is 10 ± 7.26462, and 20 lies 2.69796 scales out.
    let options = Options {
        places: 1,
        rounds: 1,
        level: 4,
        spread: 4,
        minimum: 4,
        window: 1,
        budget: 0.05,
        release: 0.5,
        calm: 1,
        settle: 9,
    };
    let values = [10.0, 12.0, 8.0, 10.0, 20.0].map(Some);
    let found = judge(&values, &[0; 5], &[false; 5], &options).expect("finite values");
    assert!(found[..4].iter().all(|point| point.state == State::Unjudged && point.band.is_none()));
    let band = found[4].band.expect("four values before");
    for (found, expected) in [
        (band.expected, 10.0),
        (band.low, 2.735_382_62),
        (band.high, 17.264_617_38),
        (found[4].residual.expect("a value"), 10.0),
        (found[4].score.expect("a value"), 2.697_959_00),
        (found[4].tail.expect("a value"), 0.006_976_60),
    ] {
        assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
    }
    assert_eq!(found[4].state, State::New);
}

#[test]
fn one_event_is_one_alert() {
    let mut values = week(1, 200);
    for value in &mut values[150..154] {
        *value += 12.0;
    }
    let found = plainly(&values);
    let expected = [State::New, State::Continuing, State::Continuing, State::Continuing];
    assert_eq!(states(&found[150..154]), expected);
    let events: Vec<_> = events(&found).into_iter().filter(|event| event.from == 150).collect();
    let [event] = events[..] else { panic!("{events:?}") };
    assert_eq!((event.direction, event.settled), (Direction::Up, false));
    // The short window of three points must have passed the event.
    let to = event.to.expect("it is over");
    assert!((154..=156).contains(&to), "{event:?}");
    assert!(found[to..].iter().all(|point| point.state != State::Continuing));
    assert!((event.excess - 12.0).abs() < 3.0, "{event:?}");
    assert!((150..154).contains(&event.peak));
}

#[test]
fn a_lasting_shift_becomes_the_level_after_ten_points() {
    let mut values = week(2, 300);
    for value in &mut values[200..] {
        *value -= 8.0;
    }
    let found = plainly(&values);
    assert_eq!(found[200].state, State::New);
    assert_eq!(found[209].state, State::Settled);
    for point in &found[210..] {
        let above = point.residual.expect("judged");
        assert!(above.abs() < 5.0, "{point:?}");
    }
    let later = events(&found).iter().filter(|event| event.from > 209).count();
    assert!(later <= 1, "{later} events after the shift was taken in");
}

#[test]
fn a_steady_trend_is_followed() {
    let mut values = week(3, 400);
    for (day, value) in values.iter_mut().enumerate() {
        *value += 0.05 * day as f64;
    }
    let events = events(&plainly(&values));
    assert!(events.len() <= 3, "{events:?}");
}

#[test]
fn weekends_are_expected_to_be_low() {
    let found = plainly(&week(4, 200));
    for (day, point) in found.iter().enumerate().skip(100) {
        let expected = point.band.expect("judged").expected;
        let truth = if day % 7 >= 5 { 80.0 } else { 100.0 };
        assert!((expected - truth).abs() < 2.0, "day {day}: {expected}");
    }
}

#[test]
fn a_prefix_is_judged_like_the_whole() {
    let mut values = week(5, 260);
    values[150] += 30.0;
    values.iter_mut().skip(200).for_each(|value| *value += 9.0);
    let whole = plainly(&values);
    for length in [1, 28, 29, 150, 151, 152, 205, 215, 259] {
        assert_eq!(plainly(&values[..length]), whole[..length], "{length}");
    }
}

#[test]
fn units_do_not_matter() {
    let mut values = week(6, 250);
    values[180] -= 9.0;
    let there = plainly(&values);
    for (scale, shift) in [(1_000.0, 0.0), (1.0, 7_000.0), (0.01, -3.0)] {
        let moved: Vec<_> = values.iter().map(|value| scale * value + shift).collect();
        let moved = plainly(&moved);
        assert_eq!(states(&there), states(&moved), "{scale} {shift}");
        for (one, other) in there.iter().zip(&moved) {
            let (Some(one), Some(other)) = (one.score, other.score) else { continue };
            assert!((one - other).abs() < 1e-6 * one.abs().max(1.0), "{one} {other}");
        }
    }
    let turned: Vec<_> = values.iter().map(|value| -value).collect();
    assert_eq!(states(&there), states(&plainly(&turned)));
}

#[test]
fn gaps_are_no_anomalies_and_move_nothing() {
    let full: Vec<_> = week(7, 200).into_iter().map(Some).collect();
    let mut holed = full.clone();
    holed[100..107].fill(None);
    let found = judged(&holed, &[false; 200]);
    for point in &found[100..107] {
        assert_eq!((point.state, point.score), (State::Unjudged, None));
        assert!(point.band.is_some(), "what was expected is known without the value");
    }
    let shorter: Vec<_> = full[..100].iter().chain(&full[107..]).copied().collect();
    assert_eq!(found[107..], judged(&shorter, &[false; 193])[100..]);
}

#[test]
fn excluded_points_are_judged_but_not_learnt() {
    let mut values: Vec<_> = week(8, 200).into_iter().map(Some).collect();
    values[150] = Some(500.0);
    let mut excluded = [false; 200];
    excluded[150] = true;
    let found = judged(&values, &excluded);
    assert_eq!(found[150].state, State::New);
    values[150] = None;
    let without = judged(&values, &[false; 200]);
    let bands = |found: &[Judgement]| found.iter().map(|point| point.band).collect::<Vec<_>>();
    assert_eq!(bands(&found), bands(&without));
}

#[test]
fn a_constant_series_is_normal_until_it_moves() {
    for level in [0.0, 0.1, 1e9] {
        let mut values = vec![level; 100];
        values.push(level + 1.0);
        let found = plainly(&values);
        assert!(found[28..100].iter().all(|point| point.state == State::Normal), "{level}");
        let score = found[100].score.expect("judged");
        assert!(score.is_finite() && score > 0.9, "{level}: {score}");
    }
}

#[test]
fn nothing_is_said_without_history() {
    let found = plainly(&week(9, 28));
    assert!(found.iter().all(|point| point.state == State::Unjudged && point.band.is_none()));
    let gaps = judged(&[None; 90], &[false; 90]);
    assert!(gaps.iter().all(|point| point.state == State::Unjudged && point.band.is_none()));
    assert!(events(&gaps).is_empty() && plainly(&[]).is_empty());
}

#[test]
fn what_is_not_finite_or_does_not_fit_is_refused() {
    let daily = Options::daily();
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(judge(&[Some(value)], &[0], &[false], &daily), None);
    }
    assert_eq!(judge(&[Some(1.0)], &[7], &[false], &daily), None);
    assert_eq!(judge(&[Some(1.0)], &[], &[false], &daily), None);
    assert!(Detector::new(Options { budget: 0.0, ..daily }).is_none());
    assert!(Detector::new(Options { level: 0, ..daily }).is_none());
    let mut detector = Detector::new(daily).expect("options hold");
    let before = format!("{detector:?}");
    assert_eq!(detector.push(Some(f64::NAN), 0, false), None);
    assert_eq!(format!("{detector:?}"), before, "a refused value leaves no trace");
}

#[test]
fn an_alert_needs_share_floor_and_base() {
    let event = Event {
        from: 0,
        peak: 0,
        to: None,
        direction: Direction::Down,
        excess: -30.0,
        expected: 100.0,
        settled: false,
    };
    let rule = AlertRule { relative: 0.2, floor: 25.0, minimum_base: 50.0 };
    assert!(rule.alerts(&event));
    assert!(!AlertRule { relative: 0.31, ..rule }.alerts(&event));
    assert!(!AlertRule { floor: 31.0, ..rule }.alerts(&event));
    assert!(!AlertRule { minimum_base: 101.0, ..rule }.alerts(&event));
    assert!(!rule.alerts(&Event { expected: 0.0, ..event }));
}

#[test]
fn a_window_keeps_the_latest_in_order() {
    let mut window = window::SortedWindow::new(4);
    assert_eq!((window.quantile(0.5), window.midmean()), (None, None));
    for number in [9.0, 3.0, 1.0, 2.0, 10.0] {
        window.push(number);
    }
    // 1 2 3 10: the middle half is 2 and 3.
    assert_eq!((window.quantile(0.5), window.midmean()), (Some(2.5), Some(2.5)));
    window.shift(100.0, 1);
    assert_eq!((window.quantile(0.0), window.quantile(1.0)), (Some(10.0), Some(103.0)));
}
