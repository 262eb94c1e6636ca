//! Logs to stderr, as fields.

use crate::args::Global;
use std::io::IsTerminal;
use tracing_subscriber::{EnvFilter, fmt};

/// Starts logging. `TIDINGS_LOG` refines what `-v` says.
pub(crate) fn start(global: &Global) {
    let level = match global.verbose {
        0 => "warn",
        1 => "info",
        _ => "debug",
    };
    #[expect(clippy::disallowed_methods, reason = "logging is set up before anything else runs")]
    let (wish, plain) = (std::env::var("TIDINGS_LOG").ok(), std::env::var_os("NO_COLOR").is_some());
    // Parsers of fonts and frames are talkative; what matters of theirs becomes a diagnostic.
    let usual = format!(
        "warn,cli={level},run={level},job={level},extract={level},engine={level},deliver={level}"
    );
    let filter =
        EnvFilter::try_new(wish.unwrap_or(usual)).unwrap_or_else(|_| EnvFilter::new("warn"));
    let colours = !plain && std::io::stderr().is_terminal();
    let builder = fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    if global.log_json {
        builder.json().init();
    } else {
        builder.with_target(false).init();
    }
}
