//! gzip: all members, each with its check sum and its length. RFC 1952.

use super::{Fault, LARGEST, Whole, crc, inflated, number, take};

pub(super) fn read(file: &[u8]) -> Result<Whole, Fault> {
    let mut rest = file;
    let (mut content, mut members) = (Vec::new(), 0);
    while !rest.is_empty() || members == 0 {
        members += 1;
        pass_header(&mut rest)?;
        let (member, length) = inflated(rest)?;
        take(&mut rest, length)?;
        let (sum, size) = (number(take(&mut rest, 4)?), number(take(&mut rest, 4)?));
        if (sum, size) != (crc(&member), member.len() as u32) {
            return Err(Fault::Broken("its check sum or its length"));
        }
        content.extend_from_slice(&member);
        if content.len() > LARGEST {
            return Err(Fault::TooLarge);
        }
    }
    Ok(Whole { content, packed: file.len() as u64, is_plain: true })
}

fn pass_header(rest: &mut &[u8]) -> Result<(), Fault> {
    let whole = *rest;
    let header = take(rest, 10)?;
    let flags = header[3];
    if header[..3] != [0x1f, 0x8b, 8] || flags & 0xe0 != 0 {
        return Err(Fault::Broken("its header"));
    }
    if flags & 4 != 0 {
        let length = number(take(rest, 2)?) as usize;
        take(rest, length)?;
    }
    for _ in 0..(flags >> 3 & 1) + (flags >> 4 & 1) {
        let end = rest.iter().position(|byte| *byte == 0);
        take(rest, end.ok_or(Fault::Broken("a name without its end"))? + 1)?;
    }
    if flags & 2 != 0 {
        let sum = crc(&whole[..whole.len() - rest.len()]) & 0xffff;
        if number(take(rest, 2)?) != sum {
            return Err(Fault::Broken("the check sum of its header"));
        }
    }
    Ok(())
}
