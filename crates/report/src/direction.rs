//! Names written from right to left, kept apart from what is written around them.
//!
//! Rule (Unicode bidirectional algorithm, UAX #9): digits and signs beside an Arabic or Hebrew name belong to its run, so
//! that `1,526.4%` behind it would stand before it, with the sign on the wrong side. Each such name is isolated: in HTML
//! by an element with `dir`, which Outlook knows, too; in a text by the marks for it. Charts set their names alone.

use crate::typography::{each_text, start_of_mail};
use std::ops::Range;

/// Begins and ends what has a direction of its own, in a text.
const ISOLATE: [char; 2] = ['\u{2067}', '\u{2069}'];

/// The HTML of a page or mail, its names isolated.
pub(crate) fn in_html(html: &str) -> String {
    each_text(html, start_of_mail(html), |text, set| {
        around(text, ["<span dir=\"rtl\">", "</span>"], set)
    })
}

/// A text, its names isolated.
pub(crate) fn in_text(text: &str) -> String {
    let mut set = String::with_capacity(text.len());
    let [begin, end] = ISOLATE.map(String::from);
    around(text, [&begin, &end], &mut set);
    set
}

/// The text as it was before.
pub(crate) fn unmarked(text: &str) -> String {
    text.replace(ISOLATE, "")
}

fn around(text: &str, [begin, end]: [&str; 2], set: &mut String) {
    let mut from = 0;
    for name in names(text) {
        set.push_str(&text[from..name.start]);
        set.push_str(begin);
        set.push_str(&text[name.clone()]);
        set.push_str(end);
        from = name.end;
    }
    set.push_str(&text[from..]);
}

/// The names of a text that are written from right to left, with the spaces and joiners within.
fn names(text: &str) -> Vec<Range<usize>> {
    let mut names: Vec<Range<usize>> = Vec::new();
    let mut goes_on = false;
    for (at, sign) in text.char_indices() {
        if is_from_the_right(sign) {
            let end = at + sign.len_utf8();
            match names.last_mut() {
                Some(last) if goes_on => last.end = end,
                _ => names.push(at..end),
            }
            goes_on = true;
        } else if !" \u{a0}-'’.\u{200c}\u{200d}\u{200f}".contains(sign) {
            goes_on = false;
        }
    }
    names
}

/// Hebrew, Arabic, Syriac, Thaana, N'Ko and their kin, old scripts and those of the supplementary plane among them.
pub(crate) fn is_from_the_right(sign: char) -> bool {
    matches!(sign, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fdff}'
        | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_the_right_are_isolated_and_nothing_else() {
        let name = "شركة النور";
        for (text, expected) in [
            (format!("{name} 1,526.4%"), format!("\u{2067}{name}\u{2069} 1,526.4%")),
            ("净销售额 ¥3万".to_owned(), "净销售额 ¥3万".to_owned()),
            (
                "חברה, شركة: 5".to_owned(),
                "\u{2067}חברה\u{2069}, \u{2067}شركة\u{2069}: 5".to_owned(),
            ),
            ("دبي-مول.".to_owned(), "\u{2067}دبي-مول\u{2069}.".to_owned()),
        ] {
            assert_eq!(in_text(&text), expected);
            assert_eq!(unmarked(&expected), text);
        }
        let html = "<head><title>دبي 5</title></head><body><table><td title=\"دبي 5\">دبي 5</td></table></body>";
        let set = html.replace(">دبي 5</td>", "><span dir=\"rtl\">دبي</span> 5</td>");
        assert_eq!(in_html(html), set);
    }
}
