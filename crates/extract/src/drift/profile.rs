//! What the values of a column look like, as far as it takes to tell columns of one type apart.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// More different values are no list of members.
const MEMBERS: usize = 50;
/// Fewer rows tell nothing.
const LEAST: u64 = 20;
/// Of numbers, fewer tell nothing of where they lie.
const LEAST_NUMBERS: u64 = 10;
/// A number three times as large is another column's.
const APART: f64 = 1.1;
/// Numbers so many times their spread away lie elsewhere.
const SPREADS: f64 = 1.5;

/// What values look like. Sums, so that they stand exactly in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Profile {
    /// Rows with a value.
    rows: u64,
    /// The different values, as long as there are few.
    members: Option<BTreeSet<String>>,
    letters: u64,
    digits: u64,
    others: u64,
    /// Rows whose value is a number, and the sum of thousandths of ln(1 + |number|).
    numbers: u64,
    sizes: u64,
    /// The sum of the squares of these thousandths.
    squares: u64,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            rows: 0,
            members: Some(BTreeSet::new()),
            letters: 0,
            digits: 0,
            others: 0,
            numbers: 0,
            sizes: 0,
            squares: 0,
        }
    }
}

impl Profile {
    /// Looks at a value.
    pub(super) fn see(&mut self, text: &str) {
        self.rows += 1;
        for character in text.chars() {
            let sort = match character {
                one if one.is_numeric() => &mut self.digits,
                one if one.is_alphabetic() => &mut self.letters,
                _ => &mut self.others,
            };
            *sort += 1;
        }
        if let Ok(number) = text.parse::<f64>()
            && number.is_finite()
        {
            self.numbers += 1;
            let size = (number.abs().ln_1p() * 1000.0).round() as u64;
            self.sizes += size;
            self.squares = self.squares.saturating_add(size * size);
        }
        if let Some(members) = &mut self.members
            && !members.contains(text)
        {
            members.insert(text.to_owned());
            if members.len() > MEMBERS {
                self.members = None;
            }
        }
    }

    /// How different two columns look, 0 to 1; `None` if one has too few values to tell.
    pub(super) fn distance(&self, other: &Self) -> Option<f64> {
        if self.rows < LEAST || other.rows < LEAST {
            return None;
        }
        if let (Some(a), Some(b)) = (&self.members, &other.members)
            && (self.is_listed() || other.is_listed())
        {
            let both = a.intersection(b).count() as f64;
            return Some(1.0 - both / (a.len() + b.len()) as f64 * 2.0);
        }
        if self.is_listed() != other.is_listed() {
            return Some(1.0);
        }
        let sorts = self.sorts().into_iter().zip(other.sorts());
        let sorts: f64 = sorts.map(|(a, b)| (a - b).abs()).sum::<f64>() / 2.0;
        let length = (self.length() / other.length()).ln().abs().min(1.0);
        let size = match (self.size(), other.size()) {
            (Some(a), Some(b)) => ((a - b).abs() / APART).min(1.0),
            (None, None) => 0.0,
            _ => 1.0,
        };
        Some(sorts.max(length).max(size))
    }

    /// How far the numbers of two columns lie apart, measured by how far those of each lie apart; `None` if one has too
    /// few, or other values.
    pub(super) fn apart(&self, other: &Self) -> Option<f64> {
        if self.numbers < LEAST_NUMBERS || other.numbers < LEAST_NUMBERS {
            return None;
        }
        let apart = (self.size()? - other.size()?).abs();
        let spread = SPREADS * (self.spread() + other.spread());
        match apart == 0.0 {
            true => Some(0.0),
            false => Some((apart / spread.max(f64::MIN_POSITIVE)).min(1.0)),
        }
    }

    /// The standard deviation of the sizes of numbers.
    fn spread(&self) -> f64 {
        let count = self.numbers.max(1) as f64;
        let mean = self.sizes as f64 / count;
        (self.squares as f64 / count - mean * mean).max(0.0).sqrt() / 1000.0
    }

    /// Whether values come again and again.
    fn is_listed(&self) -> bool {
        self.members.as_ref().is_some_and(|members| (members.len() as u64) * 4 <= self.rows)
    }

    /// The shares of letters, digits and other characters.
    fn sorts(&self) -> [f64; 3] {
        let all = (self.letters + self.digits + self.others).max(1) as f64;
        [self.letters, self.digits, self.others].map(|sort| sort as f64 / all)
    }

    /// The mean number of characters.
    fn length(&self) -> f64 {
        (self.letters + self.digits + self.others).max(1) as f64 / self.rows.max(1) as f64
    }

    /// The mean size of the numbers, where nearly all values are some.
    fn size(&self) -> Option<f64> {
        (self.numbers * 10 >= self.rows * 9)
            .then(|| self.sizes as f64 / 1000.0 / self.numbers.max(1) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: impl Iterator<Item = String>) -> Profile {
        let mut profile = Profile::default();
        values.for_each(|value| profile.see(&value));
        profile
    }

    #[test]
    fn columns_of_one_type_are_told_apart_by_members_marks_and_size() {
        let channels = |n: usize| of((0..n).map(|at| ["web", "shop", "fair"][at % 3].to_owned()));
        let regions = of((0..40).map(|at| ["north", "south"][at % 2].to_owned()));
        let clicks = of((0..100).map(|at| (40 + at % 60).to_string()));
        let views = of((0..100).map(|at| (4000 + 37 * at).to_string()));
        let mails = of((0..60).map(|at| format!("user{at}@example.com")));
        let names = of((0..60)
            .map(|at| format!("Ms Example {}", "abcdef".repeat(1 + at % 3) + &at.to_string())));
        let near = |a: &Profile, b: &Profile| a.distance(b).expect("enough rows") < 0.2;
        let far = |a: &Profile, b: &Profile| a.distance(b).expect("enough rows") > 0.5;
        assert!(near(&channels(30), &channels(60)) && far(&channels(30), &regions));
        assert!(near(&clicks, &of((0..80).map(|at| (38 + at % 63).to_string()))));
        assert!(far(&clicks, &views) && far(&mails, &channels(30)) && far(&mails, &clicks));
        assert!(!near(&mails, &names));
        let of_numbers = |from: usize, rows: usize| of((from..from + rows).map(|n| n.to_string()));
        let apart = |a: &Profile, b: &Profile| a.apart(b);
        assert_eq!(apart(&of_numbers(61, 30), &of_numbers(61, 30)), Some(0.0));
        assert_eq!(apart(&of_numbers(61, 30), &of_numbers(101, 30)), Some(1.0), "no value in both");
        assert!(apart(&of_numbers(40, 60), &of_numbers(38, 63)) < Some(0.2));
        assert_eq!(apart(&of_numbers(61, 9), &of_numbers(101, 30)), None, "9 numbers tell nothing");
        assert_eq!(apart(&of_numbers(61, 30), &mails), None);
        assert_eq!(channels(19).distance(&regions), None, "19 rows tell nothing");
    }
}
