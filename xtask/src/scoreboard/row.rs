//! One line of the scoreboard.

use std::fmt;

/// What a figure must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Goal {
    /// Strictly above.
    Above(f64),
    /// Strictly below.
    Below(f64),
    /// Between the two, bounds included.
    Within(f64, f64),
    /// Nothing is asked: the figure is printed beside the published one.
    Shown,
}

/// A measured figure beside its goal and what others have published.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// What was measured, data set first: `M4 weekly OWA`.
    pub figure: String,
    /// The measured value.
    pub measured: f64,
    /// What it must be.
    pub goal: Goal,
    /// Published figures of others, in words; empty if there are none.
    pub published: String,
}

impl Row {
    /// A row.
    pub(super) fn new(
        figure: impl Into<String>,
        measured: f64,
        goal: Goal,
        published: impl Into<String>,
    ) -> Row {
        Row { figure: figure.into(), measured, goal, published: published.into() }
    }

    /// A row whose goal is the published figure, give or take `slack`.
    pub(super) fn near(
        figure: impl Into<String>,
        measured: f64,
        published: f64,
        slack: f64,
    ) -> Row {
        // Bounds without the noise of binary fractions.
        let bound = |x: f64| (x * 1e6).round() / 1e6;
        let goal = Goal::Within(bound(published - slack), bound(published + slack));
        Row::new(figure, measured, goal, published.to_string())
    }

    /// Whether the goal is reached; not a number reaches none.
    pub(super) fn holds(&self) -> bool {
        match self.goal {
            Goal::Above(bound) => self.measured > bound,
            Goal::Below(bound) => self.measured < bound,
            Goal::Within(low, high) => self.measured >= low && self.measured <= high,
            Goal::Shown => true,
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Goal::Above(bound) => write!(f, "> {}", seven_digits(*bound)),
            Goal::Below(bound) => write!(f, "< {}", seven_digits(*bound)),
            Goal::Within(low, high) if low == high => write!(f, "= {low}"),
            Goal::Within(low, high) => {
                write!(f, "{} to {}", seven_digits(*low), seven_digits(*high))
            }
            Goal::Shown => f.write_str("–"),
        }
    }
}

/// A bound as it is printed: 0.05 · 1.1 has no more digits than were meant.
fn seven_digits(bound: f64) -> f64 {
    format!("{bound:.6e}").parse().unwrap_or(bound)
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.goal {
            Goal::Shown => "shown",
            _ if self.holds() => "reached",
            _ => "missed",
        };
        let measured = if self.measured != 0.0 && self.measured.abs() < 1e-3 {
            format!("{:.3e}", self.measured)
        } else {
            format!("{:.4}", self.measured).trim_end_matches('0').trim_end_matches('.').to_owned()
        };
        write!(f, "{}\t{measured}\t{}\t{}\t{verdict}", self.figure, self.goal, self.published)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_is_not_a_number_reaches_no_goal() {
        for goal in [Goal::Above(0.0), Goal::Below(1.0), Goal::Within(0.0, 1.0)] {
            assert!(!Row::new("x", f64::NAN, goal, "").holds(), "{goal}");
        }
    }

    #[test]
    fn a_line_says_measure_goal_and_verdict() {
        let row = Row::new("M4 weekly OWA", 0.74912, Goal::Below(0.8), "winner 0.851");
        assert_eq!(row.to_string(), "M4 weekly OWA\t0.7491\t< 0.8\twinner 0.851\treached");
        let row = Row::new("residual", 2.5e-12, Goal::Below(1e-9), "");
        assert_eq!(row.to_string(), "residual\t2.500e-12\t< 0.000000001\t\treached");
        let row = Row::new("return", 0.4, Goal::Within(3.0 * 0.1, 0.7), "");
        assert_eq!(row.to_string(), "return\t0.4\t0.3 to 0.7\t\treached");
        assert!(Row::new("share", 0.5, Goal::Within(0.5, 0.5), "").holds());
    }
}
