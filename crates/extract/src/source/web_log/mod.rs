//! Logs of web servers: one line per request, by a declared layout.
//!
//! Rule: fields are found by name, as if a header named them. A line that does not fit the layout is refused, with
//! line and character; so is a last line without its end where its last field could have been cut.

mod layout;
mod line;
#[cfg(test)]
mod tests;

pub(crate) use layout::Layout;

use super::{
    Item, Malformed, Record, Sink,
    header::Header,
    lines::{Ends, Line, Lines, too_long},
    text,
};
use crate::contract::Contract;
use std::io::BufRead;

pub(super) fn read(
    contract: &Contract,
    text: &mut dyn BufRead,
    sink: &mut Sink<'_>,
) -> Result<(), String> {
    let layout = Layout::new(contract.source.log.as_deref().unwrap_or_default())?;
    let header = Header::new(contract, layout.names().to_vec())?;
    let before = text::pass_mark(text)?;
    let mut lines = Lines::new(text, Ends::Feed, contract.source.limits.record(), (before, 0));
    let mut taken = 0;
    while let Some(line) = lines.next().map_err(|error| error.to_string())? {
        // As in other files, a line without a single character is no record.
        if line.text.is_empty() {
            continue;
        }
        let (offset, raw) = (Some(line.offset), line.text);
        match told(&layout, &line) {
            Ok(told) => {
                header.rows(&|at| Ok(told[at].as_deref()), &mut |found| {
                    taken += 1;
                    let number = taken;
                    sink(match &found {
                        Ok(fields) => Item::Good(Record { number, offset, fields, raw }),
                        Err((rule, detail)) => {
                            let detail = detail.clone();
                            Item::Bad(Malformed { number, offset, rule, detail, raw })
                        }
                    })
                })?;
            }
            Err((rule, detail)) => {
                taken += 1;
                sink(Item::Bad(Malformed { number: taken, offset, rule, detail, raw }))?;
            }
        }
    }
    Ok(())
}

/// What a line tells, or why it is refused, with its place.
fn told<'a>(layout: &Layout, line: &Line<'a>) -> Result<line::Told<'a>, line::Refused> {
    if line.is_too_long {
        return Err(too_long(line));
    }
    let at = |(rule, detail): line::Refused| (rule, format!("line {}, {detail}", line.number));
    let text = std::str::from_utf8(line.text).map_err(|error| {
        let byte = error.valid_up_to() + 1;
        at(("encoding", format!("byte {byte}: not in the declared encoding")))
    })?;
    let told = line::told(layout, text).map_err(at)?;
    if !line.is_ended && layout.is_open() {
        let reason = "the file ends without a line end, so the last field may be cut";
        let character = text.chars().count();
        return Err(at(("cut", format!("character {character}: {reason}"))));
    }
    Ok(told)
}
