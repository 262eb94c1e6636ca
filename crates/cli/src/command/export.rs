//! `tidings schedule export`.

use crate::{
    args::{ExportArgs, TimerSystem},
    exit::{Exit, Invalid},
    output,
    workplace::Workplace,
};
use anyhow::{Context, Result};
use job::Job;
use run::schedule::export::{Cluster, Exported, ExportedFile, Machine, kubernetes, systemd};
use std::path::{Path, PathBuf};

/// Writes or prints what wakes the jobs.
pub(super) fn run(place: &Workplace, args: &ExportArgs, jobs: &[(PathBuf, Job)]) -> Result<Exit> {
    let exported = jobs.iter().filter_map(|(path, job)| {
        Some(Exported { job: &job.id, path, plan: job.schedule.as_ref()? })
    });
    let exported: Vec<_> = exported.collect();
    let files = match args.system {
        TimerSystem::Kubernetes => {
            let cluster = Cluster {
                image: args.image.as_deref().unwrap_or_default(),
                claim: args.claim.as_deref().unwrap_or_default(),
                secret: args.secret.as_deref(),
            };
            kubernetes(&exported, &cluster, place.now)
        }
        TimerSystem::Systemd => {
            let own = std::env::current_exe().context("this program has no file")?;
            let program = args.program.clone().unwrap_or(own);
            let absolute = |path: &Path| std::path::absolute(path).context("no folder to start in");
            let (program, folder) = (absolute(&program)?, absolute(Path::new("."))?);
            let machine =
                Machine { program: &program, folder: &folder, user: args.user.as_deref() };
            systemd(&exported, &machine, place.now)
        }
    };
    let files = files.map_err(|error| Invalid(error.to_string()))?;
    match &args.out {
        Some(folder) => write(folder, &files)?,
        None => output::say(&printed(args.system, &files))?,
    }
    Ok(Exit::Fine)
}

fn write(folder: &Path, files: &[ExportedFile]) -> Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("`{}` cannot be made", folder.display()))?;
    for file in files {
        let path = folder.join(&file.name);
        publish::file(&path, file.text.as_bytes())
            .with_context(|| format!("`{}` cannot be written", path.display()))?;
        output::say(&format!("{}\n", path.display()))?;
    }
    Ok(())
}

/// One text of all files: of Kubernetes a stream of documents, of systemd with the names between them.
fn printed(system: TimerSystem, files: &[ExportedFile]) -> String {
    let head = |file: &ExportedFile| match system {
        TimerSystem::Kubernetes => "---\n".to_owned(),
        TimerSystem::Systemd => format!("# {}\n", file.name),
    };
    files.iter().map(|file| format!("{}{}", head(file), file.text)).collect()
}
