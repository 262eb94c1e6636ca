//! A scripted mail server on this machine.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

/// What the server does at one step in place of its usual answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// Answers with this line.
    Say(&'static str),
    /// Says all of this at once, asked for or not.
    Flood(&'static str),
    /// Ends the connection.
    Close,
    /// Answers, then ends the connection.
    SayAndClose(&'static str),
    /// Keeps the message, then ends the connection.
    StoreAndClose,
    /// Agrees to TLS and answers the handshake in plain words.
    NoTls,
    /// Says nothing and waits for the other side to give up.
    Silence,
    /// Answers as usual, after so many milliseconds.
    Late(u64),
    /// Answers as usual, with so many milliseconds before each byte.
    Drip(u64),
}

/// The first rule that fits a step is used up `times` times.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    /// `CONNECT`, a command word, `BODY` (after the dot) or `PART` (within the message).
    pub(crate) at: &'static str,
    /// Part of the command line or of the recipient.
    pub(crate) with: &'static str,
    pub(crate) times: usize,
    pub(crate) act: Act,
}

pub(crate) fn rule(at: &'static str, with: &'static str, times: usize, act: Act) -> Rule {
    Rule { at, with, times, act }
}

/// One message as it came over the wire, between DATA and the dot.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) to: Vec<String>,
    pub(crate) wire: Vec<u8>,
}

#[derive(Debug, Default)]
struct Seen {
    rules: Vec<Rule>,
    stored: Vec<Stored>,
    commands: Vec<String>,
    connections: usize,
}

pub(crate) struct Server {
    pub(crate) port: u16,
    features: Arc<Vec<&'static str>>,
    seen: Arc<Mutex<Seen>>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(rules: Vec<Rule>) -> Self {
        Self::with_features(rules, vec!["SIZE 50000000"])
    }

    pub(crate) fn with_features(rules: Vec<Rule>, features: Vec<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let seen = Arc::new(Mutex::new(Seen { rules, ..Seen::default() }));
        let over = Arc::new(AtomicBool::new(false));
        let features = Arc::new(features);
        let mut server = Self { port, features, seen, over, thread: None };
        let (features, seen, over) =
            (server.features.clone(), server.seen.clone(), server.over.clone());
        server.thread = Some(std::thread::spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                let stream = stream.expect("accepted");
                seen.lock().expect("whole").connections += 1;
                // The other side may leave at any moment; that is what is tested.
                let _ = Talk { seen: &seen, features: &features, to: Vec::new() }.hold(stream);
            }
        }));
        server
    }

    pub(crate) fn stored(&self) -> Vec<Stored> {
        self.seen.lock().expect("whole").stored.clone()
    }

    /// Who received how many, as `name:count`.
    pub(crate) fn inboxes(&self) -> Vec<String> {
        let mut counts = std::collections::BTreeMap::<String, usize>::new();
        for message in self.stored() {
            for to in message.to {
                *counts.entry(to).or_default() += 1;
            }
        }
        counts.into_iter().map(|(to, count)| format!("{to}:{count}")).collect()
    }

    pub(crate) fn count(&self, command: &str) -> usize {
        let seen = self.seen.lock().expect("whole");
        seen.commands.iter().filter(|line| line.starts_with(command)).count()
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen.lock().expect("whole").connections
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        // Wakes the listener up.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the server did not panic");
        }
    }
}

struct Talk<'a> {
    seen: &'a Mutex<Seen>,
    features: &'a [&'static str],
    to: Vec<String>,
}

/// The connection is over.
struct Over;

impl<E: std::error::Error> From<E> for Over {
    fn from(_: E) -> Self {
        Self
    }
}

impl Talk<'_> {
    fn act(&self, at: &str, with: &str) -> Option<Act> {
        let mut seen = self.seen.lock().expect("whole");
        let fits = |rule: &&mut Rule| rule.at == at && rule.times > 0 && with.contains(rule.with);
        seen.rules.iter_mut().find(fits).map(|rule| {
            rule.times -= 1;
            rule.act
        })
    }

    fn hold(&mut self, stream: TcpStream) -> Result<(), Over> {
        // Replies go out byte by byte; waiting for each to be acknowledged would take its time.
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut stream = stream;
        self.answer(&mut stream, "CONNECT", "", "220 test ESMTP")?;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let line = line.trim_end().to_owned();
            self.seen.lock().expect("whole").commands.push(line.clone());
            let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            match word.as_str() {
                "EHLO" => {
                    let last = self.features.len();
                    let mut reply = String::from(if last == 0 { "250 test" } else { "250-test" });
                    for (index, feature) in self.features.iter().enumerate() {
                        let mark = if index + 1 == last { ' ' } else { '-' };
                        reply.push_str(&format!("\r\n250{mark}{feature}"));
                    }
                    self.answer(&mut stream, "EHLO", &line, &reply)?;
                }
                "RCPT" => {
                    let to = line.trim_start_matches("RCPT TO:<").trim_end_matches('>');
                    self.to.push(to.to_owned());
                    self.answer(&mut stream, "RCPT", &line, "250 ok")?;
                }
                "DATA" => self.data(&mut reader, &mut stream)?,
                "AUTH" => self.answer(&mut stream, "AUTH", &line, "235 welcome")?,
                "QUIT" => {
                    self.answer(&mut stream, "QUIT", &line, "221 bye")?;
                    return Ok(());
                }
                other => {
                    if matches!(other, "MAIL" | "RSET") {
                        self.to.clear();
                    }
                    self.answer(&mut stream, other, &line, "250 ok")?;
                }
            }
        }
    }

    fn data(
        &mut self,
        reader: &mut BufReader<TcpStream>,
        stream: &mut TcpStream,
    ) -> Result<(), Over> {
        let to = self.to.join(",");
        let act = self.act("DATA", &to);
        self.perform(stream, act, "354 go on")?;
        if act.is_some() {
            return Ok(());
        }
        if self.act("PART", &to).is_some() {
            let mut some = vec![0; 10_000];
            reader.read_exact(&mut some)?;
            return Err(Over);
        }
        let mut wire = Vec::new();
        loop {
            let mut line = Vec::new();
            if reader.read_until(b'\n', &mut line)? == 0 {
                return Err(Over);
            }
            if line == b".\r\n" {
                break;
            }
            wire.extend_from_slice(&line);
        }
        let act = self.act("BODY", &to);
        let accepted = match act {
            None | Some(Act::StoreAndClose | Act::Late(_) | Act::Drip(_)) => true,
            Some(Act::Say(reply)) => reply.starts_with('2'),
            Some(_) => false,
        };
        if accepted {
            let stored = Stored { to: std::mem::take(&mut self.to), wire };
            self.seen.lock().expect("whole").stored.push(stored);
        }
        self.perform(stream, act, "250 kept")
    }

    fn answer(
        &self,
        stream: &mut TcpStream,
        at: &str,
        with: &str,
        usual: &str,
    ) -> Result<(), Over> {
        self.perform(stream, self.act(at, with), usual)
    }

    fn perform(&self, stream: &mut TcpStream, act: Option<Act>, usual: &str) -> Result<(), Over> {
        let drip = match act {
            Some(Act::Drip(milliseconds)) => milliseconds,
            _ => 0,
        };
        if let Some(Act::Late(milliseconds)) = act {
            std::thread::sleep(Duration::from_millis(milliseconds));
        }
        let (reply, goes_on) = match act {
            None | Some(Act::Late(_) | Act::Drip(_)) => (usual, true),
            Some(Act::Say(reply)) => (reply, true),
            Some(Act::SayAndClose(reply)) => (reply, false),
            Some(Act::Close | Act::StoreAndClose) => return Err(Over),
            Some(Act::NoTls) => {
                stream.write_all(b"220 go\r\n")?;
                let _ = stream.read(&mut [0; 1000])?;
                ("this is no TLS at all", false)
            }
            Some(Act::Flood(words)) => {
                stream.write_all(words.as_bytes())?;
                return Ok(());
            }
            Some(Act::Silence) => {
                // Until the other side hangs up.
                let _ = stream.read(&mut [0; 1000])?;
                return Err(Over);
            }
        };
        // Byte by byte: replies may come in any pieces.
        for byte in format!("{reply}\r\n").bytes() {
            if drip > 0 {
                std::thread::sleep(Duration::from_millis(drip));
            }
            stream.write_all(&[byte])?;
        }
        if goes_on { Ok(()) } else { Err(Over) }
    }
}
