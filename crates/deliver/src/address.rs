//! Mail addresses, strictly.
//!
//! Rule: what is accepted is one plain mailbox that every relay understands the same way. No quoting,
//! no comments, no address literals, no bare host names; never rewritten, never two recipients.

use serde::Serialize;
use std::{fmt, str::FromStr};
use thiserror::Error;

/// A checked mail address.
///
/// Its debug form hides the person; [`Address::as_str`] is for the envelope and for receipts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Address(String);

/// Why a text is not accepted as an address; says nothing of the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AddressProblem {
    /// There is no `@`, or more than one.
    #[error("it needs exactly one `@`")]
    Parts,
    /// It holds a space, a control character or a character outside ASCII.
    #[error(
        "it holds a space, a control character or a letter outside ASCII; write such domains as `xn--…`"
    )]
    Character,
    /// The part before the `@` is not plain.
    #[error("the part before `@` must be 1 to 64 letters, digits and marks, dots only in between")]
    Local,
    /// The part after the `@` is not a domain name.
    #[error("the part after `@` must be a domain name with a dot, e.g. `example.com`")]
    Domain,
    /// It is longer than a relay must accept.
    #[error("it is longer than 254 characters")]
    Length,
}

impl Address {
    /// By what mailboxes are told apart: whatever the standard allows, nobody has two that differ in upper and lower case.
    pub fn mailbox(&self) -> String {
        self.0.to_lowercase()
    }

    /// The address, its domain in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the `@`.
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }

    /// The part before the `@`.
    pub fn local(&self) -> &str {
        self.0.split_once('@').map_or("", |(local, _)| local)
    }
}

impl FromStr for Address {
    type Err = AddressProblem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(AddressProblem::Character);
        }
        let (local, domain) = text.split_once('@').ok_or(AddressProblem::Parts)?;
        if domain.contains('@') {
            return Err(AddressProblem::Parts);
        }
        if text.len() > 254 {
            return Err(AddressProblem::Length);
        }
        if local.len() > 64 || !local.split('.').all(is_atom) {
            return Err(AddressProblem::Local);
        }
        if !is_domain(domain) {
            return Err(AddressProblem::Domain);
        }
        Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase())))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "***@{}", self.domain())
    }
}

fn is_atom(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}

pub(crate) fn is_domain(text: &str) -> bool {
    let labels: Vec<&str> = text.split('.').collect();
    let top_has_a_letter =
        labels.last().is_some_and(|top| top.bytes().any(|b| b.is_ascii_alphabetic()));
    text.len() <= 253 && labels.len() >= 2 && top_has_a_letter && labels.into_iter().all(is_label)
}

fn is_label(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(allowed)
        && !text.starts_with('-')
        && !text.ends_with('-')
}
