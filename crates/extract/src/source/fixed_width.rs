//! Fixed-width text: fields by their places in a line, counted in characters.
//!
//! Rule: blanks around a field pad it and are no part of it. A line that does not fit the layout is refused, with line
//! and character: one that ends too early, has a tab, or has text where the layout has none.

use super::{
    Item, Malformed, Record, Sink,
    header::Header,
    lines::{Ends, Lines, too_long},
    passed::{is_row, row_above},
    text,
};
use crate::contract::{Contract, FieldSpec};
use std::{io::BufRead, ops::Range};

pub(super) fn read(
    contract: &Contract,
    text: &mut dyn BufRead,
    sink: &mut Sink<'_>,
) -> Result<(), String> {
    let layout = contract.source.layout.as_deref().unwrap_or_default();
    let names = layout.iter().map(|field| field.name.clone()).collect();
    let header = Header::new(contract, names)?;
    let mark = text::pass_mark(text)?;
    let above = text::pass_preamble(contract, text)?;
    for (at, raw) in above.lines.iter().enumerate() {
        let fields = places(layout, &Place { line: at as u64 + 1, offset: 0, raw });
        if fields.is_ok_and(|fields| is_row(contract, &header, &|at| Ok(Some(fields[at])))) {
            return Err(row_above(at + 1));
        }
    }
    let before = (mark + above.length, above.lines.len() as u64);
    let mut lines = Lines::new(text, Ends::Any, contract.source.limits.record(), before);
    let mut taken = 0;
    while let Some(line) = lines.next().map_err(|error| error.to_string())? {
        // As in CSV files, a line without a single character is no record.
        if line.text.is_empty() {
            continue;
        }
        let place = Place { line: line.number, offset: line.offset, raw: line.text };
        let fields = match line.is_too_long {
            true => Err(too_long(&line)),
            false => places(layout, &place),
        };
        match fields {
            Ok(fields) => hand_over(&header, &fields, &place, &mut taken, sink)?,
            Err((rule, detail)) => {
                taken += 1;
                let (number, offset, raw) = (taken, Some(place.offset), place.raw);
                sink(Item::Bad(Malformed { number, offset, rule, detail, raw }))?;
            }
        }
    }
    Ok(())
}

struct Place<'a> {
    line: u64,
    offset: u64,
    raw: &'a [u8],
}

/// The fields of a line in the order of the layout.
fn places<'a>(
    layout: &[FieldSpec],
    place: &Place<'a>,
) -> Result<Vec<&'a str>, (&'static str, String)> {
    let line = place.line;
    let text = std::str::from_utf8(place.raw).map_err(|error| {
        let byte = error.valid_up_to() + 1;
        ("encoding", format!("line {line}, byte {byte}: not in the declared encoding"))
    })?;
    let width = text.chars().count();
    let mut fields = Vec::with_capacity(layout.len());
    for field in layout {
        // A number cut short is another number; only a field without a width may end anywhere.
        if let Some(last) = field.last().filter(|last| width < *last) {
            let name = &field.name;
            let detail = format!("line {line} ends at character {width}, `{name}` at {last}");
            return Err(("field_count", detail));
        }
        let end = field.last().unwrap_or(width);
        fields.push(part(text, field.first() - 1..end).trim_matches(' '));
    }
    let is_in_a_field = |place: usize| layout.iter().any(|field| field.has(place));
    for (place, character) in text.chars().enumerate().map(|(at, found)| (at + 1, found)) {
        if character == '\t' {
            let detail = format!("line {line}, character {place}: a tab, so places are not known");
            return Err(("layout", detail));
        }
        if character != ' ' && !is_in_a_field(place) {
            let detail = format!("line {line}, character {place}: `{character}` is in no field");
            return Err(("layout", detail));
        }
    }
    Ok(fields)
}

/// The characters of a text in a range; fewer where it is shorter.
fn part(text: &str, range: Range<usize>) -> &str {
    let mut borders = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let start = borders.clone().nth(range.start).unwrap_or(text.len());
    let end = borders.nth(range.end).unwrap_or(text.len());
    &text[start..end]
}

fn hand_over(
    header: &Header,
    fields: &[&str],
    place: &Place<'_>,
    taken: &mut u64,
    sink: &mut Sink<'_>,
) -> Result<(), String> {
    let (offset, raw) = (Some(place.offset), place.raw);
    header.rows(&|at| Ok(Some(fields[at])), &mut |found| {
        *taken += 1;
        let number = *taken;
        sink(match &found {
            Ok(fields) => Item::Good(Record { number, offset, fields, raw }),
            Err((rule, detail)) => {
                Item::Bad(Malformed { number, offset, rule, detail: detail.clone(), raw })
            }
        })
    })
}
