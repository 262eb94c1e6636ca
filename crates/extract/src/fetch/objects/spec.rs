//! What a contract says of objects in a store.

use crate::{contract::Spec, fetch::is_reference, source::format_of};
use glob::{MatchOptions, Pattern};
use model::fingerprint;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a pattern matches: a `*` stays within a folder.
const MATCHING: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// Objects in an S3-compatible store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectsSpec {
    /// The bucket and the folder in it. Example: `"s3://exports/shop"`.
    pub url: String,
    /// Which of its objects: a glob below the folder, whose `*` stays within a folder and whose `**/` does not. Example:
    /// `"orders-*.csv.gz"`.
    #[serde(rename = "match")]
    pub pattern: String,
    /// The store's address; that of AWS in `region` when absent. Example: `"https://minio.example.com:9000"`.
    pub endpoint: Option<String>,
    /// The region; `us-east-1` when absent.
    pub region: Option<String>,
    /// The access key, as a reference to a secret. Without keys the store is asked as anybody.
    pub access_key: Option<String>,
    /// The secret key, as a reference to a secret.
    pub secret_key: Option<String>,
    /// The session's token, as a reference to a secret, where there is one.
    pub session_token: Option<String>,
    /// Whether an `endpoint` with `http://` is fine, which anybody on the way can read; false when absent.
    #[serde(default)]
    pub plain_http: bool,
    /// A PEM file, relative to the data folder, with further certificates that vouch for the store.
    pub root_certificate: Option<String>,
    /// The most megabytes of one object; 2048 when absent.
    pub most_megabytes: Option<u64>,
    /// After how many seconds fetching is given up; 3600 when absent.
    pub timeout_seconds: Option<u64>,
}

impl ObjectsSpec {
    /// Identifies what is fetched; how it is reached is no part of that.
    pub(crate) fn identity(&self) -> String {
        fingerprint::of("objects", &(&self.url, &self.pattern, &self.endpoint))
    }

    /// The references of its secrets.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        [&self.access_key, &self.secret_key, &self.session_token]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect()
    }

    /// In words.
    pub(crate) fn described(&self) -> String {
        let at = self.endpoint.as_ref().map(|at| format!(" at {at}")).unwrap_or_default();
        format!("{}/{}{at}", self.url.trim_end_matches('/'), self.pattern)
    }

    /// The bucket, and the folder without slashes around it.
    pub(super) fn place(&self) -> Option<(&str, &str)> {
        let (bucket, folder) = match self.url.strip_prefix("s3://")?.split_once('/') {
            Some((bucket, folder)) => (bucket, folder.trim_matches('/')),
            None => (self.url.strip_prefix("s3://")?, ""),
        };
        (!bucket.is_empty()).then_some((bucket, folder))
    }

    /// Whether an object is one of those that are wanted, by its name below the folder.
    pub(super) fn wants(&self, name: &str) -> bool {
        Pattern::new(&self.pattern).is_ok_and(|pattern| pattern.matches_with(name, MATCHING))
    }

    /// Faults of these settings.
    pub(crate) fn check(&self, spec: &Spec, fault: &mut dyn FnMut(&str, String)) {
        let path = |key: &str| format!("source.objects.{key}");
        if self.place().is_none() {
            fault(&path("url"), "write `s3://bucket` or `s3://bucket/folder`".into());
        }
        if let Err(error) = Pattern::new(&self.pattern) {
            fault(&path("match"), error.to_string());
        }
        if spec.source.format.is_none() && format_of(&self.pattern).is_none() {
            let message = "its ending tells no format; set `source.format`";
            fault(&path("match"), format!("`{}`: {message}", self.pattern));
        }
        for (key, value) in [
            ("access_key", &self.access_key),
            ("secret_key", &self.secret_key),
            ("session_token", &self.session_token),
        ] {
            if value.as_deref().is_some_and(|value| !is_reference(value)) {
                let message = "is a secret, referred to as `env:NAME` or `file:PATH`";
                fault(&path(key), message.into());
            }
        }
        if self.access_key.is_some() != self.secret_key.is_some() {
            fault(&path("access_key"), "an access key and a secret key belong together".into());
        }
        if let Some(endpoint) = &self.endpoint {
            let is_plain = endpoint.starts_with("http://");
            if is_plain && !self.plain_http {
                let message = "`http` can be read and changed on the way; `plain_http` says that this is fine";
                fault(&path("endpoint"), message.into());
            }
            if !is_plain && !endpoint.starts_with("https://") {
                fault(&path("endpoint"), "is an address that begins with `https://`".into());
            }
        }
        for (key, value) in
            [("most_megabytes", self.most_megabytes), ("timeout_seconds", self.timeout_seconds)]
        {
            if value == Some(0) {
                fault(&path(key), "is at least 1".into());
            }
        }
    }
}
