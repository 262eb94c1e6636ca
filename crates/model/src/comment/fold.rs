//! One form for many ways to write the same text.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Text as it is compared: full width is half width (NFKC), lower case, straight apostrophes, no invisible characters,
/// and hyphens and any run of blanks are one blank. Traditional characters are not made simplified ones.
pub(super) fn folded(text: &str) -> String {
    let visible = text.chars().filter(|one| !is_invisible(*one));
    let mut folded = String::with_capacity(text.len());
    for one in visible.nfkc().flat_map(char::to_lowercase) {
        let one = match one {
            '’' | '‘' | 'ʼ' | '`' => '\'',
            '-' | '‐' | '‑' | '_' => ' ',
            other if other.is_whitespace() => ' ',
            other => other,
        };
        if one != ' ' || !folded.ends_with(' ') {
            folded.push(one);
        }
    }
    folded
}

/// Whether a character is written without blanks between words: Chinese, and the kana of names of goods.
pub(super) fn is_han(one: char) -> bool {
    matches!(one,
        '\u{2e80}'..='\u{2fdf}' | '々' | '〇' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Whether a character belongs to a word that has blanks around it.
pub(super) fn is_of_word(one: char) -> bool {
    (one.is_alphanumeric() || is_combining_mark(one)) && !is_han(one)
}

/// Whether a character has no picture of its own, and only hides, joins or turns others.
pub(super) fn is_invisible(one: char) -> bool {
    matches!(one,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffc}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_to_write_the_same_are_one() {
        for (written, expected) in [
            ("ＡＰＰ　更新", "app 更新"),
            ("Check-In", "check in"),
            ("DON’T", "don't"),
            ("a\u{200b}p\u{202e}p", "app"),
            ("価ｶﾞ", "価ガ"),
            ("two \t\n spaces", "two spaces"),
            ("好👍🏽❄️", "好👍🏽❄\u{fe0f}"),
        ] {
            assert_eq!(folded(written), expected, "{written:?}");
        }
    }
}
