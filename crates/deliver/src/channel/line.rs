//! The line to a relay: what is said on it, and how long an answer is waited for.
//!
//! Rule: every piece leaves at once. The library sends the final dot by itself, and a system that saves on packets holds it
//! back until the other end has acknowledged the message, which that delays by 40 ms (RFC 896, RFC 1122 section 4.2.3.2).
//! Only the library's asynchronous half takes a connection of ours, on which that can be told. Nothing else here is
//! asynchronous: each step ends with its answer, or when its time is over. What the relay says before it is asked is no
//! answer: what stands there already when a command or the final dot is to be said ends the line.

use super::{protected::Protected, stream::Stream};
use crate::relay::{Relay, Tls};
use lettre::transport::smtp::{
    Error,
    authentication::{Credentials, Mechanism},
    client::{AsyncSmtpConnection, TlsParameters},
    commands::Noop,
    extension::ClientId,
    response::{Code, Response},
};
use std::{
    cell::Cell,
    error::Error as _,
    fmt,
    future::poll_fn,
    io,
    net::{self, Shutdown, ToSocketAddrs},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    time::Duration,
};
use tokio::{
    net::TcpStream,
    runtime::{Builder, Runtime},
    task, time,
};

/// An open line.
pub(super) struct Line {
    connection: AsyncSmtpConnection,
    /// The same socket once more, to see whether anything stands there.
    socket: net::TcpStream,
    /// Whether the connection takes no more than it needs.
    sparing: Arc<AtomicBool>,
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
    /// It spoke before it was asked.
    Early,
    /// It went away.
    Closed,
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
            Self::Closed | Self::Early | Self::Late(_) | Self::Network(_) => None,
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        if is_closed(&error) { Self::Closed } else { Self::Relay(error) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Relay(error) => error.fmt(f),
            Self::Network(error) => write!(f, "Connection error: {error}"),
            Self::Late(long) => write!(f, "no answer within {} s", long.as_secs_f64()),
            Self::Closed => f.write_str("the relay closed the connection"),
            Self::Early => f.write_str("the relay answers before it is asked"),
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
        let sparing = Arc::new(AtomicBool::new(relay.tls == Tls::Starttls));
        let connection = clock.until_over(async {
            let stream = socket.try_clone().and_then(TcpStream::from_std);
            let stream =
                Stream { socket: stream.map_err(Fault::Network)?, sparing: sparing.clone() };
            let stream = Box::new(stream);
            let connection = match tls {
                None => AsyncSmtpConnection::connect_with_transport(stream, hello).await,
                Some(tls) => {
                    let stream = Protected::over(stream, tls).await.map_err(Fault::from)?;
                    AsyncSmtpConnection::connect_with_transport(Box::new(stream), hello).await
                }
            };
            connection.map_err(Fault::from)
        })?;
        Ok(Self { connection, socket, sparing, clock })
    }

    /// How long each answer is waited for from now on.
    pub(super) fn waits(&mut self, long: Duration) {
        self.clock.long = long;
    }

    /// Whether the relay offers to protect the line.
    pub(super) fn offers_tls(&self) -> bool {
        self.connection.can_starttls()
    }

    /// Protects it. What was said in the clear behind the relay's consent is taken for TLS, which it is not, and for no
    /// answer (CVE-2011-0411).
    pub(super) fn protect(&mut self, tls: &TlsParameters, hello: &ClientId) -> Result<(), Fault> {
        let protected = self.clock.answer(self.connection.starttls(tls.clone(), hello));
        self.sparing.store(false, Ordering::Relaxed);
        protected
    }

    /// Signs in.
    pub(super) fn sign_in(&mut self, credentials: &Credentials) -> Result<Response, Fault> {
        let ways = [Mechanism::Plain, Mechanism::Login];
        self.clock.answer(self.connection.auth(&ways, credentials))
    }

    /// Says a command and hears the answer.
    pub(super) fn command(&mut self, command: impl fmt::Display) -> Result<Response, Fault> {
        self.quiet()?;
        self.clock.answer(self.connection.command(command))
    }

    /// Says a message piece by piece, then the final dot, and hears the answer; `dot` tells whether the dot was to be said.
    /// A piece is asked for when those before it are written.
    pub(super) fn message<'m>(
        &mut self,
        mut pieces: impl Iterator<Item = &'m [u8]>,
        dot: &Cell<bool>,
    ) -> Result<Response, Fault> {
        self.quiet()?;
        let (socket, broken) = (&self.socket, Cell::new(None));
        let pieces = std::iter::from_fn(|| {
            let piece = pieces.next();
            let fault = if piece.is_none() { heard(socket) } else { None };
            // Then nothing more is said: the relay does not hear the dot.
            let is_ended = fault.is_some() && socket.shutdown(Shutdown::Both).is_ok();
            dot.set(piece.is_none() && !is_ended);
            broken.set(fault);
            piece
        });
        let answer = self.clock.answer(self.connection.message_iter(pieces));
        broken.take().map_or(answer, Err)
    }

    /// Whether anybody answers.
    pub(super) fn is_alive(&mut self) -> bool {
        self.command(Noop).is_ok()
    }

    /// Refuses to go on where the relay has said anything that nobody has asked for, or has closed the line.
    fn quiet(&mut self) -> Result<(), Fault> {
        let said = self.clock.runtime.block_on(async {
            // The system is asked what has come meanwhile.
            task::yield_now().await;
            let mut said = pin!(self.connection.read_response());
            poll_fn(|cx| Poll::Ready(said.as_mut().poll(cx))).await
        });
        match said {
            Poll::Pending => Ok(()),
            Poll::Ready(Err(error)) if is_closed(&error) => Err(Fault::Closed),
            Poll::Ready(_) => Err(Fault::Early),
        }
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
        self.until_over(async { step.await.map_err(Fault::from) })
    }

    fn until_over<T>(&self, step: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
        let step = async { time::timeout(self.long, step).await };
        self.runtime.block_on(step).unwrap_or(Err(Fault::Late(self.long)))
    }
}

/// What is wrong where the other end has said anything that nobody has read, or has gone.
fn heard(socket: &net::TcpStream) -> Option<Fault> {
    match socket.peek(&mut [0]) {
        Ok(0) => Some(Fault::Closed),
        Ok(_) => Some(Fault::Early),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => None,
        Err(_) => Some(Fault::Closed),
    }
}

/// Whether an error of the library means that the other end has gone.
fn is_closed(error: &Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let gone = [BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof];
    let Some(cause) = error.source() else { return false };
    let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
    // So the library calls the end of a connection in the middle of an answer, or in its place.
    let is_cut = error.is_response() && cause.to_string() == "incomplete response";
    kind.is_some_and(|kind| gone.contains(&kind)) || is_cut
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
