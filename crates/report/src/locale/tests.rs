//! Locale files: both say the same, in the form of the house.

use super::*;
use std::{collections::BTreeSet, path::PathBuf};

fn shipped(locale: Locale) -> Catalogue {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../report-templates");
    Catalogue::load(&folder, locale).expect("the shipped locale file is valid")
}

fn names(pattern: &Pattern) -> BTreeSet<&str> {
    let pieces: Vec<&Piece> = match pattern {
        Pattern::Line(pieces) => pieces.iter().collect(),
        Pattern::Plural { one, other, .. } => one.iter().chain(other).collect(),
    };
    let mut names: BTreeSet<&str> = pieces
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Slot { name, .. } => Some(name.as_str()),
            Piece::Text(_) => None,
        })
        .collect();
    if let Pattern::Plural { by, .. } = pattern {
        names.insert(by);
    }
    names
}

#[test]
fn both_locales_have_the_same_messages_with_the_same_arguments() {
    let (en, zh) = (shipped(Locale::En), shipped(Locale::ZhCn));
    let keys = |catalogue: &Catalogue| catalogue.messages.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(keys(&en), keys(&zh), "every key stands in both files of report-templates/locales");
    for (key, pattern) in &en.messages {
        assert_eq!(names(pattern), names(&zh.messages[key]), "arguments of `{key}` differ");
    }
}

/// Texts of a locale file as they stand in it, by key.
fn lines(locale: Locale) -> Vec<(String, String)> {
    fn walk(key: &str, value: &toml::Value, lines: &mut Vec<(String, String)>) {
        match value {
            toml::Value::Table(inner) => {
                inner.iter().for_each(|(name, value)| walk(&format!("{key}.{name}"), value, lines));
            }
            value => lines.extend(value.as_str().map(|text| (key.to_owned(), text.to_owned()))),
        }
    }
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../report-templates");
    let path = folder.join("locales").join(format!("{locale}.toml"));
    let text = std::fs::read_to_string(path).expect("the file");
    let mut lines = Vec::new();
    walk("", &toml::Value::Table(toml::from_str(&text).expect("TOML")), &mut lines);
    assert!(lines.len() > 600, "{} texts", lines.len());
    lines
}

/// The house form, after W3C's clreq: the face gives the distance between hanzi and figures, nobody types it.
#[test]
fn no_space_is_typed_beside_hanzi() {
    let is_han =
        |c: &char| matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}' | '“' | '”');
    let mut faults = Vec::new();
    for (key, text) in lines(Locale::ZhCn) {
        let signs: Vec<char> = text.chars().collect();
        for (at, _) in signs.iter().enumerate().filter(|(_, c)| matches!(c, ' ' | '\u{a0}')) {
            let before = at.checked_sub(1).and_then(|at| signs.get(at));
            if [before, signs.get(at + 1)].into_iter().flatten().any(&is_han) {
                faults.push(format!("{key}: {text}"));
            }
        }
    }
    // What separates two names is no distance.
    faults.retain(|fault| !fault.contains(" · ") && !fault.contains(" – "));
    assert!(faults.is_empty(), "a space beside a hanzi:\n{}", faults.join("\n"));
}

#[test]
fn a_percent_sign_touches_its_figure() {
    for locale in Locale::ALL {
        for (key, text) in lines(locale) {
            assert!(!text.contains(" %") && !text.contains("\u{a0}%"), "{locale} {key}: {text}");
        }
    }
}

#[test]
fn a_name_without_a_letter_has_a_word_in_its_place() {
    for (locale, word) in [(Locale::En, "(no name)"), (Locale::ZhCn, "（无名称）")] {
        for name in ["", " ", "\u{200b}\u{feff}", "\t\n"] {
            let label = Label::verbatim(name);
            let list = Argument::List(vec![Label::verbatim("A"), label.clone()]);
            let message = Message::new("x").with("name", Argument::Label(label)).with("list", list);
            let line = format!("word = {{ no_name = \"{word}\" }}\nx = \"{{name}}|{{list}}\"");
            let catalogue = Catalogue::parse(&line).expect("valid");
            let text = catalogue.write(&Formatter::new(locale), &message).expect("written");
            let (first, second) = text.split_once('|').expect("both");
            assert!(first == word && second.starts_with('A') && second.ends_with(word), "{text}");
        }
    }
}

#[test]
fn an_unknown_key_shows_itself_and_its_arguments() {
    let message = Message::new("no.such_key").with("count", Argument::Count(1200));
    let formatter = Formatter::new(Locale::En);
    let unwritten = shipped(Locale::En).write(&formatter, &message).expect_err("unknown key");
    assert_eq!(unwritten.text, "[no.such_key] count = 1,200");
}

#[test]
fn signs_and_plurals_follow_the_message() {
    let catalogue = Catalogue::parse(
        r#"
        fell = "{metric} fell {change, plain} ({change})"
        rows = { by = "count", one = "{count} row", other = "{count} rows" }
        "#,
    )
    .expect("valid");
    let formatter = Formatter::new(Locale::En);
    let fell = Message::new("fell")
        .with("metric", Argument::Label(Label::new("Revenue", "收入")))
        .with("change", Argument::change(Some(-0.042)));
    assert_eq!(catalogue.write(&formatter, &fell).as_deref(), Ok("Revenue fell 4.2% (−4.2%)"));
    for (count, text) in [(1, "1 row"), (2, "2 rows"), (0, "0 rows")] {
        let rows = Message::new("rows").with("count", Argument::Count(count));
        assert_eq!(catalogue.write(&formatter, &rows).as_deref(), Ok(text));
    }
}

#[test]
fn faults_in_a_locale_file_are_named() {
    assert!(Catalogue::parse("a = \"{open\"").is_err_and(|problem| problem.contains("`a`")));
    assert!(Catalogue::parse("a = \"{x, odd}\"").is_err_and(|problem| problem.contains("odd")));
    assert!(Catalogue::parse("a = 1").is_err_and(|problem| problem.contains("`a`")));
}

#[test]
fn what_a_file_of_an_older_version_lacks_is_said_in_the_words_of_the_program() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("locales")).expect("a folder");
    let own = "[correction]\nfigure = \"{metric}: {now}\"\n";
    std::fs::write(folder.path().join("locales/en.toml"), own).expect("a file");
    let (own, shipped) = (Catalogue::load(folder.path(), Locale::En), shipped(Locale::En));
    let own = own.unwrap_or_else(|error| panic!("{error}"));
    assert_ne!(own.messages["correction.figure"], shipped.messages["correction.figure"]);
    assert_eq!(own.messages["correction.figure_of"], shipped.messages["correction.figure_of"]);
    assert_eq!(own.messages.len(), shipped.messages.len());
}

#[test]
fn an_old_and_a_new_value_never_read_the_same() {
    let formatter = Formatter::new(Locale::En);
    let said = |before: &str, now: &str, unit: &str| {
        let value = |text: &str| Argument::Value {
            value: Some(text.parse().expect("a number")),
            format: Fmt { unit: unit.parse().expect("a unit"), decimals: None },
        };
        let message = Message::new("correction.figure")
            .with("metric", Argument::Text("M".into()))
            .with("period", Argument::Text("P".into()))
            .with("before", value(before))
            .with("now", value(now));
        shipped(Locale::En).write(&formatter, &message).expect("written")
    };
    let cases = [
        ("11700.50", "11701.50", "money:CNY", "M, P: ¥11,701.50 instead of ¥11,700.50."),
        ("11700", "11701", "count", "M, P: 11,701 instead of 11,700."),
        ("0.12341", "0.12342", "percent", "M, P: 12.342% instead of 12.341%."),
        ("11700", "12700", "count", "M, P: 12.7K instead of 11.7K."),
    ];
    for (before, now, unit, says) in cases {
        assert_eq!(said(before, now, unit), says);
    }
}
