//! Surveys: scores, raking, weighted estimates, key drivers.

use serde_json::json;
use stats::survey::{
    Answers, Margin, Sample, design_effect, effective, key_drivers, nps, nps_change,
};

use super::case::{Case, some};
use super::draws::Draws;

/// The cases of this topic.
pub(super) fn cases() -> anyhow::Result<Vec<Case>> {
    Ok(vec![
        score("a hundred answers", (48.0, 31.0, 21.0))?,
        score("ten answers", (6.0, 3.0, 1.0))?,
        score("weighted answers", (40.25, 60.5, 71.25))?,
        waves()?,
        raked()?,
        estimated()?,
        drivers()?,
    ])
}

fn answers((promoters, passives, detractors): (f64, f64, f64)) -> Answers {
    Answers { promoters, passives, detractors }
}

fn score(name: &str, counts: (f64, f64, f64)) -> anyhow::Result<Case> {
    let found = some(nps(answers(counts), 0.95), name)?;
    let inputs = json!({ "counts": counts, "confidence": 0.95 });
    Ok(Case::new("survey", "nps", name, inputs)
        .with("score", found.score)
        .list("interval", &[found.low, found.high]))
}

fn waves() -> anyhow::Result<Case> {
    let (before, after) = ((48.0, 31.0, 21.0), (90.0, 40.0, 25.0));
    let found = some(nps_change(answers(before), answers(after), 0.9), "two waves")?;
    let inputs = json!({ "before": before, "after": after, "confidence": 0.9 });
    Ok(Case::new("survey", "nps_change", "two waves", inputs)
        .with("difference", found.difference)
        .list("interval", &[found.low, found.high]))
}

fn raked() -> anyhow::Result<Case> {
    let mut draws = Draws::named("raking");
    let people = 400;
    let regions: Vec<usize> = (0..people).map(|_| draws.index(10).min(3)).collect();
    let ages: Vec<usize> = (0..people).map(|_| draws.index(5).min(2)).collect();
    let sexes: Vec<usize> = (0..people).map(|_| usize::from(draws.happens(620))).collect();
    let totals = [vec![2_500.0; 4], vec![3_100.0, 3_900.0, 3_000.0], vec![4_900.0, 5_100.0]];
    let margins: Vec<Margin> = [&regions, &ages, &sexes]
        .into_iter()
        .zip(&totals)
        .map(|(classes, totals)| Margin { classes: classes.clone(), totals: totals.clone() })
        .collect();
    let sample = some(Sample::new(&vec![1.0; people]), "a sample")?;
    let sample = some(sample.raked(&margins), "raking")?;
    let weights = sample.weights();
    let inputs = json!({ "classes": [regions, ages, sexes], "totals": totals });
    Ok(Case::new("survey", "raking", "three margins, 400 people", inputs)
        .list("weights", weights)
        .with("effective number", some(effective(weights), "weights")?)
        .with("design effect", some(design_effect(weights), "weights")?))
}

fn estimated() -> anyhow::Result<Case> {
    let mut draws = Draws::named("weighted estimates");
    let people = 180;
    let strata: Vec<usize> = (0..people).map(|place| place / 60).collect();
    let clusters: Vec<usize> = (0..people).map(|place| place / 6).collect();
    let weights: Vec<f64> = (0..people).map(|_| draws.whole(20, 60) as f64).collect();
    let values: Vec<f64> = (0..people)
        .map(|place| strata[place] as f64 + (clusters[place] % 4) as f64 + draws.normal())
        .collect();
    let sample = Sample::new(&weights).and_then(|sample| sample.with_strata(&strata));
    let sample = some(sample.and_then(|sample| sample.with_clusters(&clusters)), "a sample")?;
    let (mean, total) =
        (some(sample.mean(&values), "mean")?, some(sample.total(&values), "total")?);
    let inputs =
        json!({ "weights": weights, "strata": strata, "clusters": clusters, "values": values });
    Ok(Case::new("survey", "estimates", "three strata of ten clusters", inputs)
        .with("mean", mean.value)
        .with("error of mean", some(mean.standard_error, "an error")?)
        .with("total", total.value)
        .with("error of total", some(total.standard_error, "an error")?))
}

fn drivers() -> anyhow::Result<Case> {
    let mut draws = Draws::named("key drivers");
    let people = 240;
    let common = draws.normals(people);
    let scores: Vec<Vec<f64>> = (0..5)
        .map(|driver| {
            let pull = 0.3 * f64::from(driver);
            common.iter().map(|shared| (pull * shared + draws.normal()).round()).collect()
        })
        .collect();
    let overall: Vec<f64> = (0..people)
        .map(|one| scores[0][one] + 0.6 * scores[2][one] + 0.3 * scores[4][one] + draws.normal())
        .collect();
    let found = some(key_drivers(&scores, &overall), "drivers")?;
    let inputs = json!({ "scores": scores, "overall": overall });
    Ok(Case::new("survey", "drivers", "five touchpoints that hang together", inputs)
        .list("parts of R squared", &found.parts)
        .with("R squared", found.r_squared))
}
