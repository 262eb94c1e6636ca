//! The book of receipts, as the channels see it.

use chrono::NaiveDateTime;
use model::{id::JobId, receipt::Receipt};
use thiserror::Error;

/// Where deliveries are claimed before they are made and settled afterwards.
///
/// Every method returns only when its effect would survive a power cut.
pub trait ReceiptBook {
    /// Asks for the right to make the delivery `wanted`, in one indivisible step.
    ///
    /// A delivery that is not in the book, or is pending there and not in the hands of another living
    /// run, is written down as pending in the name of `wanted.run` and granted. One that a run which is
    /// over left as sending becomes unknown.
    ///
    /// # Errors
    /// When the book cannot be read or written; nothing may be sent then.
    fn claim(&self, wanted: &Receipt) -> Result<Claim, BookError>;

    /// Writes down as pending, in one indivisible step, which of these deliveries are to be made that are not in the book:
    /// whom a run does not come to is known.
    ///
    /// # Errors
    /// When the book cannot be written; nothing may be sent then.
    fn announce(&self, wanted: &[Receipt]) -> Result<(), BookError>;

    /// Writes down how far a granted delivery has got.
    ///
    /// # Errors
    /// When the book cannot be written, or the delivery is not in the hands of `receipt.run`.
    fn settle(&self, receipt: &Receipt) -> Result<(), BookError>;

    /// Lets a delivery in doubt be claimed again, as the job declares; anything else stays as it is.
    ///
    /// # Errors
    /// When the book cannot be written.
    fn reopen(&self, doubtful: &Receipt) -> Result<(), BookError>;

    /// Keeps a copy of a mail that is about to leave under `receipt`. No delivery depends on it, so it need not survive a
    /// power cut.
    ///
    /// # Errors
    /// When the copy cannot be kept; the mail goes all the same.
    fn keep(&self, receipt: &Receipt, mail: &Mail<'_>) -> Result<(), BookError>;

    /// Every receipt of one report, in the order of their keys.
    ///
    /// # Errors
    /// When the book cannot be read.
    fn known(&self, job: &JobId, as_of: NaiveDateTime) -> Result<Vec<Receipt>, BookError>;
}

/// A mail as it goes out.
#[derive(Debug, Clone, Copy)]
pub struct Mail<'a> {
    /// Every byte of it, with its signature.
    pub message: &'a [u8],
    /// Its subject.
    pub subject: &'a str,
    /// Its text part.
    pub text: &'a str,
}

/// The answer to a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The delivery is ours to make; the receipt carries the tries of earlier runs.
    Granted(Receipt),
    /// It was refused for good.
    Failed(Receipt),
    /// Another run that is alive is at it.
    Held(Receipt),
    /// It was made before.
    Sent(Receipt),
    /// It may have been made; only a person, or what the job declares, may repeat it.
    Unknown(Receipt),
}

/// The book could not be read or written.
#[derive(Debug, Error)]
#[error("{0}")]
pub struct BookError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl BookError {
    /// Wraps the book's own error.
    pub fn new(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}
