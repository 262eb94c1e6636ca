//! Singer taps: a program that says what stands in a file, through the whole of fetching and loading.
//!
//! Promised: no panic; a stream that is broken, or a tap that ends with another code than 0, leaves nothing behind, and
//! what came before still counts; of a sound one all records land byte for byte, with the last state, in one step; the
//! same once more changes nothing; and in the lake the last row of each key counts, with every digit of its numbers.

mod json;
mod seeds;
mod stream;

use super::Target;
use crate::{
    rng::Rng,
    torture::bed::{self, Loaded},
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, path::Path};
use stream::Broken;

/// Lines of taps.
pub(super) const TARGET: Target =
    Target { name: "singer", corpus: seeds::corpus, draw: seeds::drawn, check };

/// What landed.
#[derive(Debug, Default, PartialEq)]
struct Landed {
    batches: Vec<Vec<u8>>,
    state: Option<String>,
}

/// What ought to have landed.
#[derive(Default)]
struct Expected {
    landed: Landed,
    /// The rows of the last sound night.
    last: Option<Vec<u8>>,
}

fn check(input: &[u8], rng: &mut Rng) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let is_whole = rng.per_mille(200);
    let mut nights = vec![(input, 0)];
    if rng.per_mille(250) {
        nights.insert(0, (seeds::SOUND, 0));
    }
    if rng.per_mille(250) {
        nights.push((input, 0));
    }
    if rng.per_mille(100) {
        let night = rng.below(nights.len() as u64) as usize;
        nights[night].1 = 3;
    }
    let mut expected = Expected::default();
    for (said, code) in nights {
        let loaded = night(folder.path(), said, code, is_whole)?;
        let told = |reason: String| format!("{reason}, code {code}, whole {is_whole}; {loaded}");
        let is_refused = ["unreachable", "never_fetched"]
            .iter()
            .any(|key| loaded.is_noted(&format!("quality.{key}")));
        let sound = match stream::told(said) {
            Err(Broken::Unknown) => return Ok(()),
            _ if code != 0 => Err("another code than 0"),
            Err(Broken::So(reason)) => Err(reason),
            Ok(sound) if is_refused && sound.is_doubtful => Err("a doubt"),
            Ok(sound) => Ok(sound),
        };
        match sound {
            Ok(_) if is_refused => return Err(told("a sound stream is refused".into())),
            Err(reason) if !is_refused => return Err(told(format!("not refused: {reason}"))),
            Ok(sound) => expected.take(&sound, is_whole),
            Err(_) => {}
        }
        let landed = landed(folder.path())?;
        if landed != expected.landed {
            return Err(told(format!("{landed:?} landed, not {:?}", expected.landed)));
        }
        expected.check(&loaded).map_err(told)?;
    }
    Ok(())
}

/// One run with a tap that says this and ends with this code.
fn night(folder: &Path, said: &[u8], code: i32, is_whole: bool) -> Result<Loaded, String> {
    let script = "read code < code; cat said.jsonl; exit $code";
    let source = json!({
        "singer": { "command": ["sh", "-c", script, "tap"], "stream": stream::NAME, "whole": is_whole },
        "null": [],
    });
    let text = |is_required: bool| json!({ "type": "text", "required": is_required, "may_be_absent": true });
    let columns = json!({ stream::KEY: text(true), "amount": text(false) });
    let mut spec = bed::contract(source, columns);
    spec["key"] = json!([stream::KEY]);
    spec["on_duplicate"] = json!("last_loaded");
    let code = format!("{code}\n");
    bed::load_in(folder, &spec, &[("said.jsonl", said), ("code", code.as_bytes())])
}

/// What lies in the landing folder: what its manifest names, and no batch besides.
fn landed(folder: &Path) -> Result<Landed, String> {
    let told = |error: std::io::Error| error.to_string();
    let parent = folder.join("state/landing/torture");
    let Some(landing) = fs::read_dir(parent).map_err(told)?.next() else {
        return Ok(Landed::default());
    };
    let landing = landing.map_err(told)?.path();
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(&landing).map_err(told)? {
        files.insert(entry.map_err(told)?.file_name().to_string_lossy().into_owned());
    }
    let known = ["lock", "manifest.json", "tap"];
    files.retain(|name| !known.contains(&name.as_str()));
    let manifest = fs::read(landing.join("manifest.json")).unwrap_or_else(|_| b"null".to_vec());
    let manifest: Value = serde_json::from_slice(&manifest).map_err(|error| error.to_string())?;
    let mut landed = Landed::default();
    for batch in manifest["batches"].as_array().into_iter().flatten() {
        let name = batch["file"].as_str().ok_or("a batch has a file")?;
        let packed = fs::read(landing.join(name)).map_err(told)?;
        landed.batches.push(zstd::decode_all(packed.as_slice()).map_err(told)?);
        files.remove(name);
    }
    landed.state = manifest["bookmark"]["state"].as_str().map(str::to_owned);
    match files.is_empty() {
        true => Ok(landed),
        false => Err(format!("the landing folder also has {files:?}")),
    }
}

impl Expected {
    /// A sound night.
    fn take(&mut self, sound: &stream::Told<'_>, is_whole: bool) {
        let mut rows = sound.rows.join(&b'\n');
        if !sound.rows.is_empty() {
            rows.push(b'\n');
        }
        if is_whole {
            self.landed.batches.clear();
        } else if let Some(state) = sound.state {
            self.landed.state = Some(state.to_owned());
        }
        let is_news = is_whole || self.last.as_ref() != Some(&rows);
        if is_news && !sound.rows.is_empty() {
            self.landed.batches.push(rows.clone());
        }
        self.last = Some(rows);
    }

    /// Holds the lake against the rows that landed: the last one of each key.
    fn check(&self, loaded: &Loaded) -> Result<(), String> {
        let landed = self.landed.batches.concat();
        let lines: Vec<&[u8]> =
            landed.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
        let cells: Vec<_> = lines.iter().filter_map(|line| stream::cells(line)).collect();
        let is_last = |place: &usize| {
            let key = &cells[*place].0;
            cells[place + 1..].iter().all(|(other, _)| other != key)
        };
        let last = (0..cells.len()).filter(is_last).map(|place| &cells[place]);
        let mut rows: Vec<Vec<Option<String>>> = Vec::new();
        for (key, amount) in last {
            // Columns stand in the order of their names.
            rows.push(vec![amount.clone(), Some(key.clone())]);
        }
        let read = lines.len() as u64;
        let quarantined = read - cells.len() as u64;
        let counts = (loaded.counts.read, loaded.counts.quarantined);
        match loaded.rows == rows && counts == (read, quarantined) {
            true => Ok(()),
            false => Err(format!(
                "of {:?} there should be the rows {rows:?}, {quarantined} in quarantine",
                String::from_utf8_lossy(&landed)
            )),
        }
    }
}
