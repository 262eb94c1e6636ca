//! Which numbers a column's texts are, by the marks that all of them keep.
//!
//! Rule: a mark is proposed only where the values decide it. `1,234` alone may be a thousand or one and a bit.

use serde_json::{Value, json};

/// Decimal mark, thousands marks.
const MARKS: [(char, &str); 7] = [
    ('.', ""),
    ('.', ","),
    (',', ""),
    (',', "."),
    (',', " \u{a0}\u{202f}"),
    ('.', "'’"),
    ('.', " \u{a0}\u{202f}"),
];

/// Signs of currency and share that a whole column may carry.
const SYMBOLS: [&str; 7] = ["", "$", "€", "£", "¥", "￥", "%"];

/// Whether a text is a number in some way of writing.
pub(super) fn is_number(text: &str) -> bool {
    MARKS.iter().any(|marks| digits(text, *marks).is_some())
}

/// Whether it is one that may carry a sign of currency or share.
pub(super) fn is_amount(text: &str) -> bool {
    SYMBOLS.iter().any(|symbol| bare(text, symbol).is_some_and(is_number))
}

/// The ways in which a column's numbers may be written.
#[derive(Debug, Clone)]
pub(super) struct Numbers {
    /// Ways that every value kept so far, with the sign that they carry.
    ways: Vec<Way>,
    has_values: bool,
    /// Two ways read some value differently.
    differ: bool,
}

#[derive(Debug, Clone)]
struct Way {
    symbol: &'static str,
    marks: (char, &'static str),
    decimals: usize,
    whole: usize,
    has_decimals: bool,
    has_thousands: bool,
    rounds: bool,
}

impl Numbers {
    pub(super) fn new() -> Self {
        let way = |symbol: &'static str| {
            MARKS.map(move |marks| Way {
                symbol,
                marks,
                decimals: 0,
                whole: 0,
                has_decimals: false,
                has_thousands: false,
                rounds: false,
            })
        };
        Self {
            ways: SYMBOLS.iter().flat_map(|symbol| way(symbol)).collect(),
            has_values: false,
            differ: false,
        }
    }

    /// Looks at a value.
    pub(super) fn see(&mut self, text: &str) {
        if self.ways.is_empty() {
            return;
        }
        self.has_values = true;
        let mut first: Option<String> = None;
        let mut differ = false;
        self.ways.retain_mut(|way| {
            let Some(read) = way.digits(text) else { return false };
            way.decimals = way.decimals.max(read.fraction.len());
            way.whole = way.whole.max(read.whole.len());
            way.has_decimals |= !read.fraction.is_empty();
            way.has_thousands |= read.has_thousands;
            way.rounds |= read.is_float;
            let told = format!("{}.{}", read.whole, read.fraction.trim_end_matches('0'));
            match &first {
                None => first = Some(told),
                Some(known) => differ |= *known != told,
            }
            true
        });
        // What a way read differently counts only while it is still possible: so it is asked again at the end.
        self.differ = differ || self.differ && self.ways.len() > 1;
    }

    /// Whether every value is a number in some way of writing.
    pub(super) fn are_all(&self) -> bool {
        self.has_values && !self.ways.is_empty()
    }

    /// A value in parts of 10¹², by the first way that every value keeps; none where digits would be lost.
    pub(super) fn amount(&self, text: &str) -> Option<i128> {
        let read = self.ways.first()?.digits(text)?;
        if read.is_float || read.whole.len() > 18 || read.fraction.len() > 12 {
            return None;
        }
        let size: i128 = format!("{}{:0<12}", read.whole, read.fraction).parse().ok()?;
        Some(if text.contains('-') { -size } else { size })
    }

    /// The clauses of the column, with what is to be said of them; none if it holds no numbers.
    pub(super) fn proposal(&self) -> Option<Result<(Value, String), String>> {
        let way = self.ways.first().filter(|_| self.has_values)?;
        let distinct = self.ways.iter().filter(|other| other.reads_differently_from(way));
        let others: Vec<String> = distinct.map(Way::named).collect();
        if self.differ && !others.is_empty() {
            let named = [vec![way.named()], others].concat().join(", or ");
            return Some(Err(format!("numbers, but the values do not say which: {named}")));
        }
        // Digits beyond 64 bits belong to names of things, not to amounts.
        if way.whole + way.decimals > 18 {
            return if way.rounds || way.decimals > 12 { Some(Ok(way.rounded())) } else { None };
        }
        Some(Ok(way.exact()))
    }
}

impl Way {
    fn digits(&self, text: &str) -> Option<Digits> {
        digits(bare(text, self.symbol)?, self.marks)
    }

    fn named(&self) -> String {
        let (decimal, thousands) = self.marks;
        let first = thousands.chars().next();
        let thousands = first.map_or("none".to_owned(), |mark| format!("`{mark}`"));
        format!("decimal mark `{decimal}` and thousands mark {thousands}")
    }

    /// Ways without a mark in any value read the same.
    fn reads_differently_from(&self, other: &Self) -> bool {
        (self.has_decimals, self.has_thousands) != (other.has_decimals, other.has_thousands)
    }

    fn text(&self) -> Value {
        let (decimal, thousands) = self.marks;
        let mut text = serde_json::Map::new();
        if self.has_decimals && decimal != '.' {
            text.insert("decimal".into(), json!(decimal));
        }
        if self.has_thousands {
            if !self.has_decimals && decimal == ',' && thousands.contains('.') {
                text.insert("decimal".into(), json!(","));
            }
            text.insert("thousands".into(), json!(thousands));
        }
        match self.symbol {
            "" => {}
            "%" => drop(text.insert("percent".into(), json!(true))),
            symbol => drop(text.insert("symbols".into(), json!([symbol]))),
        }
        Value::Object(text)
    }

    fn exact(&self) -> (Value, String) {
        if self.rounds || self.decimals > 12 {
            return self.rounded();
        }
        let percent = if self.symbol == "%" { 2 } else { 0 };
        let scale = self.decimals + percent;
        let mut column = match scale {
            0 => json!({ "type": "integer" }),
            scale => json!({ "type": "decimal", "scale": scale }),
        };
        let text = self.text();
        if text.as_object().is_some_and(|text| !text.is_empty()) {
            column["number"] = text;
        }
        let said = match scale {
            0 => "are whole numbers".to_owned(),
            _ => format!("are numbers, with {} at most behind the point", self.decimals),
        };
        (column, said)
    }

    /// Binary floats: they have more digits than they mean.
    fn rounded(&self) -> (Value, String) {
        let scale = self.decimals.min(12).min(18_usize.saturating_sub(self.whole)).max(1);
        let column = json!({ "type": "decimal", "scale": scale, "round": true });
        (column, format!("are numbers as binary floats are written; rounded to {scale} decimals"))
    }
}

/// A text without the sign that it carries.
fn bare<'a>(text: &'a str, symbol: &str) -> Option<&'a str> {
    match symbol {
        "" => Some(text),
        symbol => text.strip_prefix(symbol).or_else(|| text.strip_suffix(symbol)),
    }
}

struct Digits {
    whole: String,
    fraction: String,
    has_thousands: bool,
    is_float: bool,
}

/// The digits of a number by its marks; none for codes, which begin with a zero.
fn digits(text: &str, marks: (char, &str)) -> Option<Digits> {
    let (decimal, thousands) = marks;
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, power) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(unsigned[at + 1..].parse::<i16>().ok()?)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once(decimal) {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return None,
        None => (mantissa, ""),
    };
    let mark = whole.chars().find(|character| thousands.contains(*character));
    let groups: Vec<&str> = match mark {
        Some(mark) => whole.split(mark).collect(),
        None => vec![whole],
    };
    let grouped_well = groups.len() == 1
        || ((1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|group| group.len() == 3));
    let plain = groups.concat();
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_code = plain.len() > 1 && plain.starts_with('0');
    let is_sound = !plain.is_empty() && all_digits(&plain) && all_digits(fraction) && grouped_well;
    (is_sound && !is_code).then(|| Digits {
        whole: plain,
        fraction: fraction.to_owned(),
        has_thousands: mark.is_some(),
        is_float: power.is_some(),
    })
}
