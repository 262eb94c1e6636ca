//! Why TLS with a relay cannot be had, and what mends it.
//!
//! Rule: it only explains. A certificate that does not fit is never taken, and nothing falls back to a weaker connection.

use crate::relay::Relay;
use chrono::DateTime;
use lettre::transport::smtp::Error;
use rustls::{CertificateError, pki_types::UnixTime};
use std::{error::Error as _, io};

/// So many names of a certificate are told.
const MOST_NAMES: usize = 5;

/// What is wrong with TLS, and what to do; nothing for any other error.
pub(super) fn explained(relay: &Relay, error: &Error) -> Option<String> {
    let at = format!("`{}:{}`", relay.host, relay.port);
    match tls_error(error) {
        Some(rustls::Error::InvalidCertificate(fault)) => {
            Some(format!("the certificate of {at} {}", certificate(relay, fault)))
        }
        Some(fault @ rustls::Error::InvalidMessage(_)) => Some(format!(
            "{at} does not speak TLS where it should ({fault}): `tls` of the relay is `starttls` for port 587, `implicit` for 465; or somebody on the way answers in its place"
        )),
        Some(fault) => {
            Some(format!("TLS with {at} is not possible: {fault}; ask whoever runs the relay"))
        }
        None if error.is_tls() => Some(format!("TLS with {at} is not possible: {error}")),
        None => None,
    }
}

/// What is said of a relay that offers no TLS.
pub(super) fn no_starttls(relay: &Relay) -> String {
    let Relay { host, port, .. } = relay;
    format!(
        "the relay does not offer STARTTLS at `{host}:{port}`: name its port with TLS and `tls = \"implicit\"`, or ask whoever runs it"
    )
}

fn certificate(relay: &Relay, fault: &CertificateError) -> String {
    let Relay { host, root_certificate, .. } = relay;
    match fault {
        CertificateError::ExpiredContext { not_after, .. } => format!(
            "expired on {}: whoever runs the relay must renew it; or the clock of this machine is wrong",
            day(not_after)
        ),
        CertificateError::NotValidYetContext { not_before, .. } => format!(
            "is valid from {} only: look at the clock of this machine, or ask whoever runs the relay",
            day(not_before)
        ),
        CertificateError::NotValidForNameContext { presented, .. } => format!(
            "is for {}, not for `{host}`: write a name that it has as `host` of the relay, or have it issued for `{host}`",
            names(presented)
        ),
        // A root that was renewed under its old name does not fit the signature.
        CertificateError::BadSignature | CertificateError::UnknownIssuer => match root_certificate {
            None => "is of an issuer that nobody here vouches for: if it is your house's own, name its root as `root_certificate` of the relay".to_owned(),
            Some(root) => format!(
                "is neither of a known issuer nor of `{}`: `root_certificate` of the relay must be the root that issued it",
                root.display()
            ),
        },
        other => format!("cannot be trusted: {other}; ask whoever runs the relay"),
    }
}

fn day(time: &UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    let known = DateTime::from_timestamp(seconds, 0);
    known.map_or_else(
        || "an unknown day".to_owned(),
        |at| at.format("%Y-%m-%d %H:%M UTC").to_string(),
    )
}

/// The names of a certificate as the library lists them: `DnsName("a.example.com")`, or bare.
fn names(presented: &[String]) -> String {
    let bare = |name: &String| {
        let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
        format!("`{}`", inner.unwrap_or(name).trim_matches('"'))
    };
    let mut named: Vec<String> = presented.iter().take(MOST_NAMES).map(bare).collect();
    match presented.len().saturating_sub(MOST_NAMES) {
        0 => {}
        more => named.push(format!("{more} more")),
    }
    if named.is_empty() { "no name at all".to_owned() } else { named.join(", ") }
}

/// What the TLS library said, at the bottom of an error.
fn tls_error(error: &Error) -> Option<&rustls::Error> {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(found) = cause.downcast_ref::<rustls::Error>() {
            return Some(found);
        }
        // What an input error wraps is none of its sources.
        let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(found) = wrapped.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return Some(found);
        }
        source = cause.source();
    }
    None
}
