//! Developer commands: everything that is generated, measured or checked by hand.
//!
//! Rule: one module per subcommand; a subcommand never ships with the product.

mod burst;
mod large_file;
mod opinions;
mod peak;
mod sample_data;
mod scoreboard;

use clap::{Parser, Subcommand};
#[cfg(feature = "pipeline")]
use xtask::{crashes, fuzz, torture};

/// Developer commands of the workspace.
#[derive(Debug, Parser)]
#[command(name = "xtask")]
struct Arguments {
    /// What to do.
    #[command(subcommand)]
    command: Command,
}

/// The commands, alphabetical.
#[derive(Debug, Subcommand)]
enum Command {
    /// Measures time and memory for a thousand personalised mails.
    Burst(burst::Arguments),
    /// Kills the program at random moments, starts it twice at once, and counts mails.
    #[cfg(feature = "pipeline")]
    Crashes(crashes::Arguments),
    /// Measures memory and time for one large file.
    LargeFile(large_file::Arguments),
    /// Changes files at random and looks for any that breaks a promise of the readers.
    #[cfg(feature = "pipeline")]
    Fuzz(fuzz::Arguments),
    /// Writes inputs and our figures of them, for second opinions by independent programs.
    Opinions(opinions::Arguments),
    /// Writes the seeded sample data, or checks that the committed files are those it would write.
    SampleData(sample_data::Arguments),
    /// Measures every published goal on the public data sets.
    Scoreboard(scoreboard::Arguments),
    /// Reads hostile and awkward files through the real extraction: a line per set.
    #[cfg(feature = "pipeline")]
    Torture(torture::Arguments),
    #[cfg(not(feature = "pipeline"))]
    #[command(external_subcommand)]
    OfPipeline(Vec<String>),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Burst(arguments) => burst::run(&arguments),
        #[cfg(feature = "pipeline")]
        Command::Crashes(arguments) => crashes::run(&arguments),
        Command::LargeFile(arguments) => large_file::run(&arguments),
        #[cfg(feature = "pipeline")]
        Command::Fuzz(arguments) => fuzz::run(&arguments),
        Command::Opinions(arguments) => opinions::run(&arguments),
        Command::SampleData(arguments) => sample_data::run(&arguments),
        Command::Scoreboard(arguments) => scoreboard::run(&arguments),
        #[cfg(feature = "pipeline")]
        Command::Torture(arguments) => torture::run(&arguments),
        #[cfg(not(feature = "pipeline"))]
        Command::OfPipeline(arguments) => with_pipeline(&arguments),
    }
}

/// Builds this program as part of the whole workspace, which has the commands that extract, and goes on there.
#[cfg(not(feature = "pipeline"))]
fn with_pipeline(arguments: &[String]) -> anyhow::Result<()> {
    use std::process::Command;
    let build = ["build", "--quiet", "--workspace", "--bin", "xtask", "--bin", "tidings"];
    anyhow::ensure!(Command::new("cargo").args(build).status()?.success(), "the build fails");
    // The path alone: the file behind it is new.
    let program = std::env::current_exe()?.with_file_name("xtask");
    anyhow::ensure!(Command::new(program).args(arguments).status()?.success(), "see above");
    Ok(())
}
