//! The program `tidings`: arguments in, exit code out.
//!
//! Rule: stdout is data, stderr is logs; the exit code says how it ended.

mod args;
mod command;
mod exit;
mod logging;
mod output;
mod progress;
mod workplace;

use clap::Parser;
use exit::Exit;
use std::{path::Path, process::ExitCode};

/// Batch jobs allocate and free large frames; this allocator returns memory and is quick at it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = args::Args::parse();
    logging::start(&args.global);
    #[cfg(debug_assertions)]
    rehearse_death();
    let exit = match command::run(&args) {
        Ok(exit) => exit,
        Err(error) => {
            let state = run::settings::read(Path::new("")).unwrap_or_default().state;
            output::complain(&format!("error: {}", exit::told(&error, &state)));
            Exit::of(&error)
        }
    };
    exit.into()
}

/// Dies at the place that `TIDINGS_DIE_AT` names, as by `kill -9`; a release build has none of this.
#[cfg(debug_assertions)]
fn rehearse_death() {
    #[expect(clippy::disallowed_methods, reason = "a switch of tests, which no release build has")]
    if let Ok(place) = std::env::var("TIDINGS_DIE_AT") {
        publish::rehearsal::arm(&place, || {
            let own = rustix::process::getpid();
            let _ = rustix::process::kill_process(own, rustix::process::Signal::KILL);
        });
    }
}
