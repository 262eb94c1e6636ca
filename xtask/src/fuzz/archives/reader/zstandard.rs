//! Zstandard: all frames, each with its check sum and its length if it has them. RFC 8878.

use super::{Fault, LARGEST, Whole, number, take};
use ruzstd::decoding::{
    BlockDecodingStrategy, FrameDecoder,
    errors::{DecodeBlockContentError, DecompressBlockError, FrameDecoderError},
};
use std::{
    io::Read as _,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// The largest window that the program's reader allows.
const WINDOW: u64 = 1 << 27;

pub(super) fn read(file: &[u8]) -> Result<Whole, Fault> {
    let mut rest = file;
    let (mut content, mut frames, mut is_plain) = (Vec::new(), 0, true);
    while !rest.is_empty() || frames == 0 {
        frames += 1;
        let mark = number(rest.get(..4).ok_or(Fault::Broken("it breaks off"))?);
        match mark {
            0xfd2f_b528 => {
                // Where this reader falls over, nothing is known of the archive.
                let read = catch_unwind(AssertUnwindSafe(|| frame(&mut rest, &mut content)));
                is_plain &= read.unwrap_or(Err(Fault::Unknown))?;
            }
            0x184d_2a50..=0x184d_2a5f => {
                take(&mut rest, 4)?;
                let length = number(take(&mut rest, 4)?) as usize;
                take(&mut rest, length)?;
            }
            // Frames of editions before the first.
            0xfd2f_b51e | 0xfd2f_b522..=0xfd2f_b527 => return Err(Fault::Unknown),
            _ => return Err(Fault::Broken("no frame")),
        }
    }
    Ok(Whole { content, packed: file.len() as u64, is_plain })
}

/// Adds what a frame holds; whether a check sum tells that it is sound. Without one, readers differ over damage within
/// blocks, those of the inventors from edition to edition too.
fn frame(rest: &mut &[u8], content: &mut Vec<u8>) -> Result<bool, Fault> {
    let descriptor = *rest.get(4).ok_or(Fault::Broken("it breaks off"))?;
    if descriptor & 0x08 != 0 {
        return Err(Fault::Broken("a reserved bit"));
    }
    let has_sum = descriptor & 0x04 != 0;
    let mut decoder = FrameDecoder::new();
    decoder.set_max_window_size(WINDOW);
    let broken = || Fault::Broken("a frame");
    decoder.init(&mut *rest).map_err(|_| broken())?;
    let before = content.len();
    loop {
        let strategy = BlockDecodingStrategy::UptoBlocks(1);
        decoder.decode_blocks(&mut *rest, strategy).map_err(|error| fault(&error, has_sum))?;
        decoder.by_ref().read_to_end(content).map_err(|_| broken())?;
        if content.len() > LARGEST {
            return Err(Fault::TooLarge);
        }
        if decoder.is_finished() && decoder.can_collect() == 0 {
            break;
        }
    }
    let length = (content.len() - before) as u64;
    // Its three highest bits say whether and how the length is told.
    if descriptor >> 5 != 0 && decoder.content_size() != length {
        return Err(Fault::Broken("its length"));
    }
    if has_sum && decoder.get_checksum_from_data() != decoder.get_calculated_checksum() {
        return Err(Fault::Broken("its check sum"));
    }
    Ok(has_sum)
}

/// Within a block readers may differ over damage: that of the inventors does not look whether every bit was used. Only
/// a check sum tells then.
fn fault(error: &FrameDecoderError, has_sum: bool) -> Fault {
    use DecodeBlockContentError::DecompressBlockError as Within;
    match error {
        FrameDecoderError::FailedToReadBlockBody(Within(within))
            if !has_sum && !matches!(within, DecompressBlockError::BlockContentReadError(_)) =>
        {
            Fault::Unknown
        }
        _ => Fault::Broken("a block"),
    }
}
