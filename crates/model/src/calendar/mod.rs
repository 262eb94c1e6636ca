//! Calendars: how days become periods, which of them are worked, and what a period is held against.

mod against;
mod holidays;
mod periods;
mod retail;

pub use against::{Against, Base, base};
pub use holidays::{Festival, Holidays, NamedDay, Occasion};
pub use periods::Calendar;
pub(crate) use retail::within_nominal_month;
pub use retail::{RetailPattern, RetailYear, YearEnd};
