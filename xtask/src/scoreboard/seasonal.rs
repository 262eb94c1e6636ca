//! Seasonal adjustment against R's `stl`.

use std::path::Path;

use anyhow::Context as _;
use stats::seasonal::{Options, SeasonalSpan, mstl, stl};

use super::columns::{column, largest_difference};
use super::row::{Goal, Row};

/// One row for each decomposition that R made, and what MSTL leaves of a series.
pub(super) fn rows(data: &Path) -> anyhow::Result<Vec<Row>> {
    let folder = data.join("seasonal-stl");
    let cycles = SeasonalSpan::Cycles(21);
    let cases = [
        ("stl_nottem_periodic.csv", "nottem, periodic", SeasonalSpan::Periodic, false, 1e-8),
        ("stl_logco2_s21.csv", "log(co2), span 21", cycles, false, 1e-8),
        ("stl_logco2_s21_robust.csv", "log(co2), span 21, robust", cycles, true, 1e-6),
    ];
    let mut rows = Vec::new();
    for (file, name, season, robust, goal) in cases {
        let file = folder.join(file);
        let options = Options { season, trend: None, robust };
        let found = stl(&column(&file, "y")?, 12, options).context("a decomposition")?;
        let parts = [
            ("seasonal", &found.seasonal),
            ("trend", &found.trend),
            ("remainder", &found.remainder),
        ];
        let mut most: f64 = 0.0;
        for (part, values) in parts {
            most = most.max(largest_difference(values, &column(&file, part)?));
        }
        let figure = format!("STL {name}, largest difference from R");
        rows.push(Row::new(figure, most, Goal::Below(goal), "R 4.2.2 stl()"));
        if robust {
            // R sorts for its median with the ranks in falling order, which its partial sort does not serve.
            let most = largest_difference(&found.weights, &column(&file, "w")?);
            let figure = format!("STL {name}, weights, largest difference from R");
            rows.push(Row::new(figure, most, Goal::Shown, "R 4.2.2, whose median is not exact"));
        }
    }
    let air = column(&folder.join("airpassengers.csv"), "y")?;
    let logs: Vec<f64> = air.iter().map(|x| x.ln()).collect();
    let parts = mstl(&logs, &[12]).context("a decomposition")?;
    let strength = parts.strength_of_season(12).context("a strength")?;
    let figure = "MSTL log(AirPassengers), strength of the season";
    rows.push(Row::new(figure, strength, Goal::Shown, ""));
    Ok(rows)
}
