//! A mail server on this machine that takes every mail, for measuring and for looking into mails.

use anyhow::Context as _;
use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

/// A mail as it came: to whom, and its bytes without the doubled dots of the wire.
#[derive(Debug, Clone, Default)]
pub struct Mail {
    /// The recipient of the envelope.
    pub to: String,
    /// The message; empty where the sink only counts.
    pub bytes: Vec<u8>,
    /// How long the message was.
    pub length: usize,
}

/// An address that gets nothing, and the reply.
#[derive(Debug, Clone, Default)]
struct Turned {
    address: String,
    reply: &'static str,
}

/// The server; gone when dropped.
pub struct Sink {
    /// Where it listens.
    pub port: u16,
    mails: Arc<Mutex<Vec<Mail>>>,
    holds: Arc<AtomicBool>,
    /// Whom it turns away, and how.
    turned: Arc<Mutex<Turned>>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Sink {
    /// Starts it; `keeps` the messages, or only counts them.
    ///
    /// # Errors
    /// When no port is free.
    pub fn start(keeps: bool) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("no port is free")?;
        let port = listener.local_addr()?.port();
        let (mails, over) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let holds = Arc::new(AtomicBool::new(false));
        let turned = Arc::new(Mutex::new(Turned::default()));
        let (into, held, ended) = (mails.clone(), holds.clone(), over.clone());
        let later = turned.clone();
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ended.load(Ordering::Relaxed) {
                    return;
                }
                // A connection that breaks is the other side's matter.
                let _ = talk(stream, keeps, &into, (&held, &later));
            }
        });
        Ok(Self { port, mails, holds, turned, over, thread: Some(thread) })
    }

    /// Keeps the reply to further mails back: they are taken, and nobody is told. Whoever waits must be ended before this
    /// ends.
    pub fn hold(&self, holds: bool) {
        self.holds.store(holds, Ordering::Relaxed);
    }

    /// Has no time for an address from now on; an empty one is for nobody.
    pub fn put_off(&self, address: &str) {
        self.turn_away(address, "450 4.2.1");
    }

    /// Refuses an address for good from now on; an empty one is nobody.
    pub fn refuse(&self, address: &str) {
        self.turn_away(address, "550 5.1.1");
    }

    fn turn_away(&self, address: &str, reply: &'static str) {
        let turned = Turned { address: address.to_owned(), reply };
        *self.turned.lock().unwrap_or_else(PoisonError::into_inner) = turned;
    }

    /// What has come since this was last asked.
    pub fn take(&self) -> Vec<Mail> {
        std::mem::take(&mut *self.mails.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What has come so far.
    pub fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn talk(
    stream: TcpStream,
    keeps: bool,
    into: &Mutex<Vec<Mail>>,
    (holds, turned): (&AtomicBool, &Mutex<Turned>),
) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream);
    let mut line = Vec::new();
    let mut mail = Mail::default();
    out.write_all(b"220 sink\r\n")?;
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&line).trim().to_owned();
        let word = text.get(..4).unwrap_or("").to_ascii_uppercase();
        match word.as_str() {
            "EHLO" => out.write_all(b"250-sink\r\n250 SIZE 50000000\r\n")?,
            "QUIT" => return out.write_all(b"221 bye\r\n"),
            "RCPT" => {
                let to = text.split(['<', '>']).nth(1).unwrap_or_default();
                let turned = turned.lock().unwrap_or_else(PoisonError::into_inner).clone();
                if turned.address == to {
                    out.write_all(format!("{} <{to}>: no\r\n", turned.reply).as_bytes())?;
                    continue;
                }
                mail.to = to.to_owned();
                out.write_all(b"250 ok\r\n")?;
            }
            "DATA" => {
                out.write_all(b"354 go on\r\n")?;
                loop {
                    line.clear();
                    if lines.read_until(b'\n', &mut line)? == 0 {
                        return Ok(());
                    }
                    if line == b".\r\n" {
                        break;
                    }
                    let content = line.strip_prefix(b".").unwrap_or(&line);
                    mail.length += content.len();
                    if keeps {
                        mail.bytes.extend_from_slice(content);
                    }
                }
                let done = std::mem::take(&mut mail);
                into.lock().unwrap_or_else(PoisonError::into_inner).push(done);
                if holds.load(Ordering::Relaxed) {
                    // Until the other side has gone.
                    lines.read_until(b'\n', &mut line)?;
                    return Ok(());
                }
                out.write_all(b"250 taken\r\n")?;
            }
            _ => out.write_all(b"250 ok\r\n")?,
        }
    }
}
