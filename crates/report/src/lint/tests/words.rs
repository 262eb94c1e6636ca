//! Real templates and locale files whose words or figures are changed.

use super::{
    changes::{BODY, TEXT, change, changed, check, folder, told},
    lint_words,
};

#[test]
fn pictures_without_words_or_size_are_found() {
    const PICTURE: &str = "partials/pictures.email.html";
    let alt = "alt=\"{{ alternative }}\" style=\"display:block\"";
    for (to, words) in [
        ("", "says nothing of what it shows"),
        ("chart", "says nothing of what it shows"),
        ("chart-1.png", "is the name of a file"),
        ("The course over time", "names none of its figures"),
    ] {
        let to = format!("alt=\"{to}\" style=\"display:block\"");
        check(&[change([PICTURE, alt, &to, "picture", words])]);
    }
}

#[test]
fn a_text_part_that_differs_is_found() {
    check(&[change([
        TEXT,
        "{{ other.label }}{{ word.open }}{{ other.base }}{{ word.close }}",
        "{{ other.label }}",
        "figures",
        "is not in the text part",
    ])]);
    check(&[change([
        TEXT,
        "== {{ section.title }} ==",
        "{{ section.title }}",
        "figures",
        "is not in the text part; its heading is",
    ])]);
    check(&[change([
        TEXT,
        "{{ word.open }}{{ other.base }}{{ word.close }}{{ word.colon }}{% if other.known %}{{ other.change }}",
        "{{ word.open }}{{ other.change }}{{ word.close }}{{ word.colon }}{% if other.known %}{{ other.base }}",
        "figures",
        "stands in another place in the text part",
    ])]);
}

#[test]
fn characters_are_named_with_their_place() {
    assert_eq!(lint_words(&folder()).expect("the folder is read"), []);
    let changes = [
        change([
            "locales/en.toml",
            "as_of = \"As of\"",
            "as_of = \"As of \u{1f680}\"",
            "characters",
            "`word.as_of` of locales/en.toml has an emoji, U+1F680",
        ]),
        change([
            "locales/zh-CN.toml",
            "[edition]",
            "[edition]\nx = \"\u{e001}\"",
            "characters",
            "`edition.x` of locales/zh-CN.toml has a character of private use",
        ]),
        change([
            BODY,
            "<title>",
            "<title>\u{202e}",
            "characters",
            "line 4 of layouts/email.html has a mark that turns the direction of writing",
        ]),
    ];
    let (_kept, templates) = changed(&changes);
    told(&lint_words(&templates).expect("the folder is read"), &changes);
}
