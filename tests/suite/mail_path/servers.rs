//! Exim and Dovecot in a folder of their own, without rights.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use std::{
    fs,
    net::{TcpListener, TcpStream},
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// The password of the relay and of every mailbox.
pub(super) const PASSWORD: &str = "Loopback-4711";

/// How long servers may take to start, and mails to arrive.
const PATIENCE: Duration = Duration::from_secs(20);

/// Who runs the servers where the test itself runs as root.
const NOBODY: u32 = 65534;

/// A mail as it was fetched.
pub(super) struct Fetched {
    pub(super) bytes: Vec<u8>,
    /// Whether its signature holds.
    pub(super) dkim: bool,
    /// Whether it also holds when the body is changed.
    pub(super) changed: bool,
}

/// The servers; gone when dropped.
pub(super) struct Servers {
    folder: TempDir,
    python: PathBuf,
    smtp: u16,
    imap: u16,
    root: String,
    running: Vec<Child>,
}

impl Servers {
    /// Starts them, if the machine has them.
    pub(super) fn start() -> Option<Self> {
        let needed = |name: &str| {
            let found = std::env::var_os(name).map(PathBuf::from);
            if found.is_none() {
                eprintln!("skipped: {name} is not set; tests/run sets it");
            }
            found
        };
        let exim = needed("TIDINGS_TEST_EXIM")?;
        let (dovecot, python) =
            (needed("TIDINGS_TEST_DOVECOT")?, needed("TIDINGS_TEST_DKIM_PYTHON")?);
        // Paths of sockets must be short.
        let folder = tempfile::Builder::new().prefix("mail-").tempdir_in("/tmp").expect("a folder");
        let root = folder.path().join("ca.pem").display().to_string();
        let mut servers =
            Self { folder, python, smtp: port(), imap: port(), root, running: Vec::new() };
        servers.set_up(&exim);
        servers.launch(&dovecot);
        Some(servers)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn set_up(&self, exim: &Path) {
        for name in ["spool", "log", "mail", "run", "home"] {
            fs::create_dir(self.path(name)).expect("made");
        }
        // A copy has no rights of its own.
        fs::copy(exim, self.path("exim")).expect("copied");
        fs::set_permissions(self.path("exim"), fs::Permissions::from_mode(0o755)).expect("set");
        let (ca, certificate, key) = certificates();
        let key_of_relay = self.python(&["key"]);
        assert!(key_of_relay.is_empty(), "{key_of_relay}");
        for (name, text) in [
            ("ca.pem", ca),
            ("cert.pem", certificate),
            ("key.pem", key),
            ("exim.conf", self.filled(include_str!("exim.conf"))),
            ("dovecot.conf", self.filled(include_str!("dovecot.conf"))),
        ] {
            fs::write(self.path(name), text).expect("written");
        }
        if is_root() {
            give_away(self.folder.path());
        }
    }

    fn filled(&self, text: &str) -> String {
        let (user, group) = match is_root() {
            true => ("nobody".to_owned(), "nogroup".to_owned()),
            false => (said("id", &["-un"]), said("id", &["-gn"])),
        };
        let ids = match is_root() {
            true => (NOBODY.to_string(), NOBODY.to_string()),
            false => (said("id", &["-u"]), said("id", &["-g"])),
        };
        [
            ("@FOLDER@", self.folder.path().display().to_string()),
            ("@USER@", user),
            ("@GROUP@", group),
            ("@UID@", ids.0),
            ("@GID@", ids.1),
            ("@SMTP@", self.smtp.to_string()),
            ("@IMAP@", self.imap.to_string()),
            ("@PASSWORD@", PASSWORD.to_owned()),
        ]
        .into_iter()
        .fold(text.to_owned(), |text, (name, value)| text.replace(name, &value))
    }

    fn launch(&mut self, dovecot: &Path) {
        let (exim, conf) = (self.path("exim"), self.path("exim.conf"));
        let exim = [exim.as_os_str(), "-C".as_ref(), conf.as_os_str(), "-bdf".as_ref()];
        let conf = self.path("dovecot.conf");
        let dovecot = [dovecot.as_os_str(), "-F".as_ref(), "-c".as_ref(), conf.as_os_str()];
        for words in [exim, dovecot] {
            let mut command = Command::new(words[0]);
            command.args(&words[1..]).stdout(Stdio::null()).stderr(Stdio::null());
            if is_root() {
                command.uid(NOBODY).gid(NOBODY);
            }
            self.running.push(command.spawn().expect("the server starts"));
        }
        let began = Instant::now();
        for port in [self.smtp, self.imap] {
            while TcpStream::connect(("127.0.0.1", port)).is_err() {
                assert!(began.elapsed() < PATIENCE, "no server at {port}: {}", self.log());
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        while !self.path("lmtp.sock").exists() {
            assert!(began.elapsed() < PATIENCE, "no way into the mailboxes: {}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// `tidings.toml` for these servers.
    pub(super) fn relay(&self) -> String {
        format!(
            "[relay.main]\nhost = \"localhost\"\nport = {}\nusername = \"reports\"\npassword = \
             \"env:RELAY_PASSWORD\"\nroot_certificate = \"{}\"\npause = 1\n[relay.main.dkim]\ndomain = \
             \"example.com\"\nselector = \"reports\"\nkey = \"file:{}\"\n",
            self.smtp,
            self.root,
            self.path("dkim.pem").display()
        )
    }

    /// The file of the root certificate.
    pub(super) fn root(&self) -> &str {
        &self.root
    }

    /// What the servers wrote down.
    pub(super) fn log(&self) -> String {
        let files = ["log/mainlog", "dovecot.log"];
        files.map(|name| fs::read_to_string(self.path(name)).unwrap_or_default()).join("\n")
    }

    /// The mails of a mailbox, once there are so many.
    pub(super) fn fetch(&self, reader: &str, count: usize) -> Vec<Fetched> {
        #[derive(serde::Deserialize)]
        struct Told {
            file: PathBuf,
            dkim: bool,
            changed: bool,
        }
        let (port, user) = (self.imap.to_string(), format!("{reader}@example.com"));
        let began = Instant::now();
        loop {
            let said = self.python(&["fetch", &port, &self.root, &user, PASSWORD]);
            let told: Vec<Told> = serde_json::from_str(&said).expect("what was fetched");
            if told.len() >= count || began.elapsed() > PATIENCE {
                let fetched = told.into_iter().map(|Told { file, dkim, changed }| Fetched {
                    bytes: fs::read(file).expect("fetched"),
                    dkim,
                    changed,
                });
                return fetched.collect();
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    fn python(&self, arguments: &[&str]) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/mail-path.py");
        let mut command = Command::new(&self.python);
        command.arg(script).arg(arguments[0]).arg(self.folder.path()).args(&arguments[1..]);
        let output = command.output().expect("python starts");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{complaint}\n{}", self.log());
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        for child in &mut self.running {
            // Both end their own children when they are asked to end.
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let _ = child.wait();
        }
    }
}

/// A root certificate, and one for this machine with its key.
pub(super) fn certificates() -> (String, String, String) {
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "root of the mail path");
    let root = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key"));
    let root = root.expect("a root certificate");
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let key = KeyPair::generate().expect("a key");
    let mut leaf = CertificateParams::new(names).expect("names");
    leaf.distinguished_name.push(DnType::CommonName, "localhost");
    let leaf = leaf.signed_by(&key, &root);
    (root.pem(), leaf.expect("a certificate").pem(), key.serialize_pem())
}

fn port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("bound").port()
}

fn is_root() -> bool {
    said("id", &["-u"]) == "0"
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().expect("it starts");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn give_away(folder: &Path) {
    std::os::unix::fs::chown(folder, Some(NOBODY), Some(NOBODY)).expect("given away");
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        match entry.path().is_dir() {
            true => give_away(&entry.path()),
            false => std::os::unix::fs::chown(entry.path(), Some(NOBODY), Some(NOBODY))
                .expect("given away"),
        }
    }
}
