//! Developer commands: everything that is generated, measured or checked by hand.
//!
//! Rule: one module per subcommand; a subcommand never ships with the product.

mod sample_data;

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
    /// Writes the seeded sample data, or checks that the committed files are those it would write.
    SampleData(sample_data::Arguments),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::SampleData(arguments) => sample_data::run(&arguments),
    }
}
