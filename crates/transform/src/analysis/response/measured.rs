//! The response measured, and the shares proposed.

use super::{
    LEVEL, Say,
    past::{Past, Refusal},
};
use model::period::Grain;
use rust_decimal::prelude::ToPrimitive;
use stats::{
    correlation::pearson,
    response::{
        Allocation, Budget, ChannelResponse, Doubt, History, Holdout, LiftTest, Options, Point,
        Response, allocate, course, holdout, needed, respond,
    },
};

/// The last periods kept back to see whether spend tells them.
const KEPT_BACK: usize = 13;

/// Spend of two channels that goes together so closely is named as the reason why neither is told.
const TOGETHER: f64 = 0.8;

/// A proposal that moves less than this share of the spend is none.
const WORTH_MOVING: f64 = 0.02;

/// Periods in a year.
const MONTHS: f64 = 12.0;
const WEEKS: f64 = 52.18;

/// Why a channel's return is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Untold {
    /// Its spend hardly varied.
    Still,
    /// Its spend moved with that of another channel.
    With(usize),
    /// Its spend moved with season, controls and channels together.
    Together,
    /// The interval is too wide.
    Wide,
}

/// A past with what it tells.
pub(super) struct Measured {
    pub(super) past: Past,
    pub(super) response: Response,
    /// `None` for a channel that is told.
    pub(super) untold: Vec<Option<Untold>>,
    /// The last periods whose spend is today's.
    pub(super) recent: usize,
    /// Each channel at its spend of today.
    pub(super) today: Vec<Point>,
    /// The shares proposed, where they are worth a move.
    pub(super) proposal: Option<Allocation>,
    /// Whether shares were looked for, and those of today are as good.
    pub(super) stays: bool,
    pub(super) kept_back: Option<Holdout>,
    /// How many periods were kept back.
    pub(super) back: usize,
    year: f64,
}

impl Measured {
    pub(super) fn of(say: &Say<'_>, past: Past) -> Result<Self, Refusal> {
        let tests: Vec<LiftTest> = past
            .tests
            .iter()
            .filter_map(|(channel, test)| {
                let (roas, error) = (test.roas.to_f64()?, test.error.to_f64()?);
                Some(LiftTest { channel: *channel, roas, error })
            })
            .collect();
        let options = Options { lift_tests: &tests, level: LEVEL, ..Options::default() };
        let channels = past.channels.len();
        let need = needed(channels, past.controls.len(), options.harmonics);
        let have = past.periods.len();
        if have < need {
            return Err(Refusal::TooShort { have, need, channels });
        }
        let year = if say.spec.every == Grain::Month { MONTHS } else { WEEKS };
        let spend: Vec<Vec<f64>> = past.channels.iter().map(|one| one.spend.clone()).collect();
        let history =
            History { outcome: &past.outcome, spend: &spend, controls: &past.controls, year };
        let response = respond(&history, &options).ok_or(Refusal::NoMethod)?;
        let untold = reasons(&response, &spend);
        let recent = (say.spec.recent as usize).min(have);
        let at_today = |place| course(&history, &response, (place, recent), &[1.0], LEVEL);
        let today: Vec<Point> = (0..channels)
            .map(|place| at_today(place).and_then(|points| points.first().copied()))
            .collect::<Option<_>>()
            .ok_or(Refusal::NoMethod)?;
        let (proposal, stays) = propose(say, &history, &response, &untold, recent);
        let kept_back = holdout(&history, &options, KEPT_BACK);
        Ok(Self {
            response,
            untold,
            recent,
            today,
            proposal,
            stays,
            kept_back,
            back: KEPT_BACK,
            year,
            past,
        })
    }

    /// The places of channels that are told, most spend first.
    pub(super) fn told(&self) -> Vec<usize> {
        (0..self.untold.len()).filter(|place| self.untold[*place].is_none()).collect()
    }

    pub(super) fn channel(&self, place: usize) -> &ChannelResponse {
        &self.response.channels[place]
    }

    /// A channel at multiples of its spend of today.
    pub(super) fn points(&self, place: usize, multiples: &[f64]) -> Vec<Point> {
        let spend: Vec<Vec<f64>> = self.past.channels.iter().map(|one| one.spend.clone()).collect();
        let history = History {
            outcome: &self.past.outcome,
            spend: &spend,
            controls: &self.past.controls,
            year: self.year,
        };
        let found = course(&history, &self.response, (place, self.recent), multiples, LEVEL);
        found.unwrap_or_default()
    }

    /// Whether a channel has a trial.
    pub(super) fn is_tested(&self, place: usize) -> bool {
        self.past.tests.iter().any(|(tested, _)| *tested == place)
    }
}

/// Why each channel is not told; `None` where it is.
fn reasons(response: &Response, spend: &[Vec<f64>]) -> Vec<Option<Untold>> {
    let reason = |(place, channel): (usize, &ChannelResponse)| {
        let of = |doubt: &Doubt| match doubt {
            Doubt::NotVaried(_) => Some(Untold::Still),
            Doubt::Collinear(_) => {
                Some(closest(spend, place).map_or(Untold::Together, Untold::With))
            }
            Doubt::NotTold(_) => Some(Untold::Wide),
            Doubt::DemandUnseen => None,
        };
        channel.doubts.iter().filter_map(of).min()
    };
    response.channels.iter().enumerate().map(reason).collect()
}

/// The channel whose spend goes most closely with that of another.
fn closest(spend: &[Vec<f64>], place: usize) -> Option<usize> {
    let others = (0..spend.len()).filter(|other| *other != place);
    let close = others.filter_map(|other| Some((pearson(&spend[place], &spend[other])?, other)));
    let (found, other) =
        close.max_by(|a, b| a.0.coefficient.abs().total_cmp(&b.0.coefficient.abs()))?;
    (found.coefficient.abs() >= TOGETHER).then_some(other)
}

/// The shares proposed, and whether today's are as good. Channels that are not told keep their spend.
fn propose(
    say: &Say<'_>,
    history: &History<'_>,
    response: &Response,
    untold: &[Option<Untold>],
    recent: usize,
) -> (Option<Allocation>, bool) {
    let first = history.outcome.len() - recent;
    let spent: Vec<f64> = history.spend.iter().map(|one| one[first..].iter().sum()).collect();
    let free: Vec<bool> =
        untold.iter().zip(&spent).map(|(untold, spent)| untold.is_none() && *spent > 0.0).collect();
    let total = say.spec.budget.and_then(|budget| budget.to_f64());
    let movable = free.iter().filter(|free| **free).count();
    if movable < 2 && !(movable == 1 && total.is_some()) {
        return (None, false);
    }
    let [least, most] = say.spec.allowed.map(|bound| bound.to_f64().unwrap_or(1.0));
    let budget =
        Budget { periods: recent, bounds: (least, most), total, free: Some(&free), level: LEVEL };
    let Some(found) = allocate(history, response, &budget) else { return (None, false) };
    let moved: f64 =
        found.multiples.iter().zip(&spent).map(|(m, s)| (m - 1.0).abs() * s).sum::<f64>() / 2.0;
    let worth = moved >= WORTH_MOVING * spent.iter().sum::<f64>() || total.is_some();
    (worth.then_some(found), !worth)
}
