//! Where a server is, and who asks: taken from an address that nobody gets to see.
//!
//! Rule: beyond the machine itself a connection is encrypted and the server's certificate is verified; there is no
//! setting against that.

use super::{engine::Engine, spec::DatabaseSpec};
use model::{context::RunContext, secret::Secret};
use std::{fmt, net::IpAddr, path::PathBuf};

/// A server, and the user on it.
pub(super) struct Address {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) user: String,
    pub(super) password: Option<Secret>,
    pub(super) database: String,
    /// Whether the connection is encrypted.
    pub(super) tls: bool,
    /// The authority that signed the server's certificate, besides the public ones.
    pub(super) root_certificate: Option<PathBuf>,
    /// Where the address was taken from.
    pub(super) reference: String,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host =
            if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        write!(f, "{host}:{}/{}", self.port, self.database)
    }
}

impl Address {
    /// Reads the address behind a reference.
    ///
    /// # Errors
    /// What is wrong with it, without any of it.
    pub(super) fn of(
        engine: Engine,
        reference: &str,
        spec: &DatabaseSpec,
        cx: &RunContext,
    ) -> Result<Self, String> {
        let secret = cx.secrets.get(reference);
        let secret = secret.ok_or_else(|| format!("`{reference}` is not known to this run"))?;
        let root_certificate = spec.root_certificate.as_ref().map(|path| cx.data.join(path));
        let address = read(engine, secret.reveal(), root_certificate, reference);
        address.map_err(|reason| {
            let scheme = engine.schemes()[0];
            let form = format!("{scheme}://user:password@host:{}/name", engine.usual_port());
            format!("the address in `{reference}` {reason}; it is written `{form}`")
        })
    }
}

fn read(
    engine: Engine,
    text: &str,
    root_certificate: Option<PathBuf>,
    reference: &str,
) -> Result<Address, String> {
    let url = url::Url::parse(text.trim()).map_err(|error| format!("is none: {error}"))?;
    if !engine.schemes().contains(&url.scheme()) {
        return Err(format!("is not one of {}", engine.name()));
    }
    let decoded = |part: &str| {
        let text = percent_encoding::percent_decode_str(part).decode_utf8();
        text.map(|text| text.into_owned()).map_err(|_| "has bytes that are no text".to_owned())
    };
    let mut asks_for_tls = root_certificate.is_some();
    for (key, value) in url.query_pairs() {
        match (key.as_ref(), value.to_lowercase().as_str()) {
            // As strict as any of these, and stricter.
            ("sslmode", "require" | "verify-ca" | "verify-full")
            | ("ssl-mode" | "sslMode", "required" | "verify_ca" | "verify_identity") => {
                asks_for_tls = true;
            }
            _ => return Err(format!("has a setting `{key}` that is not known here; leave it out")),
        }
    }
    let host = decoded(url.host_str().unwrap_or_default())?;
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let (user, database) = (decoded(url.username())?, decoded(url.path().trim_start_matches('/'))?);
    for (part, what) in [(&host, "host"), (&user, "user"), (&database, "database")] {
        if part.is_empty() || part.contains('\0') {
            return Err(format!("has no {what}"));
        }
    }
    Ok(Address {
        tls: asks_for_tls || !is_loopback(&host),
        port: url.port().unwrap_or(engine.usual_port()),
        password: url.password().map(decoded).transpose()?.map(Secret::new),
        reference: reference.to_owned(),
        root_certificate,
        host,
        user,
        database,
    })
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(engine: Engine, text: &str) -> Result<Address, String> {
        read(engine, text, None, "env:X")
    }

    #[test]
    fn an_address_is_taken_apart_and_shown_without_its_user() {
        let text = "postgres://re%40d:p%3A%2F%40ss@db.example.com/shop";
        let address = address(Engine::Postgres, text).expect("an address");
        assert_eq!(address.to_string(), "db.example.com:5432/shop");
        assert_eq!(address.user, "re@d");
        assert_eq!(address.password.expect("given").reveal(), "p:/@ss");
        assert!(address.tls);
    }

    #[test]
    fn only_the_machine_itself_is_asked_without_encryption() {
        let tls = |host: &str, rest: &str| {
            let text = format!("mysql://u:p@{host}/d{rest}");
            address(Engine::MySql, &text).expect("an address").tls
        };
        for (host, expected) in [
            ("localhost", false),
            ("127.0.0.1:3307", false),
            ("127.9.9.9", false),
            ("[::1]:3307", false),
            ("10.0.0.1", true),
            ("localhost.example.com", true),
            ("128.0.0.1", true),
            ("[::2]", true),
            ("db", true),
        ] {
            assert_eq!(tls(host, ""), expected, "{host}");
        }
        assert!(tls("localhost", "?ssl-mode=REQUIRED"));
        let own = read(Engine::MySql, "mysql://u@::1/d", Some("ca.pem".into()), "env:X");
        assert!(own.is_err(), "an address of six parts stands in brackets");
        let own = read(Engine::MySql, "mysql://u@[::1]/d", Some("ca.pem".into()), "env:X");
        assert!(own.expect("an address").tls);
    }

    #[test]
    fn a_refused_address_is_not_told() {
        for text in [
            "hunter2",
            "hunter2://u@h/d",
            "postgres://u:hunter2@host",
            "postgres://u:hunter2@/d",
            "postgres://:hunter2@host/d",
            "postgres://u:hunter2@host:port/d",
            "postgres://u:hunter2@host/d?sslmode=disable",
            "postgres://u:%FFhunter2@host/d",
            "mysql://u:hunter2@host/d",
        ] {
            let reason = address(Engine::Postgres, text).err().expect(text);
            assert!(!reason.contains("hunter2"), "{reason}");
        }
    }
}
