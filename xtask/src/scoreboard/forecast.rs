//! Forecasts against the M competitions, and the time that ten thousand daily series take.
//!
//! Method: one fixed setting per kind of series. The few constants of the setting were chosen on the series at even
//! places (`chosen on`) and hold for all; the other half (`held out`) shows what that is worth.

mod daily;
mod fixtures;
mod score;

use std::path::Path;

use stats::forecast::paths::{Direction, probability_of_total};
use stats::forecast::{Forecast, Request, forecast};

use self::fixtures::{Series, load, over_all};
use self::score::{Calibration, Scores};
use super::row::{Goal, Row};

pub(super) use self::daily::rows as daily;

/// Futures drawn for the distribution of a total.
const PATHS: usize = 1000;

/// A data set and how it is measured.
struct Competition {
    name: &'static str,
    folder: &'static str,
    file: &'static str,
    season: usize,
    /// The season of the naive error that MASE and MSIS are scaled by.
    scaled_by: usize,
    horizon: usize,
}

const WEEKLY: Competition = Competition {
    name: "M4 weekly",
    folder: "forecast-m4-weekly",
    file: "weekly",
    season: 52,
    scaled_by: 1,
    horizon: 13,
};

const MONTHLY: Competition = Competition {
    name: "M3 monthly",
    folder: "forecast-m3-monthly",
    file: "monthly",
    season: 12,
    scaled_by: 12,
    horizon: 18,
};

/// M4 weekly: the scorer, then the forecasts.
pub(super) fn weekly(data: &Path) -> anyhow::Result<Vec<Row>> {
    let series = load(data, WEEKLY.folder, WEEKLY.file)?;
    let naive = score::naive(&series, WEEKLY.horizon);
    let mut rows = vec![
        Row::new(
            "M4 weekly, scorer: sMAPE of Naive",
            naive.smape,
            Goal::Within(9.1605, 9.1615),
            "9.161",
        ),
        Row::new(
            "M4 weekly, scorer: MASE of Naive",
            naive.mase,
            Goal::Within(2.7765, 2.7775),
            "2.777",
        ),
        Row::new(
            "M4 weekly, scorer: MSIS of Naive",
            naive.msis,
            Goal::Within(26.3575, 26.3585),
            "26.358",
        ),
    ];
    for (half, scores) in halves(&WEEKLY, &series, &made(&WEEKLY, &series)?) {
        let is_goal = half == "all";
        let asked = |goal: Goal| if is_goal { goal } else { Goal::Shown };
        let name = |what: &str| format!("M4 weekly {what}, {half}");
        rows.extend([
            Row::new(
                name("OWA"),
                scores.owa(),
                asked(Goal::Below(0.80)),
                "best 0.739, FFORMA 0.796",
            ),
            Row::new(name("sMAPE"), scores.smape, Goal::Shown, "best 6.582"),
            Row::new(
                name("MASE"),
                scores.mase,
                asked(Goal::Below(2.20)),
                "best 2.107, Chronos-2 2.026",
            ),
            Row::new(
                name("MSIS 95 %"),
                scores.msis,
                asked(Goal::Below(15.0)),
                "best 16.2, TiRex 13.67",
            ),
            Row::new(
                name("coverage 95 %"),
                scores.coverage,
                asked(Goal::Within(0.935, 0.965)),
                "0.95",
            ),
            Row::new(name("WQL"), scores.wql, asked(Goal::Below(0.042)), "Chronos-2 0.0367"),
            Row::new(name("share beating naive"), scores.better, asked(Goal::Above(0.5)), ""),
        ]);
    }
    Ok(rows)
}

/// M3 monthly.
pub(super) fn monthly(data: &Path) -> anyhow::Result<Vec<Row>> {
    let series = load(data, MONTHLY.folder, MONTHLY.file)?;
    let mut rows = Vec::new();
    for (half, scores) in halves(&MONTHLY, &series, &made(&MONTHLY, &series)?) {
        let is_goal = half == "all";
        let asked = |goal: Goal| if is_goal { goal } else { Goal::Shown };
        let name = |what: &str| format!("M3 monthly {what}, {half}");
        rows.extend([
            Row::new(name("sMAPE"), scores.smape, asked(Goal::Below(13.7)), "THETA 13.89"),
            Row::new(name("MASE"), scores.mase, asked(Goal::Below(0.845)), "ForecastPro 0.848"),
            Row::new(name("WQL"), scores.wql, asked(Goal::Below(0.095)), "Chronos-Bolt 0.0927"),
            Row::new(name("MSIS 95 %"), scores.msis, Goal::Shown, "statsforecast 7.296"),
            Row::new(
                name("coverage 95 %"),
                scores.coverage,
                asked(Goal::Within(0.935, 0.965)),
                "0.95",
            ),
            Row::new(name("share beating naive"), scores.better, asked(Goal::Above(0.5)), ""),
        ]);
    }
    Ok(rows)
}

/// Whether a probability means what it says: targets at the forecast's own deciles, for steps and for totals.
pub(super) fn target(data: &Path) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for competition in [&MONTHLY, &WEEKLY] {
        let series = load(data, competition.folder, competition.file)?;
        let made = made(competition, &series)?;
        for half in HALVES {
            let (mut steps, mut totals) = (Calibration::new(), Calibration::new());
            for (one, forecast) in series.iter().zip(&made).filter(|pair| half.1(pair.0.place)) {
                steps.add_steps(&one.future, &forecast.forecast)?;
                totals.add(probability(one, forecast));
            }
            for (what, found) in [("steps", steps), ("totals", totals)] {
                let asked = |goal: Goal| if half.0 == "all" { goal } else { Goal::Shown };
                let name = format!("{} P(target), {what}, {}", competition.name, half.0);
                rows.push(Row::new(
                    format!("{name}: worst bin gap"),
                    found.worst(),
                    asked(Goal::Below(0.05)),
                    "",
                ));
                rows.push(Row::new(
                    format!("{name}: expected calibration error"),
                    found.expected(),
                    asked(Goal::Below(0.03)),
                    "",
                ));
            }
        }
    }
    Ok(rows)
}

/// How probable the total that came was thought to be undercut.
fn probability(series: &Series, made: &Made) -> f64 {
    let total: f64 = series.future.iter().sum();
    probability_of_total(&made.paths, 0.0, total, Direction::AtMost).unwrap_or(f64::NAN)
}

/// A forecast and its futures.
struct Made {
    forecast: Forecast,
    paths: Vec<Vec<f64>>,
}

/// All forecasts of a data set, in its order.
fn made(competition: &Competition, series: &[Series]) -> anyhow::Result<Vec<Made>> {
    let seasons = [competition.season];
    over_all(series, |one| {
        let request = Request::new(&one.history, &seasons, competition.horizon);
        let forecast = forecast(&request)
            .map_err(|refusal| anyhow::anyhow!("series {}: {refusal:?}", one.place))?;
        let paths = forecast.paths(PATHS, one.place as u64);
        Ok(Made { forecast, paths })
    })
    .into_iter()
    .collect()
}

/// A part of a data set and the places that belong to it.
type Half = (&'static str, fn(usize) -> bool);

const HALVES: [Half; 3] = [
    ("all", |_| true),
    ("chosen on", |place| place.is_multiple_of(2)),
    ("held out", |place| !place.is_multiple_of(2)),
];

fn halves(
    competition: &Competition,
    series: &[Series],
    made: &[Made],
) -> Vec<(&'static str, Scores)> {
    HALVES
        .iter()
        .map(|(name, belongs)| {
            let pairs = series.iter().zip(made).filter(|pair| belongs(pair.0.place));
            let forecasts = pairs.map(|(one, made)| (one, &made.forecast));
            (*name, score::score(forecasts, competition.scaled_by))
        })
        .collect()
}
