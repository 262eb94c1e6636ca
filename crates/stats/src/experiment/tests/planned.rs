//! Bounds and sizes as printed by SAS, R and Spotify Confidence (Apache-2.0).

use super::*;

fn z(spending: Spending, looks: &[f64], alpha: f64) -> Vec<f64> {
    bounds(spending, looks, alpha).expect("bounds").iter().map(|bound| bound.z).collect()
}

fn all_near(found: &[f64], wanted: &[f64], tolerance: f64) {
    assert_eq!(found.len(), wanted.len());
    found.iter().zip(wanted).for_each(|(found, wanted)| near(*found, *wanted, tolerance));
}

#[test]
fn bounds_as_printed() {
    let quarters = [0.25, 0.5, 0.75, 1.0];
    let fifths = [0.2, 0.4, 0.6, 0.8, 1.0];
    // SAS SEQDESIGN, as printed in the vignette of gsDesign.
    let sas = [4.33263, 2.96333, 2.35902, 2.01409];
    all_near(&z(Spending::OBrienFleming, &quarters, 0.05), &sas, 1e-3);
    let five = [4.8769, 3.3570, 2.6803, 2.2898, 2.0310];
    all_near(&z(Spending::OBrienFleming, &fifths, 0.05), &five, 1e-3);
    let pocock = [2.3683, 2.3675, 2.3582, 2.3500];
    all_near(&z(Spending::Pocock, &quarters, 0.05), &pocock, 1e-3);
    let pocock = [2.4380, 2.4268, 2.4102, 2.3966, 2.3860];
    all_near(&z(Spending::Pocock, &fifths, 0.05), &pocock, 1e-3);
}

#[test]
fn nominal_levels_as_spotify() {
    let looks = [250.0 / 810.0, 450.0 / 810.0, 630.0 / 810.0, 1.0];
    let found = bounds(Spending::Power(2.0), &looks, 0.01).expect("bounds");
    let found: Vec<f64> = found.iter().map(|bound| bound.nominal).collect();
    all_near(&found, &[0.00095, 0.00241, 0.00410, 0.00636], 1e-5);
}

#[test]
fn one_look_is_the_plain_test() {
    near(z(Spending::OBrienFleming, &[1.0], 0.05)[0], 1.959964, 1e-6);
    near(z(Spending::Pocock, &[1.0], 0.05)[0], 1.959964, 1e-6);
}

#[test]
fn power_as_r() {
    for (first, second, units) in [
        (0.05, 0.06, 8157.7314),
        (0.1, 0.12, 3840.8475),
        (0.01, 0.012, 42692.8023),
        (0.2, 0.21, 25582.2445),
    ] {
        let found = rates_sample_size(first, second, 0.05, 0.8).expect("a size");
        near(found, units, 1e-3);
    }
    near(rates_power(0.5, 0.75, 50.0, 0.05).expect("power"), 0.7401659, 1e-7);
    near(rates_sample_size(0.5, 0.75, 0.05, 0.9).expect("a size"), 76.70693, 1e-5);
    near(means_power(1.0, 1.0, 20.0, 0.05).expect("power"), 0.8689528, 1e-6);
    near(means_sample_size(1.0, 1.0, 0.05, 0.9).expect("a size"), 22.0211, 1e-4);
    near(smallest_rate_change(0.05, 8157.7314, 0.05, 0.8).expect("a change"), 0.01, 1e-7);
}

#[test]
fn sizes_as_spotify() {
    let effect = 0.7 * 0.00617;
    let share = Need {
        effect,
        variance: 0.21,
        version_variance: (0.7 + effect) * (0.3 - effect),
        alpha: 0.01,
        comparisons: 4,
        two_sided: false,
        power: 0.8,
    };
    let weights = [5000.0, 2000.0, 3000.0];
    let found = units_needed(&share, &weights).expect("a size");
    near(found / 1_042_868.0, 1.0, 1e-3);
    let both = units_needed(&Need { two_sided: true, ..share }, &weights).expect("a size");
    near(both / 1_170_185.0, 1.0, 1e-3);
    let mean = Need { effect: 0.0456, variance: 2.13, version_variance: 2.13, ..share };
    let found_mean = units_needed(&mean, &weights).expect("a size");
    near(found_mean / 95_459.0, 1.0, 1e-3);
    near(smallest_effect(&mean, &weights, found_mean).expect("an effect"), 0.0456, 1e-9);
    assert_eq!(duration(found_mean, 9000.0), Some(Duration { days: 11, weeks: 2 }));
    assert_eq!(duration(100.0, 1000.0), Some(Duration { days: 1, weeks: 1 }));
}

/// R's `p.adjust(method = "holm")`.
#[test]
fn many_versions_as_r() {
    let found = crate::correlation::holm(&[0.01, 0.02, 0.03, 0.04, 0.05, 0.2]).expect("levels");
    all_near(&found, &[0.06, 0.1, 0.12, 0.12, 0.12, 0.2], 1e-12);
    assert_eq!(crate::correlation::holm(&[0.5, f64::NAN]), None);
}

#[test]
fn looks_cost_what_the_normal_distribution_of_all_looks_says() {
    // Bounds and drift found with scipy's multivariate normal: 1.00372 for two looks, 1.01963 for four.
    for (count, wanted) in [(2, 1.003_721), (4, 1.019_633)] {
        let looks: Vec<f64> = (1..=count).map(|k| f64::from(k) / f64::from(count)).collect();
        let found = inflation(Spending::OBrienFleming, &looks, 0.05, 0.8).expect("a factor");
        near(found, wanted, 1e-4);
    }
    assert_eq!(inflation(Spending::OBrienFleming, &[0.5], 0.05, 0.8), None);
    assert_eq!(inflation(Spending::OBrienFleming, &[1.0], 0.05, 1.0), None);
}

#[test]
fn a_design_needs_what_statsmodels_says_and_turns_back() {
    let rate = Design {
        baseline: Baseline::Rate(0.04),
        versions: 2,
        alpha: 0.05,
        power: 0.8,
        looks: 1,
        explained: 0.0,
    };
    // statsmodels 0.15: samplesize_proportions_2indep_onetail; TTestIndPower.solve_power(effect_size=1/30).
    near(rate.people(0.05).expect("people"), 154_303.872_2, 1e-2);
    let mean = Design { baseline: Baseline::Mean { mean: 30.0, deviation: 45.0 }, ..rate };
    // Within a twentieth of a person: quantiles at 28 000 degrees of freedom come from a series.
    near(mean.people(0.05).expect("people"), 14_128.909_35, 5e-2);
    // Three versions share the error: 0.025 for each of two comparisons.
    let three = Design { versions: 3, ..rate };
    near(three.people(0.05).expect("people"), 186_862.972_5, 1e-2);
    for design in [rate, mean, three, Design { looks: 4, explained: 0.3, ..mean }] {
        let people = design.people(0.05).expect("people");
        near(design.smallest_lift(people).expect("a lift"), 0.05, 1e-6);
    }
    assert_eq!(Design { versions: 1, ..rate }.people(0.05), None);
    assert_eq!(Design { explained: 1.0, ..rate }.people(0.05), None);
    assert_eq!(rate.people(30.0), None);
}
