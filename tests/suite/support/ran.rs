//! What a command said.

use std::{collections::BTreeMap, process::Output};

/// One row of a table by column name.
pub(crate) type Row = BTreeMap<String, String>;

/// A command that has ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) command: String,
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn new(command: String, output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
        Self {
            command,
            code: output.status.code().unwrap_or(-1),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "`{}` must exit with {code}\nstdout:\n{}\nstderr:\n{}",
            self.command, self.stdout, self.stderr
        );
        self
    }

    /// Asserts that stderr has each text.
    #[track_caller]
    pub(crate) fn complains(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(
                self.stderr.contains(text),
                "`{}` must say `{text}` on stderr, it said:\n{}",
                self.command,
                self.stderr
            );
        }
        self
    }

    /// Stdout as JSON; that it parses shows that nothing else was printed there.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| {
            panic!("stdout of `{}` must be JSON alone: {error}\n{}", self.command, self.stdout)
        })
    }

    /// Stdout as CSV with a header.
    #[track_caller]
    pub(crate) fn csv(&self) -> Vec<Row> {
        let mut reader = csv::Reader::from_reader(self.stdout.as_bytes());
        reader
            .deserialize()
            .collect::<Result<_, _>>()
            .unwrap_or_else(|error| panic!("stdout of `{}`: {error}", self.command))
    }
}
