//! The limits of settings that their types do not state.

use rust_decimal::Decimal;
use std::{fmt::Display, ops::RangeInclusive};

/// The settings of a section that are out of their limits, each with its key and what is allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits(pub Vec<(String, String)>);

impl Limits {
    /// A setting must lie within a range.
    pub(crate) fn within<T>(self, key: &str, value: T, range: RangeInclusive<T>) -> Self
    where
        T: PartialOrd + Display,
    {
        let (least, most) = (range.start(), range.end());
        let message = format!("{value} is out of range; use {least} to {most}");
        self.needs(range.contains(&value), key, message)
    }

    /// A share or an amount must not be negative.
    pub(crate) fn not_negative(self, key: &str, value: Decimal) -> Self {
        self.needs(value >= Decimal::ZERO, key, format!("{value} is out of range; use 0 or more"))
    }

    /// A list must be long enough and name nothing twice.
    pub(crate) fn list<T: PartialEq + Display>(self, key: &str, list: &[T], least: usize) -> Self {
        let message = match (least, list.len()) {
            (1, _) => "names nothing; at least 1 is needed".to_owned(),
            (_, named) => format!("names {named}; at least {least} are needed"),
        };
        let long = self.needs(list.len() >= least, key, message);
        list.iter().enumerate().fold(long, |limits, (index, item)| {
            let key = format!("{key}[{index}]");
            limits.needs(!list[..index].contains(item), &key, format!("names `{item}` twice"))
        })
    }

    /// Something must hold; else `message` is told at a key.
    pub(crate) fn needs(mut self, holds: bool, key: &str, message: impl Into<String>) -> Self {
        if !holds {
            self.0.push((key.to_owned(), message.into()));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_out_of_its_limits_is_told_with_its_key() {
        let sound = Limits::default().within("a", 1, 1..=3).within("a", 3, 1..=3);
        let sound = sound.not_negative("b", Decimal::ZERO).list("c", &["x", "y"], 2);
        assert_eq!(sound, Limits::default());
        let broken =
            Limits::default().within("a", 0, 1..=3).not_negative("b", Decimal::NEGATIVE_ONE);
        let broken = broken.list("c", &["x", "y", "x"], 1).list::<&str>("d", &[], 1);
        let told: Vec<String> =
            broken.0.iter().map(|(key, message)| format!("{key}: {message}")).collect();
        assert_eq!(
            told,
            [
                "a: 0 is out of range; use 1 to 3",
                "b: -1 is out of range; use 0 or more",
                "c[2]: names `x` twice",
                "d: names nothing; at least 1 is needed",
            ]
        );
    }
}
