//! A CronJob of Kubernetes for each job.
//!
//! Its controller leaves a day out whose time a clock change skips: such a schedule is refused. A time that is repeated
//! wakes twice, and the second time nothing is due. It wakes in every hour, at the minutes of the schedule: what relays put
//! off is tried again when it does.

use super::{ExportError, Exported, ExportedFile, plain, unique, wakes};
use chrono::{DateTime, Utc};
use std::path::Component;

/// Longer names get no room for what the controller adds.
const LONGEST_NAME: usize = 52;

/// The cluster in which the jobs run.
#[derive(Debug, Clone, Copy)]
pub struct Cluster<'a> {
    /// The image with the program.
    pub image: &'a str,
    /// The claim of the volume that holds jobs, data and state.
    pub claim: &'a str,
    /// The secret whose entries are variables of the program.
    pub secret: Option<&'a str>,
}

/// The CronJobs of jobs.
///
/// # Errors
/// What a CronJob cannot say.
pub fn kubernetes(
    jobs: &[Exported<'_>],
    cluster: &Cluster<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<ExportedFile>, ExportError> {
    let mut files = Vec::new();
    for job in jobs {
        let name = name(job)?;
        let text = manifest(job, cluster, &name, &schedule(job, now)?)?;
        files.push(ExportedFile { name: format!("{name}.yaml"), text });
    }
    unique(files)
}

fn name(job: &Exported<'_>) -> Result<String, ExportError> {
    let name = format!("tidings-{}", job.job.as_str().replace('_', "-").to_ascii_lowercase());
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    match name.chars().all(fits) && name.len() <= LONGEST_NAME && !name.ends_with('-') {
        true => Ok(name),
        false => Err(ExportError::Name { job: job.job.to_string(), kind: "CronJob" }),
    }
}

/// The line of the controller, in numbers.
fn schedule(job: &Exported<'_>, now: DateTime<Utc>) -> Result<String, ExportError> {
    let fields = wakes::Fields::of(job.plan);
    if fields.fixed {
        let changes = wakes::to_come(job.plan.zone, now);
        let times = fields.times();
        let skipped = changes.iter().find_map(|change| {
            let time = times.iter().find(|time| change.instead_of(**time).is_some())?;
            Some((change.at.with_timezone(&job.plan.zone).date_naive(), time))
        });
        if let Some((day, time)) = skipped {
            return Err(ExportError::Skipped {
                job: job.job.to_string(),
                time: time.format("%H:%M").to_string(),
                zone: job.plan.zone.to_string(),
                day: day.to_string(),
            });
        }
    }
    Ok(format!("{} * * * *", list(&fields.minutes)))
}

fn list(values: &[u16]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn manifest(
    job: &Exported<'_>,
    cluster: &Cluster<'_>,
    name: &str,
    schedule: &str,
) -> Result<String, ExportError> {
    let steps = || job.path.components();
    if !steps().all(|step| matches!(step, Component::CurDir | Component::Normal(_))) {
        let reason = "must lie below the folder that the volume holds";
        return Err(ExportError::Path { path: job.path.display().to_string(), reason });
    }
    let secret = match cluster.secret {
        Some(secret) => format!(
            "              envFrom:\n                - secretRef:\n                    name: {}\n",
            text(secret)
        ),
        None => String::new(),
    };
    Ok(format!(
        r#"# Written by `tidings schedule export kubernetes`: {described}.
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {name}
  labels:
    app.kubernetes.io/name: tidings
spec:
  schedule: {schedule}
  timeZone: {zone}
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 3600
  jobTemplate:
    spec:
      backoffLimit: 0
      template:
        metadata:
          labels:
            app.kubernetes.io/name: tidings
        spec:
          restartPolicy: Never
          automountServiceAccountToken: false
          containers:
            - name: tidings
              image: {image}
              command: ["tidings", "schedule", "run", "--due", {path}]
              workingDir: /tidings
{secret}              securityContext:
                allowPrivilegeEscalation: false
                capabilities:
                  drop: ["ALL"]
              volumeMounts:
                - name: work
                  mountPath: /tidings
          volumes:
            - name: work
              persistentVolumeClaim:
                claimName: {claim}
"#,
        described = job.described(),
        schedule = text(schedule),
        zone = text(job.plan.zone.name()),
        image = text(cluster.image),
        path = text(plain(job.path)?),
        claim = text(cluster.claim),
    ))
}

/// A text of YAML; its quoted form is that of JSON.
fn text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
