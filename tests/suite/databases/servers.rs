//! Real servers for the tests: started on a free port of the loopback, as a user without rights, gone when the last test
//! that uses them is over.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, Weak},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// The password of all users, with every sign that an address must escape.
pub(super) const PASSWORD: &str = "s3cr:t/@?#% ü";
/// The same within an address.
pub(super) const ESCAPED: &str = "s3cr%3At%2F%40%3F%23%25%20%C3%BC";

/// A kind of server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Postgres,
    MariaDb,
}

/// A running server.
pub(super) struct Server {
    pub(super) kind: Kind,
    pub(super) port: u16,
    child: Mutex<Option<Child>>,
    folder: TempDir,
    binaries: PathBuf,
}

static POSTGRES: Mutex<Weak<Server>> = Mutex::new(Weak::new());
static MARIADB: Mutex<Weak<Server>> = Mutex::new(Weak::new());

/// The server that tests share; nothing where its binaries are not named.
pub(super) fn shared(kind: Kind) -> Option<Arc<Server>> {
    let slot = match kind {
        Kind::Postgres => &POSTGRES,
        Kind::MariaDb => &MARIADB,
    };
    let mut slot = slot.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some(running) = slot.upgrade() {
        return Some(running);
    }
    let started = Arc::new(start(kind)?);
    *slot = Arc::downgrade(&started);
    Some(started)
}

/// A server of one's own, to be stopped at will.
pub(super) fn start(kind: Kind) -> Option<Server> {
    let variable = match kind {
        Kind::Postgres => "TIDINGS_TEST_POSTGRES",
        Kind::MariaDb => "TIDINGS_TEST_MARIADB",
    };
    let Ok(binaries) = std::env::var(variable) else {
        println!("skipped: no {kind:?}; `tests/run` looks for it and sets {variable}");
        return None;
    };
    let folder = tempfile::Builder::new().prefix("database-").tempdir().expect("a folder");
    certificates(folder.path());
    fs::write(folder.path().join("password"), PASSWORD).expect("written");
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    let port = port.expect("a free port").port();
    let child = Mutex::new(None);
    let server = Server { kind, port, child, folder, binaries: binaries.into() };
    server.hand_over();
    server.initialize();
    server.run();
    Some(server)
}

/// An authority of our own, and a certificate for `localhost` alone.
fn certificates(folder: &Path) {
    let mut authority = rcgen::CertificateParams::new(Vec::new()).expect("parameters");
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let own = rcgen::KeyPair::generate().expect("a key");
    let certificate = authority.self_signed(&own).expect("signed");
    let issuer = rcgen::Issuer::new(authority, own);
    let server = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
    let key = rcgen::KeyPair::generate().expect("a key");
    let signed = server.signed_by(&key, &issuer).expect("signed");
    for (name, text) in [
        ("ca.pem", certificate.pem()),
        ("server.pem", signed.pem()),
        ("key.pem", key.serialize_pem()),
    ] {
        fs::write(folder.join(name), text).expect("written");
    }
    use std::os::unix::fs::PermissionsExt;
    let private = fs::Permissions::from_mode(0o600);
    fs::set_permissions(folder.join("key.pem"), private).expect("set");
}

fn is_root() -> bool {
    let own = Command::new("id").arg("-u").output().expect("id runs");
    own.stdout == b"0\n"
}

impl Server {
    /// The certificate of the authority that signed the server's.
    pub(super) fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// The address of a database for the user who may only read, without its scheme.
    pub(super) fn address(&self, database: &str) -> String {
        let scheme = if self.kind == Kind::Postgres { "postgres" } else { "mysql" };
        format!("{scheme}://reader:{ESCAPED}@127.0.0.1:{}/{database}", self.port)
    }

    /// Runs statements as the owner.
    pub(super) fn execute(&self, database: &str, statements: &str) {
        self.try_execute(database, statements)
            .unwrap_or_else(|error| panic!("{error}: {statements}"));
    }

    fn try_execute(&self, database: &str, statements: &str) -> Result<(), String> {
        match self.kind {
            Kind::Postgres => {
                let mut config = postgres::Config::new();
                config.host("127.0.0.1").port(self.port).user("owner").password(PASSWORD);
                let client = config.dbname(database).connect(postgres::NoTls);
                let mut client = client.map_err(|error| format!("{error:?}"))?;
                client.batch_execute(statements).map_err(|error| format!("{error:?}"))
            }
            Kind::MariaDb => {
                use mysql::prelude::Queryable;
                let options = mysql::OptsBuilder::new()
                    .ip_or_hostname(Some("127.0.0.1"))
                    .tcp_port(self.port)
                    .user(Some("root"))
                    .prefer_socket(false)
                    .db_name(Some(database));
                let client = mysql::Conn::new(options).map_err(|error| error.to_string());
                let mut client = client?;
                for statement in statements.split(";\n").filter(|text| !text.trim().is_empty()) {
                    client.query_drop(statement).map_err(|error| error.to_string())?;
                }
                Ok(())
            }
        }
    }

    /// A fresh database that `reader` may read.
    pub(super) fn create(&self, database: &str) {
        match self.kind {
            Kind::Postgres => {
                self.execute("postgres", &format!("CREATE DATABASE {database}"));
                // It may write as far as its rights go: that it does not is up to the session.
                self.execute(
                    database,
                    "GRANT ALL ON SCHEMA public TO reader; \
                     ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO reader",
                );
            }
            Kind::MariaDb => self.execute(
                "mysql",
                &format!("CREATE DATABASE {database} CHARACTER SET utf8mb4;\nGRANT ALL ON {database}.* TO reader@'%'"),
            ),
        }
    }

    /// Stops the server at once.
    pub(super) fn stop(&self) {
        let child = self.child.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take();
        let Some(mut child) = child else { return };
        // The signals by which each ends without waiting for its clients.
        let signal = if self.kind == Kind::Postgres { "-INT" } else { "-KILL" };
        let _ = Command::new("kill").args([signal, &child.id().to_string()]).status();
        let _ = child.wait();
    }

    /// Starts it, again or for the first time, and waits until it answers.
    pub(super) fn run(&self) {
        let at = |name: &str| self.folder.path().join(name).display().to_string();
        let mut command = match self.kind {
            Kind::Postgres => {
                let mut command = self.unprivileged("postgres");
                command.args(["-D", &at("data"), "-p", &self.port.to_string(), "-k", &at("")]);
                let key = format!("ssl_key_file={}", at("key.pem"));
                let certificate = format!("ssl_cert_file={}", at("server.pem"));
                for setting in
                    ["listen_addresses=127.0.0.1", "fsync=off", "ssl=on", &key, &certificate]
                {
                    command.args(["-c", setting]);
                }
                command
            }
            Kind::MariaDb => {
                let mut command = self.unprivileged("mariadbd");
                command.args([
                    "--no-defaults",
                    "--bind-address=127.0.0.1",
                    "--skip-name-resolve",
                    "--innodb-flush-log-at-trx-commit=2",
                    &format!("--datadir={}", at("data")),
                    &format!("--port={}", self.port),
                    &format!("--socket={}", at("socket")),
                    &format!("--pid-file={}", at("pid")),
                    &format!("--ssl-ca={}", at("ca.pem")),
                    &format!("--ssl-cert={}", at("server.pem")),
                    &format!("--ssl-key={}", at("key.pem")),
                ]);
                command
            }
        };
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
        *self.child.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(child);
        let (database, until) = match self.kind {
            Kind::Postgres => ("postgres", Instant::now() + Duration::from_secs(60)),
            Kind::MariaDb => ("mysql", Instant::now() + Duration::from_secs(60)),
        };
        while let Err(error) = self.try_execute(database, "SELECT 1") {
            assert!(Instant::now() < until, "{:?} does not answer: {error}", self.kind);
            thread::sleep(Duration::from_millis(100));
        }
        if self.kind == Kind::MariaDb {
            let user = format!("CREATE USER IF NOT EXISTS reader@'%' IDENTIFIED BY '{PASSWORD}'");
            self.execute(database, &user);
        } else {
            let user = format!(
                "DO $$ BEGIN CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'; \
                 EXCEPTION WHEN duplicate_object THEN NULL; END $$"
            );
            self.execute(database, &user);
        }
    }

    fn initialize(&self) {
        let at = |name: &str| self.folder.path().join(name).display().to_string();
        let mut command = match self.kind {
            Kind::Postgres => {
                let mut command = self.unprivileged("initdb");
                command.args([
                    "-D",
                    &at("data"),
                    "-U",
                    "owner",
                    "-A",
                    "scram-sha-256",
                    "-E",
                    "UTF8",
                ]);
                command.args([
                    "--locale=C.UTF-8",
                    "--no-sync",
                    &format!("--pwfile={}", at("password")),
                ]);
                command
            }
            Kind::MariaDb => {
                let mut command = self.unprivileged("mariadb-install-db");
                command.args(["--no-defaults", "--auth-root-authentication-method=normal"]);
                command.args(["--skip-test-db", &format!("--datadir={}", at("data"))]);
                command
            }
        };
        let made = command.output().expect("runs");
        assert!(made.status.success(), "{command:?}: {}", String::from_utf8_lossy(&made.stderr));
    }

    /// A program of the server's, without the rights of the administrator: neither server takes them.
    fn unprivileged(&self, name: &str) -> Command {
        let beside = self.binaries.parent().unwrap_or(&self.binaries).join("bin").join(name);
        let own = self.binaries.join(name);
        let program = if own.exists() { own } else { beside };
        let mut command = match is_root() {
            true => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"]);
                command.arg(program);
                command
            }
            false => Command::new(program),
        };
        command.current_dir(self.folder.path()).env("HOME", self.folder.path());
        command
    }

    /// Gives the folder to the user that the server runs as.
    fn hand_over(&self) {
        if is_root() {
            let mut give = Command::new("chown");
            give.args(["-R", "nobody:nogroup"]).arg(self.folder.path());
            assert!(give.status().expect("chown runs").success());
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}
