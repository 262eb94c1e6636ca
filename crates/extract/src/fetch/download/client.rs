//! Asking a host for a file.
//!
//! Rule: every address on the way is admitted anew and looked up once; what was looked up is checked and connected to.
//! No proxy, no cookies, no unpacking on the way.

use super::{
    address::{is_private, is_public},
    hosts::{Hosts, shown},
    spec::DownloadSpec,
};
use crate::fetch::secret;
use model::context::RunContext;
use serde::{Deserialize, Serialize};
use std::{
    fmt, fs,
    io::{self, Read},
    sync::Arc,
    time::{Duration, Instant},
};
use ureq::{
    Agent, Body, Timeout,
    config::Config,
    http::{Response, StatusCode, Uri},
    tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem},
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};
use url::Url;

/// How often an address may lead on to another.
const MOST_REDIRECTS: usize = 5;

/// How long a file may take where the contract does not say.
const TIME: u64 = 900;

/// By what a host tells whether a file is still the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Version {
    etag: Option<String>,
    last_modified: Option<String>,
}

/// What a host answers.
pub(super) enum Answer<'a> {
    /// The file is still the same.
    Same,
    /// There is no such file.
    Absent,
    /// The file.
    File(File<'a>),
}

/// That a file has no bytes.
pub(super) const EMPTY: &str = "is empty, as an export that failed leaves it";

/// A file on its way.
pub(super) struct File<'a> {
    bytes: Box<dyn Read>,
    limit: &'a Limit,
    /// How many bytes it has, where the host says so beforehand.
    pub(super) length: Option<u64>,
    pub(super) version: Version,
}

impl File<'_> {
    /// Reads on.
    ///
    /// # Errors
    /// Why nothing comes any more.
    pub(super) fn read(&mut self, piece: &mut [u8]) -> Result<usize, String> {
        self.bytes.read(piece).map_err(|error| self.limit.told_io(&error))
    }
}

/// One who asks.
pub(super) struct Client<'a> {
    agent: Agent,
    hosts: &'a Hosts,
    headers: Vec<(&'a str, &'a str)>,
    limit: Limit,
}

impl<'a> Client<'a> {
    /// One who asks as a contract says.
    ///
    /// # Errors
    /// Certificates that cannot be read, or a secret that is not known.
    pub(super) fn new(
        spec: &'a DownloadSpec,
        hosts: &'a Hosts,
        cx: &'a RunContext,
    ) -> Result<Self, String> {
        let roots = match &spec.root_certificate {
            None => RootCerts::WebPki,
            Some(file) => {
                let read = fs::read(cx.data.join(file)).map_err(|error| error.to_string());
                let certificates = read.and_then(|pem| certificates(&pem));
                let certificates = certificates.map_err(|error| format!("`{file}`: {error}"))?;
                RootCerts::Specific(Arc::new(certificates))
            }
        };
        let config = Config::builder()
            .https_only(true)
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            // A connection that is kept may be hung up just when it is used again.
            .max_idle_connections(0)
            .user_agent("tidings")
            .accept_encoding("identity")
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .build();
        let resolver = Checked { is_own_network: spec.private_addresses };
        let agent = Agent::with_parts(config, DefaultConnector::default(), resolver);
        let header = |(name, reference): (&'a String, &'a String)| {
            Ok((name.as_str(), secret(reference, cx)?.reveal()))
        };
        let headers = spec.headers.iter().map(header).collect::<Result<_, String>>()?;
        let limit = Limit(Duration::from_secs(spec.timeout_seconds.unwrap_or(TIME)));
        Ok(Self { agent, hosts, headers, limit })
    }

    /// Asks for a file, and only for one that is not `known`.
    ///
    /// # Errors
    /// Why it does not come, without what could be a secret in its address.
    pub(super) fn ask(&self, first: &Url, known: Option<&Version>) -> Result<Answer<'_>, String> {
        let deadline = Instant::now() + self.limit.0;
        let mut url = first.clone();
        let mut is_trusted = true;
        for _ in 0..=MOST_REDIRECTS {
            self.hosts.admits(&url)?;
            let place = |url: &Url| (url.host_str().map(str::to_owned), url.port());
            is_trusted = is_trusted && place(&url) == place(first);
            let response = self.call(&url, known, is_trusted, deadline)?;
            let Some(target) = moved_to(&response) else {
                return answer(response, &url, known.is_some(), &self.limit);
            };
            let joined = url.join(&target);
            url = joined.map_err(|_| format!("`{}` leads to no address", shown(&url)))?;
        }
        Err(format!("`{}` leads on and on", shown(first)))
    }

    fn call(
        &self,
        url: &Url,
        known: Option<&Version>,
        is_trusted: bool,
        deadline: Instant,
    ) -> Result<Response<Body>, String> {
        let mut request = self.agent.get(url.as_str());
        for (name, value) in self.headers.iter().filter(|_| is_trusted) {
            request = request.header(*name, *value);
        }
        let validators = known.map(|known| {
            [("If-None-Match", &known.etag), ("If-Modified-Since", &known.last_modified)]
        });
        for (name, value) in validators.into_iter().flatten() {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let left = deadline.saturating_duration_since(Instant::now());
        let response = request.config().timeout_global(Some(left)).build().call();
        response.map_err(|error| format!("`{}`: {}", shown(url), self.limit.told(&error)))
    }
}

fn moved_to(response: &Response<Body>) -> Option<String> {
    let moves = [301, 302, 303, 307, 308];
    moves.contains(&response.status().as_u16()).then(|| header(response, "location")).flatten()
}

fn header(response: &Response<Body>, name: &str) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
}

/// What an answer is worth; one that only looks like a file is refused.
fn answer<'a>(
    response: Response<Body>,
    url: &Url,
    was_known: bool,
    limit: &'a Limit,
) -> Result<Answer<'a>, String> {
    let refuse = |why: String| Err(format!("`{}` {why}", shown(url)));
    match response.status() {
        StatusCode::OK => {}
        StatusCode::NOT_MODIFIED if was_known => return Ok(Answer::Same),
        StatusCode::NOT_FOUND | StatusCode::GONE => return Ok(Answer::Absent),
        status => return refuse(format!("answers with {status}")),
    }
    let kind = header(&response, "content-type").unwrap_or_default().to_ascii_lowercase();
    if kind.starts_with("text/html") || kind.starts_with("application/xhtml") {
        return refuse("answers with a page where a file is expected".into());
    }
    if let Some(packing) = header(&response, "content-encoding").filter(|how| how != "identity") {
        return refuse(format!("is sent as `{packing}`, which was not asked for"));
    }
    let is_chunked = header(&response, "transfer-encoding")
        .is_some_and(|how| how.to_ascii_lowercase().contains("chunked"));
    if header(&response, "content-length").as_deref() == Some("0") && !is_chunked {
        return refuse(EMPTY.to_owned());
    }
    let length = response.body().content_length();
    if length.is_none() && !is_chunked {
        return refuse(
            "says neither its length nor where it ends: a cut file would go unseen".into(),
        );
    }
    let version = Version {
        etag: header(&response, "etag"),
        last_modified: header(&response, "last-modified"),
    };
    let bytes = Box::new(response.into_body().into_reader());
    Ok(Answer::File(File { bytes, limit, length, version }))
}

/// How long a file may take.
struct Limit(Duration);

impl Limit {
    /// Why a host does not answer, in its own words but for those of the library.
    fn told(&self, error: &ureq::Error) -> String {
        match error {
            ureq::Error::Timeout(_) => {
                format!("does not come within {} s (`timeout_seconds`)", self.0.as_secs())
            }
            ureq::Error::Io(error) => self.told_io(error),
            ureq::Error::Other(error) => error.to_string(),
            error => error.to_string(),
        }
    }

    fn told_io(&self, error: &io::Error) -> String {
        let within = error.get_ref().and_then(|within| within.downcast_ref::<ureq::Error>());
        match (within, error.kind()) {
            (Some(within), _) => self.told(within),
            (None, io::ErrorKind::TimedOut) => self.told(&ureq::Error::Timeout(Timeout::Global)),
            (None, io::ErrorKind::UnexpectedEof) => "the host hung up".to_owned(),
            (None, _) => error.to_string(),
        }
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate<'static>>, String> {
    let mut found = Vec::new();
    for item in parse_pem(pem) {
        match item.map_err(|error| error.to_string())? {
            PemItem::Certificate(certificate) => found.push(certificate),
            _ => return Err("holds more than certificates".into()),
        }
    }
    if found.is_empty() { Err("holds no certificate".into()) } else { Ok(found) }
}

/// Looks names up and refuses addresses that may not be asked; what it gives is what is connected to.
#[derive(Debug)]
struct Checked {
    is_own_network: bool,
}

impl Resolver for Checked {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        for address in &found {
            let address = address.ip();
            let is_fine = is_public(address) || (self.is_own_network && is_private(address));
            if !is_fine {
                return Err(ureq::Error::Other(Box::new(Refused { is_own: self.is_own_network })));
            }
        }
        Ok(found)
    }
}

/// That a host's address may not be asked.
#[derive(Debug)]
struct Refused {
    is_own: bool,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.is_own {
            true => "its address is one that no file is fetched from",
            false => "its address is no public one; `private_addresses` says that it may be",
        })
    }
}

impl std::error::Error for Refused {}

#[cfg(test)]
mod tests {
    use super::*;
    use ureq::unversioned::transport::time::Duration as Time;

    fn looked_up(is_own_network: bool, address: &str) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let timeout = NextTimeout {
            after: Time::NotHappening,
            reason: Timeout::Global,
            ..NextTimeout::default()
        };
        let uri = address.parse().expect("an address");
        Checked { is_own_network }.resolve(&uri, &Config::default(), timeout)
    }

    #[test]
    fn a_name_counts_by_the_addresses_that_it_has() {
        for address in ["https://localhost/", "https://127.0.0.1/", "https://[::1]/"] {
            assert!(looked_up(false, address).is_err(), "{address}");
            assert!(looked_up(true, address).is_ok(), "{address}");
        }
        for address in ["https://169.254.169.254/", "https://[fe80::1]/", "https://0.0.0.0/"] {
            assert!(looked_up(true, address).is_err(), "{address}");
        }
        let found = looked_up(false, "https://93.184.215.14:8443/").expect("public");
        assert_eq!(found[0].to_string(), "93.184.215.14:8443");
    }
}
