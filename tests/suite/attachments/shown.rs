//! A shown figure against the value of a cell.

use calamine::Data;

/// What is wrong when a text does not show a cell's number to its last digit; texts are no figures and show themselves.
pub(super) fn differs(said: &str, cell: &Data) -> Option<String> {
    let said = said.split(" (").next().unwrap_or(said).split('（').next().unwrap_or(said).trim();
    let Data::Float(value) = cell else { return None };
    let Some(shown) = read(said) else {
        return Some(format!("`{said}` is no figure, the cell is {value}"));
    };
    let value = value * shown.factor;
    let half = 0.5 * 10f64.powi(-shown.decimals) * (1.0 + 1e-6);
    let differs = (value - shown.value).abs() > half + value.abs() * 1e-12;
    differs.then(|| format!("`{said}` is shown, the cell gives {value}"))
}

struct Shown {
    value: f64,
    decimals: i32,
    /// By what the cell's number is multiplied to be what is shown.
    factor: f64,
}

fn read(said: &str) -> Option<Shown> {
    let sign = if said.starts_with('−') { -1.0 } else { 1.0 };
    let start = said.find(|c: char| c.is_ascii_digit())?;
    let body = &said[start..];
    let end =
        body.find(|c: char| !(c.is_ascii_digit() || c == ',' || c == '.')).unwrap_or(body.len());
    let digits = body[..end].replace(',', "");
    let factor = match body[end..].trim_matches(|c: char| c.is_whitespace()) {
        "%" => 100.0,
        "K" => 1e-3,
        "M" => 1e-6,
        "B" => 1e-9,
        "T" => 1e-12,
        "万" => 1e-4,
        "亿" => 1e-8,
        "万亿" => 1e-12,
        // Points are in the cell as they are shown.
        _ => 1.0,
    };
    let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len() as i32);
    Some(Shown { value: sign * digits.parse::<f64>().ok()?, decimals, factor })
}
