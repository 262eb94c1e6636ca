//! Keeps a figure and its unit, and the parts of a date, on one line.
//!
//! Method: lines may break between a digit and a hanzi, and at the space before a unit. In sentences such a figure is put
//! into an element that does not wrap; a cell that holds nothing else does not wrap anyway. Joining characters would do
//! the same, but some mail programs draw them as boxes.

use crate::inline_css::tag_end;

/// What belongs to the figure before it.
const UNITS: [&str; 7] = ["万", "亿", "个百分点", " pp", " points", " days", "天"];

/// The HTML of a mail, its figures whole.
pub(crate) fn whole_figures(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let (head, mut rest) = html.split_at(html.find("<body").unwrap_or(html.len()));
    text.push_str(head);
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
            let page = |text: &str| format!("<head>3万 </head><body>{text}</body>");
            assert_eq!(whole_figures(&page(html)), page(&expected));
        }
    }
}
