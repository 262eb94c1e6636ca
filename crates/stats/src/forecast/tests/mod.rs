//! Tests of the forecasts: by hand, against published figures, and of what holds for every series.

mod by_hand;
mod known_effects;
mod properties;
mod published;
mod refusals;
mod series;
mod totals;
