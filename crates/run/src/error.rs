//! Why a run cannot go on.

use crate::ledger::LedgerError;

/// Why a stage, or the run as a whole, cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Extracting failed.
    #[error(transparent)]
    Extract(#[from] extract::ExtractError),
    /// A query could not be answered.
    #[error(transparent)]
    Engine(#[from] engine::EngineError),
    /// Rendering failed.
    #[error(transparent)]
    Render(#[from] report::RenderError),
    /// Delivering failed.
    #[error(transparent)]
    Deliver(#[from] deliver::DeliverError),
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The same job is being run for the same moment by another process.
    #[error(
        "`{job}` is being run for {as_of} by another process\nhelp: wait for it; its outcome is in `tidings runs`"
    )]
    Busy {
        /// The job.
        job: String,
        /// The moment.
        as_of: String,
    },
    /// A report is to be corrected that nobody got.
    #[error(
        "nobody got the report of `{job}` for {as_of}, so there is nothing to correct\nhelp: `tidings runs` lists what was delivered; `tidings run` delivers a first report"
    )]
    NothingTold {
        /// The job.
        job: String,
        /// The moment.
        as_of: String,
    },
    /// The ledger is older than what has been sent.
    #[error(
        "the ledger does not know all of run `{run}`, which mailed at {left}: it is a copy from before that, and what has been sent since would be sent again\nhelp: bring back the ledger as it was then; if there is none, and second copies are better than none, delete letters.sqlite beside it"
    )]
    OlderLedger {
        /// The run.
        run: String,
        /// When it mailed.
        left: String,
    },
    /// What a person released is not what would be sent.
    #[error(
        "the report is no longer the one that run `{run}` held: data or job have changed\nhelp: run the job for that moment again and look at what it says"
    )]
    Changed {
        /// The run.
        run: String,
    },
    /// A run that is to be released holds nothing.
    #[error("run `{run}` holds nothing back; `tidings runs {run}` tells how it ended")]
    NotHeld {
        /// The run.
        run: String,
    },
    /// Somebody who is no reader of a job is to get its report.
    #[error("`{address}` is no reader of `{job}` on {as_of}\nhelp: {help}")]
    NoReader {
        /// The address.
        address: String,
        /// The job.
        job: String,
        /// The moment.
        as_of: String,
        /// Who has the report, and what to do.
        help: String,
    },
    /// Somebody who has the figures of one run is to get those of another under the same message id.
    #[error(
        "`{to}` has other figures of that moment than run `{run}` told\nhelp: name the run that reached them, see `tidings runs`; `tidings correct` sends what has changed since"
    )]
    OtherFigures {
        /// The address.
        to: String,
        /// The run whose report was to be sent again.
        run: String,
    },
    /// A report that was corrected since is to go out again.
    #[error(
        "the report of run `{run}` was corrected since, so `{to}` would get figures that are no longer valid\nhelp: `tidings resend {newer} --to {to}` sends the correction"
    )]
    Superseded {
        /// The address.
        to: String,
        /// The run whose report was to be sent again.
        run: String,
        /// The run that corrected it.
        newer: String,
    },
    /// A run has nothing for the slice of a reader: it corrected others, or held his.
    #[error(
        "run `{run}` sent no report on what `{to}` reads to anybody\nhelp: `tidings runs` lists the runs of that moment; name the one that told it"
    )]
    NotTheirs {
        /// The address.
        to: String,
        /// The run.
        run: String,
    },
    /// The data have no rows any more of the slice that a report tells.
    #[error(
        "run `{newer}` found no rows of the slice of `{to}` any more, so he would get figures of run `{run}` that are no longer valid\nhelp: `tidings correct` with the moment looks again once the rows are back"
    )]
    SliceGone {
        /// The address.
        to: String,
        /// The run whose report was to be sent again.
        run: String,
        /// The run that found no rows.
        newer: String,
    },
    /// The correction of a report that is to go out again is held.
    #[error(
        "run `{newer}` found other figures than run `{run}` told, and its correction is held; `{to}` may get what is no longer valid\nhelp: `tidings release {newer}` sends the correction"
    )]
    CorrectionHeld {
        /// The address.
        to: String,
        /// The run whose report was to be sent again.
        run: String,
        /// The run whose correction is held.
        newer: String,
    },
    /// A person holds the reports of a job back.
    #[error(
        "the reports of `{job}` are held back by hand: {reason}\nhelp: lift the hold first: `tidings hold` with `--lift`"
    )]
    OnHold {
        /// The job.
        job: String,
        /// Why.
        reason: String,
    },
    /// A run ended before its report was composed.
    #[error("run `{run}` has no report; `tidings runs {run}` tells how it ended")]
    NoReport {
        /// The run.
        run: String,
    },
    /// A file cannot be written.
    #[error("`{path}` cannot be written")]
    Write {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// Rendered editions cannot be laid down until they leave.
    #[error("the rendered editions cannot be laid down in `{}`", folder.display())]
    Spool {
        /// The folder of the file, which has no name.
        folder: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A stored report cannot be read.
    #[error("`{path}` is no report: {reason}")]
    Report {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
}

impl RunError {
    /// The stable code, documented in the reference.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Extract(error) => error.code(),
            Self::Engine(error) => error.code(),
            Self::Render(error) => error.code(),
            Self::Deliver(error) => error.code(),
            Self::Ledger(error) => error.code(),
            Self::Busy { .. } => "TDG-U01",
            Self::Write { .. } => "TDG-U02",
            Self::Report { .. } => "TDG-U03",
            Self::NothingTold { .. } => "TDG-U04",
            Self::NoReport { .. } => "TDG-U05",
            Self::Changed { .. } => "TDG-U06",
            Self::NotHeld { .. } => "TDG-U07",
            Self::NoReader { .. } => "TDG-U08",
            Self::OtherFigures { .. } => "TDG-U09",
            Self::Spool { .. } => "TDG-U10",
            Self::Superseded { .. } => "TDG-U11",
            Self::NotTheirs { .. } => "TDG-U12",
            Self::SliceGone { .. } => "TDG-U13",
            Self::CorrectionHeld { .. } => "TDG-U14",
            Self::OnHold { .. } => "TDG-U15",
            Self::OlderLedger { .. } => "TDG-U16",
        }
    }

    /// Whether what was asked for cannot be, however often: a run, a reader or a moment that is not there.
    pub fn is_asked_wrong(&self) -> bool {
        match self {
            Self::CorrectionHeld { .. }
            | Self::NoReader { .. }
            | Self::NoReport { .. }
            | Self::NotHeld { .. }
            | Self::NotTheirs { .. }
            | Self::NothingTold { .. }
            | Self::OnHold { .. }
            | Self::SliceGone { .. }
            | Self::Superseded { .. } => true,
            Self::Busy { .. }
            | Self::Changed { .. }
            | Self::Deliver(_)
            | Self::Engine(_)
            | Self::Extract(_)
            | Self::Ledger(_)
            | Self::OlderLedger { .. }
            | Self::OtherFigures { .. }
            | Self::Render(_)
            | Self::Report { .. }
            | Self::Spool { .. }
            | Self::Write { .. } => false,
        }
    }

    /// The error with its causes, in one line.
    pub fn chain(&self) -> String {
        format!("[{}] {}", self.code(), causes(self))
    }
}

/// An error and its causes, in one line.
pub(crate) fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let said = cause.to_string();
        // Some errors say what their cause says.
        if !text.ends_with(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        source = cause.source();
    }
    text
}
