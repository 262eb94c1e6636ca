//! What rows that sum up others are called.

use regex::Regex;
use std::sync::OnceLock;

/// What a text says of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// A word for totals and nothing else.
    Total,
    /// A word that means other things as well, or one with others beside it.
    Perhaps,
}

/// The longest text that is looked at, in bytes.
const LONGEST: usize = 60;

#[rustfmt::skip]
const WORDS: [&str; 57] = [
    "total", "totals", "grand total", "subtotal", "sub total", "sub-total", "subtotals", "sum", "sums",
    "summe", "gesamt", "gesamtsumme", "gesamtergebnis", "insgesamt", "zwischensumme", "teilergebnis",
    "total général", "sous-total", "sous total", "totaux",
    "totale", "totale generale", "totale complessivo", "subtotale", "suma", "suma total", "total general",
    "totales", "soma", "total geral", "totais", "totaal", "subtotaal", "eindtotaal", "razem", "suma częściowa",
    "ogółem", "celkem", "toplam", "genel toplam", "ara toplam", "итого", "всего", "общий итог",
    "合计", "总计", "小计", "共计", "总和", "合計", "總計", "小計", "総計", "总数",
    "합계", "총계", "소계",
];

/// Words that rows of their own are called as well.
const PERHAPS: [&str; 8] = ["all", "overall", "alle", "tous", "todos", "全部", "所有", "ensemble"];

/// What a text says of its row, if it says anything.
pub(super) fn says(text: &str) -> Option<Says> {
    static EXPRESSIONS: OnceLock<Option<[Regex; 3]>> = OnceLock::new();
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || !byte.is_ascii();
    if text.len() > LONGEST || !text.bytes().any(is_letter) {
        return None;
    }
    let [alone, beside, perhaps] = EXPRESSIONS.get_or_init(expressions).as_ref()?;
    match alone.is_match(text) {
        true => Some(Says::Total),
        false => (beside.is_match(text) || perhaps.is_match(text)).then_some(Says::Perhaps),
    }
}

/// Words alone, with others beside them, and those that mean other things as well.
fn expressions() -> Option<[Regex; 3]> {
    let (words, perhaps) = (WORDS.join("|"), PERHAPS.join("|"));
    // Where no blanks stand between words, that for the sum is the last.
    let joined: Vec<&str> =
        WORDS.into_iter().filter(|word| !word.contains(char::is_lowercase)).collect();
    let joined = joined.join("|");
    let compiled = |text: String| Regex::new(&text).ok();
    Some([
        compiled(format!(r"(?i)^\W*(?:{words})\W*$"))?,
        compiled(format!(r"(?i)^\W*(?:{words})\W|\W(?:{words})\W*$|(?:{joined})\W*$"))?,
        compiled(format!(r"(?i)^\W*(?:{perhaps})\W*$"))?,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_alone_or_apart() {
        let cases = [
            ("TOTAL:", Some(Says::Total)),
            ("— Sous-total —", Some(Says::Total)),
            ("合計", Some(Says::Total)),
            ("Total: 20 days", Some(Says::Perhaps)),
            ("2026 Total", Some(Says::Perhaps)),
            ("东区小计", Some(Says::Perhaps)),
            ("Всего", Some(Says::Total)),
            ("All", Some(Says::Perhaps)),
            ("Totally", None),
            ("Summer", None),
            ("Subtotals2", None),
            ("All shops", None),
            ("200.00", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(says(text), expected, "{text}");
        }
    }
}
