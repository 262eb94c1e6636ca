//! Exit codes: the contract with whoever starts us.

use model::run::Outcome;
use run::{RunError, room};
use std::{path::Path, process::ExitCode};

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Sent, or nothing to do.
    Fine = 0,
    /// A run failed.
    Failed = 1,
    /// The job or the arguments are invalid, or name what is not there.
    Invalid = 2,
    /// The gate held the report.
    Held = 3,
    /// Some have it, some do not.
    Partly = 4,
}

/// An error that the author of the job or of the command line can mend.
#[derive(Debug)]
pub(crate) struct Invalid(pub(crate) String);

impl std::fmt::Display for Invalid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Invalid {}

/// An error with its causes, and what to do where something cannot be written.
pub(crate) fn told(error: &anyhow::Error, state: &Path) -> String {
    let advice = error.chain().find_map(|cause| room::advice(cause, state));
    let help = advice.map(|advice| format!("\nhelp: {advice}")).unwrap_or_default();
    format!("{error:#}{help}")
}

impl Exit {
    /// The code for an error.
    pub(crate) fn of(error: &anyhow::Error) -> Self {
        let invalid = error.downcast_ref::<Invalid>().is_some();
        let asked_wrong = error.downcast_ref().is_some_and(RunError::is_asked_wrong);
        if invalid || asked_wrong { Self::Invalid } else { Self::Failed }
    }

    /// The one that matters more where several runs ended differently.
    pub(crate) fn worse(self, other: Self) -> Self {
        let rank = |exit: &Self| match exit {
            Self::Fine => 0,
            Self::Held => 1,
            Self::Partly => 2,
            Self::Failed => 3,
            Self::Invalid => 4,
        };
        std::cmp::max_by_key(self, other, rank)
    }

    /// The code for a run's outcome.
    pub(crate) fn of_outcome(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Delivered | Outcome::AlreadyDelivered | Outcome::NotSent => Self::Fine,
            Outcome::Held => Self::Held,
            Outcome::PartlyDelivered => Self::Partly,
            Outcome::Failed | Outcome::Open => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}
