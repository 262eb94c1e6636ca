//! Mail relays: `[relay.<name>]` of `tidings.toml`, and what a channel needs of one.

use crate::{
    error::DeliverError,
    signature::{Dkim, DkimSpec},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{net::IpAddr, path::PathBuf, time::Duration};

const DEFAULT_TRIES: u32 = 3;
const DEFAULT_PAUSE_SECONDS: u64 = 60;

/// A mail relay.
///
/// ```toml
/// [relay.main]
/// host = "smtp.example.com"
/// username = "reports"
/// password = "env:SMTP_PASSWORD"
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RelaySpec {
    /// The host, as its certificate names it.
    pub host: String,
    /// The port; 587 for `starttls`, 465 for `implicit`, 25 for `none` when absent.
    #[serde(default)]
    pub port: Option<u16>,
    /// How the connection is protected.
    #[serde(default)]
    pub tls: Tls,
    /// The user name, where the relay asks for one.
    #[serde(default)]
    pub username: Option<String>,
    /// Where the password is found: `env:NAME` or `file:PATH`; never the password itself.
    #[serde(default)]
    pub password: Option<String>,
    /// A PEM file with a further root certificate, for relays with a certificate of one's own house.
    #[serde(default)]
    pub root_certificate: Option<PathBuf>,
    /// The signature under every mail; none when absent, for relays that sign themselves.
    #[serde(default)]
    pub dkim: Option<DkimSpec>,
    /// The name given in EHLO; the domain of the sender when absent.
    #[serde(default)]
    pub hello: Option<String>,
    /// How often one run tries a delivery that the relay puts off; 3 when absent.
    #[serde(default)]
    pub tries: Option<u32>,
    /// Seconds before the second try, doubled for each further one; 60 when absent.
    #[serde(default)]
    pub pause: Option<u64>,
}

/// How a connection is protected. There is no falling back to a weaker one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tls {
    /// TLS from the first byte.
    Implicit,
    /// Not at all; for a relay on this machine only.
    None,
    /// TLS after a greeting in the clear; refused when the relay does not offer it.
    #[default]
    Starttls,
}

/// A relay, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Relay {
    /// The host, as its certificate names it.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// The account, where one is needed.
    pub login: Option<Login>,
    /// A PEM file with a further root certificate.
    pub root_certificate: Option<PathBuf>,
    /// The signature under every mail.
    pub dkim: Option<Dkim>,
    /// The name given in EHLO; the domain of the sender when absent.
    pub hello: Option<String>,
    /// How often one run tries a delivery, at least once.
    pub tries: u32,
    /// The pause before the second try; doubled for each further one.
    pub pause: Duration,
    /// How long the relay is waited for.
    pub timeouts: Timeouts,
}

/// An account at a relay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Login {
    /// The user name.
    pub username: String,
    /// The reference under which the run's context holds the password.
    pub password: String,
}

/// How long a relay is waited for; the defaults are those of RFC 5321, section 4.5.3.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Timeouts {
    /// For the connection.
    pub connect: Duration,
    /// For the reply to a command.
    pub reply: Duration,
    /// For the reply to the end of a message. A short wait here makes doubtful deliveries.
    pub verdict: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(60),
            reply: Duration::from_secs(5 * 60),
            verdict: Duration::from_secs(10 * 60),
        }
    }
}

impl RelaySpec {
    /// Resolves the relay.
    ///
    /// # Errors
    /// When it is not protected and not on this machine, or has half an account.
    pub fn lower(&self) -> Result<Relay, DeliverError> {
        let login = match (&self.username, &self.password) {
            (Some(username), Some(password)) => {
                Some(Login { username: username.clone(), password: password.clone() })
            }
            (None, None) => None,
            _ => return Err(DeliverError::HalfLogin { host: self.host.clone() }),
        };
        let usual_port = match self.tls {
            Tls::Implicit => 465,
            Tls::None => 25,
            Tls::Starttls => 587,
        };
        let relay = Relay {
            host: self.host.clone(),
            port: self.port.unwrap_or(usual_port),
            tls: self.tls,
            login,
            root_certificate: self.root_certificate.clone(),
            dkim: self.dkim.as_ref().map(|dkim| dkim.lower(&self.host)).transpose()?,
            hello: self.hello.clone(),
            tries: self.tries.unwrap_or(DEFAULT_TRIES).max(1),
            pause: Duration::from_secs(self.pause.unwrap_or(DEFAULT_PAUSE_SECONDS)),
            timeouts: Timeouts::default(),
        };
        relay.check()?;
        Ok(relay)
    }
}

impl Relay {
    /// Refuses to send in the clear over a network.
    pub(crate) fn check(&self) -> Result<(), DeliverError> {
        let on_this_machine = self.host == "localhost"
            || self.host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        if self.tls == Tls::None && !on_this_machine {
            return Err(DeliverError::PlainRelay { host: self.host.clone() });
        }
        Ok(())
    }

    /// The pause before try number `attempt` (the first is 0 and has none), at most sixteen times the first.
    pub(crate) fn pause_before(&self, attempt: u32) -> Duration {
        self.pause * 2u32.pow(attempt.saturating_sub(1).min(4))
    }
}
