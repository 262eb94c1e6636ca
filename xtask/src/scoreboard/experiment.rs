//! Trials against GrowthBook, Spotify, SAS, R and two public trials; and what peeking costs.

use std::path::Path;

use anyhow::Context as _;
use serde_json::Value;
use stats::experiment::{
    Need, Plan, Sample, Scale, Spending, Trial, Verdict, always_valid, belief, bounds, compare,
    means_power, means_sample_size, rates_power, rates_sample_size, read_out, sample_ratio,
    units_needed,
};

use super::columns::{json, largest_difference};
use super::row::{Goal, Row};

/// The table of what was measured on the two public trials.
const TRIALS: &str = "expected-datasets.json";

/// The rows of the topic.
pub(super) fn rows(data: &Path) -> anyhow::Result<Vec<Row>> {
    let folder = data.join("abtest");
    let vectors = json(&folder.join("expected-vectors.json"))?;
    let trials = json(&folder.join(TRIALS))?;
    let mut rows = vec![growthbook(&vectors["growthbook_stats_engine (MIT)"])?];
    rows.extend(planned(&vectors)?);
    rows.extend(public_trials(&trials)?);
    rows.extend(peeking()?);
    Ok(rows)
}

/// The sample of one arm in the form of the vectors.
fn sample(arm: &Value) -> Sample {
    let number = |key: &str| arm[key].as_f64().unwrap_or(f64::NAN);
    if arm.get("x").is_some() {
        Sample::Rate { units: number("n"), hits: number("x") }
    } else {
        Sample::Mean { units: number("n"), sum: number("sum"), squares: number("sumsq") }
    }
}

fn list(value: &Value) -> Vec<f64> {
    value.as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
}

fn growthbook(cases: &Value) -> anyhow::Result<Row> {
    let mut worst = 0.0f64;
    let mut arms = None;
    for case in cases.as_array().context("cases")? {
        if case.get("a").is_some() {
            arms = Some((sample(&case["a"]), sample(&case["b"])));
        }
        let (a, b) = arms.context("arms")?;
        let name = case["test"].as_str().context("a name")?;
        let scale = if name.contains("absolute") { Scale::Absolute } else { Scale::Relative };
        let plain = compare(&a, &b, scale, 0.95).context(name.to_owned())?;
        let mut found = vec![plain.difference, plain.low, plain.high, plain.error, plain.p];
        if name.contains("always-valid") {
            let tuning = if name.contains("1000") { 1000.0 } else { 5000.0 };
            let valid = always_valid(&a, &b, scale, 0.95, tuning).context(name.to_owned())?;
            found = vec![valid.difference, valid.low, valid.high, valid.error, valid.p];
        }
        if name.starts_with("bayes") {
            let prior = if name.contains("N(0.1") {
                stats::experiment::Prior::Normal { mean: 0.1, variance: 0.1 }
            } else {
                stats::experiment::Prior::Flat
            };
            let held = belief(&plain, prior).context(name.to_owned())?;
            let (low, high) = held.interval(0.95).context(name.to_owned())?;
            found = vec![held.difference, low, high, held.error, held.chance];
            found.extend([held.loss_of_keeping, held.loss_of_taking]);
        }
        let mut wanted = vec![case["lift"].as_f64().context("a lift")?];
        wanted.extend(list(&case["ci95"]));
        wanted.extend(["se", "p", "chance_to_win"].iter().filter_map(|key| case[*key].as_f64()));
        wanted.extend(list(&case["risk"]));
        worst = worst.max(largest_difference(&found, &wanted));
    }
    let figure = "trials: readings, largest error";
    Ok(Row::new(figure, worst, Goal::Below(1e-5), "GrowthBook, 8 vectors"))
}

fn planned(vectors: &Value) -> anyhow::Result<Vec<Row>> {
    let printed = &vectors["group_sequential_bounds_two_sided_0.05"];
    let z = |spending, looks: u32| -> anyhow::Result<Vec<f64>> {
        let information: Vec<f64> = (1..=looks).map(|k| f64::from(k) / f64::from(looks)).collect();
        let found = bounds(spending, &information, 0.05).context("bounds")?;
        Ok(found.iter().map(|bound| bound.z).collect())
    };
    let sas =
        &printed["lan_demets_obrien_fleming_K4"]["sas_seqdesign_printed_in_gsDesign_vignette"];
    let early = Spending::OBrienFleming;
    let errors = [
        largest_difference(&z(early, 4)?, &list(sas)),
        largest_difference(&z(early, 5)?, &list(&printed["lan_demets_obrien_fleming_K5"])),
        largest_difference(&z(Spending::Pocock, 4)?, &list(&printed["lan_demets_pocock_K4"])),
        largest_difference(&z(Spending::Pocock, 5)?, &list(&printed["lan_demets_pocock_K5"])),
    ];
    let worst = errors.into_iter().fold(0.0, f64::max);
    let mut rows = vec![Row::new(
        "trials: bounds of looks, largest error",
        worst,
        Goal::Below(1e-3),
        "SAS, R",
    )];
    let spotify = &vectors["spotify_confidence (Apache-2.0)"];
    let looks = [250.0 / 810.0, 450.0 / 810.0, 630.0 / 810.0, 1.0];
    let found = bounds(Spending::Power(2.0), &looks, 0.01).context("bounds")?;
    let found: Vec<f64> = found.iter().map(|bound| bound.nominal).collect();
    let worst = largest_difference(&found, &list(&spotify[0]["adjusted_alpha"]));
    rows.push(Row::new(
        "trials: levels of looks, largest error",
        worst,
        Goal::Below(1e-5),
        "Spotify Confidence",
    ));
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
    let mean = Need { effect: 0.0456, variance: 2.13, version_variance: 2.13, ..share };
    let needs = [
        (share, &spotify[1]["required_n"]),
        (Need { two_sided: true, ..share }, &spotify[1]["required_n_two_sided"]),
        (mean, &spotify[2]["required_n"]),
    ];
    let mut worst = 0.0f64;
    for (need, wanted) in needs {
        let found = units_needed(&need, &[5000.0, 2000.0, 3000.0]).context("a size")?;
        worst = worst.max((found / wanted.as_f64().context("a size")? - 1.0).abs());
    }
    rows.push(Row::new(
        "trials: sizes of three arms, relative error",
        worst,
        Goal::Below(1e-3),
        "Spotify Confidence",
    ));
    rows.push(power(&vectors["r_stats_4_2_2"])?);
    let split = &vectors["srm"][0];
    let found = sample_ratio(&list(&split["observed"]), &[0.5, 0.5]).context("a split")?;
    rows.push(Row::new(
        "trials: p of 821588 against 815482",
        found.p,
        Goal::Within(1.821e-6, 1.823e-6),
        "Kohavi: 1.8E-6",
    ));
    Ok(rows)
}

fn power(printed: &Value) -> anyhow::Result<Row> {
    let mut worst = 0.0f64;
    for key in ["power_prop_test", "power_t_test"] {
        for case in printed[key].as_array().context("cases")? {
            let number = |name: &str| case[name].as_f64();
            let rates = number("p1").zip(number("p2"));
            let wanted_power = number("power");
            let (found, wanted) = match (rates, number("n"), number("n_per_arm")) {
                (Some((p, q)), Some(n), _) => (rates_power(p, q, n, 0.05), wanted_power),
                (Some((p, q)), None, n) => {
                    (rates_sample_size(p, q, 0.05, wanted_power.unwrap_or(0.8)), n)
                }
                (None, Some(n), _) => (means_power(1.0, 1.0, n, 0.05), wanted_power),
                (None, None, n) => {
                    (means_sample_size(1.0, 1.0, 0.05, wanted_power.unwrap_or(0.8)), n)
                }
            };
            let (found, wanted) = found.zip(wanted).context("power")?;
            worst = worst.max((found / wanted - 1.0).abs());
        }
    }
    Ok(Row::new("trials: power and sizes, relative error", worst, Goal::Below(1e-5), "R 4.2.2"))
}

fn public_trials(trials: &Value) -> anyhow::Result<Vec<Row>> {
    let rate = |arm: &Value, key: &str| Sample::Rate {
        units: arm["n"].as_f64().unwrap_or(f64::NAN),
        hits: arm[key].as_f64().unwrap_or(f64::NAN),
    };
    let cats = &trials["cookie_cats"];
    let arms = [rate(&cats["arms"]["gate_30"], "ret7"), rate(&cats["arms"]["gate_40"], "ret7")];
    let trial = Trial {
        arms: &arms,
        shares: &[1.0, 1.0],
        more_is_better: true,
        plan: Plan::Once,
        scale: Scale::Absolute,
        level: 0.95,
    };
    let found = read_out(&trial).context("Cookie Cats")?;
    let version = found.versions[0];
    let is_warned = f64::from(u8::from(version.verdict == Verdict::NotSound));
    let mut rows = vec![
        Row::new(
            "Cookie Cats: z of day-7 retention",
            version.comparison.statistic,
            Goal::Within(-3.16437, -3.16435),
            "scipy −3.1643589",
        ),
        Row::new(
            "Cookie Cats: p of the split",
            found.split.p,
            Goal::Within(0.008607, 0.008609),
            "scipy 0.00860799",
        ),
        Row::new(
            "Cookie Cats: nothing is called on an unsound split",
            is_warned,
            Goal::Within(1.0, 1.0),
            "",
        ),
    ];
    let mails = &trials["hillstrom"];
    let names = ["No E-Mail", "Mens E-Mail", "Womens E-Mail"];
    let spend = names.map(|name| {
        let number = |key: &str| mails["arms"][name][key].as_f64().unwrap_or(f64::NAN);
        Sample::Mean { units: number("n"), sum: number("spend"), squares: number("spend_sumsq") }
    });
    let visits = names.map(|name| rate(&mails["arms"][name], "visit"));
    let mut worst = 0.0f64;
    for (arms, statistic, difference) in
        [(spend, "welch_t", "spend_diff"), (visits, "visit_z", "visit_diff")]
    {
        let found =
            read_out(&Trial { arms: &arms, shares: &[1.0; 3], ..trial }).context("Hillstrom")?;
        for (version, name) in found.versions.iter().zip(["mens_vs_control", "womens_vs_control"]) {
            let wanted = [&mails[name][statistic], &mails[name][difference]]
                .map(|v| v.as_f64().unwrap_or(f64::NAN));
            let one = [version.comparison.statistic, version.comparison.difference];
            worst = worst.max(largest_difference(&one, &wanted));
        }
    }
    rows.push(Row::new(
        "Hillstrom: differences and statistics, largest error",
        worst,
        Goal::Below(1e-5),
        "scipy",
    ));
    Ok(rows)
}

/// Trials without a difference, looked at on each of 28 days: how many are called.
fn peeking() -> anyhow::Result<Vec<Row>> {
    const TRIALS: u64 = 4000;
    let days: Vec<f64> = (1..=28).map(|day| f64::from(day) / 28.0).collect();
    let planned = bounds(Spending::OBrienFleming, &days, 0.05).context("bounds")?;
    let mut called = [0u32; 3];
    for trial in 0..TRIALS {
        let mut seed = 0x9E37_79B9_7F4A_7C15u64.wrapping_mul(trial + 1);
        let mut uniform = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed >> 11) as f64 / (1u64 << 53) as f64
        };
        let mut hits = [0.0f64; 2];
        let mut is_called = [false; 3];
        for (day, bound) in planned.iter().enumerate() {
            for arm in &mut hits {
                *arm += f64::from((0..100).map(|_| u8::from(uniform() < 0.2)).sum::<u8>());
            }
            let units = 100.0 * (day + 1) as f64;
            let [a, b] = hits.map(|hits| Sample::Rate { units, hits });
            let (Some(plain), Some(valid)) = (
                compare(&a, &b, Scale::Absolute, 0.95),
                always_valid(&a, &b, Scale::Absolute, 0.95, 5000.0),
            ) else {
                continue;
            };
            is_called[0] |= plain.p < 0.05;
            is_called[1] |= plain.p < bound.nominal;
            is_called[2] |= valid.p < 0.05;
        }
        for (count, called) in called.iter_mut().zip(is_called) {
            *count += u32::from(called);
        }
    }
    let [naive, looks, any_time] = called.map(|count| f64::from(count) / TRIALS as f64);
    // Planned looks spend all of their 5 %: two standard errors of the simulation are allowed.
    Ok(vec![
        Row::new(
            "A/A with daily looks: called by the plain test",
            naive,
            Goal::Shown,
            "25 to 30 %",
        ),
        Row::new(
            "A/A with daily looks: called by planned looks",
            looks,
            Goal::Below(0.057),
            "≤ 5 % ± draws",
        ),
        Row::new("A/A with daily looks: called at any time", any_time, Goal::Below(0.05), "≤ 5 %"),
    ])
}
