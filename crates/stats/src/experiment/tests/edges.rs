//! What cannot be read is not read.

use super::*;

#[test]
fn samples_that_cannot_be_have_no_estimate() {
    for sample in [
        rate(1.0, 0.0),
        rate(3.0, 2.0),
        rate(-1.0, 2.0),
        rate(f64::NAN, 2.0),
        mean(1.0, 1.0, 1.0),
        mean(f64::NAN, 1.0, 5.0),
        mean(10.0, 1.0, 5.0),
        Sample::Ratio {
            units: 5.0,
            sum: 1.0,
            squares: 1.0,
            base: 0.0,
            base_squares: 0.0,
            products: 0.0,
        },
    ] {
        assert_eq!(sample.estimate(), None, "{sample:?}");
    }
}

#[test]
fn what_does_not_vary_cannot_be_compared() {
    assert_eq!(compare(&rate(0.0, 10.0), &rate(0.0, 10.0), Scale::Absolute, 0.95), None);
    assert_eq!(compare(&rate(1.0, 10.0), &rate(2.0, 10.0), Scale::Absolute, 1.0), None);
    assert_eq!(compare(&rate(0.0, 10.0), &rate(2.0, 10.0), Scale::Relative, 0.95), None);
    let flat = Covaried {
        units: 3.0,
        sum: 6.0,
        squares: 14.0,
        before: 3.0,
        before_squares: 3.0,
        products: 6.0,
    };
    assert_eq!(cuped(&flat, &flat, Scale::Absolute, 0.95), None);
}

#[test]
fn plans_that_make_no_sense_are_refused() {
    assert_eq!(bounds(Spending::Pocock, &[], 0.05), None);
    assert_eq!(bounds(Spending::Pocock, &[0.5, 0.5], 0.05), None);
    assert_eq!(bounds(Spending::Pocock, &[0.5, 1.1], 0.05), None);
    assert_eq!(bounds(Spending::Power(f64::NAN), &[0.5], 0.05), None);
    assert_eq!(always_valid(&rate(1.0, 9.0), &rate(2.0, 9.0), Scale::Absolute, 0.95, 0.0), None);
    assert_eq!(rates_sample_size(0.1, 0.1, 0.05, 0.8), None);
    assert_eq!(means_sample_size(0.0, 1.0, 0.05, 0.8), None);
    assert_eq!(duration(0.0, 5.0), None);
    assert_eq!(sample_ratio(&[5.0], &[1.0]), None);
    assert_eq!(sample_ratio(&[5.0, 5.0], &[1.0, 0.0]), None);
    assert_eq!(sample_ratio(&[0.0, 0.0], &[1.0, 1.0]), None);
    let trial = Trial {
        arms: &[],
        shares: &[],
        more_is_better: true,
        plan: Plan::Once,
        scale: Scale::Absolute,
        level: 0.95,
    };
    assert_eq!(read_out(&trial), None);
}

#[test]
fn looks_share_their_error_among_versions() {
    let arms = [rate(500.0, 5000.0), rate(640.0, 5000.0), rate(505.0, 5000.0)];
    let trial = Trial {
        arms: &arms,
        shares: &[1.0; 3],
        more_is_better: true,
        plan: Plan::Looks(Spending::OBrienFleming, &[0.25, 0.5]),
        scale: Scale::Absolute,
        level: 0.95,
    };
    let found = read_out(&trial).expect("a reading");
    let alone = bounds(Spending::OBrienFleming, &[0.25, 0.5], 0.025).expect("bounds");
    near(found.versions[0].needed, alone[1].nominal, 1e-9);
    assert_eq!(found.versions[0].verdict, Verdict::Win, "{found:?}");
    assert_eq!(found.versions[1].verdict, Verdict::Open);
    let any = read_out(&Trial { plan: Plan::AnyTime(5000.0), ..trial }).expect("a reading");
    assert!(any.versions[0].comparison.p > found.versions[0].comparison.p);
}
