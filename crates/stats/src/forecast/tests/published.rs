//! The methods against figures that others computed on public series.
//!
//! Source: statsforecast 2.1.1 (Nixtla, PyPI), each model's `forecast` on AirPassengers, season 12 unless said.

use super::series::{AIR_PASSENGERS, HORMONE, assert_near};
use crate::forecast::ets::{self, Choice};
use crate::forecast::member::Member;
use crate::forecast::{arima, ces, seasonal, theta};

const SIZE: f64 = 280.0;

/// A method sees values around one, as in the recipe.
fn on_passengers(method: impl Fn(&[f64]) -> Option<Member>) -> Member {
    let series: Vec<f64> = AIR_PASSENGERS.iter().map(|value| value / SIZE).collect();
    method(&series).expect("twelve years are enough").rescaled(SIZE)
}

#[test]
fn the_dynamic_theta_model_agrees() {
    let found = on_passengers(|series| theta::forecast(series, 12, 12));
    let wanted = [
        442.93, 432.3, 495.48, 482.58, 487.87, 556.12, 616.22, 616.11, 538.4, 470.41, 411.0, 463.48,
    ];
    assert_near(&found.mean, &wanted, 0.002);
    assert_eq!(found.name, "DOTM");
}

#[test]
fn complex_smoothing_agrees_with_a_season_and_without() {
    let found = on_passengers(|series| ces::forecast(series, 12, 12));
    let wanted = [
        453.02, 429.32, 488.63, 500.28, 519.78, 586.46, 677.02, 676.17, 563.64, 501.25, 435.95,
        481.61,
    ];
    assert_near(&found.mean, &wanted, 0.003);
    assert_eq!(found.name, "CES(F)");
    let found = on_passengers(|series| ces::forecast(series, 1, 6));
    assert_near(&found.mean, &[425.49, 418.24, 417.2, 411.31, 409.32, 404.3], 0.002);
    assert_eq!(found.name, "CES(N)");
}

#[test]
fn multiplicative_smoothing_agrees() {
    // AutoETS(model="MAM"): the peer also searches the twelve seasonal starts, ours come from a decomposition.
    let found = on_passengers(|series| {
        ets::forecast(series, Choice { season: 12, multiplicative: true }, 12)
    });
    let wanted = [
        448.31, 442.99, 507.42, 493.4, 494.38, 561.88, 626.77, 624.0, 544.17, 476.81, 414.89,
        469.24,
    ];
    assert_eq!(found.name, "ETS(M,A,M)");
    assert_near(&found.mean, &wanted, 0.03);
}

#[test]
fn stl_with_smoothing_agrees() {
    let found = on_passengers(|series| {
        let cleared = seasonal::clear(series, &[12])?;
        let mut member =
            ets::forecast(&cleared.series, Choice { season: 1, multiplicative: true }, 12)?;
        for (step, mean) in member.mean.iter_mut().enumerate() {
            *mean += cleared.season_at(step);
        }
        Some(member)
    });
    let wanted = [
        446.54, 430.12, 473.19, 472.87, 482.09, 536.33, 590.97, 588.99, 517.45, 470.66, 425.27,
        458.82,
    ];
    assert_near(&found.mean, &wanted, 0.004);
}

#[test]
fn the_autoregression_of_hormones_agrees_with_r() {
    // R: arima(lh, order = c(3,0,0), method = "CSS") prints ar 0.6578 −0.0658 −0.2348, intercept 2.3918, σ² 0.1905.
    let found = arima::estimate(&HORMONE, 3, 0).expect("48 values are enough");
    for (weight, wanted) in found.ar.iter().zip([0.6578, -0.0658, -0.2348]) {
        assert!((weight - wanted).abs() < 0.004, "{weight} is not {wanted}");
    }
    assert!((found.constant - 2.3918).abs() < 0.004, "{}", found.constant);
    let squares: f64 = found.errors[3..].iter().map(|error| error * error).sum();
    assert!((squares / 45.0 - 0.1905).abs() < 5e-4, "{}", squares / 45.0);
}
