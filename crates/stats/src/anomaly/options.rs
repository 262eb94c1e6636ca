//! The few settings of the detector, and the two sets of them that were measured.

/// Settings of a detector; lengths are counted in points that were neither gaps nor excluded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Places in the season: 7 weekdays for daily series, 168 hours of the week for finer ones, 1 for none.
    pub places: usize,
    /// Latest values of one place whose midmean is its seasonal offset.
    pub rounds: usize,
    /// Latest values whose midmean is the level.
    pub level: usize,
    /// Latest residuals from which the scale is taken.
    pub spread: usize,
    /// Values before the first judgement.
    pub minimum: usize,
    /// Points of the short window, whose mean residual is judged beside the single point.
    pub window: usize,
    /// The false-alarm budget: the two-sided normal tail probability below which a point opens an event.
    pub budget: f64,
    /// Share of the opening score below which a point counts as calm, 0 to 1.
    pub release: f64,
    /// Calm points in a row that end an event.
    pub calm: usize,
    /// Points after which a lasting event becomes the new level; its second half says which.
    pub settle: usize,
}

impl Options {
    /// Daily figures with a week as season; measured on noise and planted events in decision 13.
    pub fn daily() -> Options {
        Options {
            places: 7,
            rounds: 26,
            level: 35,
            spread: 168,
            minimum: 28,
            window: 3,
            budget: 1.5e-3,
            release: 0.6,
            calm: 1,
            settle: 10,
        }
    }

    /// Series of minutes to hours with hours of the week as places; chosen on half of a benchmark in decision 13.
    pub fn fine() -> Options {
        Options {
            places: 168,
            rounds: 24,
            level: 250,
            spread: 500,
            minimum: 200,
            window: 12,
            budget: 5e-4,
            release: 0.8,
            calm: 144,
            settle: 576,
        }
    }

    /// Whether every length is positive and every share lies strictly between 0 and 1.
    pub(super) fn hold(&self) -> bool {
        let lengths = [
            self.places,
            self.rounds,
            self.level,
            self.spread,
            self.minimum,
            self.window,
            self.calm,
            self.settle,
        ];
        let shares = [self.budget, self.release];
        lengths.iter().all(|length| *length > 0)
            && shares.iter().all(|share| *share > 0.0 && *share < 1.0)
    }
}
