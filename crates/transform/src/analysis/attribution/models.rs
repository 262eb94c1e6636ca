//! Every model's credit for every channel.

use super::{Model, paths::Paths};
use stats::attribution::{
    Credit, Path, Rule, Spread, by_position, markov, sampling, shapley_sets, spread,
};
use std::collections::BTreeMap;

/// How sure the range of a share is.
pub(super) const CONFIDENCE: f64 = 0.9;

impl Model {
    /// The models, in the order in which they are shown.
    pub(super) const ALL: [Self; 7] = [
        Self::First,
        Self::Last,
        Self::Linear,
        Self::Position,
        Self::Decay,
        Self::Markov,
        Self::Shapley,
    ];
}

/// What a model gives to every channel.
fn credit(model: Model, paths: &[Path], channels: usize, half_life: f64) -> Option<Credit> {
    let rule = |rule| by_position(paths, channels, rule);
    match model {
        Model::First => rule(Rule::First),
        Model::Last => rule(Rule::Last),
        Model::Linear => rule(Rule::Linear),
        Model::Position => rule(Rule::PositionBased),
        Model::Decay => rule(Rule::Decay { half_life }),
        Model::Markov => markov(paths, channels).map(|found| found.credit),
        Model::Shapley => shapley_sets(paths, channels),
    }
}

/// People who touched the same channels in the same order, put together; their ages are lost.
fn together(paths: &[Path]) -> Vec<Path> {
    let mut found: BTreeMap<&[usize], Path> = BTreeMap::new();
    for path in paths {
        let same = found.entry(&path.touches).or_default();
        same.conversions += path.conversions;
        same.value += path.value;
        same.nulls += path.nulls;
    }
    let whole = |(touches, path): (&[usize], Path)| Path { touches: touches.to_vec(), ..path };
    found.into_iter().map(whole).collect()
}

/// What every model gives to every channel.
#[derive(Debug)]
pub(super) struct Credits {
    credits: Vec<Credit>,
    /// The least and the most of the models, by channel.
    pub spread: Vec<Spread>,
    /// Between which shares each channel's lies by the model shown first.
    sure: Option<Vec<Spread>>,
    /// Conversions shared out.
    pub conversions: f64,
}

impl Credits {
    /// `None` where nothing converts.
    pub(super) fn of(paths: &Paths, shown: Model, half_life: f64) -> Option<Self> {
        let channels = paths.channels.len();
        let by_model = |model: &Model| credit(*model, &paths.paths, channels, half_life);
        let credits: Vec<Credit> = Model::ALL.iter().map(by_model).collect::<Option<_>>()?;
        let spread = spread(&credits)?;
        let by_age = shown == Model::Decay;
        let drawn = if by_age { paths.paths.clone() } else { together(&paths.paths) };
        let sure = sampling(&drawn, CONFIDENCE, |paths| credit(shown, paths, channels, half_life));
        Some(Self { spread, sure, conversions: paths.conversions as f64, credits })
    }

    fn credit(&self, model: Model) -> &Credit {
        let place = Model::ALL.iter().position(|one| *one == model);
        &self.credits[place.unwrap_or_default()]
    }

    /// The conversions that a model gives to some channels.
    pub(super) fn conversions(&self, model: Model, channels: &[usize]) -> f64 {
        channels.iter().map(|channel| self.credit(model).conversions[*channel]).sum()
    }

    /// The value that a model gives to some channels.
    pub(super) fn value(&self, model: Model, channels: &[usize]) -> f64 {
        channels.iter().map(|channel| self.credit(model).value[*channel]).sum()
    }

    /// The share of all conversions that a model gives to some channels, 0 to 1.
    pub(super) fn share(&self, model: Model, channels: &[usize]) -> f64 {
        self.conversions(model, channels) / self.conversions
    }

    /// Between which shares a channel's lies by the model shown first; not known of several together.
    pub(super) fn sure(&self, channels: &[usize]) -> Option<Spread> {
        match channels {
            [channel] => self.sure.as_ref().map(|sure| sure[*channel]),
            _ => None,
        }
    }

    /// The least and the most share that a model gives to some channels together.
    pub(super) fn range(&self, channels: &[usize]) -> Spread {
        if let [channel] = channels {
            return self.spread[*channel];
        }
        let shares = Model::ALL.iter().map(|model| self.share(*model, channels));
        let range = |(low, high): (f64, f64), share: f64| (low.min(share), high.max(share));
        let (low, high) = shares.fold((f64::INFINITY, f64::NEG_INFINITY), range);
        Spread { low, high }
    }
}
