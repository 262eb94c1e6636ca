//! Rows as log lines, escaped here and there where they need not be.

use super::reader::{Reader, Row};
use crate::rng::Rng;

/// The lines of rows whose fields this layout tells.
pub(super) fn lines(reader: &Reader, rows: &[Row], rng: &mut Rng) -> Vec<u8> {
    let mut file = String::new();
    for row in rows {
        for (number, (before, name)) in reader.fields.iter().enumerate() {
            let after = reader.fields.get(number + 1).map_or(reader.end, |(after, _)| after);
            let is_quoted = before.ends_with('"') && after.starts_with('"');
            file.push_str(before);
            let place = reader.names.iter().position(|known| known == name);
            let text = place.and_then(|place| row.get(place)?.as_deref()).unwrap_or_default();
            text.chars().for_each(|character| write(&mut file, character, is_quoted, rng));
        }
        file.push_str(reader.end);
        file.push_str(if rng.per_mille(200) { "\r\n" } else { "\n" });
    }
    file.into_bytes()
}

/// A character as it is, or by its bytes.
fn write(file: &mut String, character: char, is_quoted: bool, rng: &mut Rng) {
    let is_plain = character.is_ascii_alphanumeric() || "-._~/:?&=%#+,;!*()@$'".contains(character);
    // A byte order mark at the very start would be none of the field.
    let is_foreign = !character.is_ascii() && character != '\u{feff}';
    match character {
        '\\' if rng.per_mille(500) => file.push_str(r"\\"),
        '"' if is_quoted && rng.per_mille(500) => file.push_str(r#"\""#),
        _ if (is_plain || is_foreign) && !rng.per_mille(100) => file.push(character),
        _ => {
            let bytes = character.to_string().into_bytes();
            bytes.iter().for_each(|byte| file.push_str(&format!("\\x{byte:02X}")));
        }
    }
}
