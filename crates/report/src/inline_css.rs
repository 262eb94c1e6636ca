//! Moves the structure styles of a mail into its elements.
//!
//! Many mail programs drop the head. The first style block is inlined and removed; the second one, marked
//! `data-css-inline="ignore"`, only improves what stands without it, and keeps tables small: a style
//! repeated in every cell would push long reports over the size at which mail programs cut them off.

use crate::error::RenderError;
use css_inline::CSSInliner;

/// Inlines the styles of a filled mail.
pub(crate) fn inline(html: &str) -> Result<String, RenderError> {
    let inlined = CSSInliner::options()
        .keep_style_tags(true)
        .remove_inlined_selectors(true)
        .load_remote_stylesheets(false)
        .minify_css(true)
        .build()
        .inline(html)
        .map_err(|source| RenderError::Inline { source: Box::new(source) })?;
    Ok(escape_attributes(&inlined))
}

/// Escapes angle brackets within attributes again, which the inliner writes out as HTML allows: filters
/// between us and the inbox take a `<` in a picture's text for markup.
fn escape_attributes(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        rest = &rest[start..];
        let verbatim = [("<!--", "-->"), ("<style", "</style>")];
        let end = match verbatim.iter().find(|(open, _)| rest.starts_with(open)) {
            Some((_, close)) => rest.find(close).map_or(rest.len(), |at| at + close.len()),
            None => tag_end(rest),
        };
        let (tag, after) = rest.split_at(end);
        if tag.starts_with("<!--") || tag.starts_with("<style") {
            text.push_str(tag);
        } else {
            text.push_str(&escaped_tag(tag));
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// The length of the tag that `html` begins with, brackets in quotes not counted.
pub(crate) fn tag_end(html: &str) -> usize {
    let mut is_quoted = false;
    for (at, character) in html.char_indices() {
        match character {
            '"' => is_quoted = !is_quoted,
            '>' if !is_quoted => return at + 1,
            _ => {}
        }
    }
    html.len()
}

fn escaped_tag(tag: &str) -> String {
    let parts = tag.split('"').enumerate();
    let escaped: Vec<_> = parts
        .map(|(place, part)| match place % 2 {
            0 => part.to_owned(),
            _ => part.replace('<', "&lt;").replace('>', "&gt;"),
        })
        .collect();
    escaped.join("\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_attributes_stay_escaped() {
        let html =
            "<p title=\"a &lt;b&gt;\">x &lt; y</p><!--[if mso]><table width=\"1\"><![endif]-->";
        let cases = [
            ("<p title=\"a <b>\">x &lt; y</p><!--[if mso]><table width=\"1\"><![endif]-->", html),
            ("<style>a > b{}</style><i>", "<style>a > b{}</style><i>"),
            ("plain", "plain"),
            ("<unclosed \"", "<unclosed \""),
        ];
        for (inlined, escaped) in cases {
            assert_eq!(escape_attributes(inlined), escaped);
        }
    }

    #[test]
    fn the_second_style_block_stays_and_the_first_one_goes() {
        let html = "<html><head><style>p{color:red}</style>\
            <style data-css-inline=\"ignore\">@media print{p{color:blue}}</style></head>\
            <body><p>x</p></body></html>";
        let inlined = inline(html).expect("inlines");
        assert!(inlined.contains("<p style=\"color:red\""), "{inlined}");
        assert!(inlined.contains("@media print") && !inlined.contains("<style>p"), "{inlined}");
    }
}
