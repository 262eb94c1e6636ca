//! How many contracts will still be renewed.

use super::{CurveWord, Mode, Spec, cohorts::Cohorts};
use crate::analysis::cells::{self, real, share};
use model::{
    label::Label,
    number::Number,
    report::{Block, Cell, Fmt, Message, Row},
    unit::Unit,
};
use stats::retention::{
    Band, Curve, Fit, Refusal, bands, fit_beta_discrete_weibull, fit_shifted_beta_geometric,
};

/// A fitted curve with what it says of the periods to come.
pub(super) struct Projection {
    /// The curve.
    pub(super) fit: Fit,
    /// Shares left by age, from 0 on; without a range where the draws could not be fitted.
    pub(super) bands: Vec<Band>,
    /// The oldest age that has been seen.
    pub(super) known: usize,
    /// The share seen at each age that is known.
    pub(super) seen: Vec<Option<f64>>,
}

fn fit(word: CurveWord, cohorts: &[Vec<f64>]) -> Result<Fit, Refusal> {
    match word {
        CurveWord::ShiftedBetaGeometric => fit_shifted_beta_geometric(cohorts),
        CurveWord::BetaDiscreteWeibull => fit_beta_discrete_weibull(cohorts),
        CurveWord::Auto => {
            let plain = fit_shifted_beta_geometric(cohorts)?;
            // One parameter more is worth it if the likelihood gains more than one.
            match fit_beta_discrete_weibull(cohorts) {
                Ok(found) if found.log_likelihood > plain.log_likelihood + 1.0 => Ok(found),
                _ => Ok(plain),
            }
        }
    }
}

/// The projection, or why there is none; `None` where nothing is renewed.
pub(super) fn project(spec: &Spec, cohorts: &Cohorts) -> Option<Result<Projection, Refusal>> {
    (spec.mode == Mode::Renewal && cohorts.is_told()).then(|| projected(spec, cohorts))
}

fn projected(spec: &Spec, cohorts: &Cohorts) -> Result<Projection, Refusal> {
    let finished = cohorts.triangle.finished();
    let started: Vec<Vec<f64>> = finished
        .into_iter()
        .enumerate()
        .filter(|(cohort, _)| *cohort >= cohorts.early && !cohorts.hidden[*cohort])
        .map(|(_, survivors)| survivors)
        .collect();
    let found = fit(spec.curve, &started)?;
    // The draws ask which parameters, not which curve.
    let word = if found.curve.duration.to_bits() == 1f64.to_bits() {
        CurveWord::ShiftedBetaGeometric
    } else {
        CurveWord::BetaDiscreteWeibull
    };
    let oldest = (cohorts.periods.len() - cohorts.early).saturating_sub(1);
    let seen: Vec<Option<f64>> =
        (0..=oldest).map(|age| cohorts.mean_of(cohorts.early, age, age)).collect();
    let known = seen.iter().rposition(Option::is_some).unwrap_or(0);
    let last = known as u32 + spec.ahead;
    let again = |cohorts: &[Vec<f64>]| fit(word, cohorts).map(|fit| fit.curve);
    let bands = bands(&started, again, last, 0.8)?.unwrap_or_else(|| plain(&found.curve, last));
    Ok(Projection { fit: found, bands, known, seen })
}

/// Shares without a range.
fn plain(curve: &Curve, last: u32) -> Vec<Band> {
    let band = |age| Band { share: curve.survival(age), low: f64::NAN, high: f64::NAN };
    (0..=last).map(band).collect()
}

/// Ages with what was seen and what the curve says; ages to come are marked.
pub(super) fn table(projection: &Projection) -> Block {
    let rows = projection.bands.iter().enumerate().skip(1).map(|(age, band)| {
        let is_known = age <= projection.known;
        let seen = projection.seen.get(age).copied().flatten();
        let kind = if is_known {
            Label::new("known", "已知")
        } else {
            Label::new("projected", "预测")
        };
        let count = Fmt { unit: Unit::Count, decimals: None };
        let cells = vec![
            cells::figure(Some(Number::whole(age as i64)), &count),
            Cell::Label(kind),
            share(seen),
            share(Some(band.share)),
            share(Some(band.low)),
            share(Some(band.high)),
        ];
        Row { cells, total: false }
    });
    let mut rows: Vec<Row> = rows.collect();
    let curve = projection.fit.curve;
    let number = Fmt { unit: Unit::Number, decimals: Some(4) };
    let parameters = [("alpha", curve.alpha), ("beta", curve.beta), ("c", curve.duration)];
    rows.extend(parameters.map(|(name, value)| Row {
        cells: vec![
            Cell::Label(Label::verbatim(name)),
            Cell::Label(Label::new("parameter", "参数")),
            Cell::Empty,
            real(Some(value), &number),
            Cell::Empty,
            Cell::Empty,
        ],
        total: false,
    }));
    let columns = [
        ("Renewals", "续约次数"),
        ("Basis", "依据"),
        ("Seen", "实际"),
        ("Curve", "曲线"),
        ("Low", "下限"),
        ("High", "上限"),
    ];
    let title = Label::new("Share left, known and projected", "留存比例：已知与预测");
    Block::Table(cells::table(title, &columns, rows, Some(Message::new("retention.curve"))))
}
