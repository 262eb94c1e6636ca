//! The scoreboard: every published goal, measured on the public data sets, one line each.
//!
//! Rule: one file per topic with one function `rows`; a topic whose data are absent says so and is left out, never
//! guessed. Nothing here times anything unless its figure is a time.

mod anomaly;
mod attribution;
mod change;
mod change_points;
mod columns;
mod comments;
mod contribution;
mod experiment;
mod forecast;
mod funnel;
mod geo;
mod leads;
mod lifetime;
mod privacy;
mod quantiles;
mod response;
mod retail_log;
mod retention;
mod row;
mod seasonal;
mod survey;
mod tables;
mod trend;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use self::row::Row;

/// Which topics are measured, and where the data lie.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Topics by name; all but the slow ones if none is given.
    topics: Vec<String>,
    /// The folder of the public data sets.
    #[arg(long, default_value = "../shared/data")]
    data: PathBuf,
}

/// What measures one topic.
type Measure = fn(&Path) -> anyhow::Result<Vec<Row>>;

/// The topics in the order of the scoreboard.
const TOPICS: &[(&str, Measure)] = &[
    ("trend", trend::rows),
    ("change", change::rows),
    ("seasonal", seasonal::rows),
    ("quantiles", quantiles::rows),
    ("anomaly", anomaly::rows),
    ("change-points", change_points::rows),
    ("forecast-weekly", forecast::weekly),
    ("forecast-monthly", forecast::monthly),
    ("forecast-target", forecast::target),
    ("forecast-daily", forecast::daily),
    ("contribution", contribution::rows),
    ("leads", leads::rows),
    ("privacy", privacy::rows),
    ("attribution", attribution::rows),
    ("funnel", funnel::rows),
    ("survey", survey::rows),
    ("comments", comments::rows),
    ("experiment", experiment::rows),
    ("geo", geo::rows),
    ("response", response::rows),
    ("lifetime", lifetime::rows),
    ("retention", retention::rows),
];

/// Topics that take minutes and are measured only when asked for by name.
const ONLY_BY_NAME: &[&str] = &["forecast-daily"];

/// Prints `figure measured goal published verdict`, tab-separated, and fails if a goal is missed.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    for name in &arguments.topics {
        anyhow::ensure!(
            TOPICS.iter().any(|topic| topic.0 == name),
            "there is no topic `{name}`; there are: {}",
            names()
        );
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "figure\tmeasured\tgoal\tpublished\tverdict")?;
    let mut missed = 0;
    for (name, measure) in TOPICS {
        let is_named = arguments.topics.iter().any(|wanted| wanted == name);
        let is_meant = arguments.topics.is_empty() && !ONLY_BY_NAME.contains(name);
        if !is_named && !is_meant {
            continue;
        }
        for row in measure(&arguments.data).with_context(|| format!("topic {name}"))? {
            missed += usize::from(!row.holds());
            writeln!(out, "{row}")?;
            out.flush()?;
        }
    }
    anyhow::ensure!(missed == 0, "{missed} goals are missed");
    Ok(())
}

fn names() -> String {
    TOPICS.iter().map(|topic| topic.0).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Topics that take seconds: every change is held against them where the data are there.
    const QUICK: &[&str] =
        &["trend", "seasonal", "quantiles", "change-points", "contribution", "privacy"];

    #[test]
    #[allow(clippy::print_stderr, reason = "a test that skips says so")]
    fn the_quick_topics_reach_their_goals() {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
        if !data.is_dir() {
            eprintln!("skipped: the public data sets are not beside the project");
            return;
        }
        for (name, measure) in TOPICS.iter().filter(|topic| QUICK.contains(&topic.0)) {
            let rows = measure(&data).expect("the topic's data can be read");
            assert!(!rows.is_empty(), "{name} measures something");
            for row in rows {
                assert!(row.holds(), "{row}");
            }
        }
    }
}
