//! What is wrong with a line of JSON, in plain words: the library speaks of its own parsing.

/// What the library says, and what it means to who wrote the file.
const WORDS: [(&str, &str); 9] = [
    (
        "EOF while parsing a value",
        "the line ends where a value should stand; an object must stand whole in one line",
    ),
    (
        "EOF while parsing a string",
        "the line ends within a text; an object must stand whole in one line",
    ),
    (
        "EOF while parsing a list",
        "the line ends within a list; an object must stand whole in one line",
    ),
    (
        "EOF while parsing an object",
        "the line ends within an object; an object must stand whole in one line",
    ),
    ("expected value", "there is no value of JSON here"),
    ("expected ident", "there is no value of JSON here; words are `true`, `false` and `null`"),
    ("key must be a string", "a name must stand in double quotes"),
    ("trailing characters", "something stands behind the value; there is one object in a line"),
    ("trailing comma", "nothing follows a comma"),
];

/// A reason that ends with words of the library, in plain ones.
pub(super) fn plain(reason: String) -> String {
    let known = WORDS.iter().find_map(|(said, plain)| Some((reason.strip_suffix(said)?, plain)));
    known.map_or(reason.clone(), |(place, plain)| format!("{place}{plain}"))
}

#[cfg(test)]
mod tests {
    use super::{super::json, plain};

    #[test]
    fn faults_of_json_are_told_without_words_of_the_library() {
        let cases = [
            ("{\"a\":", "byte 5: the line ends where a value should stand"),
            ("{\"a\":\"x", "byte 7: the line ends within a text"),
            ("{\"a\":[1", "byte 7: the line ends within a list"),
            ("{\"a\":1", "byte 6: the line ends within an object"),
            ("{\"a\":,", "byte 6: there is no value of JSON here"),
            ("{\"a\":nil}", "byte 7: there is no value of JSON here"),
            ("{a:1}", "byte 2: a name must stand in double quotes"),
            ("{\"a\":1},", "byte 8: something stands behind the value"),
            ("{\"a\":1,}", "byte 8: a name must stand in double quotes"),
            ("{\"a\":[1,]}", "byte 9: there is no value of JSON here"),
        ];
        for (line, expected) in cases {
            let (_, said) = json::parse(line.as_bytes()).expect_err(line);
            let told = plain(said);
            assert!(told.starts_with(expected), "{line}: {told}");
        }
        assert_eq!(
            plain("byte 3: not in the declared encoding".into()),
            "byte 3: not in the declared encoding"
        );
    }
}
