//! What moved a figure: logarithmic means and Shapley values.

use serde_json::json;
use stats::contribution::{product, product_sum, shapley_product};

use super::case::{Case, some};
use super::draws::Draws;

/// The cases of this topic.
pub(super) fn cases() -> anyhow::Result<Vec<Case>> {
    let mut draws = Draws::named("contributions");
    let mut factors = |count: usize| -> Vec<f64> {
        (0..count).map(|_| draws.whole(50, 300) as f64 / 100.0).collect()
    };
    let mut cases = Vec::new();
    for count in [2, 3, 5] {
        let (before, after) = (factors(count), factors(count));
        let name = format!("{count} factors");
        let inputs = json!({ "before": before, "after": after });
        let logarithmic = some(product(&before, &after), &name)?;
        let fair = some(shapley_product(&before, &after), &name)?;
        cases.push(
            Case::new("contribution", "factors", name, inputs)
                .list("LMDI", &logarithmic.effects)
                .list("Shapley", &fair.effects),
        );
    }
    let (before, after): (Vec<_>, Vec<_>) = (0..6).map(|_| (factors(4), factors(4))).unzip();
    let found = some(product_sum(&before, &after), "segments")?;
    let inputs = json!({ "before": before, "after": after });
    let case = Case::new("contribution", "segments", "six segments of four factors", inputs);
    cases.push(case.list("LMDI", &found.effects));
    Ok(cases)
}
