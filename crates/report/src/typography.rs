//! Keeps a figure and its unit, and the parts of a date, on one line; lets a name without spaces go on to the next one.
//!
//! Method: lines may break between a digit and a hanzi, and at the space before a unit. On paper such a break is not
//! taken. In HTML such a figure is put into an element that does not wrap; a cell that holds nothing else does not wrap
//! anyway. Joining characters would do the same, but some mail programs draw them as boxes. A longer run of signs without
//! a space – a file name, an address – would make the whole mail as wide as itself: it is put into an element that breaks
//! anywhere. Nothing is put into the text, so that what is copied is what was meant. Of the two values of `word-break`
//! Outlook knows the first one, the others follow the second one, which breaks only where it must.

use crate::inline_css::tag_end;
use std::ops::Range;

/// What stands before the digits of a figure.
const SIGNS: [char; 7] = ['¥', '$', '€', '£', '+', '−', '±'];
/// What belongs to the figure that it touches, the longer one first.
const TOUCHING: [&str; 27] = [
    "个百分点",
    "百分点",
    "小时",
    "分钟",
    "季度",
    "万",
    "亿",
    "天",
    "年",
    "月",
    "日",
    "周",
    "期",
    "项",
    "行",
    "家",
    "位",
    "次",
    "个",
    "份",
    "人",
    "条",
    "倍",
    "秒",
    "轮",
    "分",
    "元",
];
/// What belongs to the figure before it, beyond a space.
const WORDS: [&str; 28] = [
    "pp", "points", "point", "percent", "days", "day", "hours", "hour", "minutes", "minute",
    "seconds", "second", "weeks", "week", "months", "month", "Jan", "Feb", "Mar", "Apr", "May",
    "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
/// Elements whose text is none, or is set by somebody else.
const LEFT_ALONE: [&str; 5] = ["script", "style", "svg", "title", "option"];

/// A longer run of signs without a space may break anywhere.
pub(crate) const LONGEST: usize = 18;

/// Its style stands in the head: where a mail program drops that, a figure may break, and the mail is no longer for it.
const WHOLE: &str = "<span class=\"n\">";

const BREAKS: &str = "<span style=\"white-space:normal;word-break:break-all;word-break:break-word;overflow-wrap:anywhere\">";

/// The HTML of a page, its figures whole.
pub(crate) fn of_page(html: &str) -> String {
    let start = html.find("<body").unwrap_or(html.len());
    each_text(html, start, whole_figures)
}

/// The HTML of a mail, its figures whole and its long names no wider than it.
pub(crate) fn of_mail(html: &str) -> String {
    each_text(html, start_of_mail(html), long_names)
}

/// Where the first table stands: before it is the hidden line beside the subject, which is text alone.
pub(crate) fn start_of_mail(html: &str) -> usize {
    let body = html.find("<body").unwrap_or(html.len());
    html[body..].find("<table").map_or(body, |at| body + at)
}

/// Sets every text of a document that stands behind `start`.
pub(crate) fn each_text(html: &str, start: usize, set: impl Fn(&str, &mut String)) -> String {
    let mut text = String::with_capacity(html.len());
    let (head, mut rest) = html.split_at(start);
    text.push_str(head);
    while let Some(start) = rest.find('<') {
        set(&rest[..start], &mut text);
        rest = &rest[start..];
        let end = match rest.starts_with("<!--") {
            true => rest.find("-->").map_or(rest.len(), |at| at + 3),
            false => LEFT_ALONE
                .iter()
                .find_map(|name| element(rest, name))
                .unwrap_or_else(|| tag_end(rest)),
        };
        text.push_str(&rest[..end]);
        rest = &rest[end..];
    }
    set(rest, &mut text);
    text
}

/// Where an element ends that HTML begins with, if it is one of this name.
fn element(html: &str, name: &str) -> Option<usize> {
    let after = html.strip_prefix('<')?.strip_prefix(name)?;
    let is_it = after.starts_with(|sign: char| sign == '>' || sign.is_ascii_whitespace());
    let close = format!("</{name}>");
    is_it.then(|| html.find(&close).map_or(html.len(), |at| at + close.len()))
}

/// Lets long runs break; the figures between them stay whole.
fn long_names(text: &str, set: &mut String) {
    let (mut plain, mut run, mut length) = (String::new(), String::new(), 0);
    let end = |set: &mut String, plain: &mut String, run: &mut String, length: &mut usize| {
        if *length > LONGEST && !is_range(run) {
            whole_figures(plain, set);
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
            end(set, &mut plain, &mut run, &mut length);
            plain.push_str(one);
        } else {
            run.push_str(one);
            length += 1;
        }
        rest = &rest[one.len()..];
    }
    end(set, &mut plain, &mut run, &mut length);
    whole_figures(&plain, set);
}

/// Whether a run is two figures with a dash between them, which stay whole.
fn is_range(run: &str) -> bool {
    let is_sign = |sign: char| sign.is_ascii_digit() || "¥$€£+−±.,%KMBT".contains(sign);
    let figures: Vec<&str> = run.split('–').collect();
    figures.len() == 2 && figures.iter().all(|one| one.len() <= 18 && one.chars().all(is_sign))
}

fn whole_figures(text: &str, whole: &mut String) {
    let mut from = 0;
    for range in figures(text) {
        let figure = &text[range.clone()];
        whole.push_str(&text[from..range.start]);
        // Alone in a cell only a date can break.
        if figure.len() < text.trim().len() || figure.contains('年') {
            whole.push_str(&format!("{WHOLE}{figure}</span>"));
        } else {
            whole.push_str(figure);
        }
        from = range.end;
    }
    whole.push_str(&text[from..]);
}

/// The figures of a text that have a unit, and its dates: what must stay whole.
pub(crate) fn figures(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(|sign: char| sign.is_ascii_digit()) {
        let start = at + text[at..at + start].trim_end_matches(SIGNS).len();
        // Digits within a name are a part of it.
        let before = text[..start].chars().next_back();
        if before.is_some_and(|sign| sign.is_ascii_alphanumeric() || "-_./".contains(sign)) {
            let name = text[start..].find(|sign: char| !sign.is_ascii_alphanumeric());
            at = name.map_or(text.len(), |end| start + end.max(1));
            continue;
        }
        // Lines may break between two signs: `+¥546.01M`.
        let signs = text[start..].chars().take_while(|sign| SIGNS.contains(sign)).count();
        let (mut end, mut has_unit) = (start, signs > 1);
        loop {
            let number = number_end(text, end);
            // A date such as 2026-05-12 is one, too.
            has_unit |= text[end..number].contains('-');
            let last = range_end(text, number);
            has_unit |= last > number;
            let number = last;
            let unit = unit_end(text, number);
            has_unit |= unit > number;
            end = unit;
            // The parts of a date follow each other: `2026年6月30日`.
            let goes_on = unit > number && text[end..].starts_with(|c: char| c.is_ascii_digit());
            if !goes_on {
                break;
            }
        }
        if has_unit {
            if text[..end].ends_with('年') {
                end += part_of_year(&text[end..]);
            }
            end = text.len() - text[end..].trim_start_matches(['K', 'M', 'B', 'T', '%']).len();
            found.push(start..end);
        }
        at = end;
    }
    found
}

/// Where the digits and their signs end that begin at a place.
fn number_end(text: &str, start: usize) -> usize {
    let digits = text[start..].trim_start_matches(SIGNS);
    let after =
        digits.trim_start_matches(|sign: char| sign.is_ascii_digit() || ".,-".contains(sign));
    let end = text.len() - after.len();
    // The comma or the full stop of the sentence.
    start + text[start..end].trim_end_matches(['.', ',', '-']).len()
}

/// Where the units end that belong to the digits before a place; the place itself if there are none.
fn unit_end(text: &str, mut end: usize) -> usize {
    if let Some(after) = text[end..].strip_prefix([' ', '\u{a0}']) {
        let letters = after.trim_start_matches(|sign: char| sign.is_ascii_alphabetic());
        let word = &after[..after.len() - letters.len()];
        if WORDS.contains(&word) {
            end = text.len() - letters.len();
        }
    }
    while let Some(unit) = TOUCHING.iter().find(|unit| text[end..].starts_with(**unit)) {
        end += unit.len();
    }
    end
}

/// How much of a text that follows a year names a part of it: `第二季度`, `第26周`.
fn part_of_year(text: &str) -> usize {
    let Some(number) = text.strip_prefix('第') else { return 0 };
    let is_number = |sign: char| sign.is_ascii_digit() || "一二三四".contains(sign);
    let unit = number.trim_start_matches(is_number);
    let after = ["季度", "周"].into_iter().find_map(|word| unit.strip_prefix(word));
    after.map_or(0, |after| text.len() - after.len())
}

/// Where the second figure of a range ends whose first one ends at a place: `35.0–41.2%`, `1–28 Jun`; the place itself if
/// there is none.
fn range_end(text: &str, end: usize) -> usize {
    let second = text[end..].strip_prefix('–');
    let is_figure = |second: &&str| second.starts_with(|sign: char| sign.is_ascii_digit());
    second.filter(is_figure).map_or(end, |second| number_end(text, text.len() - second.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> String {
        format!("<head>3万 </head><body><div>3万 </div><table>{text}</table></body>")
    }

    #[test]
    fn figures_in_sentences_stay_with_their_units() {
        let kept = |figure: &str| format!("{WHOLE}{figure}</span>");
        for (html, expected) in [
            ("净销售额为¥213.9万，下降", format!("净销售额为{}，下降", kept("¥213.9万"))),
            ("rose 0.65\u{a0}pp to 2.92%.", format!("rose {} to 2.92%.", kept("0.65\u{a0}pp"))),
            ("within 30 days. The", format!("within {}. The", kept("30 days"))),
            ("on 5 Nov 2026, late", format!("on {} 2026, late", kept("5 Nov"))),
            ("by +¥546.01M.", format!("by {}.", kept("+¥546.01M"))),
            ("W1-3期, SKU-12日本", "W1-3期, SKU-12日本".to_owned()),
            ("5 daydreams", "5 daydreams".to_owned()),
            ("上升+1.2个百分点", format!("上升{}", kept("+1.2个百分点"))),
            ("5项指标中2项优于", format!("{}指标中{}优于", kept("5项"), kept("2项"))),
            ("截至2026年6月30日，", format!("截至{}，", kept("2026年6月30日"))),
            ("<td title=\"3万 x\">¥86.6万</td>", "<td title=\"3万 x\">¥86.6万</td>".to_owned()),
            ("<svg><text>共 3万 次</text></svg>", "<svg><text>共 3万 次</text></svg>".to_owned()),
            ("in 2026, 1,098 and 3.", "in 2026, 1,098 and 3.".to_owned()),
            ("2026年", kept("2026年")),
            ("为2026年第二季度目标", format!("为{}目标", kept("2026年第二季度"))),
            ("2026年第26周（上升", format!("{}（上升", kept("2026年第26周"))),
            ("继续（35.0–41.2%），", format!("继续（{}），", kept("35.0–41.2%"))),
            ("on 1–28 May 2026", format!("on {} 2026", kept("1–28 May"))),
            ("on 2026-05-12, late", format!("on {}, late", kept("2026-05-12"))),
        ] {
            assert_eq!(of_mail(&page(html)), page(&expected));
        }
        let page = |figure: &str| format!("<head>3万 </head><body>共{figure}</body>");
        assert_eq!(of_page(&page("3万")), page(&kept("3万")));
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
            assert_eq!(of_mail(&page(&html)), page(&expected));
        }
    }
}
