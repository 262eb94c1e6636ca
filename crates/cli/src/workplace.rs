//! What commands share: settings, jobs, the engine, the ledger.

use crate::{args::Global, exit::Invalid, output};
use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use engine::{Cached, polars_engine::PolarsEngine};
use job::{Job, JobPlan, Layers, Wanted};
use model::{context::RunContext, id::JobId, run::RunRecord};
use run::{ledger::Ledger, settings::Settings};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// Where a command works.
pub(crate) struct Workplace {
    pub(crate) settings: Settings,
    data: Option<PathBuf>,
    pub(crate) now: DateTime<Utc>,
}

/// The jobs that can be read, with their files, and those that cannot, whose faults were shown.
pub(crate) struct Jobs {
    pub(crate) sound: Vec<(PathBuf, Job)>,
    pub(crate) faulty: Vec<(PathBuf, JobId)>,
}

impl Workplace {
    pub(crate) fn new(global: &Global) -> Result<Self> {
        let settings = run::settings::read(Path::new("")).map_err(Invalid)?;
        Ok(Self { settings, data: global.data.clone(), now: run::context::now() })
    }

    /// Loads a job; its faults are shown as excerpts.
    pub(crate) fn job(&self, path: &Path) -> Result<Job> {
        let layers = Layers {
            data: self.data.clone(),
            state: self.settings.state.clone(),
            relays: self.settings.relays.clone(),
        };
        job::load(path, &layers).map_err(|faults| {
            output::complain(&faults.rendered(output::colours()));
            let count = faults.0.len();
            let word = if count == 1 { "fault" } else { "faults" };
            Invalid(format!("{} has {count} {word}", path.display())).into()
        })
    }

    /// The named jobs, or every one of `jobs/`: one that is faulty keeps no other waiting.
    pub(crate) fn jobs_of(&self, named: &[PathBuf]) -> Result<Jobs> {
        let mut jobs = Jobs { sound: Vec::new(), faulty: Vec::new() };
        for path in Self::jobs(named)? {
            match self.job(&path) {
                Ok(job) => jobs.sound.push((path, job)),
                Err(error) => {
                    tracing::error!(%error, "no moment of this job is run until that is mended");
                    let name = path.file_stem().unwrap_or_default().to_string_lossy();
                    let id = JobId::new(name);
                    jobs.faulty.push((path, id));
                }
            }
        }
        Ok(jobs)
    }

    pub(crate) fn as_of(&self, job: &Job, asked: Option<&str>) -> Result<DateTime<Tz>> {
        Ok(run::context::as_of(job, asked, self.now).map_err(Invalid)?)
    }

    pub(crate) fn plan(&self, path: &Path, as_of: Option<&str>) -> Result<JobPlan> {
        let job = self.job(path)?;
        Ok(job::plan(&job, self.as_of(&job, as_of)?, &Wanted::Sections))
    }

    /// The job of a run: the named file, or the one of `jobs/` with its name.
    pub(crate) fn job_of(&self, record: &RunRecord, named: Option<&Path>) -> Result<Job> {
        let usual = Path::new("jobs").join(format!("{}.toml", record.job));
        let job = self.job(named.unwrap_or(&usual))?;
        if job.id != record.job {
            let message =
                format!("`{}` is a run of `{}`, not of `{}`", record.run, record.job, job.id);
            return Err(Invalid(message).into());
        }
        Ok(job)
    }

    /// The plan of a job for a moment on its own clock.
    pub(crate) fn plan_at(&self, job: &Job, moment: NaiveDateTime) -> Result<JobPlan> {
        let none = || Invalid(format!("there is no {moment} in {}", job.calendar.zone));
        Ok(job::plan_at(job, moment).ok_or_else(none)?)
    }

    pub(crate) fn context(&self, plan: &JobPlan, send: bool) -> Result<RunContext> {
        // Every run has its own moment, also within one process.
        let now = run::context::now();
        Ok(run::context::context(plan, &self.settings.state, now, send).map_err(Invalid)?)
    }

    pub(crate) fn engine(&self) -> Result<Cached> {
        let state = self.state()?;
        let inner = PolarsEngine { indexes: Some(state.join("seen")) };
        Cached::open(&state.join("answers.sqlite"), Arc::new(inner))
            .context("the answer cache cannot be opened")
    }

    pub(crate) fn ledger(&self) -> Result<Ledger> {
        let ledger = Ledger::open(&self.state()?.join("ledger.sqlite"))?;
        Ok(ledger.with_letters(self.settings.letters))
    }

    /// The state folder, made if there is none.
    fn state(&self) -> Result<&Path> {
        let state = &self.settings.state;
        std::fs::create_dir_all(state)
            .with_context(|| format!("`{}` cannot be made", state.display()))?;
        private(state).with_context(|| format!("`{}` cannot be made private", state.display()))?;
        Ok(state)
    }

    /// A file as a contract names it: below the data folder, if one is given and the file lies there.
    pub(crate) fn below_data<'a>(&self, file: &'a Path) -> &'a Path {
        let below = self.data.as_ref().and_then(|data| file.strip_prefix(data).ok());
        below.unwrap_or(file)
    }

    /// The named job files, or every one of `jobs/`.
    pub(crate) fn jobs(named: &[PathBuf]) -> Result<Vec<PathBuf>> {
        if !named.is_empty() {
            return Ok(named.to_vec());
        }
        let mut found = Vec::new();
        for entry in
            std::fs::read_dir("jobs").context("no folder `jobs` here; name the job files")?
        {
            let path = entry?.path();
            let is_toml = path.extension().is_some_and(|ending| ending == "toml");
            if is_toml && path.file_name().is_some_and(|name| name != "defaults.toml") {
                found.push(path);
            }
        }
        found.sort();
        Ok(found)
    }
}

/// The state folder holds rows, recipients and figures: it is for its owner alone.
fn private(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder)?.permissions().mode();
        if mode & 0o077 != 0 {
            std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
        }
    }
    Ok(())
}
