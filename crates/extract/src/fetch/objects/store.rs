//! A store, asked one thing after the other.
//!
//! Rule: the only place with an asynchronous runtime, which lives as long as one call of `fetch`.

use super::{keys::OddKeys, spec::ObjectsSpec};
use crate::fetch::secret;
use futures_util::{StreamExt, TryStreamExt};
use model::context::RunContext;
use object_store::{
    BackoffConfig, Certificate, ClientOptions, Error, GetOptions, ObjectMeta, ObjectStore,
    RetryConfig, aws::AmazonS3Builder, path::Path,
};
use std::{
    collections::BTreeSet,
    fs,
    future::Future,
    time::{Duration, Instant},
};
use tokio::runtime::{Builder, Runtime};

/// How long fetching may take where the contract does not say.
const TIME: u64 = 3600;

/// A store and the runtime that asks it.
pub(super) struct Store {
    runtime: Runtime,
    store: Box<dyn ObjectStore>,
    deadline: Instant,
    odd: OddKeys,
}

/// What lies below a folder.
pub(super) struct Listed {
    pub(super) objects: Vec<ObjectMeta>,
    /// The keys that are no paths.
    pub(super) odd: BTreeSet<String>,
}

/// Why an object does not come.
#[derive(Debug, PartialEq)]
pub(super) enum Missed {
    /// It is another one now than it was when it was listed.
    Changed,
    /// Anything else, in one sentence.
    Failed(String),
}

impl Store {
    /// The store that a contract names; credentials come from nowhere else.
    ///
    /// # Errors
    /// Settings that make no store, certificates that cannot be read, or a secret that is not known.
    pub(super) fn open(spec: &ObjectsSpec, bucket: &str, cx: &RunContext) -> Result<Self, String> {
        let time = Duration::from_secs(spec.timeout_seconds.unwrap_or(TIME));
        let mut options = ClientOptions::new()
            .with_allow_http(spec.plain_http)
            .with_timeout(time)
            .with_connect_timeout(Duration::from_secs(20));
        if let Some(file) = &spec.root_certificate {
            let told = |error: String| format!("`{file}`: {error}");
            let pem = fs::read(cx.data.join(file)).map_err(|error| told(error.to_string()))?;
            let found = Certificate::from_pem_bundle(&pem);
            for certificate in found.map_err(|error| told(error.to_string()))? {
                options = options.with_root_certificate(certificate);
            }
        }
        let retry = RetryConfig {
            backoff: BackoffConfig::default(),
            max_retries: 3,
            retry_timeout: Duration::from_secs(30),
        };
        let odd = OddKeys::default();
        let mut builder = AmazonS3Builder::new()
            .with_http_connector(odd.clone())
            .with_bucket_name(bucket)
            .with_region(spec.region.as_deref().unwrap_or("us-east-1"))
            .with_client_options(options)
            .with_retry(retry)
            .with_allow_http(spec.plain_http);
        if let Some(endpoint) = &spec.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        builder = match (&spec.access_key, &spec.secret_key) {
            (Some(key), Some(hidden)) => builder
                .with_access_key_id(secret(key, cx)?.reveal())
                .with_secret_access_key(secret(hidden, cx)?.reveal()),
            _ => builder.with_skip_signature(true),
        };
        if let Some(token) = &spec.session_token {
            builder = builder.with_token(secret(token, cx)?.reveal());
        }
        let store = builder.build().map_err(|error| error.to_string())?;
        Ok(Self { odd, ..Self::of(Box::new(store), time)? })
    }

    /// One around a store that is there already.
    ///
    /// # Errors
    /// When the machine gives no runtime.
    pub(super) fn of(store: Box<dyn ObjectStore>, time: Duration) -> Result<Self, String> {
        let runtime = Builder::new_current_thread().enable_io().enable_time().build();
        let runtime = runtime.map_err(|error| format!("no runtime: {error}"))?;
        let deadline = Instant::now() + time;
        Ok(Self { runtime, store, deadline, odd: OddKeys::default() })
    }

    /// Everything below a folder.
    ///
    /// # Errors
    /// Why it cannot be listed.
    pub(super) fn list(&self, folder: &Path) -> Result<Listed, String> {
        let list = self.wait(async { self.store.list(Some(folder)).try_collect().await });
        let objects = list?.map_err(|error| told(&error))?;
        Ok(Listed { objects, odd: self.odd.take() })
    }

    /// How an object is now.
    ///
    /// # Errors
    /// Why it cannot be told.
    pub(super) fn look(&self, place: &Path) -> Result<ObjectMeta, String> {
        let options = GetOptions { head: true, ..GetOptions::default() };
        let found = self.wait(self.store.get_opts(place, options))?;
        found.map(|found| found.meta).map_err(|error| told(&error))
    }

    /// Hands the bytes of an object to `take`, as long as it is the one that was listed.
    ///
    /// # Errors
    /// Why it does not come as a whole, or what `take` returns.
    pub(super) fn get(
        &self,
        object: &ObjectMeta,
        take: &mut dyn FnMut(&[u8]) -> Result<(), String>,
    ) -> Result<(), Missed> {
        let missed = |error: &Error| match error {
            Error::Precondition { .. } | Error::NotFound { .. } => Missed::Changed,
            other => Missed::Failed(told(other)),
        };
        let options = GetOptions { if_match: object.e_tag.clone(), ..GetOptions::default() };
        let found = self.wait(self.store.get_opts(&object.location, options));
        let found = found.map_err(Missed::Failed)?.map_err(|error| missed(&error))?;
        if (&found.meta.e_tag, found.meta.size) != (&object.e_tag, object.size) {
            return Err(Missed::Changed);
        }
        let mut bytes = found.into_stream();
        let mut taken = 0;
        while let Some(piece) = self.wait(bytes.next()).map_err(Missed::Failed)? {
            let piece = piece.map_err(|error| missed(&error))?;
            taken += piece.len() as u64;
            take(&piece).map_err(Missed::Failed)?;
        }
        if taken == object.size {
            return Ok(());
        }
        Err(Missed::Failed(format!("has {} bytes, but {taken} came", object.size)))
    }

    /// Waits for an answer, until the time is over.
    fn wait<T>(&self, answer: impl Future<Output = T>) -> Result<T, String> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        self.runtime
            .block_on(async { tokio::time::timeout(left, answer).await })
            .map_err(|_| "the store did not answer in time (`timeout_seconds`)".to_owned())
    }
}

/// An error of the store, with what lies behind it.
fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut behind = error.source();
    while let Some(error) = behind {
        let said = error.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        behind = error.source();
    }
    plain(&text)
}

/// What a store says, without its XML and without what the library says of its own tries, which is never twice the same.
fn plain(text: &str) -> String {
    let mut text = text.strip_prefix("Generic S3 error: ").unwrap_or(text).to_owned();
    if let Some(start) = text.find("Error performing ")
        && let Some(end) = text[start..].find(" - ")
    {
        text.replace_range(start..start + end + 3, "");
    }
    if let Some(start) = text.find("<?xml").or_else(|| text.find("<Error>")) {
        let part = |name: &str| {
            let rest = text.split_once(&format!("<{name}>"))?.1;
            Some(rest.split_once(&format!("</{name}>"))?.0.trim().to_owned())
        };
        let parts: Vec<String> = [part("Code"), part("Message")].into_iter().flatten().collect();
        let end = text[start..].find("</Error>").map_or(text.len(), |end| start + end + 8);
        text.replace_range(start..end, &parts.join(": "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_a_store_says_is_told_without_its_xml() {
        let said = "Generic S3 error: Error performing GET http://h/b?list-type=2 in 3.2ms, after 2 retries, \
                    max_retries: 3, retry_timeout: 30s  - Server returned non-2xx status code: 404 Not Found: \
                    <?xml version=\"1.0\"?>\n<Error><Code>NoSuchBucket</Code><Message>The bucket does not exist\
                    </Message><RequestId>7</RequestId><HostId>x=</HostId></Error>";
        let told = "Server returned non-2xx status code: 404 Not Found: NoSuchBucket: The bucket \
                    does not exist";
        assert_eq!(plain(said), told);
        assert_eq!(plain("`a` has 3 bytes - but 2 came"), "`a` has 3 bytes - but 2 came");
    }
}
