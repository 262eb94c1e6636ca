//! The files that a tap is handed, and its command line.
//!
//! Rule: for their owner's eyes only. The settings, which hold secrets, lie there while the tap runs and no longer.

use super::{PATH, spec::SingerSpec};
use crate::fetch::{is_reference, secret};
use model::context::RunContext;
use serde_json::Value;
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::Command,
};

/// The files that are handed to a tap, and what it said; for their owner's eyes only.
pub(super) struct Papers {
    folder: PathBuf,
}

impl Papers {
    /// Those of a landing folder. Settings that a stopped machine left are removed.
    ///
    /// # Errors
    /// A folder that cannot be made.
    pub(super) fn new(landing: &Path) -> Result<Self, String> {
        let this = Self { folder: absolute(&landing.join("tap"))? };
        fs::create_dir_all(&this.folder)
            .map_err(|error| format!("`{}`: {error}", this.folder.display()))?;
        this.clear();
        Ok(this)
    }

    /// Where they lie.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Removes the settings and drafts of them: there are secrets in them, and the next run writes them again.
    fn clear(&self) {
        let files = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for file in files {
            let name = file.file_name();
            let name = name.to_string_lossy();
            if name == "config.json" || name.ends_with(".part") {
                let _ = fs::remove_file(file.path());
            }
        }
    }

    /// The tap's command line, in its folder and its environment.
    pub(super) fn command(
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
    pub(super) fn keep(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, String> {
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
        self.clear();
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
