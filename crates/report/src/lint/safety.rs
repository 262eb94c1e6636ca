//! Checks a finished mail: nothing that runs, nothing that is fetched, not too long.

use super::dom::taken_apart;
use crate::{error::RenderError, inline_css::tag_end};
use model::{
    quality::{QualityNote, Severity},
    report::{Argument, Message},
};

/// Some mail programs cut a mail at about 102 KB; quoting and headers want their share.
pub(crate) const SIZE_LIMIT: usize = 90 * 1024;

/// What must not stand in a mail, as markup, and what to call it.
const REFUSED: [(&str, &str); 16] = [
    ("<script", "a script"),
    ("<iframe", "a frame"),
    ("<form", "a form"),
    ("<link", "a linked file"),
    ("<object", "an object"),
    ("<embed", "an object"),
    ("<video", "a film"),
    ("<audio", "a sound"),
    ("<input", "a field of a form"),
    ("<base", "another base of addresses"),
    ("http-equiv=\"refresh", "a page that leads away"),
    ("<svg", "inline SVG, which most mail programs drop"),
    ("src=\"http", "a picture from the network"),
    ("src=\"data:", "a picture as a data address, which most mail programs drop"),
    (" background=\"", "a picture behind a cell, which is fetched"),
    ("=\"javascript:", "a script address"),
];

/// Refuses an unsafe mail and remarks on a long one.
pub(crate) fn check(html: &str) -> Result<Option<QualityNote>, RenderError> {
    let refused = refused(html);
    if !refused.is_empty() {
        return Err(RenderError::UnsafeMail { what: refused.join(", ") });
    }
    let count = |size: usize| Argument::Count(i64::try_from(size).unwrap_or(i64::MAX));
    let message = || {
        Message::new("quality.mail_size")
            .with("size", count(html.len()))
            .with("limit", count(SIZE_LIMIT))
    };
    Ok((html.len() > SIZE_LIMIT).then(|| QualityNote {
        severity: Severity::Warning,
        message: message(),
        dataset: None,
    }))
}

/// What a mail must not hold, each kind once.
///
/// Names from the data have been escaped, so what is found here stands in a template.
pub(super) fn refused(html: &str) -> Vec<&'static str> {
    let lower = html.to_ascii_lowercase();
    let named = REFUSED.iter().filter(|(text, _)| lower.contains(text)).map(|(_, what)| *what);
    let fetches = styles(&lower).any(|style| style.contains("url(") || style.contains("@import"));
    let fetched = fetches.then_some("a style that fetches a file");
    let mut found = Vec::new();
    for what in named.chain(in_tags(&lower)).chain(fetched) {
        if !found.contains(&what) {
            found.push(what);
        }
    }
    found
}

/// What no tag may have: a source outside of the mail, or something that is done when something happens.
fn in_tags(lower: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    let tags = lower.match_indices('<').map(|(at, _)| &lower[at..at + tag_end(&lower[at..])]);
    for tag in tags.filter(|tag| !tag.starts_with("<!--")) {
        let is_named = REFUSED.iter().any(|(text, _)| tag.contains(text));
        let (_, attributes) = taken_apart(tag.trim_matches(['<', '>', '/']));
        found.extend(attributes.iter().filter_map(|(name, value)| match name.as_str() {
            // A source that is refused by its address needs no second name.
            "src" if !value.starts_with("cid:") && !is_named => {
                Some("a picture that is no part of the mail")
            }
            "srcset" => Some("a choice of pictures from the network"),
            "poster" | "data" => Some("a file that is fetched"),
            name if name.starts_with("on") => Some("something that runs"),
            _ => None,
        }));
        let bare = tag.split('"').step_by(2).any(|part| part.trim_end_matches('=').contains('='));
        found
            .extend(bare.then_some("an attribute without double quotes, which is not looked into"));
    }
    found
}

/// Every style of a mail, of elements and of blocks.
fn styles(html: &str) -> impl Iterator<Item = &str> {
    let attributes = html.split("style=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let blocks = html.split("<style").skip(1).filter_map(|rest| rest.split("</style").next());
    attributes.chain(blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_or_fetches_is_refused_and_what_only_says_so_is_not() {
        for unsafe_mail in [
            "<p><script>x</script>",
            "<img src=\"https://example.org/pixel.png\">",
            "<p style=\"background:url(x.png)\">",
            "<style>@import 'x.css'</style>",
            "<a href=\"javascript:x\">",
            "<img src=\"cid:a@tidings\" srcset=\"b.png 2x\">",
        ] {
            assert!(
                check(unsafe_mail).is_err_and(|error| error.code() == "TDG-R08"),
                "{unsafe_mail}"
            );
        }
        let words = "<p>javascript: url(x) &lt;script&gt; a?srcset=2x</p><img src=\"cid:a@tidings\" alt=\"url(x)\">";
        assert_eq!(check(words).expect("safe"), None);
    }

    #[test]
    fn everything_that_is_refused_is_named_each_kind_once() {
        let mail = "<svg></svg><script>x</script><script>y</script><img src=\"https://example.org/a.png\">\
                    <img src=\"data:image/png;base64,AA\"><p onclick=\"x\" style=\"background:url(x.png)\">";
        let found = [
            "a script",
            "inline SVG, which most mail programs drop",
            "a picture from the network",
            "a picture as a data address, which most mail programs drop",
            "something that runs",
            "a style that fetches a file",
        ];
        assert_eq!(refused(mail), found);
        let told = check(mail).expect_err("unsafe").to_string();
        assert!(found.iter().all(|what| told.contains(what)), "{told}");
        assert_eq!(refused("<img src=\"a.png\">"), ["a picture that is no part of the mail"]);
    }

    #[test]
    fn a_long_mail_is_remarked_upon() {
        let note = check(&"x".repeat(SIZE_LIMIT + 1)).expect("safe").expect("a remark");
        assert_eq!(note.message.arguments["size"], Argument::Count(SIZE_LIMIT as i64 + 1));
    }
}
