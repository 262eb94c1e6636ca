//! Sniffing: what is proposed passes the check, reads its own file without a row in quarantine, and leaves open what the
//! values leave open.

use crate::{
    real_data,
    support::{all_at_once, each_file},
};
use chrono::{NaiveDate, Utc};
use extract::{ExtractPlan, contract, sniff};
use model::{
    calendar::Holidays,
    context::RunContext,
    id::{DatasetId, RunId},
    period::DateRange,
    quality::RowCounts,
};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// The contract that is proposed for a file, and what it makes of it.
fn proposed(file: &Path) -> Result<(String, RowCounts), String> {
    let folder = file.parent().expect("a file lies in a folder");
    let name = file.file_name().expect("a name").to_string_lossy().into_owned();
    let toml = sniff::propose(file, &name, None, None)?.toml;
    let spec: contract::Spec = toml::from_str(&toml).map_err(|error| format!("{error}\n{toml}"))?;
    let id = DatasetId::new("sniffed");
    let mut contract = contract::resolve(&id, &spec, chrono_tz::UTC)
        .map_err(|faults| format!("{faults:?}\n{toml}"))?;
    // Names of files may hold what a pattern does not take literally.
    contract.source.files = vec![glob::Pattern::escape(&name)];
    let state = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let cx = RunContext {
        run: RunId::new("sniff"),
        now: chrono::DateTime::<Utc>::UNIX_EPOCH,
        data: folder.to_owned(),
        state: state.path().to_owned(),
        secrets: BTreeMap::new(),
        send: false,
    };
    let today = NaiveDate::from_ymd_opt(2100, 1, 1).expect("a day");
    let plan = ExtractPlan {
        contracts: vec![contract],
        today,
        as_of: today.into(),
        reported: DateRange { start: today, end: today },
        holidays: Holidays::default(),
    };
    let extracted = extract::extract(&plan, &cx).map_err(|error| format!("{error}\n{toml}"))?;
    Ok((toml, extracted.value.counts[&id]))
}

/// Files whose rows themselves are broken: their quarantine is right.
const BROKEN: [&str; 1] = ["peers/procon/"];

/// The code book of a survey: notes beside and below a header of two columns.
fn is_no_table(file: &Path) -> bool {
    file.ends_with("sfo_survey/dictionary_2018.xlsx")
}

/// Of each folder the smallest files of public data, and those of csv-spectrum.
fn files(data: &Path) -> Vec<PathBuf> {
    let mut by_folder: BTreeMap<PathBuf, Vec<(u64, PathBuf)>> = BTreeMap::new();
    each_file(data, &mut |file, relative| {
        let text = relative.to_string_lossy();
        let is_torture = text.starts_with("torture/") && !text.starts_with("torture/csv-spectrum/");
        let is_broken = BROKEN.iter().any(|broken| text.starts_with(broken));
        let endings =
            [".csv", ".tsv", ".csv.zst", ".csv.gz", ".csv.zip", ".ndjson", ".parquet", ".xlsx"];
        if !is_torture && !is_broken && endings.iter().any(|ending| text.ends_with(ending)) {
            let size = fs::metadata(file).expect("a file").len();
            let folder = relative.parent().expect("a folder").to_owned();
            by_folder.entry(folder).or_default().push((size, file.to_owned()));
        }
    });
    let mut files = Vec::new();
    for (_, mut found) in by_folder {
        found.sort();
        let few = found.into_iter().filter(|(size, _)| (1..600_000).contains(size)).take(8);
        files.extend(few.map(|(_, file)| file));
    }
    files
}

#[test]
fn a_proposal_reads_its_own_file_without_a_row_in_quarantine() {
    let Some(data) = real_data::data() else { return };
    let mut faults = Vec::new();
    let files = files(&data);
    for file in &files {
        let fault = match proposed(file) {
            Ok((_, counts)) if counts.quarantined == 0 && counts.accepted > 0 => continue,
            Ok((toml, counts)) => format!("{counts:?}\n{toml}"),
            // What is no table is refused, with how many of its rows do not fit.
            Err(reason) if is_no_table(file) && reason.starts_with("no proposal reads it") => {
                continue;
            }
            Err(reason) => reason,
        };
        faults.push(format!("{}: {fault}", file.display()));
    }
    assert!(files.len() > 100, "{} files are few", files.len());
    all_at_once(faults);
}

#[test]
fn public_files_that_are_no_plain_tables_are_proposed_whole_or_refused_with_the_reason() {
    let Some(data) = real_data::data() else { return };
    let mut faults = Vec::new();
    // Rows that are accepted, and records that go to quarantine for a semicolon too many, as another reader counts them.
    for (file, accepted, quarantined, line) in [
        ("peers/nyc_fhv/other-FHV-data-jan-aug-2015.csv", 26_181, 0, "preamble = 5"),
        ("peers/abs_retail/retail.xlsx", 381, 0, "header_row = 2"),
        ("peers/procon/cnrf2017.zip", 42_307, 0, "headerless = "),
        ("peers/procon/crf2019-dados-abertos.zip", 17_555, 22, "format = \"csv\""),
    ] {
        match proposed(&data.join(file)) {
            Ok((toml, counts)) => {
                let read = (counts.accepted, counts.quarantined);
                if read != (accepted, quarantined) || !toml.contains(line) {
                    faults.push(format!("{file}: {counts:?}\n{toml}"));
                }
            }
            Err(reason) => faults.push(format!("{file}: {reason}")),
        }
    }
    let reason = proposed(&data.join("cdnow/CDNOW_master.txt")).err().unwrap_or_default();
    if !reason.contains("fixed_width") {
        faults.push(format!("cdnow: {reason}"));
    }
    all_at_once(faults);
}
