//! Cases by hand, published cases, and what must not move the answers.

use super::*;
use crate::draws::Draws;

#[test]
fn quantiles_interpolate_as_by_hand() {
    // 1 2 3 4: the lower quartile lies 3/4 of the way from the first to the second value.
    let sample = [4.0, 1.0, 3.0, 2.0];
    let found: Vec<_> = [0.0, 0.25, 0.5, 0.75, 1.0].map(|q| quantile(&sample, q)).into();
    assert_eq!(found, [1.0, 1.75, 2.5, 3.25, 4.0].map(Some));
    assert_eq!(quantile(&[], 0.5), None);
}

#[test]
fn quantiles_agree_with_published_summaries() {
    // R's `airquality$Wind`, its first 12 values, by R's default type 7.
    let wind = [7.4, 8.0, 12.6, 11.5, 14.3, 14.9, 8.6, 13.8, 20.1, 8.6, 6.9, 9.7];
    for (share, expected) in [(0.25, 8.45), (0.5, 10.6), (0.75, 13.925)] {
        let found = quantile(&wind, share).expect("sample");
        assert!((found - expected).abs() < 1e-9, "{share}: {found}");
    }
}

#[test]
fn the_nine_types_agree_with_r() {
    // R 4.2.2, quantile(x, p, type = 1..9).
    let sample = [1.5, 2.2, 2.9, 3.1, 4.8, 5.0, 6.7, 7.1, 8.8, 12.4];
    let published = [
        (0.1, [1.5, 1.85, 1.5, 1.5, 1.85, 1.57, 2.13, 1.756_666_666_666_67, 1.78]),
        (0.25, [2.9, 2.9, 2.2, 2.55, 2.9, 2.725, 2.95, 2.841_666_666_666_67, 2.85625]),
        (0.75, [7.1, 7.1, 7.1, 6.9, 7.1, 7.525, 7.0, 7.241_666_666_666_66, 7.20625]),
        (0.95, [12.4, 12.4, 12.4, 10.6, 12.4, 12.4, 10.78, 12.4, 12.4]),
    ];
    for (share, row) in published {
        for (kind, expected) in QuantileType::ALL.into_iter().zip(row) {
            let found = quantile_of_type(&sample, share, kind).expect("sample");
            assert!((found - expected).abs() < 1e-12, "{kind:?} at {share}: {found}");
        }
    }
}

#[test]
fn rounding_of_a_share_moves_no_order_statistic() {
    // 0.07 · 100 is 7.000000000000001 in floating point; the type-1 quantile is the seventh value all the same.
    let sample: Vec<f64> = (1..=100).map(f64::from).collect();
    for percent in 1..=100 {
        let share = f64::from(percent) / 100.0;
        let found = quantile_of_type(&sample, share, QuantileType::InverseDistribution);
        assert_eq!(found, Some(f64::from(percent)));
    }
}

#[test]
fn quantiles_move_with_shift_and_scale_and_rise_with_the_share() {
    let mut draws = Draws::new(61);
    for count in 1..40 {
        let sample = draws.normals(count);
        let moved: Vec<f64> = sample.iter().map(|x| 2.0 * x - 7.0).collect();
        for kind in QuantileType::ALL {
            let at = |share: f64| quantile_of_type(&sample, share, kind).expect("sample");
            let shares: Vec<f64> = (0..=20).map(|step| at(f64::from(step) / 20.0)).collect();
            assert!(shares.windows(2).all(|pair| pair[0] <= pair[1]), "{kind:?} {shares:?}");
            let lifted = quantile_of_type(&moved, 0.3, kind).expect("sample");
            assert!((lifted - (2.0 * at(0.3) - 7.0)).abs() < 1e-12);
        }
    }
}

#[test]
fn turning_the_sample_round_turns_the_symmetric_types() {
    use QuantileType as T;
    let mut draws = Draws::new(62);
    for count in 1..40 {
        let sample = draws.normals(count);
        let turned: Vec<f64> = sample.iter().map(|x| -x).collect();
        let symmetric = [
            T::AveragedInverse,
            T::Hazen,
            T::Weibull,
            T::Linear,
            T::MedianUnbiased,
            T::NormalUnbiased,
        ];
        for kind in symmetric {
            let here = quantile_of_type(&sample, 0.3, kind).expect("sample");
            let there = quantile_of_type(&turned, 0.7, kind).expect("sample");
            assert!((here + there).abs() < 1e-12, "{kind:?} of {count}");
        }
    }
}

#[test]
fn odd_samples() {
    for kind in QuantileType::ALL {
        assert_eq!(quantile_of_type(&[], 0.5, kind), None);
        assert_eq!(quantile_of_type(&[1.0, f64::NAN], 0.5, kind), None);
        assert_eq!(quantile_of_type(&[1.0], 1.1, kind), None);
        assert_eq!(quantile_of_type(&[3.0], 0.9, kind), Some(3.0));
        assert_eq!(quantile_of_type(&[3.0; 5], 0.4, kind), Some(3.0));
        let infinite = [f64::INFINITY, f64::INFINITY, f64::INFINITY];
        assert_eq!(quantile_of_type(&infinite, 0.4, kind), Some(f64::INFINITY));
    }
}

#[test]
fn the_interval_of_a_median_by_hand() {
    // Ten values: P(1 <= B <= 9) of the wide pair; ranks 2 and 9 leave 2·(1 + 10)/1024 outside.
    let sample: Vec<f64> = (1..=10).map(f64::from).collect();
    let found = quantile_interval(&sample, 0.5, 0.95).expect("ten values");
    assert_eq!((found.low, found.high), (2.0, 9.0));
    assert!((found.confidence - (1.0 - 22.0 / 1024.0)).abs() < 1e-12, "{}", found.confidence);
    // Five values reach 1 - 2/32 for the median and no more.
    assert_eq!(quantile_interval(&sample[..5], 0.5, 0.95), None);
    assert!(quantile_interval(&sample[..5], 0.5, 0.93).is_some());
}

#[test]
fn the_published_ranks_of_a_quantile() {
    // Ranks of the 95 % interval of a median, as tabulated by Conover (1999), table A3 (binomial), and in the usual
    // tables of the sign test: n = 20: 6 and 15; 25: 8 and 18; 50: 18 and 33; 100: 40 and 61.
    for (count, low, high) in [(20, 6, 15), (25, 8, 18), (50, 18, 33), (100, 40, 61)] {
        let sample: Vec<f64> = (1..=count).map(f64::from).collect();
        let found = quantile_interval(&sample, 0.5, 0.95).expect("enough");
        assert_eq!((found.low, found.high), (f64::from(low), f64::from(high)), "{count}");
    }
}

#[test]
fn the_interval_covers_the_quantile_of_any_distribution() {
    let mut draws = Draws::new(63);
    let runs = 3_000;
    for share in [0.25f64, 0.5, 0.9] {
        let truth = -(1.0 - share).ln();
        let mut covered = 0;
        for _ in 0..runs {
            let sample: Vec<f64> = (0..60).map(|_| -draws.uniform().ln()).collect();
            let found = quantile_interval(&sample, share, 0.9).expect("sixty values");
            covered += usize::from(found.low <= truth && truth <= found.high);
        }
        let reached = covered as f64 / runs as f64;
        assert!(reached > 0.885, "{share}: {reached}");
    }
    assert_eq!(quantile_interval(&[1.0, f64::NAN], 0.5, 0.5), None);
    assert_eq!(quantile_interval(&[1.0; 9], 0.0, 0.5), None);
    assert_eq!(quantile_interval(&[1.0; 9], 0.5, 1.0), None);
    assert_eq!(quantile_interval(&[1.0; 9], 0.5, 0.9).map(|found| found.high), Some(1.0));
}

#[test]
fn a_rank_counts_half_of_the_ties() {
    assert_eq!(percentile_rank(3.0, &[1.0, 2.0, 3.0, 4.0]), Some(0.625));
    assert_eq!(percentile_rank(0.0, &[1.0, 2.0]), Some(0.0));
    assert_eq!(percentile_rank(9.0, &[1.0, 2.0]), Some(1.0));
    assert_eq!(percentile_rank(0.0, &[-0.0, 2.0]), Some(0.25));
    assert_eq!(percentile_rank(9.0, &[]), None);
    assert_eq!(percentile_rank(9.0, &[1.0, f64::NAN]), None);
}

#[test]
fn ranks_ignore_shift_and_scale() {
    let others = [1.0, 5.0, 2.5, 9.0, 5.0];
    let rank = percentile_rank(5.0, &others);
    let moved: Vec<f64> = others.iter().map(|x| 3.0 * x - 7.0).collect();
    assert_eq!(rank, percentile_rank(3.0 * 5.0 - 7.0, &moved));
}

#[test]
fn wilson_as_published() {
    // Newcombe (1998), Statistics in Medicine 17, 857–872, table I: 15/148, 81/263, 0/20, 1/29.
    for (hits, trials, low, high) in [
        (15.0, 148.0, 0.0624, 0.1605),
        (81.0, 263.0, 0.2553, 0.3662),
        (0.0, 20.0, 0.0, 0.1611),
        (1.0, 29.0, 0.0061, 0.1718),
    ] {
        let found = wilson(hits, trials, 0.95).expect("trials");
        assert!((found.0 - low).abs() < 6e-5 && (found.1 - high).abs() < 6e-5, "{found:?}");
    }
    assert_eq!(wilson(1.0, 0.0, 0.95), None);
    assert_eq!(wilson(3.0, 2.0, 0.95), None);
    assert_eq!(wilson(1.0, 2.0, 1.0), None);
}

#[test]
fn a_rank_is_as_sure_as_its_peers_are_many() {
    let mut draws = Draws::new(64);
    let mut of = |peers: usize| {
        let sample = draws.normals(peers);
        percentile_rank_interval(0.3, &sample, 0.95).expect("peers")
    };
    let (few, many) = (of(12), of(1_200));
    assert!(few.high - few.low > 4.0 * (many.high - many.low));
    // Φ(0.3) = 0.6179.
    let covers = |rank: Rank| rank.low < 0.617_9 && 0.617_9 < rank.high;
    let covered = (0..2_000).filter(|_| covers(of(40))).count();
    assert!((1_860..1_940).contains(&covered), "{covered} of 2000");
    let mirrored: Vec<f64> = [1.0, 2.0, 5.0].iter().map(|x| -x).collect();
    let here = percentile_rank_interval(2.0, &[1.0, 2.0, 5.0], 0.9).expect("peers");
    let there = percentile_rank_interval(-2.0, &mirrored, 0.9).expect("peers");
    assert!((here.low - (1.0 - there.high)).abs() < 1e-12);
    assert_eq!(percentile_rank_interval(2.0, &[], 0.9), None);
}
