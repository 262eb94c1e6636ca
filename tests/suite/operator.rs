//! What whoever runs the program is told: how jobs stand, what a machine lacks, a heartbeat, metrics, the digest of a day.

mod changed;
mod day;
mod heartbeat;
mod killed;
mod put_off;
mod relay;
mod settled;
mod sound;
mod standing;
mod two;

use crate::support::TestBed;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Timelike, Utc};
use std::fmt::Write;

const JOB: &str = "jobs/takings.toml";

/// A job of one dataset with rows on each of the last 60 days, mailed to two readers through a relay on this machine.
struct World {
    bed: TestBed,
    /// The moment of today at which the job runs: the last full hour, unless the day has just begun.
    moment: DateTime<Utc>,
}

impl World {
    fn new(port: u16, operator: &str) -> Self {
        let bed = TestBed::empty();
        let now = run::context::now();
        let moment = now.with_minute(0).and_then(|at| at.with_second(0)).expect("an hour");
        let moment = moment.with_nanosecond(0).expect("an hour");
        bed.write_takings();
        bed.write(
            "tidings.toml",
            format!(
                "[relay.main]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\ntries = 1\n\n[operator]\n{operator}"
            ),
        );
        let world = Self { bed, moment };
        world.job("takings", &format!("cron = \"0 {} * * *\"", moment.hour()));
        world.data_to(world.today() - Days::new(1), "");
        world
    }

    /// A job of that name with a schedule.
    fn job(&self, name: &str, schedule: &str) {
        let job = format!(
            "schema_version = 1\ntitle = {{ en = \"Takings of {name}\", zh-CN = \"{name}销售\" }}\n\
             organisation = {{ en = \"House\", zh-CN = \"公司\" }}\nowner = \"Test\"\nzone = \"UTC\"\ngrain = \"day\"\n\
             data = \"../data\"\n\n[schedule]\n{schedule}\n\n[gate]\nmax_quarantined_share = 0.5\n\n[deliver]\nowner = []\n\n\
             [[deliver.email]]\n\
             from = {{ address = \"reports@example.com\" }}\nrelay = \"main\"\nto = [\n\
             {{ address = \"cfo@example.com\", locale = \"en\" }},\n\
             {{ address = \"ceo@example.com\", locale = \"zh-CN\" }},\n]\n\n\
             [[section]]\nid = \"figures\"\n\
             title = {{ en = \"Figures\", zh-CN = \"数字\" }}\nanalysis = \"scorecard\"\nmetrics = [\"takings\"]\n"
        );
        self.bed.write(&format!("jobs/{name}.toml"), job);
    }

    fn today(&self) -> NaiveDate {
        self.moment.date_naive()
    }

    /// Rows of 60 days, the last one being `last`, and what else is to stand in the file.
    fn data_to(&self, last: NaiveDate, more: &str) {
        let mut csv = String::from("day,value\n");
        for back in (0..60).rev() {
            let _ = writeln!(csv, "{},1000", last - Days::new(back));
        }
        csv.push_str(more);
        self.bed.write("data/takings.csv", csv);
    }

    /// The moment as `--as-of` takes it, so many days before that of today.
    fn as_of(&self, days: i64) -> String {
        (self.moment - TimeDelta::days(days)).format("%Y-%m-%dT%H:%M").to_string()
    }

    /// What `status` tells of the job.
    fn status(&self, code: i32) -> serde_json::Value {
        let said = self.bed.tidings(&["status", JOB, "--format", "json"]).exits(code).json();
        said[0].clone()
    }
}

/// A port of this machine at which nobody listens.
fn closed_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}
