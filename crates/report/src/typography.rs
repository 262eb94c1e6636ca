//! Keeps a figure and its unit, and the parts of a date, on one line; lets a name without spaces go on to the next one.
//!
//! Method: lines may break between a digit and a hanzi, and at the space before a unit. In sentences such a figure is put
//! into an element that does not wrap; a cell that holds nothing else does not wrap anyway. Joining characters would do
//! the same, but some mail programs draw them as boxes. A longer run of signs without a space – a file name, an address –
//! would make the whole mail as wide as itself: it is put into an element that breaks anywhere. Nothing is put into the
//! text, so that what is copied is what was meant. Of the two values of `word-break` Outlook knows the first one, the
//! others follow the second one, which breaks only where it must.

use crate::inline_css::tag_end;

/// What belongs to the figure before it.
const UNITS: [&str; 7] = ["万", "亿", "个百分点", " pp", " points", " days", "天"];

/// A longer run of signs without a space may break anywhere.
pub(crate) const LONGEST: usize = 18;

const BREAKS: &str = "<span style=\"white-space:normal;word-break:break-all;word-break:break-word;overflow-wrap:anywhere\">";

/// The HTML of a mail, its figures whole and its long names no wider than it.
pub(crate) fn set(html: &str) -> String {
    // What stands before the first table is the hidden line beside the subject, which is text alone.
    let body = html.find("<body").unwrap_or(html.len());
    let start = html[body..].find("<table").map_or(body, |at| body + at);
    let (head, mut rest) = html.split_at(start);
    let mut text = head.to_owned();
    while let Some(start) = rest.find('<') {
        text.push_str(&of_text(&rest[..start]));
        rest = &rest[start..];
        let end = match rest.starts_with("<!--") {
            true => rest.find("-->").map_or(rest.len(), |at| at + 3),
            false => tag_end(rest),
        };
        text.push_str(&rest[..end]);
        rest = &rest[end..];
    }
    text + &of_text(rest)
}

fn of_text(text: &str) -> String {
    let mut set = String::with_capacity(text.len());
    let (mut plain, mut run, mut length) = (String::new(), String::new(), 0);
    let end = |set: &mut String, plain: &mut String, run: &mut String, length: &mut usize| {
        if *length > LONGEST && !is_range(run) {
            set.push_str(&whole_figures(plain));
            plain.clear();
            set.push_str(&format!("{BREAKS}{run}</span>"));
        } else {
            plain.push_str(run);
        }
        (*length, *run) = (0, String::new());
    };
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        let name =
            rest.find(';').filter(|end| sign == '&' && *end < 8).map_or("", |end| &rest[..=end]);
        let one = if name.is_empty() { &rest[..sign.len_utf8()] } else { name };
        // Lines may break between hanzi.
        if sign.is_whitespace() || sign >= '\u{2e80}' || name == "&nbsp;" {
            end(&mut set, &mut plain, &mut run, &mut length);
            plain.push_str(one);
        } else {
            run.push_str(one);
            length += 1;
        }
        rest = &rest[one.len()..];
    }
    end(&mut set, &mut plain, &mut run, &mut length);
    set + &whole_figures(&plain)
}

/// Whether a run is two figures with a dash between them, which stay whole.
fn is_range(run: &str) -> bool {
    let is_sign = |sign: char| sign.is_ascii_digit() || "¥$€£+−±.,%KMB".contains(sign);
    let figures: Vec<&str> = run.split('–').collect();
    figures.len() == 2 && figures.iter().all(|one| one.len() <= 18 && one.chars().all(is_sign))
}

fn whole_figures(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|sign: char| sign.is_ascii_digit()) {
        let signs = |sign: char| matches!(sign, '¥' | '$' | '€' | '£' | '+' | '−' | '±');
        let start = rest[..start].trim_end_matches(signs).len();
        let digits = rest[start..].trim_start_matches(signs);
        let after =
            digits.trim_start_matches(|sign: char| sign.is_ascii_digit() || ".,-".contains(sign));
        let mut end = rest.len() - after.len();
        // The comma or the full stop of the sentence.
        end = start + rest[start..end].trim_end_matches(['.', ',', '-']).len();
        // A date such as 2026-05-12 is one, too.
        let mut has_unit = rest[start..end].contains('-');
        while let Some(unit) = UNITS.iter().find(|unit| rest[end..].starts_with(**unit)) {
            (end, has_unit) = (end + unit.len(), true);
        }
        let figure = &rest[start..end];
        whole.push_str(&rest[..start]);
        if has_unit && figure.len() < text.trim().len() {
            whole.push_str(&format!("<span style=\"white-space:nowrap\">{figure}</span>"));
        } else {
            whole.push_str(figure);
        }
        rest = &rest[end..];
    }
    whole + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> String {
        format!("<head>3万 </head><body><div>3万 </div><table>{text}</table></body>")
    }

    #[test]
    fn figures_in_sentences_stay_with_their_units() {
        let kept = |figure: &str| format!("<span style=\"white-space:nowrap\">{figure}</span>");
        for (html, expected) in [
            ("净销售额为¥213.9万，下降", format!("净销售额为{}，下降", kept("¥213.9万"))),
            ("rose 0.65 pp to 2.92%.", format!("rose {} to 2.92%.", kept("0.65 pp"))),
            ("上升+1.2个百分点", format!("上升{}", kept("+1.2个百分点"))),
            ("<td title=\"3万 x\">¥86.6万</td>", "<td title=\"3万 x\">¥86.6万</td>".to_owned()),
            ("in 2026, 1,098 and 3.", "in 2026, 1,098 and 3.".to_owned()),
            ("2026年", "2026年".to_owned()),
            ("on 2026-05-12, late", format!("on {}, late", kept("2026-05-12"))),
        ] {
            assert_eq!(set(&page(html)), page(&expected));
        }
    }

    #[test]
    fn a_long_name_without_spaces_may_break_and_nothing_else() {
        let broken = |name: &str| format!("{BREAKS}{name}</span>");
        let file = "Abschluss_2026-06-30_final.xlsx";
        for (html, expected) in [
            (format!("in {file} read"), format!("in {} read", broken(file))),
            (format!("旗舰店{file}合计"), format!("旗舰店{}合计", broken(file))),
            (
                "Customer satisfaction, eighteen-letterss".to_owned(),
                "Customer satisfaction, eighteen-letterss".to_owned(),
            ),
            ("¥1,234.50M–¥1,345.60M".to_owned(), "¥1,234.50M–¥1,345.60M".to_owned()),
            ("&nbsp;&nbsp;&nbsp;&nbsp;".to_owned(), "&nbsp;&nbsp;&nbsp;&nbsp;".to_owned()),
            (
                "a&amp;b&lt;c&gt;d&amp;e&amp;f&amp;g".to_owned(),
                "a&amp;b&lt;c&gt;d&amp;e&amp;f&amp;g".to_owned(),
            ),
            (format!("<td title=\"{file}\">x</td>"), format!("<td title=\"{file}\">x</td>")),
        ] {
            assert_eq!(set(&page(&html)), page(&expected));
        }
    }
}
