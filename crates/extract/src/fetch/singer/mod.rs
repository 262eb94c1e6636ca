//! Singer taps: programs that hand over rows in lines of JSON, and a state from which they go on.
//!
//! Rule: rows count, and the state is moved, in one step, and only when the tap ended with code 0. Rows after the last
//! state may come again; the contract's key makes one of them.

mod papers;
mod protocol;
mod said;
mod spec;
mod tap;
mod watch;

pub use spec::SingerSpec;

use super::{
    Landing, Remark,
    landing::{Kind, Written},
};
use crate::{
    contract::Contract,
    notes::{count, text},
};
use model::{context::RunContext, fingerprint::Fingerprinter, quality::Severity};
use papers::Papers;
use protocol::Heard;
use said::Hidden;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    io::{self, BufReader, Write},
    process::Command,
    time::Duration,
};
use tap::Tap;
use watch::Watch;

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
    let papers = Papers::new(landing.folder())?;
    let hidden = Hidden::of(spec, cx);
    let watch = Watch::start(papers.folder(), landing.lock()).map_err(|error| {
        format!("`/bin/sh`, which watches over the tap, does not start: {error}")
    })?;
    let mut command = papers.command(spec, before.state.as_deref(), cx)?;
    let kind = if spec.whole { Kind::Whole } else { Kind::Further };
    let mut remarks = Vec::new();
    landing.add(&kind, "jsonl.zst", |file| {
        let mut rows = Rows::new(file).map_err(|error| error.to_string())?;
        let run = Run { spec, papers: &papers, hidden: &hidden };
        let heard = run.hear(&mut command, watch, &mut rows)?;
        check(spec, contract, &heard, &mut remarks).map_err(|reason| hidden.out_of(&reason))?;
        note_changes(before.schema.as_deref(), &heard, &mut remarks);
        let bytes = rows.finish().map_err(|error| error.to_string())?;
        // Taps repeat their last rows on quiet nights: said once is enough.
        let is_news = spec.whole || bytes != before.rows;
        let state = if spec.whole { None } else { heard.state.or(before.state.clone()) };
        let bookmark = Bookmark { state, schema: heard.schema, rows: bytes };
        let bookmark = serde_json::to_value(bookmark).map_err(|error| error.to_string())?;
        Ok(Written { has_rows: heard.rows > 0 && is_news, bookmark })
    })?;
    Ok(remarks.into_iter().map(|remark| hidden.out_of_remark(remark)).collect())
}

/// One run of a tap.
struct Run<'a> {
    spec: &'a SingerSpec,
    papers: &'a Papers,
    hidden: &'a Hidden,
}

impl Run<'_> {
    /// Runs the tap to its end, and keeps what it said beside its rows for the owner of the machine.
    fn hear(
        &self,
        command: &mut Command,
        watch: Watch,
        rows: &mut Rows<'_>,
    ) -> Result<Heard, String> {
        let program = &self.spec.command[0];
        let time = Duration::from_secs(self.spec.timeout_seconds.unwrap_or(TIME));
        let (tap, output) = Tap::start(command, time, watch)
            .map_err(|error| format!("the tap `{program}` does not start: {error}"))?;
        let mut output = BufReader::new(output);
        let heard = protocol::hear(&mut output, &self.spec.stream, rows);
        let said = tap.said();
        let ended = tap.end(heard.is_ok());
        let said = said.lock().map(|said| self.hidden.out_of(&String::from_utf8_lossy(&said)));
        let said = said.unwrap_or_default();
        for line in said.lines() {
            tracing::debug!(tap = %program, line, "tap said");
        }
        let log = self.papers.keep("said.log", said.as_bytes())?;
        let told = |reason: String| {
            let reason = self.hidden.out_of(&reason);
            format!("{reason}; what it said stands in `{}`", log.display())
        };
        match (ended, heard) {
            (Err(end), Err(fault)) if !fault.contains(&end) => {
                Err(told(format!("{end} ({fault})")))
            }
            (Err(reason), _) | (Ok(()), Err(reason)) => Err(told(reason)),
            (Ok(()), Ok(heard)) => Ok(heard),
        }
    }
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
