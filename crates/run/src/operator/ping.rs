//! The heartbeat: a service that knows when a run should have come is told that one begins, ended well, or failed.
//!
//! Rule: the address is a secret and stands in no log. It is asked by https, or on this machine; redirects are not
//! followed. What is told is the run, its job and how it ended: no figure and no address.
//!
//! The form is that of healthchecks.io: `URL/start`, `URL`, `URL/fail`, with `rid` to tell runs apart, which has to be a
//! UUID there and is made from the run's name.

use crate::context;
use model::{fingerprint, id::RunId};
use std::time::Duration;
use tracing::{debug, warn};
use ureq::{
    Agent,
    config::Config,
    tls::{RootCerts, TlsConfig},
};
use url::{Host, Url};

/// How long an answer is waited for; a run must not be late for it.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often it is tried.
const TRIES: usize = 2;

/// An address that is told about runs.
pub struct Ping {
    url: Url,
    agent: Agent,
}

impl Ping {
    /// Finds and checks the address; nothing is asked yet.
    ///
    /// # Errors
    /// Why it cannot be used, without the address.
    pub fn open(reference: &str) -> Result<Self, String> {
        let address = context::secret(reference)?;
        let said = |reason: &str| format!("the address of `{reference}` {reason}");
        let url = Url::parse(address.reveal().trim()).map_err(|_| said("is no URL"))?;
        let is_here = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => return Err(said("names no host")),
        };
        match url.scheme() {
            "https" => {}
            "http" if is_here => {}
            _ => return Err(said("must begin with https://")),
        }
        let config = Config::builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .timeout_global(Some(PATIENCE))
            .user_agent("tidings")
            .tls_config(TlsConfig::builder().root_certs(RootCerts::WebPki).build())
            .build();
        Ok(Self { url, agent: Agent::new_with_config(config) })
    }

    /// Tells it; `ending` is `start`, `fail`, or nothing for a run that ended well.
    ///
    /// # Errors
    /// Why it did not get through, without the address.
    pub fn tell(
        &self,
        ending: Option<&str>,
        run: Option<&RunId>,
        said: &str,
    ) -> Result<(), String> {
        let mut url = self.url.clone();
        if let (Some(ending), Ok(mut path)) = (ending, url.path_segments_mut()) {
            path.pop_if_empty().push(ending);
        }
        if let Some(run) = run {
            url.query_pairs_mut().append_pair("rid", &uuid(run));
        }
        let mut last = String::new();
        for _ in 0..TRIES {
            match self.agent.post(url.as_str()).send(said) {
                Ok(answer) if answer.status().is_success() => return Ok(()),
                Ok(answer) => last = format!("it answers {}", answer.status().as_u16()),
                Err(ureq::Error::Timeout(_)) => last = "no answer in time".to_owned(),
                // The library's words may hold the address.
                Err(ureq::Error::Io(error)) => last = error.kind().to_string(),
                Err(ureq::Error::HostNotFound) => last = "its host is not known".to_owned(),
                Err(_) => last = "it cannot be reached".to_owned(),
            }
        }
        Err(last)
    }
}

/// The heartbeat of scheduled runs; silent where none is declared.
pub struct Heartbeat(Option<Ping>);

impl Heartbeat {
    /// That of a reference. An address that cannot be used is a line of the log.
    pub fn of(reference: Option<&str>) -> Self {
        let opened = reference.map(Ping::open).transpose();
        Self(opened.unwrap_or_else(|reason| {
            warn!(reason, "no heartbeat");
            None
        }))
    }

    /// A run begins.
    pub fn begins(&self, run: &RunId, said: &str) {
        self.tell(Some("start"), Some(run), said);
    }

    /// A run has ended, well or not; one that never came about has no name.
    pub fn ended(&self, is_well: bool, run: Option<&RunId>, said: &str) {
        self.tell((!is_well).then_some("fail"), run, said);
    }

    fn tell(&self, ending: Option<&str>, run: Option<&RunId>, said: &str) {
        let Some(ping) = &self.0 else { return };
        match ping.tell(ending, run, said) {
            Ok(()) => debug!(ending = ending.unwrap_or("success"), "heartbeat"),
            Err(reason) => warn!(
                ending = ending.unwrap_or("success"),
                reason, "the heartbeat did not get through"
            ),
        }
    }
}

/// The name of a run as a UUID of version 8 (RFC 9562): its fingerprint with the bits of version and variant set.
fn uuid(run: &RunId) -> String {
    let print = fingerprint::of("ping", run);
    let variant = match print.as_bytes().get(16) {
        Some(b'0' | b'4' | b'8' | b'c') => '8',
        Some(b'1' | b'5' | b'9' | b'd') => '9',
        Some(b'2' | b'6' | b'a' | b'e') => 'a',
        _ => 'b',
    };
    let part = |from: usize, to: usize| print.get(from..to).unwrap_or_default();
    format!(
        "{}-{}-8{}-{variant}{}-{}",
        part(0, 8),
        part(8, 12),
        part(13, 16),
        part(17, 20),
        part(20, 32)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_run_becomes_a_uuid_that_is_its_own() {
        let one = uuid(&RunId::new("20260701T063000000-abcdef"));
        let parts: Vec<usize> = one.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12], "{one}");
        assert!(one.chars().all(|c| c == '-' || c.is_ascii_hexdigit()), "{one}");
        assert_eq!(&one[14..15], "8");
        assert!("89ab".contains(&one[19..20]), "{one}");
        assert_eq!(one, uuid(&RunId::new("20260701T063000000-abcdef")));
        assert_ne!(one, uuid(&RunId::new("20260701T063000000-abcdee")));
    }

    #[test]
    fn an_address_in_the_clear_is_for_this_machine_only_and_never_repeated() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("ping");
        let reference = format!("file:{}", file.display());
        for (address, is_fine) in [
            ("https://hc.example.com/1b2c", true),
            ("http://127.0.0.1:8000/1b2c", true),
            ("http://localhost/1b2c", true),
            ("http://[::1]/1b2c", true),
            ("http://hc.example.com/1b2c", false),
            ("http://127.0.0.1.example.com/1b2c", false),
            ("ftp://localhost/1b2c", false),
            ("1b2c", false),
        ] {
            std::fs::write(&file, format!("{address}\n")).expect("written");
            match Ping::open(&reference) {
                Ok(_) => assert!(is_fine, "{address}"),
                Err(reason) => assert!(!is_fine && !reason.contains("1b2c"), "{address}: {reason}"),
            }
        }
    }
}
