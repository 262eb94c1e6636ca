//! What came out of a set: how many of its cases passed, and what was wrong with the others.

use std::fmt;

/// One line of the harness.
#[derive(Debug, Clone)]
pub struct Line {
    /// The set, or what of it was counted.
    pub set: String,
    /// How many cases passed.
    pub passed: u64,
    /// How many there are.
    pub total: u64,
    /// How many must pass.
    pub goal: u64,
    /// What was wrong with the others: the case, what was expected, what came.
    pub failures: Vec<String>,
}

impl Line {
    /// A line without cases yet.
    pub(super) fn new(set: &str) -> Self {
        Self { set: set.to_owned(), passed: 0, total: 0, goal: 0, failures: Vec::new() }
    }

    /// Counts a case; every case must pass.
    pub(super) fn count(&mut self, case: &str, outcome: Result<(), String>) {
        self.total += 1;
        self.goal += 1;
        match outcome {
            Ok(()) => self.passed += 1,
            Err(reason) => self.failures.push(format!("{case}: {reason}")),
        }
    }

    /// Lets a share of the cases differ, in per cent.
    pub(super) fn allow_missing(&mut self, percent: u64) {
        self.goal = self.total - self.total * percent / 100;
    }

    /// Whether the goal is reached.
    pub fn holds(&self) -> bool {
        self.total > 0 && self.passed >= self.goal
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\t{}\t{}", self.set, self.passed, self.total)
    }
}
