//! What rows that sum up others are called.

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
    if text.is_empty() || text.len() > LONGEST || text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let plain = text.to_lowercase();
    let plain = plain.trim_matches(|character: char| !character.is_alphanumeric());
    if WORDS.contains(&plain) {
        return Some(Says::Total);
    }
    let stands_apart = |rest: &str, edge: Option<char>| {
        rest.is_empty() || edge.is_some_and(|edge| !edge.is_alphanumeric())
    };
    let is_part = WORDS.iter().any(|word| {
        let before = plain.strip_prefix(word).map(|rest| stands_apart(rest, rest.chars().next()));
        let behind = plain.strip_suffix(word).map(|rest| stands_apart(rest, rest.chars().last()));
        // Words that are written without blanks between them stand behind what they sum up.
        let is_joined =
            !word.is_ascii() && plain.ends_with(word) && !word.contains(char::is_lowercase);
        before == Some(true) || behind == Some(true) || is_joined
    });
    (is_part || PERHAPS.contains(&plain)).then_some(Says::Perhaps)
}
