//! The line to a relay: what is said on it, and how long an answer is waited for.
//!
//! Rule: every piece leaves at once. The library sends the final dot by itself, and a system that saves on packets holds it
//! back until the other end has acknowledged the message, which that delays by 40 ms (RFC 896, RFC 1122 section 4.2.3.2).
//! Only the library's asynchronous half takes a connection of ours, on which that can be told. Nothing else here is
//! asynchronous: each step ends with its answer, or when its time is over.

use super::protected::Protected;
use crate::relay::Relay;
use lettre::transport::smtp::{
    Error,
    authentication::{Credentials, Mechanism},
    client::{AsyncSmtpConnection, TlsParameters},
    extension::ClientId,
    response::{Code, Response},
};
use std::{
    fmt, io,
    net::{self, ToSocketAddrs},
    time::Duration,
};
use tokio::{
    net::TcpStream,
    runtime::{Builder, Runtime},
    time,
};

/// An open line.
pub(super) struct Line {
    connection: AsyncSmtpConnection,
    clock: Clock,
}

/// Why a step was not answered as it should be.
pub(super) enum Fault {
    /// What the relay said, or the library of it.
    Relay(Error),
    /// Nobody answers there.
    Network(io::Error),
    /// No answer in this time.
    Late(Duration),
}

impl Fault {
    /// The relay's word, if it is one.
    pub(super) fn status(&self) -> Option<Code> {
        self.relay().and_then(Error::status)
    }

    /// Whether the relay refused for good.
    pub(super) fn is_permanent(&self) -> bool {
        self.relay().is_some_and(Error::is_permanent)
    }

    /// What the library said.
    pub(super) fn relay(&self) -> Option<&Error> {
        match self {
            Self::Relay(error) => Some(error),
            Self::Late(_) | Self::Network(_) => None,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Relay(error) => error.fmt(f),
            Self::Network(error) => write!(f, "Connection error: {error}"),
            Self::Late(long) => write!(f, "no answer within {} s", long.as_secs_f64()),
        }
    }
}

impl Line {
    /// Connects and hears what the relay says of itself; protected from the start by `tls`, if it is to be.
    pub(super) fn open(
        relay: &Relay,
        hello: &ClientId,
        tls: Option<&TlsParameters>,
    ) -> Result<Self, Fault> {
        let clock = Clock::new(relay.timeouts.connect).map_err(Fault::Network)?;
        let socket = connected(relay).map_err(Fault::Network)?;
        let connection = clock.until_over(async {
            let stream = TcpStream::from_std(socket).map_err(Fault::Network)?;
            let stream = Box::new(stream);
            let connection = match tls {
                None => AsyncSmtpConnection::connect_with_transport(stream, hello).await,
                Some(tls) => {
                    let stream = Protected::over(stream, tls).await.map_err(Fault::Relay)?;
                    AsyncSmtpConnection::connect_with_transport(Box::new(stream), hello).await
                }
            };
            connection.map_err(Fault::Relay)
        })?;
        Ok(Self { connection, clock })
    }

    /// How long each answer is waited for from now on.
    pub(super) fn waits(&mut self, long: Duration) {
        self.clock.long = long;
    }

    /// Whether the relay offers to protect the line.
    pub(super) fn offers_tls(&self) -> bool {
        self.connection.can_starttls()
    }

    /// Protects it.
    pub(super) fn protect(&mut self, tls: &TlsParameters, hello: &ClientId) -> Result<(), Fault> {
        self.clock.answer(self.connection.starttls(tls.clone(), hello))
    }

    /// Signs in.
    pub(super) fn sign_in(&mut self, credentials: &Credentials) -> Result<Response, Fault> {
        let ways = [Mechanism::Plain, Mechanism::Login];
        self.clock.answer(self.connection.auth(&ways, credentials))
    }

    /// Says a command and hears the answer.
    pub(super) fn command(&mut self, command: impl fmt::Display) -> Result<Response, Fault> {
        self.clock.answer(self.connection.command(command))
    }

    /// Says a message piece by piece, then the final dot, and hears the answer. A piece is asked for when those before it
    /// are written.
    pub(super) fn message<'m>(
        &mut self,
        pieces: impl Iterator<Item = &'m [u8]>,
    ) -> Result<Response, Fault> {
        self.clock.answer(self.connection.message_iter(pieces))
    }

    /// Whether anybody answers.
    pub(super) fn is_alive(&mut self) -> bool {
        let answers = async { Ok(self.connection.test_connected().await) };
        self.clock.until_over(answers).unwrap_or_default()
    }

    /// Takes leave; the answer changes nothing.
    pub(super) fn leave(&mut self) {
        let _ = self.clock.answer(self.connection.quit());
    }
}

/// What steps are waited for with.
struct Clock {
    runtime: Runtime,
    long: Duration,
}

impl Clock {
    fn new(long: Duration) -> io::Result<Self> {
        Ok(Self { runtime: Builder::new_current_thread().enable_io().enable_time().build()?, long })
    }

    fn answer<T>(&self, step: impl Future<Output = Result<T, Error>>) -> Result<T, Fault> {
        self.until_over(async { step.await.map_err(Fault::Relay) })
    }

    fn until_over<T>(&self, step: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
        let step = async { time::timeout(self.long, step).await };
        self.runtime.block_on(step).unwrap_or(Err(Fault::Late(self.long)))
    }
}

/// Connects to the first address of a relay that answers.
fn connected(relay: &Relay) -> io::Result<net::TcpStream> {
    let mut last = io::Error::other("could not resolve to any address");
    for address in (relay.host.as_str(), relay.port).to_socket_addrs()? {
        match net::TcpStream::connect_timeout(&address, relay.timeouts.connect) {
            Ok(socket) => {
                socket.set_nodelay(true)?;
                socket.set_nonblocking(true)?;
                return Ok(socket);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}
