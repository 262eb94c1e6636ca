//! Where rendered editions lie until they leave.

use model::edition::Edition;
use std::{borrow::Cow, io};

/// Rendered editions, wherever they lie: a thousand of them need not be in memory at once.
pub trait Shelf {
    /// Every edition by what is said of it; bodies and pictures may be left out.
    fn editions(&self) -> &[Edition];

    /// The edition at a place, whole.
    ///
    /// # Errors
    /// When it cannot be read back.
    fn whole(&self, index: usize) -> io::Result<Cow<'_, Edition>>;
}

impl Shelf for Vec<Edition> {
    fn editions(&self) -> &[Edition] {
        self
    }

    fn whole(&self, index: usize) -> io::Result<Cow<'_, Edition>> {
        let found = self.get(index).map(Cow::Borrowed);
        found.ok_or_else(|| io::Error::other("there is no such edition"))
    }
}
