//! The bed a test runs in: a folder of its own, the real binary, nothing of the machine.

use super::Ran;
use model::{report::Report, run::RunRecord};
use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
    sync::{Once, OnceLock},
};
use tempfile::TempDir;

/// The workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests lie in the workspace").to_owned()
}

/// The built program: beside the folder of this test binary.
fn binary() -> PathBuf {
    static HINT: Once = Once::new();
    let own = std::env::current_exe().expect("a test has a file");
    let built = own.parent().and_then(Path::parent).expect("…/debug/deps").join("tidings");
    assert!(built.exists(), "{} is missing; run `cargo build --workspace`", built.display());
    HINT.call_once(|| {
        let written = |path: &Path| fs::metadata(path).and_then(|known| known.modified()).ok();
        let (mut newest, program) = (None, written(&built));
        each_file(&root().join("crates"), &mut |file, _| newest = newest.max(written(file)));
        if newest > program {
            // Cargo builds the program for `cargo build`, not for a single test target.
            eprintln!("hint: the program is older than its sources; run `cargo build --workspace`");
        }
    });
    built
}

/// Where the program works.
enum Place {
    Own(TempDir),
    /// Kept until the next run of the suite, shared by its tests.
    Shared(PathBuf),
}

/// A folder with a state of its own.
pub(crate) struct TestBed {
    place: Place,
    /// The working folder: the workspace itself or a copy.
    home: PathBuf,
}

impl TestBed {
    /// The workspace as it is, with a fresh state.
    pub(crate) fn here() -> Self {
        Self { place: own(), home: root() }
    }

    /// An empty folder with nothing but the templates.
    pub(crate) fn empty() -> Self {
        let place = own();
        let home = path_of(&place).join("home");
        fs::create_dir_all(&home).expect("folder");
        symlink(root().join("report-templates"), home.join("report-templates")).expect("link");
        Self { place, home }
    }

    /// A copy of the workspace's jobs over links to its sample data, free to be broken.
    pub(crate) fn copy() -> Self {
        let bed = Self::empty();
        each_file(&root().join("jobs"), &mut |file, relative| {
            let to = bed.home.join("jobs").join(relative);
            fs::create_dir_all(to.parent().expect("folder")).expect("folder");
            fs::copy(file, to).expect("copied");
        });
        each_file(&root().join("sample-data"), &mut |file, relative| {
            let to = bed.home.join("sample-data").join(relative);
            fs::create_dir_all(to.parent().expect("folder")).expect("folder");
            symlink(file, to).expect("link");
        });
        bed
    }

    /// A path in the working folder.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.home.join(relative)
    }

    /// The state folder.
    pub(crate) fn state(&self) -> PathBuf {
        path_of(&self.place).join("state")
    }

    /// Writes a file, instead of whatever was there.
    pub(crate) fn write(&self, relative: &str, content: impl AsRef<[u8]>) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().expect("folder")).expect("folder");
        // A link is replaced, never written through.
        let _ = fs::remove_file(&path);
        fs::write(&path, content).expect("written");
    }

    /// Replaces a text that must be there.
    #[track_caller]
    pub(crate) fn replace(&self, relative: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(relative)).expect("a text file");
        assert!(text.contains(from), "{relative} must have `{from}` for this case");
        self.write(relative, text.replacen(from, to, 1));
    }

    /// A copy of the templates instead of the link to them, free to be broken.
    pub(crate) fn own_templates(&self) {
        fs::remove_file(self.path("report-templates")).expect("a link");
        each_file(&root().join("report-templates"), &mut |file, relative| {
            let text = fs::read(file).expect("a template");
            self.write(&format!("report-templates/{}", relative.display()), text);
        });
    }

    /// Puts a file of the workspace back.
    pub(crate) fn restore(&self, relative: &str) {
        let path = self.path(relative);
        let _ = fs::remove_file(&path);
        symlink(root().join(relative), path).expect("link");
    }

    /// The program with arguments, ready to be changed and started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command
            .args(arguments)
            .current_dir(&self.home)
            .env("TIDINGS_STATE", self.state())
            .env("NO_COLOR", "1")
            .env_remove("TIDINGS_LOG")
            .env("TZ", "UTC");
        command
    }

    /// Runs the program.
    pub(crate) fn tidings(&self, arguments: &[&str]) -> Ran {
        self.start(self.command(arguments))
    }

    /// Runs a prepared command.
    pub(crate) fn start(&self, mut command: Command) -> Ran {
        let said = format!("{command:?}");
        Ran::new(said, command.output().expect("the program starts"))
    }

    /// Runs the program and kills it at a named place.
    #[track_caller]
    pub(crate) fn killed(&self, place: &str, arguments: &[&str]) {
        let mut command = self.command(arguments);
        command.env("TIDINGS_DIE_AT", place);
        let ended = command.output().expect("the program starts");
        assert_eq!(ended.status.code(), None, "it is killed: {ended:?}");
    }

    /// The values of a metric, as the CSV of `kpi`.
    pub(crate) fn kpi(&self, job: &str, arguments: &str) -> Vec<super::Row> {
        let mut all = vec!["kpi", job, "--format", "csv"];
        all.extend(arguments.split_whitespace());
        self.tidings(&all).exits(0).csv()
    }

    /// The report that a run of a job stores; nothing is delivered.
    pub(crate) fn report(&self, job: &str) -> Report {
        let ran = self.tidings(&["run", job, "--no-send", "--format", "json"]).exits(0);
        let record: RunRecord = serde_json::from_value(ran.json()).expect("a run record");
        let found = record.artefacts.iter().find(|artefact| artefact.kind == "report");
        let path = &found.unwrap_or_else(|| panic!("no report in {record:?}")).path;
        let text = fs::read_to_string(self.path(path)).expect("a stored report");
        serde_json::from_str(&text).expect("a report")
    }

    /// The one value of a metric over all data.
    pub(crate) fn value(&self, job: &str, metric: &str) -> String {
        let rows = self.kpi(job, &format!("--metric {metric}"));
        assert_eq!(rows.len(), 1, "one value of {metric}: {rows:?}");
        rows[0][metric].clone()
    }

    /// A contract of `takings.csv` with a value for each day, and a metric that sums it.
    pub(crate) fn write_takings(&self) {
        self.write(
            "jobs/contracts/takings.toml",
            "description = \"Rows.\"\nowner = \"Test\"\n[source]\nfiles = [\"takings.csv\"]\n[time]\ncolumn = \"day\"\n\
             expected = \"daily\"\n[columns]\nday = { type = \"date\", required = true, format = [\"%Y-%m-%d\"] }\n\
             value = { type = \"integer\", required = true }\n",
        );
        self.write(
            "jobs/metrics/takings.toml",
            "[takings]\nlabel = { en = \"Takings\", zh-CN = \"销售\" }\nunit = \"number\"\ndirection = \"up\"\n\
             owner = \"Test\"\ndescription = { en = \"Takings.\", zh-CN = \"销售。\" }\ndataset = \"takings\"\n\
             measure = \"sum(value)\"\n",
        );
    }
}

fn own() -> Place {
    let parent = env!("CARGO_TARGET_TMPDIR");
    Place::Own(tempfile::Builder::new().prefix("bed-").tempdir_in(parent).expect("a folder"))
}

fn path_of(place: &Place) -> &Path {
    match place {
        Place::Own(folder) => folder.path(),
        Place::Shared(folder) => folder,
    }
}

/// A bed that all tests of this run share; those that earlier runs left are cleared away.
pub(crate) fn shared_state(name: &str) -> TestBed {
    let parent = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for entry in fs::read_dir(parent).expect("cargo makes it").flatten() {
        let left = entry.file_name().to_string_lossy().into_owned();
        let owner = left.strip_prefix("shared-").and_then(|rest| rest.split('-').next());
        let gone = |pid: &str| !Path::new("/proc").join(pid).exists();
        if Path::new("/proc/self").exists() && owner.is_some_and(gone) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    let folder = parent.join(format!("shared-{}-{name}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    TestBed { place: Place::Shared(folder), home: root() }
}

/// Every file below a folder, with its path relative to it.
pub(crate) fn each_file(folder: &Path, take: &mut dyn FnMut(&Path, &Path)) {
    let mut pending = vec![folder.to_path_buf()];
    while let Some(next) = pending.pop() {
        for entry in fs::read_dir(&next).expect("readable").flatten() {
            let path = entry.path();
            if path.is_dir() {
                pending.push(path);
            } else {
                take(&path, path.strip_prefix(folder).expect("below"));
            }
        }
    }
}

/// The nightly job, run once.
pub(crate) struct Nightly {
    pub(crate) bed: TestBed,
    pub(crate) record: RunRecord,
    pub(crate) report: Report,
    /// The folder with the published message and page.
    pub(crate) outbox: PathBuf,
}

/// The nightly job on the sample data, run once for all tests.
pub(crate) fn nightly() -> &'static Nightly {
    static NIGHTLY: OnceLock<Nightly> = OnceLock::new();
    NIGHTLY.get_or_init(|| {
        let bed = shared_state("nightly");
        let ran = bed.tidings(&["run", "jobs/nightly.toml", "--format", "json"]).exits(0);
        let record: RunRecord = serde_json::from_value(ran.json()).expect("a run record");
        let (report, outbox) = published(&record);
        Nightly { bed, record, report, outbox }
    })
}

/// The report of the monthly job on the sample data, made once for all tests.
pub(crate) fn monthly() -> &'static Report {
    static MONTHLY: OnceLock<Report> = OnceLock::new();
    MONTHLY.get_or_init(|| shared_state("monthly").report("jobs/monthly-marketing.toml"))
}

/// The stored report of a run and the folder of its messages.
pub(crate) fn published(record: &RunRecord) -> (Report, PathBuf) {
    let path = |kind: &str| {
        let found = record.artefacts.iter().find(|artefact| artefact.kind == kind);
        PathBuf::from(&found.unwrap_or_else(|| panic!("no {kind} in {record:?}")).path)
    };
    let text = fs::read_to_string(path("report")).expect("a stored report");
    let report = serde_json::from_str(&text).expect("a report");
    (report, path("message").parent().expect("a folder").to_path_buf())
}
