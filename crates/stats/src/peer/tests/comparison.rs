//! Expectation by size, movement of ranks, growth against an index.

use crate::draws::Draws;
use crate::peer::*;

fn peer(size: f64, group: u32, value: f64) -> Peer {
    Peer { size, group, value }
}

/// Ten peers on the line 5 + 2 · log₂(size), in two groups that lie three apart.
fn on_a_line() -> Vec<Peer> {
    let one = |place: u32| {
        let group = place % 2;
        let size = f64::from(1 + place * place);
        peer(size, group, 5.0 + 3.0 * f64::from(group) + 2.0 * size.log2())
    };
    (0..10).map(one).collect()
}

#[track_caller]
fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-8, "{found} is not {expected}");
}

#[test]
fn big_is_not_mistaken_for_good() {
    // We are as large as 1,024: 5 + 2 · 10 = 25 would be expected; 24 is the highest value of all, and too little.
    let found = expectation(&peer(1024.0, 0, 24.0), &on_a_line()).expect("peers");
    near(found.expected, 25.0);
    near(found.residual, -1.0);
    near(found.per_doubling, 2.0);
    near(found.percentile, 0.0);
    assert_eq!(found.peers, 10);
    let other = expectation(&peer(1024.0, 1, 30.0), &on_a_line()).expect("peers");
    near(other.expected, 28.0);
    near(other.percentile, 1.0);
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
    let peers = on_a_line();
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
