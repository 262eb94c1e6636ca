//! A relay whose certificate does not fit: it is a matter of the relay and of no reader.

use super::{JOB, World};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// Who vouches for certificates.
type Root = CertifiedIssuer<'static, KeyPair>;

fn root() -> Root {
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "root of the house");
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a root")
}

/// What a relay shows: issued by `root` for `name`, up to a year.
fn shown(root: &Root, name: &str, until: i32) -> Arc<ServerConfig> {
    let key = KeyPair::generate().expect("a key");
    let mut leaf = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    leaf.not_after = rcgen::date_time_ymd(until, 2, 3);
    let leaf = leaf.signed_by(&key, root).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config =
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], key);
    Arc::new(config.expect("a certificate with its key"))
}

/// A relay with STARTTLS; it counts connections and mails, and ends with the tests.
struct Relay {
    port: u16,
    connections: Arc<AtomicUsize>,
    mails: Arc<AtomicUsize>,
}

impl Relay {
    fn start(config: Arc<ServerConfig>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("a port").port();
        let (connections, mails) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (seen, kept) = (Arc::clone(&connections), Arc::clone(&mails));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                seen.fetch_add(1, Ordering::Relaxed);
                // The other side may leave at any moment; that is what is tested.
                let _ = begin(stream, &config, &kept);
            }
        });
        Self { port, connections, mails }
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

fn begin(
    mut stream: TcpStream,
    config: &Arc<ServerConfig>,
    mails: &AtomicUsize,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?);
    stream.write_all(b"220 relay\r\n")?;
    let mut line = String::new();
    while lines.read_line(&mut line)? > 0 {
        if line.starts_with("STARTTLS") {
            stream.write_all(b"220 go\r\n")?;
            let connection =
                ServerConnection::new(Arc::clone(config)).map_err(std::io::Error::other)?;
            return within(StreamOwned::new(connection, stream), mails);
        }
        stream.write_all(b"250-relay\r\n250 STARTTLS\r\n")?;
        line.clear();
    }
    Ok(())
}

fn within(stream: impl Read + Write, mails: &AtomicUsize) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line)? > 0 {
        let reply = match line.get(..4) {
            Some("DATA") => {
                stream.get_mut().write_all(b"354 go on\r\n")?;
                while line != ".\r\n" {
                    line.clear();
                    stream.read_line(&mut line)?;
                }
                mails.fetch_add(1, Ordering::Relaxed);
                "250 taken\r\n"
            }
            _ => "250 ok\r\n",
        };
        stream.get_mut().write_all(reply.as_bytes())?;
        line.clear();
    }
    Ok(())
}

/// The relay of the job; `own` is what the house's root is named by.
fn settings(world: &World, relay: &Relay, own: Option<&Root>) {
    let root = own.map(|root| {
        world.bed.write("house.pem", root.pem());
        "root_certificate = \"house.pem\"\n"
    });
    let text = format!(
        "[relay.main]\nhost = \"localhost\"\nport = {}\ntls = \"starttls\"\ntries = 3\npause = 60\n{}",
        relay.port,
        root.unwrap_or_default()
    );
    world.bed.write("tidings.toml", text);
}

#[test]
fn a_certificate_that_does_not_fit_stops_everybody_and_says_what_mends_it() {
    let (house, other) = (root(), root());
    let (good, expired) = (shown(&house, "localhost", 2090), shown(&house, "localhost", 2020));
    let elsewhere = shown(&house, "mail.example.com", 2090);
    let cases: [(_, Option<&Root>, &[&str]); 4] = [
        (expired, Some(&house), &["expired on 2020-02-03 00:00 UTC", "renew it"]),
        (elsewhere, Some(&house), &["is for `mail.example.com`, not for `localhost`", "`host` of"]),
        (good.clone(), Some(&other), &["neither of a known issuer nor of `house.pem`"]),
        (good.clone(), None, &["nobody here vouches for", "`root_certificate` of the relay"]),
    ];
    for (config, own, says) in cases {
        let (world, relay) = (World::new(1, ""), Relay::start(config));
        settings(&world, &relay, own);
        // It ends at once: neither a pause nor a connection for each reader.
        let ran = world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(0)]).exits(1);
        assert_eq!((relay.connections(), relay.mails.load(Ordering::Relaxed)), (1, 0));
        let status = world.status(1);
        let open = status["deliveries"].as_array().expect("deliveries");
        assert_eq!(open.len(), 2, "{status}");
        let said = world.bed.tidings(&["status"]).exits(1).stdout;
        let doctor = world.bed.tidings(&["doctor"]).exits(1).stdout;
        for part in says {
            assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
            assert!(said.contains(part), "{part}: {said}");
            assert!(doctor.contains(part), "{part}: {doctor}");
        }
        assert!(said.contains("NO ENTRY") && said.contains("then tidings run"), "{said}");
        assert!(!said.contains("correct the address"), "{said}");
        // Nothing tries it again by itself; a person who has mended it does, with one command.
        let asked = relay.connections();
        world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(0);
        assert_eq!(relay.connections(), asked, "not by itself");
        let mended = Relay::start(good.clone());
        settings(&world, &mended, Some(&house));
        world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(0)]).exits(0);
        assert_eq!(mended.mails.load(Ordering::Relaxed), 2);
        assert_eq!(world.status(0)["deliveries"], serde_json::json!([]));
        assert!(fs::metadata(world.bed.path("house.pem")).is_ok());
    }
}
