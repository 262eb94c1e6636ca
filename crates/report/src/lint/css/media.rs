//! Media conditions, and in what a mail is read.
//!
//! Rule: a condition that is not known here is told, because what stands under it would never be looked at.

use std::collections::BTreeSet;

/// The conditions that mails may have, for a fault.
pub(in crate::lint) const KNOWN: &str = "`all`, `screen`, `only screen`, `(max-width: 480px)`, `(min-width: 480px)`, \
    `(prefers-color-scheme: dark)` or `light`, joined by `and`";

/// In what the mail is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lint) struct Reader {
    pub(in crate::lint) is_dark: bool,
    pub(in crate::lint) width: u32,
    /// Whether the mail program keeps the style blocks of the head.
    pub(in crate::lint) keeps_head: bool,
}

impl Reader {
    /// What it is called in a fault.
    pub(in crate::lint) fn scheme(self) -> &'static str {
        match (self.keeps_head, self.is_dark) {
            (false, _) => "without style blocks",
            (true, true) => "dark",
            (true, false) => "light",
        }
    }
}

/// A media condition: one of its alternatives holds as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition(Vec<Vec<Feature>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Feature {
    Screen,
    MostWide(u32),
    LeastWide(u32),
    Scheme { is_dark: bool },
}

impl Condition {
    /// Reads a condition; the part that is not known if there is one.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let alternatives = text.split(',').map(|alternative| {
            let words: Vec<&str> = alternative.split_whitespace().collect();
            let joined = words.join(" ").to_ascii_lowercase();
            joined.split(" and ").map(feature).collect::<Result<Vec<_>, _>>()
        });
        alternatives.collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn holds(&self, reader: Reader) -> bool {
        let one = |feature: &Feature| match *feature {
            Feature::Screen => true,
            Feature::MostWide(most) => reader.width <= most,
            Feature::LeastWide(least) => reader.width >= least,
            Feature::Scheme { is_dark } => reader.is_dark == is_dark,
        };
        self.0.iter().any(|all| all.iter().all(one))
    }

    /// Widths on both sides of which it says something else.
    fn widths(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().flatten().flat_map(|feature| match *feature {
            Feature::MostWide(most) => vec![most, most.saturating_add(1)],
            Feature::LeastWide(least) => vec![least.saturating_sub(1), least],
            Feature::Screen | Feature::Scheme { .. } => Vec::new(),
        })
    }
}

fn feature(text: &str) -> Result<Feature, String> {
    let unknown = || text.to_owned();
    let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else {
        let is_known = matches!(text, "all" | "screen" | "only screen" | "only all");
        return if is_known { Ok(Feature::Screen) } else { Err(unknown()) };
    };
    let (name, value) = inner.split_once(':').ok_or_else(unknown)?;
    let pixels = || value.trim().strip_suffix("px").and_then(|size| size.parse().ok());
    match (name.trim(), value.trim()) {
        ("max-width", _) => pixels().map(Feature::MostWide).ok_or_else(unknown),
        ("min-width", _) => pixels().map(Feature::LeastWide).ok_or_else(unknown),
        ("prefers-color-scheme", "dark") => Ok(Feature::Scheme { is_dark: true }),
        ("prefers-color-scheme", "light") => Ok(Feature::Scheme { is_dark: false }),
        _ => Err(unknown()),
    }
}

/// A screen and telephones, light and dark, one for all that the conditions tell apart; and a program that drops the head.
pub(super) fn readers(conditions: &[&Condition]) -> Vec<Reader> {
    let borders: BTreeSet<u32> = conditions.iter().flat_map(|one| one.widths()).collect();
    let widths: Vec<u32> = [680, 360].into_iter().chain(borders).chain([320, 1280]).collect();
    let mut told: Vec<Vec<bool>> = Vec::new();
    let mut readers = Vec::new();
    for is_dark in [false, true] {
        for width in &widths {
            let reader = Reader { is_dark, width: *width, keeps_head: true };
            let mut says: Vec<bool> = conditions.iter().map(|one| one.holds(reader)).collect();
            says.push(is_dark);
            if !told.contains(&says) {
                told.push(says);
                readers.push(reader);
            }
        }
    }
    readers.push(Reader { is_dark: false, width: 680, keeps_head: false });
    readers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_or_told() {
        let reader = |width, is_dark| Reader { is_dark, width, keeps_head: true };
        for (text, phone, screen, dark) in [
            ("only screen and (max-width: 480px)", true, false, false),
            ("ONLY  SCREEN and (Max-Width:480px)", true, false, false),
            ("(min-width: 481px)", false, true, true),
            ("(prefers-color-scheme: dark)", false, false, true),
            ("(max-width: 480px), (prefers-color-scheme:dark)", true, false, true),
            ("all and (prefers-color-scheme: light)", true, true, false),
        ] {
            let condition = Condition::parse(text).expect("a condition that is known");
            let said = [reader(360, false), reader(680, false), reader(680, true)];
            assert_eq!(said.map(|one| condition.holds(one)), [phone, screen, dark], "{text}");
        }
        for (text, part) in [
            ("screen and (hover: none)", "(hover: none)"),
            ("(max-width: 30em)", "(max-width: 30em)"),
            ("not all", "not all"),
            ("print", "print"),
            ("(prefers-contrast: more)", "(prefers-contrast: more)"),
            ("", ""),
        ] {
            assert_eq!(Condition::parse(text), Err(part.to_owned()), "{text}");
        }
    }

    #[test]
    fn there_is_a_reader_between_any_two_widths() {
        let conditions: Vec<Condition> = ["(max-width: 640px)", "(max-width: 430px)"]
            .iter()
            .map(|text| Condition::parse(text).expect("known"))
            .collect();
        let widths: Vec<(u32, bool)> = readers(&conditions.iter().collect::<Vec<_>>())
            .iter()
            .map(|one| (one.width, one.is_dark))
            .collect();
        let of = |is_dark| [(680, is_dark), (360, is_dark), (431, is_dark)];
        assert_eq!(
            widths,
            [of(false), of(true)].concat().into_iter().chain([(680, false)]).collect::<Vec<_>>()
        );
    }
}
