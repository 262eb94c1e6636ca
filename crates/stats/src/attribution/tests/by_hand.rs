use super::super::*;
use super::{close, path};

#[test]
fn places_share_out_a_path_by_hand() {
    let paths =
        [path("abca", 10.0, 100.0, 3.0), path("bc", 2.0, 8.0, 0.0), path("c", 1.0, 5.0, 0.0)];
    for (rule, conversions, value) in [
        (Rule::First, [10.0, 2.0, 1.0], [100.0, 8.0, 5.0]),
        (Rule::Last, [10.0, 0.0, 3.0], [100.0, 0.0, 13.0]),
        (Rule::Linear, [5.0, 3.5, 4.5], [50.0, 29.0, 34.0]),
        (Rule::PositionBased, [8.0, 2.0, 3.0], [80.0, 14.0, 19.0]),
        // 1/8 + 1, 1/4, 1/2 of 15/8; then 1/3 and 2/3.
        (
            Rule::Decay { half_life: 1.0 },
            [6.0, 4.0 / 3.0 + 2.0 / 3.0, 8.0 / 3.0 + 4.0 / 3.0 + 1.0],
            [60.0, 40.0 / 3.0 + 8.0 / 3.0, 80.0 / 3.0 + 16.0 / 3.0 + 5.0],
        ),
    ] {
        let credit = by_position(&paths, 3, rule).expect("a credit");
        close(&credit.conversions, &conversions, 1e-12);
        close(&credit.value, &value, 1e-12);
    }
}

#[test]
fn ages_count_where_they_are_known() {
    let mut aged = path("ab", 3.0, 3.0, 0.0);
    aged.ages = Some(vec![14.0, 7.0]);
    let credit = by_position(&[aged.clone()], 2, Rule::Decay { half_life: 7.0 });
    close(&credit.expect("a credit").conversions, &[1.0, 2.0], 1e-12);
    aged.ages = Some(vec![1e6 + 7.0, 1e6]);
    let credit = by_position(&[aged], 2, Rule::Decay { half_life: 7.0 });
    close(&credit.expect("a credit").conversions, &[1.0, 2.0], 1e-12);
}

#[test]
fn removal_effects_by_hand() {
    // Start: a ½, b ½. From a: half to b, half to conversion; from b: a third to conversion, the rest to null.
    // h(b) = 1/3, h(a) = ½ + ½ · 1/3 = 2/3, start ½. Without a: 1/6, lost 2/3. Without b: ¼, lost ½.
    let paths = [path("a", 1.0, 10.0, 0.0), path("ab", 0.0, 0.0, 1.0), path("b", 1.0, 20.0, 1.0)];
    let removal = markov(&paths, 3).expect("a chain");
    assert!((removal.conversion - 0.5).abs() < 1e-14);
    close(&removal.effects, &[2.0 / 3.0, 0.5, 0.0], 1e-14);
    close(&removal.credit.conversions, &[8.0 / 7.0, 6.0 / 7.0, 0.0], 1e-14);
    // A conversion after a is worth 10, after b 20: v(b) = 20/3, v(a) = 5 + 10/3, start 15/2. Without a 10/3 is left,
    // without b 5/2: 25/6 and 5 are lost.
    close(&removal.credit.value, &[150.0 / 11.0, 180.0 / 11.0, 0.0], 1e-13);
}

#[test]
fn a_channel_of_dear_conversions_gets_their_value() {
    let paths = [path("a", 20.0, 20_000.0, 0.0), path("b", 20.0, 20.0, 0.0)];
    let removal = markov(&paths, 2).expect("a chain");
    close(&removal.credit.conversions, &[20.0, 20.0], 1e-12);
    close(&removal.credit.value, &[20_000.0, 20.0], 1e-9);
}

#[test]
fn loops_are_walked_to_their_end() {
    // a ⇄ b without end but for a third from a: every walk through a converts, and all of them pass both.
    let paths = [path("ababa", 1.0, 1.0, 0.0), path("ccc", 1.0, 1.0, 2.0)];
    let removal = markov(&paths, 3).expect("a chain");
    assert!((removal.conversion - 0.5).abs() < 1e-14);
    // Without b a walk through a converts in one of three steps: 1/4 · 1/3 is left of 1/4.
    close(&removal.effects, &[0.5, 1.0 / 3.0, 0.5], 1e-14);
    let plain = [path("ababa", 1.0, 1.0, 0.0), path("c", 1.0, 1.0, 2.0)];
    assert_eq!(markov(&plain, 3), Some(removal));
}

#[test]
fn sets_share_out_equally() {
    let paths = [path("aba", 4.0, 4.0, 9.0), path("abc", 3.0, 3.0, 0.0), path("c", 2.0, 2.0, 0.0)];
    let credit = shapley_sets(&paths, 3).expect("a credit");
    close(&credit.conversions, &[3.0, 3.0, 3.0], 1e-12);
}

/// The three journeys of Bryl (2016), *Marketing Multi-Channel Attribution Model with R (part 1)*, AnalyzeCore:
/// removal effects 0.5, 1, 1 and credits 0.2, 0.4, 0.4 of one conversion.
#[test]
fn the_published_chain_of_three_journeys() {
    let paths = [path("abc", 1.0, 1.0, 0.0), path("a", 0.0, 0.0, 1.0), path("bc", 0.0, 0.0, 1.0)];
    let removal = markov(&paths, 3).expect("a chain");
    // P(start → C1) 2/3, C1 → C2 1/2, start → C2 1/3, C2 → C3 1, C3 → conversion 1/2: 1/3 in all.
    assert!((removal.conversion - 1.0 / 3.0).abs() < 1e-14);
    close(&removal.effects, &[0.5, 1.0, 1.0], 1e-14);
    close(&removal.credit.conversions, &[0.2, 0.4, 0.4], 1e-14);
}

#[test]
fn models_are_compared_in_shares() {
    let paths = [path("ab", 3.0, 3.0, 0.0), path("b", 1.0, 1.0, 0.0)];
    let models: Vec<Credit> = [Rule::First, Rule::Last, Rule::Linear]
        .into_iter()
        .filter_map(|rule| by_position(&paths, 2, rule))
        .collect();
    let spreads = spread(&models).expect("a spread");
    assert_eq!(spreads[0], Spread { low: 0.0, high: 0.75 });
    assert_eq!(spreads[1], Spread { low: 0.25, high: 1.0 });
    assert!((spreads[1].width() - 0.75).abs() < 1e-15);
    assert_eq!(spread(&[]), None);
    assert_eq!(spread(&[models[0].clone(), Credit::nothing(3)]), None);
}

#[test]
fn what_cannot_be_shared_out_is_none() {
    let good = path("ab", 1.0, 1.0, 1.0);
    let aged = |ages: Vec<f64>| Path { ages: Some(ages), ..good.clone() };
    let broken: [Vec<Path>; 8] = [
        vec![],
        vec![path("", 1.0, 1.0, 0.0)],
        vec![path("c", 1.0, 1.0, 0.0)],
        vec![path("a", f64::NAN, 1.0, 0.0)],
        vec![path("a", 1.0, f64::NAN, 0.0)],
        vec![path("a", 1.0, 1.0, -1.0)],
        vec![aged(vec![1.0])],
        vec![aged(vec![1.0, f64::NAN])],
    ];
    for paths in broken {
        assert_eq!(by_position(&paths, 2, Rule::Linear), None, "{paths:?}");
        assert_eq!(markov(&paths, 2), None);
        assert_eq!(shapley_sets(&paths, 2), None);
    }
    for half_life in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(by_position(std::slice::from_ref(&good), 2, Rule::Decay { half_life }), None);
    }
    assert_eq!(markov(&[path("ab", 0.0, 0.0, 4.0)], 2), None);
    assert_eq!(markov(&[path("ab", 0.0, 0.0, 0.0)], 2), None);
}
