//! Segments: mix against rate, sums, and the drill.

use super::near;
use crate::contribution::*;
use crate::draws::Draws;

fn segment(before: (f64, f64), after: (f64, f64)) -> Segment {
    let side = |(weight, rate): (f64, f64)| Side { weight, rate: (weight > 0.0).then_some(rate) };
    Segment { before: side(before), after: side(after) }
}

fn parts(found: &MixRate) -> f64 {
    found.segments.iter().map(|segment| segment.rate + segment.mix).sum()
}

#[test]
fn mix_and_rate_by_hand() {
    // Half of the visits at 2 % and half at 6 %, then three quarters at 2 % and a quarter at 8 %.
    // Rate: (0.5+0.25)/2 · 2 points = 0.75; the total falls from 4.0 to 3.5, so mix is −1.25 points.
    let found =
        mix_rate(&[segment((50.0, 0.02), (75.0, 0.02)), segment((50.0, 0.06), (25.0, 0.08))])
            .expect("segments");
    near(found.before, 0.04, 1e-15);
    near(found.after, 0.035, 1e-15);
    near(found.rate, 0.0075, 1e-15);
    near(found.mix, -0.0125, 1e-15);
    near(parts(&found), -0.005, 1e-15);
    assert_eq!(found.paradox, None);
}

#[test]
fn a_paradox_is_flagged() {
    // Both channels convert better, the total falls: weight moved to the weaker channel.
    let found =
        mix_rate(&[segment((800.0, 0.10), (300.0, 0.11)), segment((200.0, 0.02), (700.0, 0.03))])
            .expect("segments");
    assert!(found.change() < 0.0 && found.rate > 0.0);
    let paradox = found.paradox.expect("both rise, the total falls");
    assert_eq!((paradox.segments_moved, paradox.count, paradox.of), (1, 2, 2));
    near(paradox.share, 1.0, 1e-12);
}

#[test]
fn the_kidney_stones_of_charig() {
    // Charig et al. (1986), BMJ 292, 879–882: success 81/87 and 192/263 of open surgery, 234/270 and 55/80 of the
    // other; small and large stones. Both are worse under the second, its total 289/350 is better than 273/350.
    let rate = |of: f64, all: f64| (all, of / all);
    let found = mix_rate(&[
        segment(rate(81.0, 87.0), rate(234.0, 270.0)),
        segment(rate(192.0, 263.0), rate(55.0, 80.0)),
    ])
    .expect("segments");
    near(found.before, 273.0 / 350.0, 1e-12);
    near(found.after, 289.0 / 350.0, 1e-12);
    let paradox = found.paradox.expect("published paradox");
    assert_eq!((paradox.segments_moved, paradox.count), (-1, 2));
    assert!(found.mix > found.change());
}

#[test]
fn nearly_all_of_the_weight_is_enough() {
    let mut segments = vec![
        segment((800.0, 0.10), (300.0, 0.11)),
        segment((200.0, 0.02), (700.0, 0.03)),
        segment((50.0, 0.05), (50.0, 0.04)),
    ];
    assert!(mix_rate(&segments).expect("segments").paradox.is_some());
    segments[2] = segment((400.0, 0.05), (400.0, 0.04));
    assert_eq!(mix_rate(&segments).expect("segments").paradox, None);
}

#[test]
fn new_and_vanished_segments_are_mix() {
    let found = mix_rate(&[
        segment((60.0, 0.10), (60.0, 0.10)),
        segment((40.0, 0.20), (0.0, 0.0)),
        segment((0.0, 0.0), (40.0, 0.50)),
        segment((0.0, 0.0), (0.0, 0.0)),
    ])
    .expect("segments");
    let presence: Vec<_> = found.segments.iter().map(|segment| segment.presence).collect();
    use Presence::*;
    assert_eq!(presence, [Both, Vanished, New, Absent]);
    near(found.rate, 0.0, 1e-15);
    near(found.mix, 0.12, 1e-12);
    near(parts(&found), found.change(), 1e-15);
}

#[test]
fn rates_without_weight_or_without_value_are_none() {
    assert_eq!(mix_rate(&[]), None);
    assert_eq!(mix_rate(&[segment((0.0, 0.0), (1.0, 0.5))]), None);
    assert_eq!(mix_rate(&[segment((1.0, f64::NAN), (1.0, 0.5))]), None);
    assert_eq!(mix_rate(&[segment((-1.0, 0.5), (1.0, 0.5))]), None);
    let lost = Side { weight: 3.0, rate: None };
    assert_eq!(mix_rate(&[Segment { before: lost, after: lost }]), None);
}

#[test]
fn mix_and_rate_add_up_for_any_segments() {
    let mut draws = Draws(3);
    for _ in 0..500 {
        let mut side = |present: bool| {
            let weight = if present { draws.between(1.0, 1e6) } else { 0.0 };
            (weight, draws.between(-0.5, 1.0))
        };
        let mut segments = vec![segment(side(true), side(true))];
        segments.extend((0..7).map(|place| segment(side(place != 3), side(place != 5))));
        let found = mix_rate(&segments).expect("segments");
        near(found.rate + found.mix, found.change(), 1e-9 * found.change().abs());
        near(parts(&found), found.change(), 1e-9 * found.change().abs());
    }
}

#[test]
fn contributions_to_a_sum_by_hand() {
    let found = contributions(&[60.0, 40.0], &[90.0, 30.0]).expect("segments");
    assert_eq!(found[0], Contribution { change: 30.0, growth: Some(0.3), share: Some(1.5) });
    assert_eq!(found[1], Contribution { change: -10.0, growth: Some(-0.1), share: Some(-0.5) });
    assert_eq!(contributions(&[0.0], &[0.0]).expect("one")[0].share, None);
    assert_eq!(contributions(&[], &[]), None);
    assert_eq!(contributions(&[1.0], &[f64::NAN]), None);
}

#[test]
fn the_drill_finds_the_dimension_that_moved() {
    // Every region grows by a tenth; among the channels, one alone brings it all.
    let region = Dimension { before: &[50.0, 30.0, 20.0], after: &[55.0, 33.0, 22.0] };
    let channel = Dimension { before: &[40.0, 40.0, 20.0], after: &[40.0, 50.0, 20.0] };
    let found = drill(&[region, channel]);
    assert_eq!(found[0].dimension, 1);
    assert_eq!(found[0].segments, [1]);
    near(found[0].covered, 1.0, 1e-12);
    near(found[0].change, 10.0, 1e-12);
    assert_eq!(found[1].segments, [0, 1]);
    near(found[1].covered, 0.8, 1e-12);
    near(found[1].surprise.expect("positive"), 0.0, 1e-12);
}

#[test]
fn surprise_is_one_bit_at_most() {
    // All weight moves from the first to the second segment: the divergence of disjoint shares is one bit.
    let moved = drill(&[Dimension { before: &[10.0, 0.0], after: &[0.0, 10.0] }]);
    near(moved[0].surprise.expect("positive"), 1.0, 1e-12);
    let negative = drill(&[Dimension { before: &[-1.0, 5.0], after: &[2.0, 5.0] }]);
    assert_eq!(negative[0].surprise, None);
    assert!(drill(&[Dimension { before: &[1.0], after: &[1.0] }]).is_empty());
    assert!(drill(&[Dimension { before: &[], after: &[] }]).is_empty());
    assert!(drill(&[Dimension { before: &[f64::NAN], after: &[1.0] }]).is_empty());
}

#[test]
fn the_covering_set_is_the_smallest() {
    let mut draws = Draws(5);
    for _ in 0..100 {
        let (before, after) = (draws.list(10, 0.0, 9.0), draws.list(10, 0.0, 9.0));
        let found = drill(&[Dimension { before: &before, after: &after }]);
        let mut changes: Vec<f64> = before.iter().zip(&after).map(|(a, b)| (b - a).abs()).collect();
        changes.sort_by(|a, b| b.total_cmp(a));
        let whole: f64 = changes.iter().sum();
        let one_less: f64 = changes[..found[0].segments.len() - 1].iter().sum();
        assert!(found[0].covered >= COVERED - 1e-9 && one_less < COVERED * whole);
    }
}
