//! Logs to stderr, as fields.
//!
//! Rule: no log names a person, whatever a relay or a library says: of every address that would be written the first
//! letter and the domain are left.

use crate::args::Global;
use std::io::{self, IsTerminal, Write};
use tracing_subscriber::{EnvFilter, fmt};

/// Starts logging. `TIDINGS_LOG` refines what `-v` says.
pub(crate) fn start(global: &Global) {
    let level = match global.verbose {
        0 => "warn",
        1 => "info",
        _ => "debug",
    };
    #[expect(clippy::disallowed_methods, reason = "logging is set up before anything else runs")]
    let (wish, plain) = (std::env::var("TIDINGS_LOG").ok(), std::env::var_os("NO_COLOR").is_some());
    // Parsers of fonts and frames are talkative; what matters of theirs becomes a diagnostic.
    let usual = format!(
        "warn,cli={level},run={level},job={level},extract={level},engine={level},deliver={level}"
    );
    let filter =
        EnvFilter::try_new(wish.unwrap_or(usual)).unwrap_or_else(|_| EnvFilter::new("warn"));
    let colours = !plain && std::io::stderr().is_terminal();
    let builder =
        fmt().with_env_filter(filter).with_writer(|| Masked(io::stderr())).with_ansi(colours);
    if global.log_json {
        builder.json().init();
    } else {
        builder.with_target(false).init();
    }
}

/// A place for logs in which addresses are not told. An event comes in one piece.
struct Masked<W>(W);

impl<W: Write> Write for Masked<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Where nobody listens any more, the run goes on: the library would end it.
        let _ = self.0.write_all(masked(&String::from_utf8_lossy(bytes)).as_bytes());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let _ = self.0.flush();
        Ok(())
    }
}

/// The text with `b***@example.com` in place of `bob@example.com`.
fn masked(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        let local = before
            .rfind(|c| !is_local(c))
            .map_or(0, |end| end + before[end..].chars().next().map_or(0, char::len_utf8));
        let is_address = local < at && after.starts_with(char::is_alphanumeric);
        if is_address {
            kept.push_str(&before[..local]);
            kept.extend(before[local..].chars().next());
            kept.push_str("***@");
        } else {
            kept.push_str(before);
            kept.push('@');
        }
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// Whether a sign may stand before the `@` of an address; in doubt it may.
fn is_local(c: char) -> bool {
    c.is_alphanumeric() || "!#$%&'*+-/=?^_{|}~.".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_address_the_first_letter_and_the_domain_are_left() {
        for (text, expected) in [
            ("550 5.1.1 <bob.b+x@example.com>: unknown", "550 5.1.1 <b***@example.com>: unknown"),
            ("a@b.example, c@d.example", "a***@b.example, c***@d.example"),
            ("to=\"李雷@example.cn\"", "to=\"李***@example.cn\""),
            ("to=bob@example.com", "t***@example.com"),
            ("an @ alone, and @end", "an @ alone, and @end"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(masked(text), expected);
        }
    }
}
