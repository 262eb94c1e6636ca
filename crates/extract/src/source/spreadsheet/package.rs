//! What a zipped workbook would cost, before anything of it is kept.
//!
//! Rule: sizes are counted while bytes come, never believed. A part with a document type is refused: workbooks have
//! none, and entities that grow, or name other files, begin there.

use super::{
    open_document::Grid,
    tags::{Tag, Tags},
};
use crate::contract::{Format, LimitsSpec};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// The most parts of a workbook.
const MOST_PARTS: usize = 10_000;

/// What the package holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Binary,
    OpenDocument,
    Xml,
}

/// A package that can be opened.
pub(super) struct Package {
    pub(super) kind: Kind,
    /// How many rows and columns are hidden.
    pub(super) hidden: (usize, usize),
}

/// Looks through a package.
///
/// # Errors
/// A part that is damaged, locked, too large, or not fit to be read.
pub(super) fn sound(bytes: &[u8], limits: &LimitsSpec) -> Result<Package, String> {
    let broken = |error: zip::result::ZipError| match error {
        zip::result::ZipError::InvalidArchive(_) => {
            "is no whole workbook: its archive is damaged or was cut".to_owned()
        }
        other => other.to_string(),
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > MOST_PARTS {
        return Err(format!("holds {} parts; {MOST_PARTS} are the most", archive.len()));
    }
    let names = archive.file_names().map(|name| name.map(|name| name.into_owned()));
    let names: Vec<String> = names.collect::<Result<_, _>>().map_err(broken)?;
    let has = |wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    let kind = match (has("content.xml"), has("xl/workbook.bin")) {
        (true, _) => Kind::OpenDocument,
        (_, true) => Kind::Binary,
        _ => Kind::Xml,
    };
    let mut hidden = (0, 0);
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(broken)?;
        let name = part.name().map_err(broken)?.to_lowercase();
        // Sheets are read cell by cell; everything else is held in memory.
        let is_sheet = name.starts_with("xl/worksheets/");
        let packed = part.compressed_size().min(bytes.len() as u64);
        let most = match is_sheet {
            true => limits.bytes(Some(packed)),
            false => limits.held(packed, Format::Spreadsheet),
        };
        let is_xml = name.ends_with(".xml") || name.ends_with(".rels");
        let mut seen = Seen::new(name == "content.xml");
        let mut block = vec![0; 1 << 16];
        let mut read = 0;
        loop {
            let more =
                part.read(&mut block).map_err(|error| format!("its part `{name}`: {error}"))?;
            if more == 0 {
                break;
            }
            read += more as u64;
            if read > most {
                let reason = match most == limits.whole(Format::Spreadsheet) && !is_sheet {
                    true => "the most of what is held in memory (`limits.whole_megabytes`)".into(),
                    false => format!("it {}", limits.exceeded(Some(packed), read)),
                };
                let most = most >> 20;
                return Err(format!("its part `{name}` unpacks to more than {most} MB: {reason}"));
            }
            if is_xml {
                seen.take(&block[..more])
                    .map_err(|reason| format!("its part `{name}` {reason}"))?;
            }
        }
        if is_sheet || name == "content.xml" {
            hidden = (hidden.0 + seen.rows, hidden.1 + seen.columns);
        }
    }
    Ok(Package { kind, hidden })
}

/// What was seen of a part.
struct Seen {
    tags: Tags,
    rows: usize,
    columns: usize,
    grid: Option<Grid>,
}

impl Seen {
    fn new(has_cells: bool) -> Self {
        Self { tags: Tags::default(), rows: 0, columns: 0, grid: has_cells.then(Grid::default) }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), String> {
        let Self { tags, rows, columns, grid } = self;
        tags.take(bytes, &mut |tag: Tag<'_>| {
            if tag.name() == "!DOCTYPE" {
                return Err("declares a document type, which no workbook has".into());
            }
            let is_hidden = ["1", "true"].contains(&tag.attribute("hidden").unwrap_or_default());
            let is_collapsed =
                matches!(tag.attribute("table:visibility"), Some("collapse" | "filter"));
            match tag.local_name() {
                "row" if is_hidden => *rows += 1,
                "col" if is_hidden => *columns += 1,
                "table-row" if is_collapsed => *rows += 1,
                "table-column" if is_collapsed => *columns += 1,
                _ => {}
            }
            grid.as_mut().map_or(Ok(()), |grid| grid.take(&tag))
        })
    }
}
