//! Why editions could not be delivered.

use crate::{address::AddressProblem, receipts::BookError};
use model::{edition::EditionKind, label::Locale};
use std::{io, path::PathBuf};
use thiserror::Error;

/// A refusal to deliver, or a failure that stops every channel. No text of it holds an address.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeliverError {
    /// An address is not a plain mailbox.
    #[error("the address of {place} is not accepted: {problem}")]
    Address {
        /// Where it stands.
        place: String,
        /// What is wrong with it.
        problem: AddressProblem,
    },
    /// Somebody is listed twice.
    #[error("{place} is listed before; name every recipient and folder once in a job")]
    Duplicate {
        /// Where the second mention stands.
        place: String,
    },
    /// A text would not stay one header line.
    #[error("the {what} {problem}; use one line of plain text")]
    Line {
        /// Which text.
        what: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The audience is none of the catalogue's.
    #[error("unknown audience `{0}`: there is no `audiences/{0}.toml`")]
    UnknownAudience(String),
    /// A mail channel has no readers.
    #[error("`deliver.email` needs `to` or `audience`")]
    Nobody,
    /// A rendered edition cannot be read back.
    #[error("a rendered edition cannot be read back; nothing more is sent")]
    Edition(#[source] io::Error),
    /// The relay is not described in `tidings.toml`.
    #[error("unknown relay `{0}`\nhelp: describe it as `[relay.{0}]` in tidings.toml")]
    UnknownRelay(String),
    /// Passwords and reports would cross a network in the clear.
    #[error(
        "relay `{host}` has `tls = \"none\"`, which is for this machine only\nhelp: use `starttls` or `implicit`"
    )]
    PlainRelay {
        /// The relay's host.
        host: String,
    },
    /// A relay has a user name without a password, or the other way round.
    #[error("relay `{host}` needs both `username` and `password`, or neither")]
    HalfLogin {
        /// The relay's host.
        host: String,
    },
    /// The relay's password was not resolved.
    #[error(
        "the secret `{0}` was not resolved\nhelp: set the variable or create the file it names"
    )]
    NoSecret(String),
    /// The relay's root certificate cannot be used.
    #[error("the root certificate `{}` cannot be used: {problem}", path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Mails cannot be signed.
    #[error("relay `{host}` cannot sign: {problem}")]
    Signature {
        /// The relay's host.
        host: String,
        /// What is wrong.
        problem: String,
    },
    /// Somebody reads a language in which nothing was rendered.
    #[error(
        "there is no {kind:?} edition in `{locale}` for {place}\nhelp: add the locale to `[report]` or change the recipient's"
    )]
    NoEdition {
        /// Report or notice.
        kind: EditionKind,
        /// The language.
        locale: Locale,
        /// Who wants it.
        place: String,
    },
    /// Two editions are the same for every reader.
    #[error("there are two {kind:?} editions in `{locale}`")]
    TwinEdition {
        /// Report or notice.
        kind: EditionKind,
        /// The language.
        locale: Locale,
    },
    /// The message would break the rules of the wire.
    #[error("the message for `{locale}` cannot be put on the wire: {problem}")]
    Malformed {
        /// The language of the edition.
        locale: Locale,
        /// What is wrong with it.
        problem: String,
    },
    /// A file cannot be published.
    #[error("cannot publish `{}`", path.display())]
    Publish {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The receipt book cannot be read or written.
    #[error("the receipt book failed; nothing more is sent")]
    Book(#[from] BookError),
}

/// Who can mend a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// Whoever wrote the job file.
    JobAuthor,
    /// Whoever runs Tidings and its surroundings.
    Operator,
    /// Whoever writes Tidings.
    Maintainer,
}

/// Whether the same call can succeed later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// It can.
    Transient,
    /// Something must be changed first.
    Permanent,
}

impl DeliverError {
    /// The stable code, documented in the reference.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Address { .. } => "TDG-D01",
            Self::Duplicate { .. } => "TDG-D02",
            Self::Line { .. } => "TDG-D03",
            Self::UnknownRelay(_) => "TDG-D04",
            Self::PlainRelay { .. } => "TDG-D05",
            Self::HalfLogin { .. } => "TDG-D06",
            Self::NoSecret(_) => "TDG-D07",
            Self::Certificate { .. } => "TDG-D08",
            Self::NoEdition { .. } => "TDG-D09",
            Self::TwinEdition { .. } => "TDG-D10",
            Self::Malformed { .. } => "TDG-D11",
            Self::Publish { .. } => "TDG-D12",
            Self::Book(_) => "TDG-D13",
            Self::UnknownAudience(_) => "TDG-D14",
            Self::Nobody => "TDG-D15",
            Self::Edition(_) => "TDG-D16",
            Self::Signature { .. } => "TDG-D17",
        }
    }

    /// Who can mend it.
    pub fn blame(&self) -> Blame {
        match self {
            Self::Address { .. }
            | Self::Duplicate { .. }
            | Self::Line { .. }
            | Self::UnknownAudience(_)
            | Self::Nobody
            | Self::NoEdition { .. } => Blame::JobAuthor,
            Self::UnknownRelay(_)
            | Self::PlainRelay { .. }
            | Self::HalfLogin { .. }
            | Self::NoSecret(_)
            | Self::Certificate { .. }
            | Self::Signature { .. }
            | Self::Publish { .. }
            | Self::Edition(_)
            | Self::Book(_) => Blame::Operator,
            Self::TwinEdition { .. } | Self::Malformed { .. } => Blame::Maintainer,
        }
    }

    /// Whether the same call can succeed later.
    pub fn retry(&self) -> Retry {
        match self {
            Self::Publish { .. } | Self::Edition(_) | Self::Book(_) => Retry::Transient,
            Self::Address { .. }
            | Self::Duplicate { .. }
            | Self::Line { .. }
            | Self::UnknownAudience(_)
            | Self::Nobody
            | Self::UnknownRelay(_)
            | Self::PlainRelay { .. }
            | Self::HalfLogin { .. }
            | Self::NoSecret(_)
            | Self::Certificate { .. }
            | Self::Signature { .. }
            | Self::NoEdition { .. }
            | Self::TwinEdition { .. }
            | Self::Malformed { .. } => Retry::Permanent,
        }
    }
}
