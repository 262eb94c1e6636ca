//! Vectors of GrowthBook's statistics engine (MIT), of R, of Kohavi et al. and of two public trials.

use super::*;

/// Two arms of GrowthBook's test of means: sum, sum of squares, units.
fn means() -> (Sample, Sample) {
    (mean(1396.87, 52377.9767, 3407.0), mean(2422.7, 134_698.29, 3461.0))
}

#[test]
fn fixed_reading_as_growthbook() {
    let (a, b) = means();
    let found = compare(&a, &b, Scale::Relative, 0.95).expect("a reading");
    near(found.difference, 0.70732, 1e-5);
    near(found.error, 0.37879, 1e-5);
    near(found.low, -0.03526, 1e-5);
    near(found.high, 1.44989, 1e-5);
    near(found.p, 0.06191, 1e-5);
    let found = compare(&a, &b, Scale::Absolute, 0.95).expect("a reading");
    near(found.difference, 0.29, 1e-5);
    near(found.low, 0.04538, 1e-5);
    near(found.high, 0.53462, 1e-5);
    near(found.p, 0.02016, 1e-5);
    let found = compare(&rate(14.0, 28.0), &rate(16.0, 30.0), Scale::Relative, 0.95);
    let found = found.expect("a reading");
    near(found.difference, 0.06667, 1e-5);
    near(found.low, -0.47767, 1e-5);
    near(found.high, 0.61101, 1e-5);
    near(found.p, 0.80707, 1e-5);
}

#[test]
fn any_time_reading_as_growthbook() {
    let a = mean(1396.87, 52377.9767, 3000.0);
    let found = always_valid(&a, &means().1, Scale::Relative, 0.95, 1000.0).expect("a reading");
    near(found.difference, 0.50336, 1e-5);
    near(found.low, -0.55844, 1e-5);
    near(found.high, 1.56516, 1e-5);
    near(found.p, 1.0, 1e-9);
    let (a, b) = (rate(1396.0, 3000.0), rate(2422.0, 3461.0));
    let found = always_valid(&a, &b, Scale::Relative, 0.95, 5000.0).expect("a reading");
    near(found.difference, 0.50386, 1e-5);
    near(found.low, 0.40098, 1e-5);
    near(found.high, 0.60675, 1e-5);
    near(found.p, 0.0, 1e-9);
}

#[test]
fn beliefs_as_growthbook() {
    let found = compare(&rate(49.0, 100.0), &rate(51.0, 100.0), Scale::Relative, 0.95);
    let found = belief(&found.expect("a reading"), Prior::Flat).expect("a belief");
    near(found.chance, 0.60918, 1e-5);
    near(found.loss_of_keeping, 0.0814, 1e-5);
    near(found.loss_of_taking, 0.04058, 1e-5);
    near(found.interval(0.95).expect("an interval").0, -0.24779, 1e-5);
    let (a, b) = (mean(100.0, 1002.25, 10.0), mean(105.0, 1111.5, 10.0));
    let compared = compare(&a, &b, Scale::Relative, 0.95).expect("a reading");
    let found = belief(&compared, Prior::Flat).expect("a belief");
    near(found.chance, 0.91923, 1e-5);
    near(found.loss_of_keeping, 0.05131, 1e-5);
    near(found.loss_of_taking, 0.00131, 1e-5);
    let prior = Prior::Normal { mean: 0.1, variance: 0.1 };
    let found = belief(&compared, prior).expect("a belief");
    near(found.difference, 0.05063, 1e-5);
    near(found.error, 0.03549, 1e-5);
    near(found.chance, 0.92315, 1e-5);
    near(found.loss_of_keeping, 0.05186, 1e-5);
    near(found.loss_of_taking, 0.00123, 1e-5);
}

/// Kohavi, Tang and Xu (2020), *Trustworthy Online Controlled Experiments*: 821 588 against 815 482, p = 1.8E-6.
#[test]
fn a_split_of_kohavi() {
    let found = sample_ratio(&[821_588.0, 815_482.0], &[0.5, 0.5]).expect("a split");
    near(found.chi_square, 22.77437, 1e-5);
    near(found.p, 1.82179e-6, 1e-11);
    assert!(!found.is_sound());
    let any_time = sample_ratio_any_time(&[821_588.0, 815_482.0], &[1.0, 1.0]).expect("a split");
    near(any_time, 0.0115764, 1e-7);
    let sound = sample_ratio(&[50_100.0, 49_900.0], &[50.0, 50.0]).expect("a split");
    near(sound.p, 0.527089, 1e-6);
    assert!(sound.is_sound());
}

/// Day-7 retention of the Cookie Cats trial: fewer come back, and the split is off.
#[test]
fn an_unsound_split_is_never_a_plain_result() {
    let arms = [rate(8502.0, 44700.0), rate(8279.0, 45489.0)];
    let trial = Trial {
        arms: &arms,
        shares: &[1.0, 1.0],
        more_is_better: true,
        plan: Plan::Once,
        scale: Scale::Absolute,
        level: 0.95,
    };
    let found = read_out(&trial).expect("a reading");
    near(found.split.chi_square, 6.902405, 1e-5);
    near(found.split.p, 0.00860799, 1e-7);
    let version = found.versions[0];
    near(version.comparison.statistic, -3.1643589, 1e-6);
    near(version.comparison.p, 0.00155425, 1e-7);
    near(version.comparison.low, -0.0132816, 1e-6);
    near(version.comparison.high, -0.003121, 1e-6);
    // The fixture gives 0.00079 from draws.
    near(version.belief.expect("a belief").chance, 0.00079, 2e-5);
    assert_eq!(version.verdict, Verdict::NotSound);
}

/// Hillstrom's e-mail trial, three arms: visits and spend per head.
#[test]
fn two_mails_against_none() {
    let spend = [
        mean(13908.33, 2870050.3621, 21306.0),
        mean(30311.69, 6759024.4973, 21307.0),
        mean(23038.11, 4911446.5763, 21387.0),
    ];
    let trial = Trial {
        arms: &spend,
        shares: &[1.0; 3],
        more_is_better: true,
        plan: Plan::Once,
        scale: Scale::Absolute,
        level: 0.95,
    };
    let found = read_out(&trial).expect("a reading");
    near(found.split.p, 0.903693, 1e-6);
    let (mens, womens) = (found.versions[0], found.versions[1]);
    near(mens.comparison.difference, 0.7698272, 1e-6);
    near(mens.comparison.statistic, 5.3001404, 1e-5);
    near(mens.comparison.freedom.expect("t"), 36671.157, 1e-2);
    near(mens.comparison.p, 1.163815e-7, 1e-11);
    near(womens.comparison.difference, 0.4244122, 1e-6);
    near(womens.comparison.p, 0.001129397, 1e-7);
    assert_eq!((mens.verdict, womens.verdict), (Verdict::Win, Verdict::Win));
    let visits = [rate(2262.0, 21306.0), rate(3894.0, 21307.0), rate(3238.0, 21387.0)];
    let found = read_out(&Trial { arms: &visits, ..trial }).expect("a reading");
    near(found.versions[0].comparison.statistic, 22.486041, 1e-5);
    near(found.versions[1].comparison.statistic, 13.949181, 1e-5);
    // A metric that should be low turns the verdict.
    let found = read_out(&Trial { arms: &visits, more_is_better: false, ..trial });
    assert_eq!(found.expect("a reading").versions[0].verdict, Verdict::Loss);
}
