//! What is a customer still worth?
//!
//! Answers: is a customer still there, how often will they buy, what will they spend, and who belongs together?
//! Method: buy-till-you-die models of repeat purchases without a contract, fitted by maximum likelihood: BG/NBD (Fader,
//! Hardie and Lee 2005), MBG/CNBD-k (Platzer and Reutterer 2016), Pareto/NBD (Schmittlein, Morrison and Colombo 1987),
//! and the Gamma–Gamma model of spend (Fader, Hardie and Lee 2005). Times are weeks, several purchases of one day are
//! one, and the first purchase opens the life of a customer without counting as a repeat.
//! Not for: subscriptions, where a customer says that they leave; those belong in [`crate::retention`].

mod choice;
mod counts;
mod fit;
mod geometric;
mod pareto;
mod purchases;
mod segment;
mod spend;
mod sure;
#[cfg(test)]
mod tests;
mod worth;

pub use self::choice::{Backtest, Kind, Model, backtest, fit_kind};
pub use self::fit::{Fit, LEAST_CUSTOMERS, Refusal, weighed};
pub use self::geometric::{BetaGeometric, Leaving, MOST_REGULAR, fit_bg_nbd, fit_mbg_cnbd};
pub use self::pareto::{ParetoNbd, fit_pareto_nbd};
pub use self::purchases::{Customer, Purchase, summarise};
pub use self::segment::{Behaviour, Segment, segments};
pub use self::spend::{DEPENDENT, GammaGamma, SpendDependence, fit_gamma_gamma, spend_dependence};
pub use self::sure::{Fitted, relative_error};
pub use self::worth::{Horizon, Mean, Purchasing, Worth, value, worths};
