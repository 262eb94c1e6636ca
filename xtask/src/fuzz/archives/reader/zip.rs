//! zip: the one file that the central directory names, with its check sum and its length. APPNOTE 6.3.

use super::{Fault, Whole, crc, inflated, number, take};

/// An entry of the central directory.
struct Entry<'a> {
    flags: u32,
    method: u32,
    crc: u32,
    packed: usize,
    size: usize,
    offset: usize,
    name: &'a [u8],
}

pub(super) fn read(file: &[u8]) -> Result<Whole, Fault> {
    let end = end(file)?;
    let record = &file[end..];
    let (count, total) = (number(&record[8..10]), number(&record[10..12]));
    if number(&record[4..8]) != 0 || count != total {
        return Err(Fault::Broken("it is a part of an archive"));
    }
    let (size, start) = (number(&record[12..16]) as usize, number(&record[16..20]) as usize);
    if count == 0xffff || start == u32::MAX as usize {
        return Err(Fault::Unknown);
    }
    // What stands before the archive belongs to something else; its places are counted from where it begins.
    let before = end.checked_sub(size + start).ok_or(Fault::Broken("its directory"))?;
    let mut directory = &file[before + start..end];
    let mut files = Vec::new();
    for _ in 0..count {
        let entry = entry(&mut directory)?;
        if !entry.name.ends_with(b"/") && !is_noise(entry.name) {
            files.push(entry);
        }
    }
    let [entry] = files.as_slice() else { return Err(Fault::Broken("not one file")) };
    let (content, is_exact) = content(entry, &file[before..])?;
    let is_plain = is_exact
        && before == 0
        && directory.is_empty()
        && record.len() == 22
        && count == 1
        && entry.flags & !0x0808 == 0
        && entry.name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'.');
    Ok(Whole { content, packed: entry.packed as u64, is_plain })
}

/// Where the archive's end stands: the last place where one may, up to the file's own end.
fn end(file: &[u8]) -> Result<usize, Fault> {
    let is_end = |place: &usize| {
        let record = &file[*place..];
        record.starts_with(b"PK\x05\x06") && record.len() == 22 + number(&record[20..22]) as usize
    };
    let last = file.len().checked_sub(22).ok_or(Fault::Broken("it breaks off"))?;
    (0..=last).rev().find(is_end).ok_or(Fault::Broken("it has no end"))
}

fn entry<'a>(directory: &mut &'a [u8]) -> Result<Entry<'a>, Fault> {
    let fixed = take(directory, 46)?;
    if !fixed.starts_with(b"PK\x01\x02") {
        return Err(Fault::Broken("its directory"));
    }
    let name = take(directory, number(&fixed[28..30]) as usize)?;
    take(directory, (number(&fixed[30..32]) + number(&fixed[32..34])) as usize)?;
    let entry = Entry {
        flags: number(&fixed[8..10]),
        method: number(&fixed[10..12]),
        crc: number(&fixed[16..20]),
        packed: number(&fixed[20..24]) as usize,
        size: number(&fixed[24..28]) as usize,
        offset: number(&fixed[42..46]) as usize,
        name,
    };
    match [entry.packed, entry.size, entry.offset].contains(&(u32::MAX as usize)) {
        true => Err(Fault::Unknown),
        false => Ok(entry),
    }
}

/// What an entry holds, and whether it takes all the bytes that are told to be its own.
fn content(entry: &Entry<'_>, archive: &[u8]) -> Result<(Vec<u8>, bool), Fault> {
    let mut rest = archive.get(entry.offset..).ok_or(Fault::Broken("its place"))?;
    let local = take(&mut rest, 30)?;
    if !local.starts_with(b"PK\x03\x04") {
        return Err(Fault::Broken("its header"));
    }
    let name = take(&mut rest, number(&local[26..28]) as usize)?;
    take(&mut rest, number(&local[28..30]) as usize)?;
    let packed = take(&mut rest, entry.packed)?;
    let (content, taken) = match entry.method {
        0 => (packed.to_vec(), packed.len()),
        8 => inflated(packed)?,
        _ => return Err(Fault::Broken("its method")),
    };
    if entry.flags & 1 == 1 || entry.size != content.len() || entry.crc != crc(&content) {
        return Err(Fault::Broken("its check sum, its length or its key"));
    }
    let is_told_twice = name == entry.name && number(&local[8..10]) == entry.method;
    Ok((content, taken == packed.len() && is_told_twice))
}

/// What operating systems add by themselves.
fn is_noise(name: &[u8]) -> bool {
    let file = name.rsplit(|byte| *byte == b'/').next().unwrap_or(name);
    name.starts_with(b"__MACOSX/")
        || file.starts_with(b"._")
        || [b".DS_Store".as_slice(), b"Thumbs.db"].contains(&file)
}
