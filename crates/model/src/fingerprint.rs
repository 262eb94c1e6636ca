//! Fingerprints: SHA-256 over labelled fields, shortened to 128 bits of hexadecimal.

use sha2::{Digest, Sha256};

/// Collects fields into one fingerprint; field borders are part of it.
#[derive(Default)]
pub struct Fingerprinter(Sha256);

impl Fingerprinter {
    /// Starts a fingerprint of a kind of thing; different kinds never collide.
    pub fn new(kind: &str) -> Self {
        let mut this = Self(Sha256::new());
        this.field(kind);
        this
    }

    /// Adds one field.
    pub fn field(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        let bytes = bytes.as_ref();
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// The fingerprint: 32 hexadecimal digits.
    pub fn finish(&self) -> String {
        format!("{:032x}", self.number())
    }

    /// The same as a number, for keys by the million.
    pub fn number(&self) -> u128 {
        let digest = self.0.clone().finalize();
        digest.iter().take(16).fold(0, |number, byte| (number << 8) | u128::from(*byte))
    }
}

/// The fingerprint of one value's stored form.
///
/// # Panics
/// Never for the types of this workspace: all of them serialize.
pub fn of<T: serde::Serialize>(kind: &str, value: &T) -> String {
    let text = serde_json::to_string(value).expect("every stored type serializes to JSON");
    Fingerprinter::new(kind).field(text).finish()
}
