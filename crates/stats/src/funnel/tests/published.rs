use super::super::*;
use super::{events, level};

const REENTRY: Rules = Rules { reentry: true, ..Rules::STRICT };
const NO_DOUBLES: Rules = Rules { deduplication: true, ..Rules::LOOSE };

/// Printed results of ClickHouse's test 00632_aggregation_window_funnel (Apache-2.0): events, steps, rules, level; `-`
/// is an event of no step.
#[test]
fn levels_of_the_published_cases() {
    for (row, steps, rules, expected) in [
        ("abc", 3, Rules::LOOSE, 3),
        ("a-bc", 3, Rules::LOOSE, 3),
        ("ccbbaa", 3, Rules::LOOSE, 1),
        ("a-bc", 3, Rules::STRICT, 1),
        ("aabbcc", 3, Rules::STRICT, 3),
        ("aabb-cc", 3, Rules::STRICT, 2),
        ("aabbcc", 3, Rules { deduplication: true, ..Rules::STRICT }, 2),
        ("abcbd", 4, NO_DOUBLES, 3),
        ("abac", 3, Rules::STRICT, 2),
        ("abcbd", 4, Rules::STRICT, 4),
        ("acb", 3, Rules::STRICT, 1),
        ("acb", 3, REENTRY, 1),
        ("abac", 3, REENTRY, 3),
        ("abcabcd", 4, Rules::STRICT, 3),
        ("abcabcd", 4, REENTRY, 4),
    ] {
        assert_eq!(level(row, steps, rules), expected, "{row} {rules:?}");
    }
}

/// Events, steps, window, rules and the level they lead to.
type Case<'a> = (&'a [(f64, &'a str)], usize, f64, Rules, usize);

/// From the same test: one moment for several steps, one event for several steps, and the end of the window.
#[test]
fn moments_and_windows_of_the_published_cases() {
    let once = Rules { once: true, ..Rules::LOOSE };
    let increase = Rules { increase: true, ..Rules::LOOSE };
    let moment = [(0.0, "a"), (1.0, "b"), (1.0, "c"), (1.0, "d"), (2.0, "e")];
    let failures = [(180.0, "ab"), (220.0, "ab"), (250.0, "c")];
    let cases: [Case; 9] = [
        (&moment, 5, 1e4, Rules::LOOSE, 5),
        (&moment, 5, 1e4, increase, 2),
        (&[(2.0, "abc")], 3, 1e4, Rules::LOOSE, 3),
        (&[(2.0, "abc")], 3, 1e4, once, 1),
        (&[(2.0, "abc")], 3, 1e4, increase, 1),
        (&failures, 3, 200.0, once, 3),
        (&failures[..2], 3, 200.0, once, 2),
        (&[(3.0, "a"), (4.0, "b"), (5.0, "c"), (6.0, "d"), (7.0, "e")], 5, 2.0, Rules::LOOSE, 3),
        (&[(3.0, "a"), (4.0, "b"), (5.0, "c"), (6.0, "d"), (7.0, "e")], 5, 4.0, Rules::LOOSE, 5),
    ];
    for (list, steps, window, rules, expected) in cases {
        let way = progress(&events(list), steps, window, rules).expect("a way");
        assert_eq!(way.level(), expected, "{list:?} {rules:?}");
    }
}

/// Newcombe (1998), *Two-Sided Confidence Intervals for the Single Proportion*, Statistics in Medicine 17, 857–872,
/// table I.
#[test]
fn the_published_intervals() {
    for (hits, trials, wilson, exact) in [
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
        (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    ] {
        let found = rate(hits, trials, 0.95).expect("a rate");
        for (one, other) in [
            (found.wilson.0, wilson.0),
            (found.wilson.1, wilson.1),
            (found.exact.0, exact.0),
            (found.exact.1, exact.1),
        ] {
            assert!((one - other).abs() < 1e-4, "{found:?}");
        }
    }
}
