//! Expectation by size, movement of ranks, growth against an index.

use crate::draws::Draws;
use crate::peer::*;

fn peer(size: f64, group: u32, value: f64) -> Peer {
    Peer { size, group, value }
}

/// Ten peers of the sizes 1, 4, 16 … 4⁹ on value = 5 · 3^group · √size; each even group next to an odd one.
fn on_a_curve() -> Vec<Peer> {
    let one = |place: u32| {
        let (group, size) = (place % 2, 4f64.powf(f64::from(place)));
        peer(size, group, 5.0 * 3f64.powf(f64::from(group)) * size.sqrt())
    };
    (0..10).map(one).collect()
}

/// The same with values below zero: −4 + 3 · group + 2 · log₂(size).
fn on_a_line() -> Vec<Peer> {
    let line = |one: &Peer| -4.0 + 3.0 * f64::from(one.group) + 2.0 * one.size.log2();
    on_a_curve().iter().map(|one| Peer { value: line(one), ..*one }).collect()
}

#[track_caller]
fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-8, "{found} is not {expected}");
}

#[test]
fn big_is_not_mistaken_for_good() {
    // Of our size 4,096 one would expect 5 · 64 = 320; 300 is more than most have, and too little.
    let found = expectation(&peer(4096.0, 0, 300.0), &on_a_curve()).expect("peers");
    near(found.expected, 320.0);
    near(found.residual, -20.0);
    near(found.per_doubling, 320.0 * (2f64.sqrt() - 1.0));
    near(found.percentile, 0.0);
    assert_eq!(found.peers, 10);
    let other = expectation(&peer(4096.0, 1, 970.0), &on_a_curve()).expect("peers");
    near(other.expected, 960.0);
    near(other.percentile, 1.0);
}

#[test]
fn values_below_zero_are_fitted_as_they_are() {
    // −4 + 2 · 12 = 20.
    let found = expectation(&peer(4096.0, 0, 19.0), &on_a_line()).expect("peers");
    near(found.expected, 20.0);
    near(found.residual, -1.0);
    near(found.per_doubling, 2.0);
    near(found.percentile, 0.0);
}

#[test]
fn what_is_proportional_to_size_is_expected_in_proportion() {
    let sizes = [10.0, 20.0, 50.0, 100.0, 500.0, 900.0];
    let peers = sizes.map(|size| peer(size, 0, size / 10.0));
    for own in [10.0, 15.0, 300.0, 900.0] {
        let found = expectation(&peer(own, 0, own / 10.0), &peers).expect("peers");
        near(found.expected, own / 10.0);
        assert_eq!((found.residual, found.percentile), (0.0, 0.5), "{found:?}");
    }
    // Nothing is the least that there is, and what is expected of the smallest stays above it.
    let none = expectation(&peer(10.0, 0, 0.0), &peers).expect("peers");
    near(none.expected, 1.0);
    near(none.percentile, 0.0);
}

#[test]
fn no_amount_is_expected_to_be_negative() {
    // By values as they are, the straight line through these would be below zero for the smallest.
    let peers: Vec<Peer> = (0..8)
        .map(|place| peer(10f64.powi(place), 0, 10f64.powf(1.5 * f64::from(place))))
        .collect();
    let found = expectation(&peer(1.5, 0, 2.0), &peers).expect("peers");
    near(found.expected, 1.5f64.powf(1.5));
}

#[test]
fn beyond_all_sizes_and_of_two_sizes_nothing_is_said() {
    let peers = on_a_curve();
    for (size, is_told) in [(0.99, false), (1.0, true), (262_144.0, true), (262_145.0, false)] {
        assert_eq!(expectation(&peer(size, 0, 9.0), &peers).is_some(), is_told, "{size}");
    }
    let of_sizes = |count: u32| -> Vec<Peer> {
        (0..12).map(|k| peer(f64::from(1 + k % count), 0, f64::from(2 + k))).collect()
    };
    assert_eq!(expectation(&peer(1.5, 0, 3.0), &of_sizes(2)), None);
    assert!(expectation(&peer(1.5, 0, 3.0), &of_sizes(3)).is_some());
}

#[test]
fn one_wild_peer_does_not_bend_the_line() {
    let mut draws = Draws(12);
    let mut peers: Vec<Peer> = (0..40)
        .map(|_| {
            let size = draws.between(1.0, 1000.0);
            peer(size, 0, 10.0 + 3.0 * size.ln() + 0.1 * draws.normal())
        })
        .collect();
    peers[7].value += 500.0;
    peers[8].value = -1.0;
    let found = expectation(&peer(100.0, 0, 0.0), &peers).expect("peers");
    assert!((found.expected - (10.0 + 3.0 * 100.0f64.ln())).abs() < 0.2, "{found:?}");
}

#[test]
fn one_peer_at_the_far_end_does_not_turn_the_line() {
    // Peers on value = 1 + ln(size) with the last but one far off: least squares would give a slope far below one.
    let mut peers: Vec<Peer> =
        (1..=16).map(|k| peer(f64::from(k).exp(), 0, 1.0 + f64::from(k))).collect();
    peers[14].value = -10.0;
    let found = expectation(&peer(8.0f64.exp(), 0, 9.0), &peers).expect("peers");
    assert!((found.expected - 9.0).abs() < 0.05, "{found:?}");
}

#[test]
fn our_own_value_shapes_nothing_and_units_do_not_count() {
    let mut draws = Draws(5);
    for _ in 0..50 {
        let peers: Vec<Peer> = (0..25)
            .map(|place| peer(draws.between(1.0, 90.0), place % 3, draws.between(0.0, 50.0)))
            .collect();
        let own = peer(40.0, 1, draws.between(0.0, 50.0));
        let found = expectation(&own, &peers).expect("peers");
        let wild = expectation(&peer(40.0, 1, 1e9), &peers).expect("peers");
        near(found.expected, wild.expected);
        let cents = |one: &Peer| peer(one.size * 7.0, one.group, one.value * 100.0);
        let scaled: Vec<Peer> = peers.iter().map(cents).collect();
        let other = expectation(&cents(&own), &scaled).expect("peers");
        assert!((other.expected / 100.0 - found.expected).abs() < 1e-6);
        near(other.percentile, found.percentile);
    }
}

#[test]
fn nothing_is_expected_of_too_few_or_without_a_group() {
    let peers = on_a_curve();
    let own = peer(10.0, 0, 1.0);
    assert_eq!(expectation(&own, &[]), None);
    assert_eq!(expectation(&own, &peers[..4]), None);
    assert_eq!(expectation(&peer(10.0, 9, 1.0), &peers), None);
    assert_eq!(expectation(&peer(0.0, 0, 1.0), &peers), None);
    assert_eq!(expectation(&peer(10.0, 0, f64::NAN), &peers), None);
    assert_eq!(expectation(&own, &[peer(3.0, 0, 1.0); 9]), None);
}

#[test]
fn ranks_move_among_those_present_twice() {
    // The second left and the third came: neither moves the others.
    let before = [Some(10.0), Some(99.0), None, Some(30.0), Some(20.0)];
    let after = [Some(40.0), None, Some(99.0), Some(30.0), Some(30.0)];
    let found = rank_movement(&before, &after, true).expect("one list each");
    let moved: Vec<_> = found.iter().map(|one| one.map(|one| (one.before, one.after))).collect();
    assert_eq!(moved, [Some((3, 1)), None, None, Some((1, 2)), Some((2, 2))]);
    assert_eq!(found[0].map(|one| (one.gained(), one.of)), Some((2, 3)));
    let cost = rank_movement(&before, &after, false).expect("one list each");
    assert_eq!(cost[0].map(|one| one.gained()), Some(-2));
    assert_eq!(rank_movement(&[Some(f64::NAN)], &[Some(1.0)], true), Some(vec![None]));
    assert_eq!(rank_movement(&[None], &[], true), None);
    assert_eq!(rank_movement(&[], &[], true), Some(Vec::new()));
}

#[test]
fn growth_is_geometric() {
    // 100 to 144 in two periods is 20 % each; the index makes 10 %.
    let found = against_index([100.0, 144.0], [100.0, 121.0], 2).expect("positive");
    near(found.own, 0.2);
    near(found.index, 0.1);
    near(found.gap, 0.1);
    assert_eq!(growth_per_period(0.0, 1.0, 1), None);
    assert_eq!(growth_per_period(1.0, f64::NAN, 1), None);
    assert_eq!(growth_per_period(1.0, 2.0, 0), None);
    let halves = growth_per_period(8.0, 1.0, 3).expect("positive");
    near(halves, -0.5);
}
