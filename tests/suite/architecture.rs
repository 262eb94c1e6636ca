//! The house rules as tests: direction of dependencies, sizes, names, one writer, no clock.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Every crate with its layer; a crate may use lower layers only.
const LAYERS: [(&str, u32); 11] = [
    ("model", 0),
    ("publish", 0),
    ("stats", 0),
    ("engine", 1),
    ("deliver", 2),
    ("extract", 2),
    ("report", 2),
    ("transform", 2),
    ("job", 3),
    ("run", 4),
    ("cli", 5),
];

/// The most lines of a source file.
const MOST_LINES: usize = 400;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests lies in the workspace")
        .to_path_buf()
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![folder.to_path_buf()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name();
            if path.is_dir() && name != "node_modules" && name != "target" {
                pending.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// Source without its test modules and without comments.
fn product_lines(path: &Path) -> Vec<(usize, String)> {
    let name = path.display().to_string();
    if name.contains("/tests/") || name.ends_with("tests.rs") || name.contains("/examples/") {
        return Vec::new();
    }
    let text = fs::read_to_string(path).expect("source can be read");
    let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("").to_owned();
    let numbered = product.lines().enumerate().map(|(index, line)| (index + 1, line.to_owned()));
    numbered.filter(|(_, line)| !line.trim_start().starts_with("//")).collect()
}

fn internal(crate_name: &str) -> BTreeSet<String> {
    dependencies(crate_name)
        .into_iter()
        .filter(|name| LAYERS.iter().any(|(known, _)| known == name))
        .collect()
}

fn dependencies(crate_name: &str) -> BTreeSet<String> {
    let path = root().join("crates").join(crate_name).join("Cargo.toml");
    let text = fs::read_to_string(&path).expect("manifest can be read");
    let manifest: toml::Table = text.parse().expect("manifest is TOML");
    let table = manifest.get("dependencies").and_then(toml::Value::as_table);
    table.into_iter().flat_map(|table| table.keys().cloned()).collect()
}

fn offences(rule: impl Fn(&Path, &str) -> Option<String>, but: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for path in files(&root().join("crates"), "rs") {
        if but.iter().any(|exempt| shown(&path).starts_with(exempt)) {
            continue;
        }
        for (number, line) in product_lines(&path) {
            found.extend(
                rule(&path, &line).map(|what| format!("{}:{number}: {what}", shown(&path))),
            );
        }
    }
    found
}

#[test]
fn a_crate_uses_lower_layers_only() {
    let layers: BTreeMap<&str, u32> = LAYERS.into();
    let folders: BTreeSet<String> = fs::read_dir(root().join("crates"))
        .expect("crates")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(
        folders,
        layers.keys().map(|name| (*name).to_owned()).collect(),
        "give a new crate its layer here and in ARCHITECTURE.md"
    );
    for (name, layer) in LAYERS {
        for used in internal(name) {
            assert!(
                layers[used.as_str()] < layer,
                "`{name}` (layer {layer}) must not use `{used}` (layer {})",
                layers[used.as_str()]
            );
        }
    }
}

#[test]
fn frames_stay_in_engine_and_extract() {
    for name in ["model", "stats", "transform", "report", "deliver", "job", "run", "cli"] {
        let frames: Vec<_> =
            dependencies(name).into_iter().filter(|one| one.starts_with("polars")).collect();
        assert!(
            frames.is_empty(),
            "`{name}` must not name {frames:?}: queries and answers are its language"
        );
    }
    for name in ["report", "deliver"] {
        let mut reached = BTreeSet::new();
        let mut pending: Vec<String> = vec![name.to_owned()];
        while let Some(one) = pending.pop() {
            pending.extend(internal(&one).into_iter().filter(|next| reached.insert(next.clone())));
        }
        assert!(
            !reached.contains("engine"),
            "`{name}` reaches the engine; a stored report must render without one"
        );
    }
}

#[test]
fn files_stay_small() {
    let folders = ["crates", "tests", "xtask"];
    let sources = folders.iter().flat_map(|folder| files(&root().join(folder), "rs"));
    let long: Vec<String> = sources
        .filter_map(|path| {
            let lines = fs::read_to_string(&path).expect("source can be read").lines().count();
            (lines > MOST_LINES).then(|| format!("{} has {lines} lines", shown(&path)))
        })
        .collect();
    assert!(
        long.is_empty(),
        "split by reason, not by length; {MOST_LINES} lines are the most: {long:#?}"
    );
}

#[test]
fn the_whole_run_is_seen_on_one_screen() {
    let text = fs::read_to_string(root().join("crates/run/src/lib.rs")).expect("run");
    let start = text.find("pub fn run(").expect("the top function");
    let end = text[start..].find("\n/// What a run works with.").expect("what follows it");
    let lines = text[start..start + end].lines().count();
    assert!(lines < 60, "`run` and its stages take {lines} lines; move details into the stages");
}

#[test]
fn nothing_is_called_utils() {
    for path in files(&root().join("crates"), "rs") {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let folder = path
            .parent()
            .and_then(Path::file_name)
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        for name in [stem, folder] {
            let banned =
                ["utils", "util", "common", "helpers", "helper", "misc"].contains(&name.as_str());
            assert!(!banned, "{}: name it by what it is about", shown(&path));
        }
    }
}

#[test]
fn time_environment_and_secrets_enter_at_the_top() {
    let outside = ["SystemTime::now", "Utc::now", "Local::now", "env::var"];
    let found = offences(
        |_, line| {
            outside
                .iter()
                .find(|call| line.contains(*call))
                .map(|call| format!("calls {call}; let it arrive in RunContext"))
        },
        &["crates/run/src/context.rs", "crates/run/src/settings.rs", "crates/cli/"],
    );
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn libraries_never_print_exit_or_panic_on_purpose() {
    let calls = [
        "println!",
        "eprintln!",
        "print!(",
        "process::exit",
        "panic!(",
        "todo!(",
        "unimplemented!(",
        ".unwrap()",
    ];
    let found = offences(
        |_, line| calls.iter().find(|call| line.contains(*call)).map(|call| format!("uses {call}")),
        &[],
    );
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn outputs_are_published_whole() {
    let calls = ["File::create", "fs::write", "create_new("];
    let found = offences(
        |_, line| {
            calls
                .iter()
                .find(|call| line.contains(*call))
                .map(|call| format!("uses {call}; publish::file writes whole files or none"))
        },
        &["crates/publish/"],
    );
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn lenient_readers_are_refused() {
    let switches = ["ignore_errors", "truncate_ragged_lines"];
    let found = offences(
        |_, line| {
            switches
                .iter()
                .find(|switch| line.contains(*switch))
                .map(|switch| format!("uses {switch}, which loses data without a word"))
        },
        &[],
    );
    assert!(found.is_empty(), "{found:#?}");
    let lints = fs::read_to_string(root().join("clippy.toml")).expect("clippy.toml");
    assert!(
        switches.iter().all(|switch| lints.contains(switch)),
        "clippy.toml must refuse {switches:?}"
    );
}

#[test]
fn templates_format_and_never_compute() {
    let expression = regex::Regex::new(r"\{[{%](.*?)[%}]\}").expect("pattern");
    let text = regex::Regex::new(r#""[^"]*"|'[^']*'"#).expect("pattern");
    for path in files(&root().join("report-templates"), "html")
        .into_iter()
        .chain(files(&root().join("report-templates"), "txt"))
    {
        let source = fs::read_to_string(&path).expect("template can be read");
        for found in expression.captures_iter(&source) {
            let inner = text.replace_all(found[1].trim_matches('-').trim(), "''").into_owned();
            let computes = [" + ", " * ", " / ", " % ", " < ", " > ", "<=", ">=", " - "]
                .iter()
                .find(|sign| inner.contains(*sign));
            assert!(
                computes.is_none(),
                "{}: `{inner}` computes; do it in transform or in the view",
                shown(&path)
            );
        }
    }
}

#[test]
fn stored_forms_carry_their_version() {
    for (schema, value) in job::schema::all() {
        let stored = ["job.schema.json", "report.schema.json", "run.schema.json"].contains(&schema);
        let has_version = value.pointer("/properties/schema_version").is_some();
        assert!(!stored || has_version, "{schema} has no schema_version");
    }
}

#[test]
fn published_schemas_are_those_of_the_code() {
    for (name, schema) in job::schema::all() {
        let path = root().join("jobs").join(name);
        let stored = fs::read_to_string(&path).unwrap_or_default();
        let fresh = format!("{}\n", serde_json::to_string_pretty(&schema).expect("schema"));
        assert!(stored == fresh, "{} is stale; run `cargo run -- schema --out jobs`", shown(&path));
    }
}

#[test]
fn every_crate_says_what_it_is_and_its_rule() {
    for (name, _) in LAYERS {
        let lib = root().join("crates").join(name).join("src");
        let path = if name == "cli" { lib.join("main.rs") } else { lib.join("lib.rs") };
        let text = fs::read_to_string(&path).expect("crate root");
        let docs: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
        assert!(docs.contains("Rule:"), "{}: say what it is, then its rule", shown(&path));
    }
}

#[test]
fn versions_stand_in_the_workspace_manifest_alone() {
    for (name, _) in LAYERS {
        let text = fs::read_to_string(root().join("crates").join(name).join("Cargo.toml"))
            .expect("manifest");
        let manifest: toml::Table = text.parse().expect("manifest is TOML");
        for section in ["dependencies", "dev-dependencies"] {
            let table = manifest.get(section).and_then(toml::Value::as_table);
            for (dependency, value) in table.into_iter().flatten() {
                assert!(
                    value.get("workspace").is_some(),
                    "`{name}` sets a version for `{dependency}`"
                );
            }
        }
    }
}
