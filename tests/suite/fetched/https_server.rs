//! A small HTTPS server on loopback that answers as a test tells it, and remembers what it was asked.

use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

/// What it was asked.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) path: String,
    /// The head in lower case.
    pub(super) head: String,
}

/// What it answers.
pub(super) enum Answer {
    /// These bytes, head and all.
    Bytes(Vec<u8>),
    /// Nothing, for a while.
    Silence,
}

type Answers = dyn Fn(&Asked, u16) -> Answer + Send + Sync;

/// A running server; it ends with the tests.
pub(super) struct Server {
    pub(super) port: u16,
    /// The certificate that vouches for `localhost` and `127.0.0.1`.
    pub(super) certificate: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub(super) fn start(answers: impl Fn(&Asked, u16) -> Answer + Send + Sync + 'static) -> Self {
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .expect("a certificate with its key");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("a port").port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (config, answers): (_, Arc<Answers>) = (Arc::new(config), Arc::new(answers));
        let kept = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, answers) = (Arc::clone(&config), Arc::clone(&answers));
                let kept = Arc::clone(&kept);
                thread::spawn(move || serve(stream, config, &*answers, &kept, port));
            }
        });
        Self { port, certificate: made.cert.pem(), asked }
    }

    /// What it was asked since the last time this was asked.
    pub(super) fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn serve(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    answers: &Answers,
    kept: &Mutex<Vec<Asked>>,
    port: u16,
) {
    let connection = ServerConnection::new(config).expect("a connection");
    let mut stream = StreamOwned::new(connection, stream);
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        // A client that does not trust the certificate hangs up here.
        let Ok(1) = stream.read(&mut byte) else { return };
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let asked = Asked { path, head: head.to_ascii_lowercase() };
    kept.lock().unwrap_or_else(PoisonError::into_inner).push(asked.clone());
    match answers(&asked, port) {
        Answer::Silence => thread::sleep(Duration::from_secs(20)),
        Answer::Bytes(bytes) => {
            let _ = stream.write_all(&bytes);
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    }
}

/// An answer with a body and its length.
pub(super) fn answer(status: &str, headers: &str, body: &str) -> Answer {
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    Answer::Bytes([head.as_bytes(), body.as_bytes()].concat())
}
