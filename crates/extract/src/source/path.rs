//! Paths into nested data: names with points between them, and `[key=name]` for an element of a list.
//!
//! Rule: `event_params[key=page].value` is the `value` of the first element of `event_params` whose `key` is `page`.

/// The first step of a path: a name, and which element is meant if it names a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step<'a> {
    pub(super) name: &'a str,
    /// The field of an element, and the text that it has.
    pub(super) element: Option<(&'a str, &'a str)>,
}

/// The first step of a path, and the path behind it.
pub(super) fn first(path: &str) -> (Step<'_>, Option<&str>) {
    let end = path.find(['.', '[']).unwrap_or(path.len());
    let (name, behind) = path.split_at(end);
    let chosen = behind.strip_prefix('[').and_then(|behind| behind.split_once(']'));
    let element = chosen.and_then(|(inside, _)| inside.split_once('='));
    match (element, chosen) {
        (Some(_), Some((_, rest))) => (Step { name, element }, rest.strip_prefix('.')),
        // A bracket that chooses nothing is part of a name.
        _ => match path.split_once('.') {
            Some((name, rest)) => (Step { name, element: None }, Some(rest)),
            None => (Step { name: path, element: None }, None),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_end_at_points_outside_of_brackets() {
        let step = |name, element| Step { name, element };
        assert_eq!(first("a"), (step("a", None), None));
        assert_eq!(first("a.b.c"), (step("a", None), Some("b.c")));
        assert_eq!(first("a[k=x.y].b"), (step("a", Some(("k", "x.y"))), Some("b")));
        assert_eq!(first("a[k=x]"), (step("a", Some(("k", "x"))), None));
        assert_eq!(first("a[0].b"), (step("a[0]", None), Some("b")));
    }
}
