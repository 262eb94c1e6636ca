//! Trials: readings, beliefs, splits, sizes, and bounds for several looks.

use serde_json::{Value, json};
use stats::experiment::{
    Belief, Covaried, Prior, Sample, Scale, Spending, always_valid, belief, bounds, compare, cuped,
    means_power, means_sample_size, rates_belief, rates_power, rates_sample_size, sample_ratio,
};

use super::case::{Case, some};
use super::draws::Draws;

/// The cases of this topic.
pub(super) fn cases() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for (name, control, version) in trials() {
        for (told, scale) in [("points", Scale::Absolute), ("relative", Scale::Relative)] {
            cases.push(read(format!("{name}, {told}"), &control, &version, scale)?);
        }
    }
    cases.push(rates()?);
    cases.push(covaried()?);
    for units in [[5_000.0, 5_210.0, 4_900.0], [821_588.0, 815_482.0, 0.0]] {
        cases.push(split(&units)?);
    }
    cases.extend(sizes()?);
    cases.extend(looks()?);
    Ok(cases)
}

/// Sums over drawn units of one arm: what they spent, and their orders.
fn arm(draws: &mut Draws, units: usize, rise: f64) -> [(f64, f64); 3] {
    let (mut spend, mut orders, mut products) = ((0.0, 0.0), (0.0, 0.0), 0.0);
    for _ in 0..units {
        let bought = draws.whole(1, 4) as f64;
        let paid = bought * (20.0 + rise) + (4.0 * draws.normal()).round();
        spend = (spend.0 + paid, spend.1 + paid * paid);
        orders = (orders.0 + bought, orders.1 + bought * bought);
        products += paid * bought;
    }
    [spend, orders, (products, 0.0)]
}

fn trials() -> Vec<(&'static str, Sample, Sample)> {
    let mut draws = Draws::named("trial");
    let (one, two) = (arm(&mut draws, 800, 0.0), arm(&mut draws, 760, 0.4));
    let mean =
        |arm: &[(f64, f64); 3], units| Sample::Mean { units, sum: arm[0].0, squares: arm[0].1 };
    let ratio = |arm: &[(f64, f64); 3], units| Sample::Ratio {
        units,
        sum: arm[0].0,
        squares: arm[0].1,
        base: arm[1].0,
        base_squares: arm[1].1,
        products: arm[2].0,
    };
    let rate = |units, hits| Sample::Rate { units, hits };
    vec![
        ("rate", rate(12_000.0, 1_240.0), rate(11_800.0, 1_333.0)),
        ("mean", mean(&one, 800.0), mean(&two, 760.0)),
        ("ratio", ratio(&one, 800.0), ratio(&two, 760.0)),
    ]
}

fn sums(sample: &Sample) -> Value {
    match *sample {
        Sample::Rate { units, hits } => json!({ "units": units, "hits": hits }),
        Sample::Mean { units, sum, squares } => {
            json!({ "units": units, "sum": sum, "squares": squares })
        }
        Sample::Ratio { units, sum, squares, base, base_squares, products } => json!({
            "units": units, "sum": sum, "squares": squares,
            "base": base, "base_squares": base_squares, "products": products,
        }),
    }
}

fn read(name: String, control: &Sample, version: &Sample, scale: Scale) -> anyhow::Result<Case> {
    let fixed = some(compare(control, version, scale, 0.95), &name)?;
    let always = some(always_valid(control, version, scale, 0.95, 5_000.0), &name)?;
    let flat = some(belief(&fixed, Prior::Flat), &name)?;
    let prior = Prior::Normal { mean: 0.01, variance: 0.09 };
    let told = some(belief(&fixed, prior), &name)?;
    let inputs = json!({
        "control": sums(control), "version": sums(version),
        "relative": scale == Scale::Relative, "tuning": 5_000.0, "prior": [0.01, 0.09],
    });
    let case = Case::new("experiment", "reading", name, inputs)
        .with("difference", fixed.difference)
        .list("interval", &[fixed.low, fixed.high])
        .with("p", fixed.p)
        .list("at any time, interval", &[always.low, always.high])
        .with("at any time, p", always.p);
    Ok(beliefs(beliefs(case, &flat, FLAT), &told, NORMAL))
}

/// Names of the figures of a belief.
const FLAT: [&str; 3] = ["flat prior, chance", "flat prior, losses", "flat prior, expected"];
const NORMAL: [&str; 3] =
    ["normal prior, chance", "normal prior, losses", "normal prior, expected"];

fn beliefs(case: Case, belief: &Belief, names: [&'static str; 3]) -> Case {
    case.with(names[0], belief.chance)
        .list(names[1], &[belief.loss_of_keeping, belief.loss_of_taking])
        .with(names[2], belief.difference)
}

fn rates() -> anyhow::Result<Case> {
    let (control, version) = ((1_200.0, 124.0), (1_180.0, 141.0));
    let sample = |(units, hits): (f64, f64)| Sample::Rate { units, hits };
    let found = rates_belief(&sample(control), &sample(version), (1.0, 1.0));
    let found = some(found, "two rates")?;
    let inputs = json!({ "control": control, "version": version, "prior": [1.0, 1.0] });
    Ok(beliefs(Case::new("experiment", "beta_rates", "two rates", inputs), &found, FLAT))
}

fn covaried() -> anyhow::Result<Case> {
    let mut draws = Draws::named("cuped");
    let mut units = |count: usize, rise: f64| -> (Vec<f64>, Vec<f64>) {
        let one = |_| {
            let before = (50.0 + 12.0 * draws.normal()).round();
            ((0.8 * before + rise + 6.0 * draws.normal()).round(), before)
        };
        (0..count).map(one).unzip()
    };
    let (control, version) = (units(500, 5.0), units(520, 6.2));
    let sum = |(after, before): &(Vec<f64>, Vec<f64>)| {
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        Covaried {
            units: after.len() as f64,
            sum: after.iter().sum(),
            squares: dot(after, after),
            before: before.iter().sum(),
            before_squares: dot(before, before),
            products: dot(after, before),
        }
    };
    let found = cuped(&sum(&control), &sum(&version), Scale::Absolute, 0.95);
    let found = some(found, "a covariate")?;
    let inputs = json!({ "control": control, "version": version });
    Ok(Case::new("experiment", "cuped", "a covariate from before", inputs)
        .with("difference", found.difference)
        .with("error", found.error)
        .list("interval", &[found.low, found.high]))
}

fn split(units: &[f64; 3]) -> anyhow::Result<Case> {
    let units: Vec<f64> = units.iter().copied().filter(|units| *units > 0.0).collect();
    let shares = vec![1.0; units.len()];
    let found = some(sample_ratio(&units, &shares), "a split")?;
    let name = format!("{} arms", units.len());
    let inputs = json!({ "units": units, "shares": shares });
    Ok(Case::new("experiment", "split", name, inputs)
        .with("chi square", found.chi_square)
        .with("p", found.p))
}

fn sizes() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for (difference, deviation, power) in [(0.5, 2.0, 0.8), (1.0, 1.5, 0.9), (0.02, 1.0, 0.8)] {
        let units = some(means_sample_size(difference, deviation, 0.05, power), "a size")?;
        let back = some(means_power(difference, deviation, 100.0, 0.05), "a power")?;
        let name = format!("{difference} of {deviation} at {power}");
        let inputs = json!({
            "difference": difference, "deviation": deviation, "alpha": 0.05, "power": power, "units": 100,
        });
        cases.push(
            Case::new("experiment", "means", name, inputs)
                .with("units in each arm", units)
                .with("power of 100", back),
        );
    }
    for (first, second, power) in [(0.05, 0.06, 0.8), (0.1, 0.12, 0.9), (0.5, 0.75, 0.9)] {
        let units = some(rates_sample_size(first, second, 0.05, power), "a size")?;
        let back = some(rates_power(first, second, 900.0, 0.05), "a power")?;
        let name = format!("{first} to {second} at {power}");
        let inputs = json!({
            "first": first, "second": second, "alpha": 0.05, "power": power, "units": 900,
        });
        cases.push(
            Case::new("experiment", "rates", name, inputs)
                .with("units in each arm", units)
                .with("power of 900", back),
        );
    }
    Ok(cases)
}

fn looks() -> anyhow::Result<Vec<Case>> {
    let plans: [(&'static str, Spending, Vec<f64>); 3] = [
        ("O'Brien-Fleming, four looks", Spending::OBrienFleming, vec![0.25, 0.5, 0.75, 1.0]),
        ("Pocock, three uneven looks", Spending::Pocock, vec![0.2, 0.7, 1.0]),
        ("power 2, three looks", Spending::Power(2.0), vec![0.3, 0.6, 1.0]),
    ];
    let case = |(name, spending, information): (&'static str, Spending, Vec<f64>)| {
        let found = some(bounds(spending, &information, 0.05), name)?;
        let z: Vec<f64> = found.iter().map(|bound| bound.z).collect();
        let kind = name.split(',').next().unwrap_or(name);
        let inputs = json!({ "spending": kind, "information": information, "alpha": 0.05 });
        Ok(Case::new("experiment", "looks", name, inputs).list("bounds", &z))
    };
    plans.into_iter().map(case).collect()
}
