//! The lift of treated regions over their mixture of others.

use super::mixture::mixture;
use crate::random::Random;

/// Shuffles of the residuals.
const SHUFFLES: usize = 9999;
/// Steps outwards in which the end of an interval is looked for, each a quarter of the error before the campaign.
const STEPS_OUT: usize = 100;
/// Periods before the campaign below which no mixture is trusted.
const LEAST_BEFORE: usize = 10;

/// What is asked of the residuals of the campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// Whether any period differs: the sum of their sizes.
    Anything,
    /// Whether the average differs: the size of their sum.
    Average,
}

/// Regions with and without a campaign, one value for each period, all of one length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trial<'a> {
    /// Regions with the campaign.
    pub treated: &'a [Vec<f64>],
    /// Regions without.
    pub others: &'a [Vec<f64>],
    /// The place of the first period of the campaign, which lasts to the end of the series.
    pub start: usize,
    /// Ridge as a share of the largest eigenvalue, which spreads the weights; 0 for none.
    pub ridge: f64,
}

/// What a campaign added.
#[derive(Debug, Clone, PartialEq)]
pub struct GeoLift {
    /// The addition over all treated regions and periods.
    pub incremental: f64,
    /// The lower end of its interval; minus infinity where no addition within reach can be refused.
    pub low: f64,
    /// The upper end of its interval; infinity likewise.
    pub high: f64,
    /// The addition as a share of what would have been.
    pub lift: f64,
    /// The addition for one region and period.
    pub each: f64,
    /// The probability of such residuals, wherever in the series the campaign is put, if it added nothing.
    pub p: f64,
    /// The same asked of the average alone, which is what the interval is of; a lift that is high in some periods and low
    /// in others is told by `p` and not by this.
    pub p_average: f64,
    /// As `p`, with residuals shuffled one by one: finer, and right only where they do not hang together.
    pub p_shuffled: f64,
    /// The root mean square error before the campaign, for one region and period.
    pub error: f64,
    /// The weight of each other region.
    pub weights: Vec<f64>,
    /// What one treated region would have had without the campaign, for every period.
    pub expected: Vec<f64>,
}

/// Measures a campaign, interval at `level` (0.9).
///
/// `None` for no regions, series of different lengths, values that are not finite, fewer than ten periods before or
/// none after the start, a level that is not between 0 and 1, or a mixture at or below zero.
pub fn geo_lift(trial: &Trial<'_>, level: f64) -> Option<GeoLift> {
    let own = checked(trial)?;
    if !(level > 0.0 && level < 1.0) {
        return None;
    }
    let (weights, gaps) = gaps(&own, trial, trial.start);
    let (before, after) = gaps.split_at(trial.start);
    let each = after.iter().sum::<f64>() / after.len() as f64;
    let error = root_mean_square(before);
    let size = (after.len() * trial.treated.len()) as f64;
    let usual = own[trial.start..].iter().sum::<f64>() / after.len() as f64 - each;
    if usual <= 0.0 {
        return None;
    }
    let edge =
        |direction: f64| each + direction * reach(&own, trial, (each, direction), error, level);
    Some(GeoLift {
        incremental: each * size,
        low: edge(-1.0) * size,
        high: edge(1.0) * size,
        lift: each / usual,
        each,
        p: conformal_p(&own, trial, 0.0, Asked::Anything),
        p_average: conformal_p(&own, trial, 0.0, Asked::Average),
        p_shuffled: shuffled_p(&own, trial),
        error,
        weights,
        expected: own.iter().zip(&gaps).map(|(own, gap)| own - gap).collect(),
    })
}

/// The share of regions, the treated mean among them, whose gap after the start is at least as large against that before
/// it when each other region is taken for a treated one: Abadie et al. (2010).
///
/// `None` as for [`geo_lift`], or with fewer than two other regions.
pub fn placebo_p(trial: &Trial<'_>) -> Option<f64> {
    let own = checked(trial)?;
    if trial.others.len() < 2 {
        return None;
    }
    let ratio = |own: &[f64], others: &[Vec<f64>]| {
        let (_, gaps) = gaps(own, &Trial { others, ..*trial }, trial.start);
        let (before, after) = gaps.split_at(trial.start);
        root_mean_square(after) / root_mean_square(before)
    };
    let observed = ratio(&own, trial.others);
    let as_far = (0..trial.others.len()).filter(|place| {
        let mut others = trial.others.to_vec();
        let taken = others.remove(*place);
        ratio(&taken, &others) >= observed
    });
    Some((1 + as_far.count()) as f64 / (1 + trial.others.len()) as f64)
}

/// The mean over the treated regions, if the trial can be measured at all.
fn checked(trial: &Trial<'_>) -> Option<Vec<f64>> {
    let length = trial.treated.first()?.len();
    let mut all = trial.treated.iter().chain(trial.others);
    let sound = |series: &Vec<f64>| series.len() == length && series.iter().all(|x| x.is_finite());
    let possible = !trial.others.is_empty() && all.all(sound) && trial.ridge >= 0.0;
    if !possible || trial.start < LEAST_BEFORE || trial.start >= length {
        return None;
    }
    let count = trial.treated.len() as f64;
    let mean = |t: usize| trial.treated.iter().map(|series| series[t]).sum::<f64>() / count;
    Some((0..length).map(mean).collect())
}

/// Weights fitted to the first `fitted` periods, and the gaps of all periods.
fn gaps(own: &[f64], trial: &Trial<'_>, fitted: usize) -> (Vec<f64>, Vec<f64>) {
    let centred = |series: &[f64]| -> Vec<f64> {
        let mean = series[..fitted].iter().sum::<f64>() / fitted as f64;
        series.iter().map(|x| x - mean).collect()
    };
    let own = centred(own);
    let others: Vec<Vec<f64>> = trial.others.iter().map(|series| centred(series)).collect();
    let early: Vec<Vec<f64>> = others.iter().map(|series| series[..fitted].to_vec()).collect();
    let weights = mixture(&own[..fitted], &early, trial.ridge);
    let gap = |t: usize| own[t] - others.iter().zip(&weights).map(|(o, w)| o[t] * w).sum::<f64>();
    let gaps = (0..own.len()).map(gap).collect();
    (weights, gaps)
}

/// How far from the estimate the additions reach that cannot be refused: outwards until the first that is, then closer.
fn reach(own: &[f64], trial: &Trial<'_>, from: (f64, f64), error: f64, level: f64) -> f64 {
    let (each, direction) = from;
    let is_refused = |far: f64| {
        conformal_p(own, trial, each + direction * far, Asked::Average)
            <= (1.0 - level) * (1.0 + 1e-12)
    };
    let step = 0.25 * error;
    let found = (1..=STEPS_OUT).map(|k| k as f64 * step).find(|far| is_refused(*far));
    let Some(mut outside) = found else { return f64::INFINITY };
    let mut inside = outside - step;
    for _ in 0..10 {
        let middle = 0.5 * (inside + outside);
        if is_refused(middle) {
            outside = middle;
        } else {
            inside = middle;
        }
    }
    outside
}

/// The probability without an addition if residuals are exchangeable, by seeded shuffles.
fn shuffled_p(own: &[f64], trial: &Trial<'_>) -> f64 {
    let (_, residuals) = gaps(own, trial, own.len());
    let mut sizes: Vec<f64> = residuals.iter().map(|x| x.abs()).collect();
    let duration = own.len() - trial.start;
    let observed: f64 = sizes[trial.start..].iter().sum();
    let mut random = Random::new(1);
    let mut as_far = 1usize;
    for _ in 0..SHUFFLES {
        for place in 0..duration {
            let other = place + random.below(sizes.len() - place);
            sizes.swap(place, other);
        }
        let size: f64 = sizes[..duration].iter().sum();
        as_far += usize::from(size >= observed * (1.0 - 1e-12));
    }
    as_far as f64 / (SHUFFLES + 1) as f64
}

/// The probability if the campaign added `each`: the mixture is fitted to all periods after that is taken away, and the
/// residuals are moved round in one piece.
fn conformal_p(own: &[f64], trial: &Trial<'_>, each: f64, asked: Asked) -> f64 {
    let length = own.len();
    let mut without = own.to_vec();
    without[trial.start..].iter_mut().for_each(|x| *x -= each);
    let (_, residuals) = gaps(&without, trial, length);
    let duration = length - trial.start;

    let size = |from: usize| -> f64 {
        let moved = (0..duration).map(|k| residuals[(from + k) % length]);
        match asked {
            Asked::Anything => moved.map(f64::abs).sum(),
            Asked::Average => moved.sum::<f64>().abs(),
        }
    };
    let observed = size(trial.start);
    let as_far = (0..length).filter(|from| size(*from) >= observed * (1.0 - 1e-12)).count();
    as_far as f64 / length as f64
}

fn root_mean_square(values: &[f64]) -> f64 {
    (values.iter().map(|x| x * x).sum::<f64>() / values.len() as f64).sqrt()
}
