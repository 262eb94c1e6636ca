//! A tap as a process: started without a shell, listened to until it ends or its time is over, and gone afterwards
//! with all it started.
//!
//! Rule: nothing of this program's environment reaches it but what the contract names. Its process group is killed
//! before the process itself is reaped, so that no number of a process can mean another one.

use super::watch::Watch;
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
use std::{
    io::{self, Read},
    os::unix::process::ExitStatusExt,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, RecvTimeoutError, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

/// How much of what it says beside its rows is kept: the end of it.
const MOST_SAID: usize = 256 << 10;

/// How long it may take to end once its output ended or was refused.
const GRACE: Duration = Duration::from_secs(2);

/// The longest time between two looks whether it ended; the first ones are closer, as most taps end at once.
const PAUSE: Duration = Duration::from_millis(10);

/// A running tap.
pub(super) struct Tap {
    child: Child,
    pid: Pid,
    deadline: Instant,
    said: Arc<Mutex<Vec<u8>>>,
    /// Hangs up when all was said.
    saying: Receiver<()>,
    is_reaped: bool,
    /// Holds its process group, and kills it however this program ends.
    watch: Watch,
}

impl Tap {
    /// Starts a prepared command in the group of a watch, and gives its output.
    ///
    /// # Errors
    /// Why it cannot be started.
    pub(super) fn start(
        command: &mut Command,
        time: Duration,
        watch: Watch,
    ) -> io::Result<(Self, Output)> {
        watch.join(command);
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let deadline = Instant::now() + time;
        let said = Arc::new(Mutex::new(Vec::new()));
        let (done, saying) = sync_channel(0);
        if let Some(mut errors) = child.stderr.take() {
            let said = Arc::clone(&said);
            thread::spawn(move || {
                listen(&mut errors, &said);
                drop(done);
            });
        }
        let output = Output::new(child.stdout.take(), deadline);
        let pid = Pid::from_child(&child);
        Ok((Self { child, pid, deadline, said, saying, is_reaped: false, watch }, output))
    }

    /// Waits for its own end, or ends it when its time is over.
    ///
    /// # Errors
    /// That its time is over, or how it ended when not by code 0.
    pub(super) fn end(mut self, output_is_fine: bool) -> Result<(), String> {
        let patience = if output_is_fine { self.deadline } else { Instant::now() + GRACE };
        let ended_itself = self.ends_until(patience.min(self.deadline));
        let status = self.reap().map_err(|error| format!("the tap is lost: {error}"))?;
        match (ended_itself, status.code(), status.signal()) {
            (false, ..) if output_is_fine => {
                Err("the tap did not end in its time and was stopped".to_owned())
            }
            (false, ..) | (true, Some(0), _) => Ok(()),
            (true, Some(code), _) => Err(format!("the tap ended with code {code}")),
            (true, None, signal) => {
                Err(format!("the tap was ended by signal {}", signal.unwrap_or_default()))
            }
        }
    }

    /// What it said beside its rows, or the end of it; asked for before [`Self::end`], heard after it.
    pub(super) fn said(&self) -> Arc<Mutex<Vec<u8>>> {
        Arc::clone(&self.said)
    }

    fn ends_until(&self, moment: Instant) -> bool {
        // It stays a zombie until it is reaped, so that its number stays its own.
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        let mut pause = PAUSE / 20;
        loop {
            if matches!(waitid(WaitId::Pid(self.pid), look), Ok(Some(_))) {
                return true;
            }
            if Instant::now() >= moment {
                return false;
            }
            thread::sleep(pause);
            pause = PAUSE.min(pause * 2);
        }
    }

    /// Kills what is left of its group, and takes its status.
    fn reap(&mut self) -> io::Result<ExitStatus> {
        self.watch.kill();
        // It may have left the group; fails only when it ended before.
        let _ = self.child.kill();
        self.is_reaped = true;
        let status = self.child.wait();
        // What left the group could hold the other end open for ever.
        let _ = self.saying.recv_timeout(GRACE);
        status
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        if !self.is_reaped {
            let _ = self.reap();
        }
    }
}

/// Reads to the end and keeps the last of it.
fn listen(from: &mut impl Read, said: &Mutex<Vec<u8>>) {
    let mut piece = [0; 8192];
    while let Ok(length @ 1..) = from.read(&mut piece) {
        let Ok(mut said) = said.lock() else { return };
        said.extend_from_slice(&piece[..length]);
        if said.len() > 2 * MOST_SAID {
            let start = said.len() - MOST_SAID;
            // From the start of a line, so that no half of a secret stays.
            let line = said[start..].iter().position(|byte| *byte == b'\n');
            let start = line.map_or(said.len(), |line| start + line + 1);
            said.drain(..start);
        }
    }
}

/// The output of a tap, read by a thread of its own so that waiting for it can end.
pub(super) struct Output {
    pieces: Receiver<io::Result<Vec<u8>>>,
    deadline: Instant,
    rest: io::Cursor<Vec<u8>>,
}

impl Output {
    fn new(output: Option<ChildStdout>, deadline: Instant) -> Self {
        let (send, pieces) = sync_channel(8);
        if let Some(mut output) = output {
            thread::spawn(move || {
                loop {
                    let mut piece = vec![0; 64 << 10];
                    let read = output.read(&mut piece).map(|length| piece.truncate(length));
                    let is_last = read.is_err() || piece.is_empty();
                    // An empty piece is the end; where nobody listens any more, it is the end too.
                    if send.send(read.map(|()| piece)).is_err() || is_last {
                        return;
                    }
                }
            });
        }
        Self { pieces, deadline, rest: io::Cursor::default() }
    }
}

impl Read for Output {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.rest.read(into)?;
        if length > 0 {
            return Ok(length);
        }
        let left = self.deadline.saturating_duration_since(Instant::now());
        // With no time left, what lies ready counts no longer: a tap could write for ever.
        let piece = match left.is_zero() {
            true => Err(RecvTimeoutError::Timeout),
            false => self.pieces.recv_timeout(left),
        };
        match piece {
            Ok(piece) => {
                self.rest = io::Cursor::new(piece?);
                self.rest.read(into)
            }
            Err(RecvTimeoutError::Disconnected) => Ok(0),
            Err(RecvTimeoutError::Timeout) => {
                let message = "the tap did not end in its time and was stopped";
                Err(io::Error::new(io::ErrorKind::TimedOut, message))
            }
        }
    }
}
