//! Developer commands: everything that is generated, measured or checked by hand.
//!
//! Rule: one module per subcommand; a subcommand never ships with the product.

mod large_file;
mod opinions;
mod sample_data;
mod scoreboard;

use clap::{Parser, Subcommand};

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
    /// Measures memory and time for one large file.
    LargeFile(large_file::Arguments),
    /// Writes inputs and our figures of them, for second opinions by independent programs.
    Opinions(opinions::Arguments),
    /// Writes the seeded sample data, or checks that the committed files are those it would write.
    SampleData(sample_data::Arguments),
    /// Measures every published goal on the public data sets.
    Scoreboard(scoreboard::Arguments),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::LargeFile(arguments) => large_file::run(&arguments),
        Command::Opinions(arguments) => opinions::run(&arguments),
        Command::SampleData(arguments) => sample_data::run(&arguments),
        Command::Scoreboard(arguments) => scoreboard::run(&arguments),
    }
}
