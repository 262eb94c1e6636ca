//! Queries taken apart: where their parameters stand.
//!
//! Rule: a `:name` within a text, a quoted name or a comment is none. What is a text differs between databases.

use super::{engine::Engine, spec::ParameterSpec};
use std::collections::BTreeMap;

/// A piece of a query.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// What stays as it is.
    Text(&'a str),
    /// The name of a parameter.
    Name(&'a str),
    /// A `;`.
    End,
}

/// A query as its database takes it, and the values of its marks in order.
pub(super) struct Statement {
    pub(super) text: String,
    pub(super) values: Vec<ParameterSpec>,
}

/// Puts the database's own marks in the place of parameters.
pub(super) fn marked(
    engine: Engine,
    query: &str,
    parameters: &BTreeMap<String, ParameterSpec>,
) -> Result<Statement, String> {
    let mut statement = Statement { text: String::new(), values: Vec::new() };
    for piece in pieces(engine, query) {
        match piece {
            Piece::Text(text) => statement.text.push_str(text),
            Piece::End => return Err("it is more than one `SELECT`".into()),
            Piece::Name(name) => {
                let value = parameters.get(name).ok_or(format!("`:{name}` has no value"))?;
                statement.values.push(value.clone());
                statement.text.push_str(&engine.mark(statement.values.len()));
            }
        }
    }
    Ok(statement)
}

/// The pieces of a query.
pub(super) fn pieces(engine: Engine, query: &str) -> Vec<Piece<'_>> {
    let bytes = query.as_bytes();
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < bytes.len() {
        let length = passed_over(engine, bytes, at);
        if length > 0 {
            at += length;
            continue;
        }
        let name = if bytes[at] == b':' { word(&bytes[at + 1..]) } else { 0 };
        if name > 0 {
            pieces.push(Piece::Text(&query[start..at]));
            pieces.push(Piece::Name(&query[at + 1..=at + name]));
            at += 1 + name;
            start = at;
        } else if bytes[at] == b';' {
            pieces.push(Piece::Text(&query[start..at]));
            pieces.push(Piece::End);
            at += 1;
            start = at;
        } else {
            at += 1;
        }
    }
    pieces.push(Piece::Text(&query[start..]));
    pieces
}

/// How many bytes from `at` on are one text, quoted name, comment or cast; 0 for anything else.
fn passed_over(engine: Engine, bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    let mysql = engine == Engine::MySql;
    match rest {
        [b'\'', ..] => {
            quoted(rest, b'\'', mysql || (engine == Engine::Postgres && escapes(bytes, at)))
        }
        [b'"', ..] => quoted(rest, b'"', mysql),
        [b'`', ..] if engine != Engine::Postgres => quoted(rest, b'`', false),
        [b'[', ..] if engine == Engine::Sqlite => upto(rest, b"]"),
        [b'-', b'-', next, ..] if !mysql || next.is_ascii_whitespace() => upto(rest, b"\n"),
        [b'#', ..] if mysql => upto(rest, b"\n"),
        [b'/', b'*', ..] if engine == Engine::Postgres => nested(rest),
        [b'/', b'*', ..] => 2 + upto(&rest[2..], b"*/"),
        [b'$', ..] if engine == Engine::Postgres && !follows_word(bytes, at) => dollars(rest),
        [b':', b':', ..] => 2,
        _ => 0,
    }
}

/// A text up to its closing quote; a doubled quote is one within it.
fn quoted(text: &[u8], quote: u8, backslashes: bool) -> usize {
    let mut at = 1;
    while at < text.len() {
        if backslashes && text[at] == b'\\' {
            at += 2;
        } else if text[at] != quote {
            at += 1;
        } else if text.get(at + 1) == Some(&quote) {
            at += 2;
        } else {
            return at + 1;
        }
    }
    text.len()
}

/// Whether the text that begins here is written `E'…'`.
fn escapes(bytes: &[u8], at: usize) -> bool {
    let is_mark = at > 0 && bytes[at - 1].eq_ignore_ascii_case(&b'e');
    is_mark && !follows_word(bytes, at - 1)
}

fn follows_word(bytes: &[u8], at: usize) -> bool {
    at > 0 && is_word(bytes[at - 1])
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The length of the name that begins here.
fn word(text: &[u8]) -> usize {
    let starts = text.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    let is_in = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    if starts { text.iter().take_while(is_in).count() } else { 0 }
}

/// The length up to and with `end`.
fn upto(text: &[u8], end: &[u8]) -> usize {
    let found = text.windows(end.len()).position(|window| window == end);
    found.map_or(text.len(), |at| at + end.len())
}

/// A comment that may hold comments.
fn nested(text: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        match &text[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// A text between `$tag$` and `$tag$`.
fn dollars(text: &[u8]) -> usize {
    let tag = 1 + word(&text[1..]);
    if text.get(tag) != Some(&b'$') {
        return 0;
    }
    let mark = &text[..=tag];
    mark.len() + upto(&text[mark.len()..], mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(engine: Engine, query: &str) -> Vec<&str> {
        let name = |piece| if let Piece::Name(name) = piece { Some(name) } else { None };
        pieces(engine, query).into_iter().filter_map(name).collect()
    }

    #[test]
    fn parameters_stand_outside_of_texts_names_and_comments() {
        use Engine::{MySql, Postgres, Sqlite};
        let all = [MySql, Postgres, Sqlite];
        let cases: &[(&str, &[Engine], &[&str])] = &[
            ("a = :a and b = :b_2 and c=:a", &all, &["a", "b_2", "a"]),
            ("':a' || 'it''s :b' || :c", &all, &["c"]),
            ("-- :a\n:b /* :c */ :d", &all, &["b", "d"]),
            ("a::text = :b", &all, &["b"]),
            ("日本語 = :a and ':日' = '语:b'", &all, &["a"]),
            ("/* /* :a */ :b */ :c", &[Postgres], &["c"]),
            ("/* /* :a */ :b", &[MySql, Sqlite], &["b"]),
            (r"'\' :a '", &[Postgres, Sqlite], &["a"]),
            (r"'\' :a '", &[MySql], &[]),
            (r"E'\' :a ' :b", &[Postgres], &["b"]),
            ("\"x :a\" :b", &[Postgres, Sqlite], &["b"]),
            (r#""x \" :a" :b"#, &[MySql], &["b"]),
            ("`x :a` :b", &[MySql, Sqlite], &["b"]),
            ("[x :a] :b", &[Sqlite], &["b"]),
            ("$$ :a $$ :b $t$ :c $$ $t$ $1", &[Postgres], &["b"]),
            ("a$b :c", &[Postgres], &["c"]),
            ("# :a\n:b", &[MySql], &["b"]),
            ("1--:a", &[MySql], &["a"]),
            ("x[1:2] : ':", &[Postgres], &[]),
        ];
        for (query, engines, expected) in cases {
            for engine in *engines {
                assert_eq!(names(*engine, query), *expected, "{engine:?}: {query}");
            }
        }
    }

    #[test]
    fn marks_take_the_place_of_names_and_the_rest_stays() {
        let parameters = BTreeMap::from([("a".to_owned(), ParameterSpec::Whole(1))]);
        let query = "x = :a or ':a' = :a -- ü";
        let text = |engine| marked(engine, query, &parameters).expect("has its values").text;
        assert_eq!(text(Engine::Postgres), "x = $1 or ':a' = $2 -- ü");
        assert_eq!(text(Engine::Sqlite), "x = ?1 or ':a' = ?2 -- ü");
        assert_eq!(text(Engine::MySql), "x = ? or ':a' = ? -- ü");
        assert!(marked(Engine::MySql, ":b", &parameters).is_err());
        assert!(marked(Engine::MySql, "select 1; drop table x", &parameters).is_err());
        assert!(marked(Engine::MySql, "select ';'", &parameters).is_ok());
    }
}
