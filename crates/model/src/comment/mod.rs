//! What customers write: which themes a comment names, in which tone, and which words of it may be quoted.
//!
//! Rule: a comment leaves this module as counts, or as a quote without personal data; never as it was written. It
//! counts once for each theme that it names, so the counts of themes overlap and do not add up to the comments.

mod fold;
mod lexicon;
mod quote;
mod reading;
mod redact;
mod shown;
mod tally;
mod words;

pub use lexicon::{Lexicon, LexiconFault, Theme, ToneWords, Words};
pub use reading::{Reader, Reading, Tone};
pub use redact::{LONGEST_QUOTE, REDACTED, redact};
pub use shown::{MINIMUM_COMMENTS, Shown, ShownTheme};
pub use tally::{ThemeTally, Themes, Tones};
