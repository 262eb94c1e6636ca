//! What the operator is told: how jobs stand, a heartbeat, metrics, a digest of each day.
//!
//! Rule: it is all told from the ledger. Word to the operator that does not get through is a line of the log, never a
//! failed run.

mod day;
mod digest;
mod fate;
mod metrics;
mod ping;
mod settings;
mod status;

pub use day::{JobDay, day};
pub use digest::{DIGEST, Edited, digest, edit};
pub(crate) use fate::is_rehearsal;
pub use fate::{Fate, Moment, Skip};
pub use metrics::{exposition, publish};
pub use ping::{Heartbeat, Ping};
pub use settings::{DigestPlan, Operator, Spec};
pub use status::{DueMoment, Gone, JobStatus, LastRun, status};
