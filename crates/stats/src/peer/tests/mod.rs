//! Tests of the arithmetic of peer groups.

mod comparison;
mod suppression;
