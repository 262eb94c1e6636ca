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
use std::process::ExitCode;

/// Batch jobs allocate and free large frames; this allocator returns memory and is quick at it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = args::Args::parse();
    logging::start(&args.global);
    let exit = match command::run(&args) {
        Ok(exit) => exit,
        Err(error) => {
            output::complain(&format!("error: {error:#}"));
            Exit::of(&error)
        }
    };
    exit.into()
}
