//! The end-to-end suite: the real binary against the sample data, hostile input and, where it is there, public data.
//!
//! Rule: a test's name is the rule it proves. Cases are data under `tests/cases/`; figures come from
//! `sample-data/truths.json` and from the tables of the data's own descriptions, never from here.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cmp_owned,
    reason = "tests fail loudly, write files freely and say what they skip"
)]

mod support;

mod analyses;
mod architecture;
mod archive;
mod attachments;
mod audiences;
mod benchmark;
mod browser;
mod by_hand;
mod calendars;
mod cli;
mod corrections;
mod crashes;
mod databases;
mod delivery;
mod drift;
mod export;
mod fetched;
mod formats;
mod gate;
mod guide;
mod lake;
mod late;
mod library;
mod looks;
mod mail_path;
mod newcomer;
mod operator;
mod quarantine;
mod real_data;
mod restated;
mod rules;
mod sample;
mod sniff;
mod told;
mod torture;
