//! Every snippet of README.md and of the guide: commands are run and say what is printed below them, settings are read.
//!
//! ```` ```console ```` blocks run in a copy of the workspace, a fresh one per document. Before a block,
//! `<!-- test: skip REASON -->` leaves it out and `<!-- exit: N -->` expects an exit code other than 0. A line with
//! `…` stands for output that is left out; run ids and times may differ.

use crate::support::{Ran, TestBed, all_at_once, markdown, nightly, root};
use extract::contract;
use job::file::{
    AudienceSpec, CalendarFile, EventsSpec, JobSpec, PeersSpec, SectionSpec, TargetsSpec,
    ThemesFile, metric::MetricSpec,
};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn documents() -> Vec<PathBuf> {
    let mut found = vec![root().join("README.md")];
    let pattern = root().join("docs/guide/*.md");
    found.extend(glob::glob(&pattern.to_string_lossy()).expect("a pattern").flatten());
    found.retain(|path| path.exists());
    found
}

fn name(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn comment<'a>(block: &'a markdown::Block, key: &str) -> Option<&'a str> {
    let rest = block.before.strip_prefix("<!--")?.strip_suffix("-->")?.trim();
    rest.strip_prefix(key).map(str::trim)
}

#[test]
fn every_command_of_the_guide_does_what_stands_below_it() {
    let mut faults = Vec::new();
    for path in documents() {
        let text = fs::read_to_string(&path).expect("a document");
        let blocks = markdown::blocks(&text);
        let consoles: Vec<_> = blocks.iter().filter(|block| block.info == "console").collect();
        if consoles.is_empty() {
            continue;
        }
        let bed = copy();
        for block in consoles {
            match comment(block, "test: skip") {
                Some("") => {
                    faults.push(format!("{}:{}: say why it is skipped", name(&path), block.line))
                }
                Some(_) => {}
                None => {
                    let found = run(&bed, block).into_iter();
                    faults.extend(
                        found.map(|fault| format!("{}:{}: {fault}", name(&path), block.line)),
                    );
                }
            }
        }
    }
    all_at_once(faults);
}

/// A copy of the workspace that knows the sample data already, and has delivered nothing.
fn copy() -> TestBed {
    let bed = TestBed::copy();
    let state = nightly().bed.state();
    for folder in ["lake", "quarantine"] {
        crate::support::each_file(&state.join(folder), &mut |file, relative| {
            let to = bed.path(".tidings").join(folder).join(relative);
            fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
            fs::copy(file, to).expect("copied");
        });
    }
    bed
}

fn run(bed: &TestBed, block: &markdown::Block) -> Vec<String> {
    let expected = comment(block, "exit:").map_or(0, |code| code.parse().expect("an exit code"));
    let mut faults = Vec::new();
    for piece in format!("\n{}", block.text).split("\n$ ").skip(1) {
        let (command, output) = piece.split_once('\n').unwrap_or((piece, ""));
        let command =
            command.replace("cargo run -q --", "tidings").replace("cargo run --", "tidings");
        if !command.split_whitespace().any(|word| word == "tidings") {
            faults.push(format!(
                "`{command}` is no command of ours; put `<!-- test: skip REASON -->` before it"
            ));
            continue;
        }
        let ran = shell(bed, &command);
        if ran.code != expected {
            faults.push(format!(
                "`{command}` exits with {}, not {expected}:\n{}",
                ran.code, ran.stderr
            ));
        }
        let said = plain(&(ran.stdout + &ran.stderr));
        let lines =
            output.lines().map(plain).filter(|line| !line.is_empty() && !line.contains('…'));
        let missing = lines.filter(|line| !said.contains(line));
        faults.extend(
            missing.map(|line| format!("`{command}` does not say `{line}`; it says\n{said:.2500}")),
        );
    }
    faults
}

fn shell(bed: &TestBed, command: &str) -> Ran {
    let program = bed.command(&[]);
    let folder = Path::new(program.get_program()).parent().expect("a folder");
    let mut shell = Command::new("sh");
    let path = std::env::var("PATH").unwrap_or_default();
    shell
        .args(["-c", command])
        .current_dir(bed.path(""))
        .env("PATH", format!("{}:{path}", folder.display()))
        .env("NO_COLOR", "1")
        .env_remove("TIDINGS_STATE")
        .env_remove("TIDINGS_LOG");
    bed.start(shell)
}

/// Without what differs from run to run, and with single blanks.
fn plain(text: &str) -> String {
    let run = regex::Regex::new(r"\d{8}T\d{9}-[0-9a-f]{6}").expect("a pattern");
    let took = regex::Regex::new(r"\d+ ms").expect("a pattern");
    let text = took.replace_all(&run.replace_all(text, "RUN"), "N ms").into_owned();
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_settings_snippet_of_the_guide_is_read_by_its_reader() {
    let mut faults = Vec::new();
    for path in documents() {
        let text = fs::read_to_string(&path).expect("a document");
        for block in markdown::blocks(&text) {
            let Some(kind) = block.info.strip_prefix("toml") else { continue };
            if comment(&block, "test: skip").is_some_and(|reason| !reason.is_empty()) {
                continue;
            }
            if let Err(fault) = read(kind.trim(), &block.text) {
                faults.push(format!("{}:{}: {fault}", name(&path), block.line));
            }
        }
    }
    all_at_once(faults);
}

/// Reads a snippet as the file form it is called after.
fn read(kind: &str, text: &str) -> Result<(), String> {
    fn form<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }
    match kind {
        "job" => {
            let job: JobSpec = form(text)?;
            for section in job.section {
                SectionSpec::deserialize(section).map_err(|error| error.to_string())?;
            }
            Ok(())
        }
        "metrics" => form::<BTreeMap<String, MetricSpec>>(text).map(drop),
        "contract" => {
            let spec: contract::Spec = form(text)?;
            let id = model::id::DatasetId::new("snippet");
            let resolved = contract::resolve(&id, &spec, chrono_tz::Tz::UTC);
            resolved.map(drop).map_err(|faults| format!("{faults:?}"))
        }
        "targets" => form::<TargetsSpec>(text).map(drop),
        "peers" => form::<PeersSpec>(text).map(drop),
        "events" => form::<EventsSpec>(text).map(drop),
        "audience" => form::<AudienceSpec>(text).map(drop),
        "calendar" => form::<CalendarFile>(text).map(drop),
        "themes" => {
            let faults = form::<ThemesFile>(text)?.faults();
            if faults.is_empty() { Ok(()) } else { Err(format!("{faults:?}")) }
        }
        "settings" => form::<run::settings::Spec>(text).map(drop),
        "" => form::<toml::Table>(text).map(drop),
        other => Err(format!("`toml {other}` is no form that guide.rs knows")),
    }
}

#[test]
fn there_is_a_guide() {
    assert!(documents().len() > 1, "README.md and docs/guide/ hold the snippets that are run here");
}
