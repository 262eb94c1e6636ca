//! Arguments of `schedule`.

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum ScheduleCommand {
    /// Run jobs at their moments until interrupted.
    Run {
        /// The job files; all of `jobs/` with a schedule when none is named.
        jobs: Vec<PathBuf>,
        /// Run what is due now and end: for timers that wake this program.
        #[arg(long)]
        due: bool,
    },
    /// Show the next moments of every job.
    List {
        /// The job files; all of `jobs/` with a schedule when none is named.
        jobs: Vec<PathBuf>,
        /// How many moments.
        #[arg(long, default_value_t = 3)]
        count: usize,
    },
    /// Write units of systemd or CronJobs of Kubernetes that wake jobs at their moments.
    Export(ExportArgs),
    /// Show the next moments of one job with the exact data window of each.
    Explain {
        /// The job file.
        job: PathBuf,
        /// How many moments.
        #[arg(long, default_value_t = 5)]
        count: usize,
        /// The moment after which; now when absent.
        #[arg(long, value_name = "WHEN")]
        after: Option<String>,
    },
}

/// Arguments of `schedule export`.
#[derive(Debug, ClapArgs)]
pub(crate) struct ExportArgs {
    /// For which system.
    #[arg(value_enum)]
    pub(crate) system: TimerSystem,
    /// The job files; all of `jobs/` with a schedule when none is named.
    pub(crate) jobs: Vec<PathBuf>,
    /// Write the files into this folder instead of printing them.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// systemd: the program; this one when absent.
    #[arg(long, value_name = "FILE")]
    pub(crate) program: Option<PathBuf>,
    /// systemd: the account under which jobs run.
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// Kubernetes: the image with the program.
    #[arg(long, value_name = "IMAGE", required_if_eq("system", "kubernetes"))]
    pub(crate) image: Option<String>,
    /// Kubernetes: the claim of the volume that holds jobs, data and state.
    #[arg(long, value_name = "NAME", required_if_eq("system", "kubernetes"))]
    pub(crate) claim: Option<String>,
    /// Kubernetes: the secret whose entries become variables.
    #[arg(long, value_name = "NAME")]
    pub(crate) secret: Option<String>,
}

/// A system with timers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TimerSystem {
    /// CronJobs.
    Kubernetes,
    /// Services and timers.
    Systemd,
}
