//! The recursions of exponential smoothing in innovations form.
//!
//! Method: Hyndman, Koehler, Ord and Snyder (2008), *Forecasting with Exponential Smoothing*, tables 2.2 and 2.3.

/// How a surprise or a season enters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Added.
    Additive,
    /// As a factor.
    Multiplicative,
}

/// The trend of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trend {
    /// A level only.
    None,
    /// A straight line.
    Linear,
    /// A line that levels off.
    Damped,
}

/// One of the fifteen models with no or an additive trend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    pub error: Form,
    pub trend: Trend,
    pub season: Option<Form>,
}

impl Kind {
    /// The name of Hyndman et al.: `ETS(A,Ad,M)`.
    pub(super) fn name(self) -> String {
        let letter = |form: Form| if form == Form::Additive { "A" } else { "M" };
        let trend = match self.trend {
            Trend::None => "N",
            Trend::Linear => "A",
            Trend::Damped => "Ad",
        };
        format!("ETS({},{trend},{})", letter(self.error), self.season.map_or("N", letter))
    }
}

/// The weights with which a surprise moves level, slope and season, and the damping of the slope.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weights {
    pub level: f64,
    pub slope: f64,
    pub season: f64,
    pub damping: f64,
}

/// Level, slope and the seasonal terms in the order of their next use.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct State {
    pub level: f64,
    pub slope: f64,
    pub season: Vec<f64>,
    /// Place of the season that comes next.
    pub next: usize,
}

impl State {
    /// The value expected next, and it without the season.
    fn expected(&self, kind: Kind, weights: &Weights) -> (f64, f64) {
        let base = match kind.trend {
            Trend::None => self.level,
            Trend::Linear | Trend::Damped => self.level + weights.damping * self.slope,
        };
        match kind.season {
            None => (base, base),
            Some(Form::Additive) => (base + self.season[self.next], base),
            Some(Form::Multiplicative) => (base * self.season[self.next], base),
        }
    }

    /// Takes in a value, given what `expected` said.
    fn update(&mut self, kind: Kind, weights: &Weights, value: f64, base: f64) {
        let season = kind.season.map(|form| (form, self.season[self.next]));
        let cleared = match season {
            None => value,
            Some((Form::Additive, s)) => value - s,
            Some((Form::Multiplicative, s)) => {
                value / if s.abs() < 1e-10 { 1e-10f64.copysign(s) } else { s }
            }
        };
        let before = self.level;
        self.level = base + weights.level * (cleared - base);
        if kind.trend != Trend::None {
            let carried = weights.damping * self.slope;
            let risen = self.level - before;
            self.slope = carried + weights.slope / weights.level * (risen - carried);
        }
        if let Some((form, s)) = season {
            let seen = match form {
                Form::Additive => value - base,
                Form::Multiplicative => {
                    value / if base.abs() < 1e-10 { 1e-10f64.copysign(base) } else { base }
                }
            };
            self.season[self.next] = s + weights.season * (seen - s);
            self.next = (self.next + 1) % self.season.len();
        }
    }
}

/// Runs a model over the series: −2 log likelihood up to a constant. The state ends after the last value.
pub(super) fn run(
    kind: Kind,
    weights: &Weights,
    state: &mut State,
    series: &[f64],
    mut surprise: impl FnMut(f64),
) -> f64 {
    let (mut squares, mut logs) = (0.0, 0.0);
    let mut product = 1.0f64;
    for &value in series {
        let (expected, base) = state.expected(kind, weights);
        let error = match kind.error {
            Form::Additive => value - expected,
            Form::Multiplicative => {
                if expected <= 1e-8 {
                    return f64::INFINITY;
                }
                product *= expected;
                if !(1e-200..1e200).contains(&product) {
                    logs += product.ln();
                    product = 1.0;
                }
                (value - expected) / expected
            }
        };
        surprise(error);
        squares += error * error;
        state.update(kind, weights, value, base);
    }
    logs += product.ln();
    let count = series.len() as f64;
    count * (squares + count * 1e-20).ln() + 2.0 * logs
}

/// One future of the model, given its surprises in its own form.
pub(super) fn simulate(kind: Kind, weights: &Weights, state: &State, errors: &[f64]) -> Vec<f64> {
    let mut state = state.clone();
    errors
        .iter()
        .map(|error| {
            let (expected, base) = state.expected(kind, weights);
            let value = match kind.error {
                Form::Additive => expected + error,
                Form::Multiplicative => expected * (1.0 + error),
            };
            state.update(kind, weights, value, base);
            value
        })
        .collect()
}
