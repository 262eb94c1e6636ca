//! Job files: read, check, lower to a plan, explain, publish the schema.
//!
//! Rule: every error of every file at once, each with file, line and column; after [`plan`] nobody knows a
//! default any more.

mod catalogue;
mod check;
mod diagnostics;
pub mod explain;
pub mod file;
mod locate;
mod plan;
pub mod reference;
pub mod schema;

pub use catalogue::Catalogue;
pub use check::audiences::Audience;
pub use check::library::{Definition, Needs};
pub use diagnostics::{Diagnostic, Diagnostics};
pub use file::{corrections::CorrectionPlan, gate::GatePlan, local_moment};
pub use plan::{JobPlan, Wanted, about, plan, plan_at, report_plan, report_plans};

/// `[schedule]` of a job file.
pub mod schedule {
    pub use crate::file::schedule::{
        Around, CatchUp, Days, IfOff, Late, OnSpec, ReadyPlan, SchedulePlan, ScheduleProblem, Spec,
        Wall, When, ready::Spec as ReadySpec,
    };
}

use deliver::Relay;
use file::{JobSpec, schedule::SchedulePlan};
use model::{
    calendar::{Calendar, Holidays},
    id::{DatasetId, DimensionId, JobId},
    metric::Metric,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// Where a job runs: what `tidings.toml` and the command line say.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    /// The data folder, when the command line names one.
    pub data: Option<PathBuf>,
    /// The state folder.
    pub state: PathBuf,
    /// The mail relays by name.
    pub relays: BTreeMap<String, Relay>,
}

/// A job with everything it refers to, read and checked.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its name.
    pub id: JobId,
    /// Its file.
    pub path: PathBuf,
    /// The file form, defaults filled in.
    pub spec: JobSpec,
    /// The calendar.
    pub calendar: Calendar,
    /// Holidays and festivals; none when the job names no calendar file.
    pub holidays: Holidays,
    /// When it runs by itself.
    pub schedule: Option<SchedulePlan>,
    /// Who gets it.
    pub route: deliver::Route,
    /// The datasets that its audiences share.
    pub shared: BTreeSet<DatasetId>,
    /// Contracts, metrics, targets, peers, events, calendars, themes and audiences.
    pub catalogue: Catalogue,
    /// The data folder.
    pub data: PathBuf,
    /// The templates.
    pub templates: PathBuf,
    /// The house style over the shipped one.
    pub brand: Option<report::BrandSpec>,
}

/// Whether a metric of a job can be sliced by a dimension.
///
/// # Errors
/// Which dataset lacks the column, and what it has; or that the column tells persons apart.
pub fn sliceable(job: &Job, metric: &Metric, dimension: &DimensionId) -> Result<(), String> {
    check::sliceable(metric, dimension, &job.catalogue).map_err(|why| {
        let reason = match why.names_persons {
            true => why.to_string(),
            false => format!("dataset `{}` has {}", why.dataset, why.known.join(", ")),
        };
        format!("`{}` cannot be sliced by `{dimension}`: {reason}", metric.id)
    })
}

/// Reads and checks a job file and everything it refers to.
///
/// # Errors
/// All faults of all files, in file order.
pub fn load(path: &Path, layers: &Layers) -> Result<Job, Diagnostics> {
    check::job(path, layers)
}
