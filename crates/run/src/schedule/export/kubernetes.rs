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

/// The longest name of what stands in the cluster already.
const LONGEST_SUBDOMAIN: usize = 253;

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
/// What a CronJob cannot say, and names that Kubernetes cannot have.
pub fn kubernetes(
    jobs: &[Exported<'_>],
    cluster: &Cluster<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<ExportedFile>, ExportError> {
    cluster.check()?;
    let mut files = Vec::new();
    for job in jobs {
        let name = name(job)?;
        let text = manifest(job, cluster, &name, &schedule(job, now)?)?;
        files.push(ExportedFile { name: format!("{name}.yaml"), text });
    }
    unique(files)
}

impl Cluster<'_> {
    /// Refuses names that Kubernetes, or whoever fetches the image, cannot have.
    fn check(&self) -> Result<(), ExportError> {
        if !is_image(self.image) {
            let help = "write it as `registry.example.com/tidings:1`, without blanks";
            return Err(refused(self.image, "an image", help));
        }
        let help = "use small letters and digits, with `-` and `.` between them, at most 253";
        let named = [(Some(self.claim), "a claim"), (self.secret, "a secret")];
        for (name, kind) in named.into_iter().filter_map(|(name, kind)| Some((name?, kind))) {
            if !is_subdomain(name) {
                return Err(refused(name, kind, help));
            }
        }
        Ok(())
    }
}

fn refused(name: &str, kind: &'static str, help: &'static str) -> ExportError {
    ExportError::Refused { name: name.escape_debug().to_string(), kind, help }
}

/// Whether a name is a DNS subdomain of RFC 1123.
fn is_subdomain(name: &str) -> bool {
    let is_label = |label: &str| is_edged(label, is_small) && label.chars().all(is_small_or_hyphen);
    name.len() <= LONGEST_SUBDOMAIN && name.split('.').all(is_label)
}

/// Whether a text can name an image: `host:port/path:tag@digest`, all but the path left out at will.
fn is_image(text: &str) -> bool {
    let (text, digest) = match text.split_once('@') {
        Some((text, digest)) => (text, Some(digest)),
        None => (text, None),
    };
    let last = text.rfind('/').map_or(0, |slash| slash + 1);
    let (path, tag) = match text[last..].split_once(':') {
        Some((end, tag)) => (&text[..last + end.len()], Some(tag)),
        None => (text, None),
    };
    let path = match path.split_once('/') {
        Some((host, path)) if is_host(host) => path,
        _ => path,
    };
    path.split('/').all(is_step) && tag.is_none_or(is_tag) && digest.is_none_or(is_digest)
}

/// Whether the first step of an image's name is the registry; the port is left out at will.
fn is_host(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    let is_label = |label: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
        is_edged(label, |c| c.is_ascii_alphanumeric()) && label.chars().all(fits)
    };
    let is_port = |port: &str| {
        !port.is_empty() && port.len() <= 5 && port.chars().all(|c| c.is_ascii_digit())
    };
    host.split('.').all(is_label) && port.is_none_or(is_port)
}

/// A step of an image's path: small letters and digits, with one `.`, one or two `_`, or hyphens between them.
fn is_step(text: &str) -> bool {
    let between = |signs: &str| {
        matches!(signs, "" | "." | "_" | "__") || signs.chars().all(|sign| sign == '-')
    };
    is_edged(text, is_small) && text.split(is_small).all(between)
}

fn is_tag(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    (1..=128).contains(&text.len()) && text.chars().all(fits) && !text.starts_with(['.', '-'])
}

/// A digest: `sha256:` and its letters.
fn is_digest(text: &str) -> bool {
    let Some((method, hash)) = text.split_once(':') else { return false };
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '_' | '-');
    let is_method = is_edged(method, |c| c.is_ascii_alphanumeric()) && method.chars().all(fits);
    is_method && hash.len() >= 32 && hash.chars().all(|c| c.is_ascii_hexdigit())
}

/// Whether a text begins and ends with such a character; an empty one does not.
fn is_edged(text: &str, fits: impl Fn(char) -> bool) -> bool {
    text.chars().next().is_some_and(&fits) && text.chars().next_back().is_some_and(&fits)
}

fn is_small(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

fn is_small_or_hyphen(c: char) -> bool {
    is_small(c) || c == '-'
}

fn name(job: &Exported<'_>) -> Result<String, ExportError> {
    let name = format!("tidings-{}", job.job.as_str().replace('_', "-").to_ascii_lowercase());
    match name.chars().all(is_small_or_hyphen) && name.len() <= LONGEST_NAME && !name.ends_with('-')
    {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_cluster_refuses_are_refused_here() {
        for name in ["reports", "a", "0", "a-b.c-1", &"a".repeat(253)] {
            assert!(is_subdomain(name), "{name}");
        }
        for name in
            ["", "Bad Claim!", "A", "-a", "a-", "a..b", ".a", "a_b", "ä", "a\n", &"a".repeat(254)]
        {
            assert!(!is_subdomain(name), "{name:?}");
        }
    }

    #[test]
    fn what_can_name_no_image_is_refused() {
        let digest = format!("tidings@sha256:{}", "0a".repeat(32));
        for image in [
            "i",
            "tidings:1",
            "library/tidings",
            "localhost:5000/tidings",
            "registry.example.com/team/tidings:2026-07.1_b",
            "Registry.example.com:443/a__b/c.d-e--f",
            &digest,
        ] {
            assert!(is_image(image), "{image}");
        }
        for image in [
            "",
            " ",
            "my image",
            "tidings\n",
            "tidings:\n1",
            "tidings:",
            "tidings:-1",
            "Tidings",
            "team/Tidings:1",
            "a//b",
            "/a",
            "a/",
            "a..b",
            "a___b",
            "a@sha256:xyz",
            "a@",
            "host:port/a",
            "图",
        ] {
            assert!(!is_image(image), "{image:?}");
        }
    }
}
