//! Relays that do not protect the connection: neither password nor mail goes there.

use super::{Observed, scripted};
use crate::torture::relayed::{said, server::Server};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::Arc,
};

/// STARTTLS is not offered.
pub(super) fn stripped() -> Result<Observed, String> {
    let server = Server::with_features(vec![], vec!["AUTH PLAIN"]);
    let observed = scripted::observe(scripted::protected(server.port)?, &server)?;
    match (server.count("AUTH"), server.count("MAIL")) {
        (0, 0) => Ok(observed),
        _ => Err("a password or a mail went in the clear".to_owned()),
    }
}

/// STARTTLS is offered under a certificate that nobody vouches for.
pub(super) fn bad_certificate() -> Result<Observed, String> {
    let own = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).map_err(said)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(said)?
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key)
        .map_err(said)?;
    let listener = TcpListener::bind("127.0.0.1:0").map_err(said)?;
    let port = listener.local_addr().map_err(said)?.port();
    let config = Arc::new(config);
    let server = std::thread::spawn(move || -> std::io::Result<Vec<u8>> {
        let (stream, _) = listener.accept()?;
        Ok(talk(stream, &config).unwrap_or_default())
    });
    let mut bed = scripted::protected(port)?;
    bed.relay().tries = 1;
    let states = bed.states()?;
    let heard = server.join().map_err(|_| "the server panicked")?.map_err(said)?;
    match heard.is_empty() {
        true => Ok(Observed { states, delivered: 0, tried_again: false }),
        false => Err(format!("it said {:?}", String::from_utf8_lossy(&heard))),
    }
}

/// Speaks until TLS begins; returns what the other side says within it.
fn talk(mut stream: TcpStream, config: &Arc<rustls::ServerConfig>) -> std::io::Result<Vec<u8>> {
    let mut lines = BufReader::new(stream.try_clone()?);
    stream.write_all(b"220 test\r\n")?;
    let mut line = String::new();
    while lines.read_line(&mut line)? > 0 {
        if line.starts_with("STARTTLS") {
            stream.write_all(b"220 go\r\n")?;
            let connection =
                rustls::ServerConnection::new(config.clone()).map_err(std::io::Error::other)?;
            let mut heard = Vec::new();
            let mut within = rustls::StreamOwned::new(connection, stream);
            within.read_to_end(&mut heard)?;
            return Ok(heard);
        }
        stream.write_all(b"250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n")?;
        line.clear();
    }
    Ok(Vec::new())
}
