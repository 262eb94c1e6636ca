//! Rows of databases: exact, only read, only what is new, and never half.
//!
//! `tests/run` names the servers; where one is not there, its part says that it is skipped.

mod end_to_end;
mod incremental;
mod reach;
mod servers;
mod session;
mod statements;
mod values;

use crate::{
    formats::{JOB, metrics, shop},
    support::TestBed,
};
use servers::{Kind, Server};
use std::{
    fs,
    io::BufReader,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

/// A database of its own, and a folder with a job over it.
struct Place {
    bed: TestBed,
    /// Nothing for a SQLite file.
    server: Option<Arc<Server>>,
    database: String,
}

impl Place {
    /// On a running server, or nothing where there is none.
    fn on(kind: Kind) -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let server = servers::shared(kind)?;
        let database = format!("shop_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        server.create(&database);
        let place = Self { bed: shop(), database, server: Some(server) };
        place.bed.write("warehouse.url", place.address());
        Some(place)
    }

    /// In a file.
    fn in_a_file() -> Self {
        let place = Self { bed: shop(), server: None, database: "shop.sqlite".into() };
        fs::create_dir_all(place.bed.path("data")).expect("a folder");
        place
    }

    /// All there are.
    fn all() -> Vec<Self> {
        let servers = [Kind::Postgres, Kind::MariaDb].into_iter().filter_map(Self::on);
        servers.chain([Self::in_a_file()]).collect()
    }

    fn name(&self) -> String {
        self.server.as_ref().map_or_else(|| "SQLite".into(), |server| format!("{:?}", server.kind))
    }

    fn is(&self, kind: Kind) -> bool {
        self.server.as_ref().is_some_and(|server| server.kind == kind)
    }

    /// The type of a column of moments.
    fn moment(&self) -> &'static str {
        match self.server.as_ref().map(|server| server.kind) {
            Some(Kind::Postgres) => "timestamptz",
            Some(Kind::MariaDb) => "datetime(3)",
            None => "TEXT",
        }
    }

    fn address(&self) -> String {
        self.server.as_ref().expect("a server").address(&self.database)
    }

    /// The line of the contract that names the database.
    fn named(&self) -> String {
        match self.server.as_ref().map(|server| server.kind) {
            Some(Kind::Postgres) => "postgres = \"file:warehouse.url\"".into(),
            Some(Kind::MariaDb) => "mysql = \"file:warehouse.url\"".into(),
            None => format!("sqlite = \"{}\"", self.database),
        }
    }

    /// Runs statements as the owner; several end with `;` at a line's end.
    fn execute(&self, statements: &str) {
        match &self.server {
            Some(server) => server.execute(&self.database, statements),
            None => {
                let path = self.bed.path("data").join(&self.database);
                let client = rusqlite::Connection::open(path).expect("a file");
                client
                    .execute_batch(statements)
                    .unwrap_or_else(|error| panic!("{error}: {statements}"));
            }
        }
    }

    /// The contract of `orders`: where they come from, its first lines, and its columns.
    fn contract(&self, source: &str, head: &str, columns: &str) {
        let text = format!(
            "description = \"Orders.\"\nowner = \"Tests\"\n{head}\n[source.database]\n{}\n{source}\n\
             [time]\ncolumn = \"the_day\"\nexpected = \"irregular\"\n[columns]\n{columns}\n\
             the_day = {{ type = \"date\", template = \"2026-01-01\", format = [\"%Y-%m-%d\"] }}\n",
            self.named()
        );
        self.bed.write("jobs/contracts/orders.toml", text);
        self.bed.write("jobs/metrics/orders.toml", metrics("orders", "sum(price)"));
    }

    /// The number of rows and their sum.
    fn figures(&self) -> (String, String) {
        (self.bed.value(JOB, "rows_orders"), self.bed.value(JOB, "sum_orders"))
    }

    /// What the program says of the data when it must not be trusted.
    fn complaint(&self) -> String {
        self.bed.tidings(&["kpi", JOB, "--metric", "rows_orders"]).exits(3).stderr
    }

    /// How many batches had to be parsed for a question.
    fn parsed(&self) -> usize {
        let ran = self.bed.tidings(&["-vv", "--log-json", "kpi", JOB, "--metric", "rows_orders"]);
        ran.exits(0).stderr.matches("\"file parsed\"").count()
    }

    /// The batches of `orders` by their names.
    fn batches(&self) -> Vec<String> {
        let mut found = Vec::new();
        crate::support::each_file(&self.bed.state().join("landing"), &mut |file, _| {
            let name = file.file_name().expect("a name").to_string_lossy().into_owned();
            if name.ends_with(".zst") {
                found.push(name);
            }
        });
        found.sort();
        found
    }

    /// A section about the orders: `quarantine` and `check` speak of the datasets that the job's sections need.
    fn show_orders(&self) {
        let section = "[[section]]\nid = \"all\"\ntitle = { en = \"All\", zh-CN = \"全部\" }\n\
                       analysis = \"scorecard\"\nmetrics = [\"rows_orders\"]\n";
        let job = fs::read_to_string(self.bed.path(JOB)).expect("the job");
        if !job.contains(section) {
            self.bed.write(JOB, job + section);
        }
    }

    /// The rows as they were brought, batch by batch.
    fn landed(&self) -> Vec<serde_json::Value> {
        let row = |line: Vec<u8>| serde_json::from_slice(&line).expect("a row");
        self.landed_lines().into_iter().map(row).collect()
    }

    fn landed_lines(&self) -> Vec<Vec<u8>> {
        let mut files = Vec::new();
        crate::support::each_file(&self.bed.state().join("landing"), &mut |file, _| {
            if file.extension().is_some_and(|ending| ending == "zst") {
                files.push(file.to_path_buf());
            }
        });
        files.sort();
        let mut rows = Vec::new();
        for file in files {
            let file = BufReader::new(fs::File::open(file).expect("a batch"));
            let text = zstd::stream::decode_all(file).expect("whole");
            for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                rows.push(line.to_vec());
            }
        }
        rows
    }
}
