use super::*;
use crate::{Answer, CommentQuery};
use model::comment::{Lexicon, Theme, Words};
use model::expression::parse_scalar;

/// The channels of sales, read as if they were comments.
fn asked(tables: &Tables, only: Option<&str>, windows: Vec<DateRange>) -> Vec<(u64, u64, u64)> {
    let theme = |word: &str| Theme {
        id: word.into(),
        label: model::label::Label::verbatim(word),
        words: Words { en: vec![word.to_owned()], zh_cn: Vec::new() },
    };
    let lexicon = Lexicon { theme: vec![theme("web"), theme("phone")], ..Lexicon::default() };
    let query = CommentQuery {
        dataset: "sales".into(),
        text: parse_scalar("channel").expect("text"),
        only: only.map(|only| parse_scalar(only).expect("condition")),
        windows: windows.clone(),
        lexicon,
    };
    let answer =
        PolarsEngine::default().ask(&Query::Comments(Box::new(query)), tables).expect("answer");
    let Answer::Comments(answer) = answer else { panic!("{answer:?}") };
    let count = |window: &DateRange| {
        let found = &answer[window];
        assert!(!found.themes.contains_key(&"phone".into()));
        let web = found.themes.get(&"web".into()).map_or(0, |theme| theme.comments());
        (found.read, found.unnamed, web)
    };
    windows.iter().map(count).collect()
}

#[test]
fn comments_are_counted_in_every_window_that_their_day_belongs_to() {
    let folder = tempfile::tempdir().expect("folder");
    let tables = tables(january(folder.path()));
    let windows = vec![
        window("2025-12-01", "2026-01-01"),
        window("2026-01-01", "2026-01-02"),
        window("2026-01-01", "2026-02-01"),
    ];
    // Ann's and bob's of the first, ann's of the second, cat's of the third; ann's of the third is superseded.
    assert_eq!(asked(&tables, None, windows.clone()), [(0, 0, 0), (2, 1, 1), (4, 1, 3)]);
    let anns = asked(&tables, Some("customer = 'ann'"), windows);
    assert_eq!(anns, [(0, 0, 0), (1, 0, 1), (2, 0, 2)]);
}
