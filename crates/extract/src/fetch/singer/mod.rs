//! Singer taps: programs that hand over rows in lines of JSON, and a state from which they go on.
//!
//! Rule: rows count, and the state is moved, in one step, and only when the tap ended with code 0. Rows after the last
//! state may come again; the contract's key makes one of them.

mod protocol;
mod spec;
mod tap;

pub use spec::SingerSpec;

use super::{
    Landing, Remark, is_reference,
    landing::{Kind, Written},
    secret,
};
use crate::{
    contract::Contract,
    dataset::{count, text},
};
use model::{context::RunContext, fingerprint::Fingerprinter, quality::Severity};
use protocol::Heard;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    fs,
    io::{self, BufReader, Write},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};
use tap::Tap;

/// How long a tap may take where the contract does not say.
const TIME: u64 = 3600;

/// Where programs are looked for; a tap elsewhere is named by its path.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// How far the batches reach.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Bookmark {
    /// The tap's last state, as it wrote it.
    state: Option<String>,
    /// The stream's schema, as the tap wrote it.
    schema: Option<String>,
    /// Identifies the rows of the last batch.
    rows: String,
}

/// Asks the tap for what is new.
///
/// # Errors
/// Why its rows do not count.
pub(super) fn fetch(
    spec: &SingerSpec,
    contract: &Contract,
    landing: &mut Landing,
    cx: &RunContext,
) -> Result<Vec<Remark>, String> {
    let before: Bookmark = match landing.bookmark() {
        Value::Null => Bookmark::default(),
        kept => serde_json::from_value(kept.clone()).map_err(|error| error.to_string())?,
    };
    let papers = Papers { folder: landing.folder().join("tap") };
    let mut command = papers.command(spec, before.state.as_deref(), cx)?;
    let kind = if spec.whole { Kind::Whole } else { Kind::Further };
    let mut remarks = Vec::new();
    landing.add(&kind, "jsonl.zst", |file| {
        let mut rows = Rows::new(file).map_err(|error| error.to_string())?;
        let heard = run(spec, &mut command, &mut rows, &papers, cx)?;
        check(spec, contract, &heard, &mut remarks)?;
        note_changes(before.schema.as_deref(), &heard, &mut remarks);
        let bytes = rows.finish().map_err(|error| error.to_string())?;
        // Taps repeat their last rows on quiet nights: said once is enough.
        let is_news = spec.whole || bytes != before.rows;
        let state = if spec.whole { None } else { heard.state.or(before.state.clone()) };
        let bookmark = Bookmark { state, schema: heard.schema, rows: bytes };
        let bookmark = serde_json::to_value(bookmark).map_err(|error| error.to_string())?;
        Ok(Written { has_rows: heard.rows > 0 && is_news, bookmark })
    })?;
    Ok(remarks)
}

/// Runs the tap to its end, and keeps what it said beside its rows for the owner of the machine.
fn run(
    spec: &SingerSpec,
    command: &mut Command,
    rows: &mut Rows<'_>,
    papers: &Papers,
    cx: &RunContext,
) -> Result<Heard, String> {
    let program = &spec.command[0];
    let time = Duration::from_secs(spec.timeout_seconds.unwrap_or(TIME));
    let (tap, output) = Tap::start(command, time)
        .map_err(|error| format!("the tap `{program}` does not start: {error}"))?;
    let mut output = BufReader::new(output);
    let heard = protocol::hear(&mut output, &spec.stream, rows);
    let said = tap.said();
    let ended = tap.end(heard.is_ok());
    let said = said.lock().map(|said| shown(&said, spec, cx)).unwrap_or_default();
    for line in said.lines() {
        tracing::debug!(tap = %program, line, "tap said");
    }
    let log = papers.keep("said.log", said.as_bytes())?;
    let told = |reason| format!("{reason}; what it said stands in `{}`", log.display());
    match (ended, heard) {
        (Err(end), Err(fault)) if !fault.contains(&end) => Err(told(format!("{end} ({fault})"))),
        (Err(reason), _) | (Ok(()), Err(reason)) => Err(told(reason)),
        (Ok(()), Ok(heard)) => Ok(heard),
    }
}

/// What a tap said, without its secrets.
fn shown(said: &[u8], spec: &SingerSpec, cx: &RunContext) -> String {
    let mut text = String::from_utf8_lossy(said).into_owned();
    let secrets = spec.secrets().into_iter().filter_map(|name| cx.secrets.get(name));
    for secret in secrets {
        // A secret of several lines is not printed as one.
        let lines = secret.reveal().lines().filter(|line| line.len() >= 8);
        for part in std::iter::once(secret.reveal()).chain(lines).filter(|part| !part.is_empty()) {
            text = text.replace(part, "***");
        }
    }
    text
}

/// Refuses what the tap left out or what the contract would merge wrongly; remarks on the rest.
fn check(
    spec: &SingerSpec,
    contract: &Contract,
    heard: &Heard,
    remarks: &mut Vec<Remark>,
) -> Result<(), String> {
    if heard.schema.is_none() {
        let others: Vec<&str> = heard.others.iter().map(String::as_str).collect();
        let others = if others.is_empty() { "nothing".to_owned() } else { others.join(", ") };
        return Err(format!(
            "the tap said nothing of stream `{}`; it spoke of {others}",
            spec.stream
        ));
    }
    let is_in_key = |property: &String| {
        let columns = contract.columns.iter().filter(|column| contract.key.contains(&column.name));
        columns.into_iter().any(|column| column.aliases.contains(property))
    };
    let missing: Vec<&str> =
        heard.key.iter().filter(|name| !is_in_key(name)).map(String::as_str).collect();
    if !missing.is_empty() {
        return Err(format!(
            "the tap tells rows apart by `{}`, the contract's key does not: rows would be lost",
            missing.join("`, `")
        ));
    }
    let lacking = protocol::lacking(contract, heard.schema.as_deref().unwrap_or_default());
    if let Some(lacking) = lacking {
        return Err(format!("the tap's schema of `{}` has no {lacking}", spec.stream));
    }
    for (kind, messages) in &heard.ignored {
        remarks.push(Remark {
            severity: Severity::Warning,
            key: "quality.tap_ignored",
            arguments: vec![("kind", text(kind)), ("count", count(*messages))],
        });
    }
    if heard.noise > 0 {
        remarks.push(Remark {
            severity: Severity::Warning,
            key: "quality.tap_noise",
            arguments: vec![("count", count(heard.noise))],
        });
    }
    Ok(())
}

fn note_changes(before: Option<&str>, heard: &Heard, remarks: &mut Vec<Remark>) {
    let (Some(before), Some(after)) = (before, heard.schema.as_deref()) else { return };
    let names: Vec<String> = protocol::differences(before, after).into_iter().collect();
    if !names.is_empty() {
        remarks.push(Remark {
            severity: Severity::Warning,
            key: "quality.tap_schema",
            arguments: vec![("names", text(names.join(", ")))],
        });
    }
}

/// The files that are handed to a tap, and what it said; for their owner's eyes only.
struct Papers {
    folder: PathBuf,
}

impl Papers {
    /// The tap's command line, in its folder and its environment.
    fn command(
        &self,
        spec: &SingerSpec,
        state: Option<&str>,
        cx: &RunContext,
    ) -> Result<Command, String> {
        let folder = spec.folder.as_ref().map_or(cx.data.clone(), |folder| cx.data.join(folder));
        let folder = absolute(&folder)?;
        if !folder.is_dir() {
            return Err(format!("the tap's folder `{}` is not there", folder.display()));
        }
        let program = &spec.command[0];
        let program =
            if program.contains('/') { folder.join(program) } else { PathBuf::from(program) };
        let mut command = Command::new(program);
        command.args(&spec.command[1..]).current_dir(&folder).env_clear();
        command.env("PATH", PATH).env("LANG", "C.UTF-8");
        for (name, value) in &spec.env {
            command.env(name, revealed(value, cx)?);
        }
        if !spec.config.is_empty() {
            let config =
                spec.config.iter().map(|(key, value)| Ok((key.clone(), filled(value, cx)?)));
            let config = config.collect::<Result<serde_json::Map<_, _>, String>>()?;
            let config = Value::Object(config).to_string();
            command.arg("--config").arg(self.keep("config.json", config.as_bytes())?);
        }
        if let Some(catalog) = &spec.catalog {
            if !folder.join(catalog).is_file() {
                return Err(format!("the tap's catalog `{catalog}` is not there"));
            }
            command.arg("--catalog").arg(catalog);
        }
        if let Some(state) = state.filter(|_| !spec.whole) {
            command.arg("--state").arg(self.keep("state.json", state.as_bytes())?);
        }
        Ok(command)
    }

    /// Publishes a file for its owner alone.
    fn keep(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, String> {
        let path = absolute(&self.folder.join(name))?;
        let written = publish::with(&path, |file| {
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                file.set_permissions(fs::Permissions::from_mode(0o600))?;
            }
            file.write_all(bytes)
        });
        written.map_err(|error: io::Error| format!("`{}`: {error}", path.display()))?;
        Ok(path)
    }
}

impl Drop for Papers {
    fn drop(&mut self) {
        // It has secrets in it, and the next run writes it again.
        let _ = fs::remove_file(self.folder.join("config.json"));
    }
}

fn absolute(path: &Path) -> Result<PathBuf, String> {
    std::path::absolute(path).map_err(|error| format!("`{}`: {error}", path.display()))
}

fn revealed<'a>(value: &'a str, cx: &'a RunContext) -> Result<&'a str, String> {
    if is_reference(value) { secret(value, cx).map(|secret| secret.reveal()) } else { Ok(value) }
}

/// A setting with the values of its secrets.
fn filled(value: &Value, cx: &RunContext) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => Value::String(revealed(text, cx)?.to_owned()),
        Value::Array(list) => {
            Value::Array(list.iter().map(|one| filled(one, cx)).collect::<Result<_, _>>()?)
        }
        Value::Object(map) => {
            let map = map.iter().map(|(key, one)| Ok((key.clone(), filled(one, cx)?)));
            Value::Object(map.collect::<Result<_, String>>()?)
        }
        plain => plain.clone(),
    })
}

/// Rows on their way into a batch, and what identifies them.
struct Rows<'a> {
    packed: zstd::stream::write::Encoder<'a, &'a mut dyn Write>,
    print: Fingerprinter,
}

impl<'a> Rows<'a> {
    fn new(file: &'a mut dyn Write) -> io::Result<Self> {
        let packed = zstd::stream::write::Encoder::new(file, 0)?;
        Ok(Self { packed, print: Fingerprinter::new("rows") })
    }

    fn finish(self) -> io::Result<String> {
        self.packed.finish()?;
        Ok(self.print.finish())
    }
}

impl Write for Rows<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.packed.write_all(bytes)?;
        self.print.field(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.packed.flush()
    }
}
