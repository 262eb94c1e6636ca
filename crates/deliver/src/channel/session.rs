//! One SMTP connection, step by step.
//!
//! Rule: the steps are driven here and not by the library's `send`, because what matters is how far a
//! broken transmission had got. Until the last piece of the message is written the relay cannot have
//! accepted it (RFC 5321, section 4.1.1.4); from the final dot to the reply nobody can know.

use super::{
    certificate,
    line::{Fault, Line},
};
use crate::{
    error::DeliverError,
    relay::{Relay, Tls},
};
use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Certificate, TlsParameters},
        commands::{Data, Ehlo, Mail, Rcpt, Rset},
        extension::{ClientId, MailParameter},
        response::Severity,
    },
};
use model::{receipt::DeliveryState, secret::Secret};
use publish::rehearsal::reached;
use std::{cell::Cell, time::Duration};

/// How a piece of the message may be long; each is written and flushed by itself.
const PIECE: usize = 8 * 1024;

/// Replies that mean that no recipient can be served: authentication is missing, too weak or refused.
const NO_ENTRY: [&str; 4] = ["530", "534", "535", "538"];

/// What became of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The relay took the message over.
    Sent,
    /// It surely did not, and may do so later.
    Later(String),
    /// It refused for good.
    Refused(String),
    /// It may have.
    Unknown(String),
    /// Nobody can be served through this relay now; the state is that of every waiting delivery.
    Stop(DeliveryState, String),
}

/// What a relay is opened with, made once per channel.
pub(crate) struct Door<'a> {
    relay: &'a Relay,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    hello: ClientId,
}

/// An open connection.
pub(crate) struct Session<'a> {
    relay: &'a Relay,
    line: Line,
    /// The longest message the relay announced to take.
    limit: Option<usize>,
    /// Whether the connection can be used for another message.
    sound: bool,
    /// Whether the relay has left a question without an answer.
    silent: bool,
}

impl<'a> Door<'a> {
    /// Prepares certificates and credentials; nothing is sent yet.
    pub(crate) fn new(
        relay: &'a Relay,
        password: Option<&Secret>,
        hello: &str,
    ) -> Result<Self, DeliverError> {
        let credentials = relay.login.as_ref().zip(password).map(|(login, password)| {
            Credentials::new(login.username.clone(), password.reveal().to_owned())
        });
        let tls = match relay.tls {
            Tls::Implicit | Tls::Starttls => Some(tls_parameters(relay)?),
            Tls::None => None,
        };
        Ok(Self { relay, tls, credentials, hello: ClientId::Domain(hello.to_owned()) })
    }

    /// Connects, protects the connection and signs in.
    pub(crate) fn open(&self) -> Result<Session<'a>, Verdict> {
        let relay = self.relay;
        let from_the_start = self.tls.as_ref().filter(|_| relay.tls == Tls::Implicit);
        let opened = Line::open(relay, &self.hello, from_the_start);
        let mut line = opened.map_err(|fault| at_the_door(relay, &fault))?;
        reached("SMTP connected");
        line.waits(relay.timeouts.reply);
        if let Some(tls) = self.tls.as_ref().filter(|_| relay.tls == Tls::Starttls) {
            if !line.offers_tls() {
                return Err(Verdict::Stop(DeliveryState::Failed, certificate::no_starttls(relay)));
            }
            line.protect(tls, &self.hello).map_err(|fault| at_the_door(relay, &fault))?;
        }
        let limit =
            size_limit(&mut line, &self.hello).map_err(|fault| at_the_door(relay, &fault))?;
        if let Some(credentials) = &self.credentials {
            line.sign_in(credentials).map_err(|fault| at_sign_in(&fault))?;
        }
        Ok(Session { relay, line, limit, sound: true, silent: false })
    }
}

impl Session<'_> {
    /// The longest message that the relay announced to take.
    pub(crate) fn limit(&self) -> Option<usize> {
        self.limit
    }

    /// Whether the relay has left a question of the last message without an answer.
    pub(crate) fn is_silent(&self) -> bool {
        self.silent
    }

    /// Whether the connection still answers; asked before it is used again.
    pub(crate) fn is_alive(&mut self) -> bool {
        self.sound && self.line.is_alive()
    }

    /// Sends one message to one recipient; `mark` is called right before the first byte of the message.
    pub(crate) fn send(
        &mut self,
        (from, to): (&Address, &Address),
        message: &[u8],
        mark: &mut dyn FnMut() -> Result<(), DeliverError>,
    ) -> Result<Verdict, DeliverError> {
        if let Some(limit) = self.limit.filter(|limit| message.len() > *limit) {
            let detail = format!("{} bytes, and the relay takes {limit}", message.len());
            return Ok(Verdict::Refused(detail));
        }
        let size = self.limit.map(|_| MailParameter::Size(message.len()));
        let mail = Mail::new(Some(from.clone()), size.into_iter().collect());
        if let Err(fault) = self.line.command(mail) {
            return Ok(self.refused(&fault));
        }
        if let Err(fault) = self.line.command(Rcpt::new(to.clone(), Vec::new())) {
            return Ok(self.refused(&fault));
        }
        reached("MAIL/RCPT done");
        if let Err(error) = mark() {
            self.sound = false;
            return Err(error);
        }
        match self.line.command(Data) {
            Ok(reply) if reply.has_code(354) => Ok(self.transmit(message)),
            Ok(reply) => {
                self.sound = false;
                Ok(Verdict::Later(format!("{} in place of 354", reply.code())))
            }
            Err(fault) => Ok(self.refused(&fault)),
        }
    }

    /// Takes leave; the relay's answer changes nothing.
    pub(crate) fn close(mut self) {
        if self.sound {
            self.line.waits(self.relay.timeouts.connect);
            self.line.leave();
        }
    }

    fn transmit(&mut self, message: &[u8]) -> Verdict {
        // A slow network has a second for each piece besides.
        let writing = Duration::from_secs((message.len() / PIECE) as u64);
        self.line.waits(self.relay.timeouts.verdict + writing);
        // This tells on which side of the dot an error lies.
        let (dot, has_begun) = (Cell::new(false), Cell::new(false));
        let mut pieces = message.chunks(PIECE);
        let pieces = std::iter::from_fn(|| {
            if has_begun.replace(true) {
                reached("DATA half sent");
            }
            pieces.next()
        });
        let reply = self.line.message(pieces, &dot);
        reached("250 received");
        self.line.waits(self.relay.timeouts.reply);
        match reply {
            Ok(reply) if reply.code().severity == Severity::PositiveCompletion => Verdict::Sent,
            Ok(reply) => {
                self.sound = false;
                Verdict::Unknown(format!("{} after the message", reply.code()))
            }
            Err(fault) if fault.status().is_some() => self.refused(&fault),
            Err(fault) => {
                self.broken(&fault);
                let detail = fault.to_string();
                if dot.get() { Verdict::Unknown(detail) } else { Verdict::Later(detail) }
            }
        }
    }

    fn broken(&mut self, fault: &Fault) {
        self.sound = false;
        self.silent = matches!(fault, Fault::Late(_));
    }

    /// The verdict of an error before the final dot, or of a reply after it; frees the connection for
    /// the next message.
    fn refused(&mut self, fault: &Fault) -> Verdict {
        self.broken(fault);
        self.sound = fault.status().is_some_and(|code| code.to_string() != "421")
            && self.line.command(Rset).is_ok();
        let detail = fault.to_string();
        if stands_at_the_door(fault) {
            Verdict::Stop(DeliveryState::Pending, detail)
        } else if fault.is_permanent() {
            Verdict::Refused(detail)
        } else {
            Verdict::Later(detail)
        }
    }
}

fn tls_parameters(relay: &Relay) -> Result<TlsParameters, DeliverError> {
    let mut builder = TlsParameters::builder(relay.host.clone());
    if let Some(path) = &relay.root_certificate {
        let refused = |problem: String| DeliverError::Certificate { path: path.clone(), problem };
        let pem = std::fs::read(path).map_err(|error| refused(error.to_string()))?;
        let root = Certificate::from_pem(&pem).map_err(|error| refused(error.to_string()))?;
        builder = builder.add_root_certificate(root);
    }
    builder.build().map_err(|error| DeliverError::Certificate {
        path: relay.root_certificate.clone().unwrap_or_default(),
        problem: error.to_string(),
    })
}

/// Asks once more what the relay can do: the library drops the announced size.
fn size_limit(line: &mut Line, hello: &ClientId) -> Result<Option<usize>, Fault> {
    let reply = line.command(Ehlo::new(hello.clone()))?;
    let announced = reply.message().find_map(|line| {
        let mut words = line.split_ascii_whitespace();
        words.next().filter(|word| word.eq_ignore_ascii_case("SIZE"))?;
        words.next()?.parse().ok()
    });
    // Zero means that there is no fixed limit (RFC 1870).
    Ok(announced.filter(|limit| *limit > 0))
}

fn stands_at_the_door(fault: &Fault) -> bool {
    fault.status().is_some_and(|code| NO_ENTRY.contains(&code.to_string().as_str()))
}

/// The verdict of an fault before signing in.
fn at_the_door(relay: &Relay, fault: &Fault) -> Verdict {
    let detail = fault.to_string();
    if let Some(explained) = fault.relay().and_then(|error| certificate::explained(relay, error)) {
        // A certificate that does not fit, or no TLS at all behind the port: of the relay, and of no reader.
        Verdict::Stop(DeliveryState::Failed, explained)
    } else if fault.is_permanent() {
        Verdict::Stop(DeliveryState::Pending, detail)
    } else {
        Verdict::Later(detail)
    }
}

fn at_sign_in(fault: &Fault) -> Verdict {
    let detail = fault.to_string();
    // `client` is what the library says when it shares no mechanism with the relay.
    if fault.is_permanent() || fault.relay().is_some_and(Error::is_client) {
        Verdict::Stop(DeliveryState::Pending, detail)
    } else {
        Verdict::Later(detail)
    }
}
