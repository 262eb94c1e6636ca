//! Tests of the changes found, of their rates on noise, and of what became of them.

mod draws;
mod follow;
mod found;
mod noise;
mod season;
