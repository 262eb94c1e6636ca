//! Colours as `#rrggbb`, and how well one can be read on another.
//!
//! Method: contrast ratio of WCAG 2.2, success criterion 1.4.3.

/// The least contrast that text may have with what it stands on.
pub(crate) const READABLE: f64 = 4.5;

/// The channels of `#rrggbb` or `#rgb`, 0 to 255.
pub(crate) fn channels(colour: &str) -> Option<[f64; 3]> {
    let digits = colour.strip_prefix('#').filter(|digits| digits.is_ascii())?;
    let read = |text: &str| u8::from_str_radix(text, 16).ok().map(f64::from);
    let one = |at: usize| match digits.len() {
        6 => read(&digits[2 * at..2 * at + 2]),
        3 => read(&digits[at..=at]).map(|digit| digit * 17.0),
        _ => None,
    };
    Some([one(0)?, one(1)?, one(2)?])
}

/// The contrast ratio of two colours, 1 to 21; `None` when one of them is no colour.
pub(crate) fn contrast(one: &str, other: &str) -> Option<f64> {
    let (one, other) = (luminance(one)?, luminance(other)?);
    Some((one.max(other) + 0.05) / (one.min(other) + 0.05))
}

fn luminance(colour: &str) -> Option<f64> {
    let linear = channels(colour)?.map(|channel| {
        let share = channel / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    });
    Some(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_guideline() {
        for (one, other, ratio) in [
            ("#000000", "#ffffff", 21.0),
            ("#777777", "#ffffff", 4.478),
            ("#767676", "#fff", 4.542),
            ("#1d4f91", "#1d4f91", 1.0),
        ] {
            let found = contrast(one, other).expect("colours");
            assert!((found - ratio).abs() < 0.001, "{one} on {other}: {found}");
        }
        for no_colour in ["red", "#12345", "#gggggg", "#é1234", ""] {
            assert_eq!(contrast(no_colour, "#ffffff"), None, "{no_colour}");
        }
    }
}
