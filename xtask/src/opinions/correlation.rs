//! Do two figures go together, and what is left when many are asked?

use serde_json::json;
use stats::correlation::{
    benjamini_hochberg, cross_correlation, holm, kendall, pearson, pearson_interval, spearman,
};

use super::case::{Case, ends, some};
use super::draws::Draws;

/// The cases of this topic.
pub(super) fn cases() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for (name, count, pull) in [("close", 60, 0.8), ("loose, with ties", 45, 0.3)] {
        let mut draws = Draws::named(name);
        let x: Vec<f64> = draws.normals(count).into_iter().map(|x| (5.0 * x).round()).collect();
        let y: Vec<f64> = x.iter().map(|x| (pull * x + 3.0 * draws.normal()).round()).collect();
        let moment = some(pearson(&x, &y), name)?;
        let interval = some(pearson_interval(moment.coefficient, count, 0.95), name)?;
        let (rank, tau) = (some(spearman(&x, &y), name)?, some(kendall(&x, &y), name)?);
        let crossed: Vec<f64> =
            some(cross_correlation(&x, &y, 6), name)?.iter().map(|one| one.coefficient).collect();
        cases.push(
            Case::new("correlation", "pairs", name, json!({ "x": x, "y": y, "lags": 6 }))
                .list("Pearson and p", &[moment.coefficient, moment.p])
                .list("Pearson interval", &ends(interval))
                .list("Spearman and p", &[rank.coefficient, rank.p])
                .with("Kendall tau-b", tau.coefficient)
                .list("cross-correlation", &crossed),
        );
    }
    let p = [0.001, 0.2, 0.013, 0.04, 0.5, 0.008, 0.041, 0.9, 0.0004, 0.04];
    cases.push(
        Case::new("correlation", "many", "ten tests", json!({ "p": p }))
            .list("Benjamini-Hochberg", &some(benjamini_hochberg(&p), "many")?)
            .list("Holm", &some(holm(&p), "many")?),
    );
    Ok(cases)
}
