//! Names of rows, series and places: a chart has the room of a few lines, and an ellipsis says that there is more.
//!
//! Rule: the whole name stands in the table and in the tooltip of the chart. A name breaks where its script allows it,
//! and is cut at the border of a grapheme, never within a sign that is made of several characters.

use super::font::Fonts;
use icu_segmenter::{GraphemeClusterSegmenter, LineSegmenter, options::LineBreakOptions};
use std::collections::BTreeSet;

/// Nobody reads more of a name in a chart; what measures it need not either.
const LONGEST: usize = 400;

/// The room for a name.
#[derive(Clone, Copy)]
pub(super) struct Room {
    /// In pixels.
    pub(super) width: u32,
    pub(super) lines: usize,
    /// The size of type in pixels.
    pub(super) size: u32,
}

/// A name in lines that fit its room.
pub(super) fn wrapped(name: &str, fonts: &Fonts, room: Room) -> String {
    let name: String = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let width = |text: &str| fonts.width(text, f64::from(room.size));
    let fits = |text: &str| width(text) <= f64::from(room.width);
    if fits(&name) {
        return name;
    }
    let cut = name.char_indices().nth(LONGEST).map_or(name.len(), |(at, _)| at);
    let borders: Vec<usize> = GraphemeClusterSegmenter::new().segment_str(&name).collect();
    let segmenter = LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default());
    let breaks: BTreeSet<usize> = segmenter.segment_str(&name).collect();
    let mut lines: Vec<String> = Vec::new();
    let mut start = 0;
    while start < cut && lines.len() < room.lines {
        let rest = name[start..].trim_end();
        if fits(rest) {
            lines.push(rest.to_owned());
            break;
        }
        let is_last = lines.len() + 1 == room.lines;
        let end =
            |text: &str| if is_last { format!("{}…", text.trim_end()) } else { text.to_owned() };
        let after = borders.iter().copied().filter(|border| *border > start && *border <= cut);
        // At least one sign, however wide.
        let mut fitting = after.clone().next().unwrap_or(name.len());
        for border in after.take_while(|border| fits(&end(name[start..*border].trim_end()))) {
            fitting = border;
        }
        let at_break = breaks.range(start + 1..=fitting).next_back().copied();
        // A word goes on to the next line, but not the whole of it when it is as long as a line.
        let stop = if is_last { fitting } else { at_break.unwrap_or(fitting) };
        lines.push(end(name[start..stop].trim_end()));
        start = stop;
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(name: &str, width: u32, lines: usize) -> Vec<String> {
        let fonts = Fonts::embedded();
        let text = wrapped(name, &fonts, Room { width, lines, size: 12 });
        let lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        for line in &lines {
            assert!(
                fonts.width(line, 12.0) <= f64::from(width) || line.chars().count() < 3,
                "{line}"
            );
        }
        lines
    }

    #[test]
    fn a_name_breaks_where_its_script_allows_it_and_ends_in_an_ellipsis() {
        assert_eq!(set("Online store", 180, 2), ["Online store"]);
        assert_eq!(set("Launch campaign of the northern region", 120, 2).len(), 2);
        assert_eq!(set("北京市朝阳区建国门外大街甲六号华润大厦", 100, 2).len(), 2);
        let long = set(&"A name of many words ".repeat(4), 120, 2);
        assert!(long.len() == 2 && long[1].ends_with('…') && !long[0].ends_with('…'), "{long:?}");
        let long = set(&"W".repeat(77), 120, 2);
        assert!(long.len() == 2 && long[1].ends_with("W…"), "{long:?}");
        let long = set(&"无".repeat(80), 121, 2);
        assert!(long[1].ends_with("无…") && long.concat().chars().count() == 20, "{long:?}");
        assert_eq!(set("one\ntwo\t three", 200, 2), ["one two three"]);
        assert_eq!(set("", 50, 2), [""]);
    }

    #[test]
    fn a_sign_of_several_characters_is_not_cut_in_two() {
        let family = "👩‍👩‍👧‍👦";
        for width in 100..180 {
            for line in set(&family.repeat(9), width, 1) {
                let whole = line.trim_end_matches('…');
                assert_eq!(whole.replace(family, ""), "", "{whole:?} at {width}");
            }
        }
        let accents = "e\u{301}".repeat(60);
        assert!(set(&accents, 60, 2)[1].ends_with("e\u{301}…"));
    }
}
