//! Looking into the lake: files, times, and the footers of Parquet files.

use super::bed::each_file;
use polars::prelude::{ParquetReader, SerReader};
use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// A column as the footer describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    /// The physical type, e.g. `Int32`.
    pub(crate) physical: String,
    /// The logical type, e.g. `Some(Date)`.
    pub(crate) logical: String,
    /// Whether the column has a dictionary.
    pub(crate) dictionary: bool,
}

/// The Parquet files of a dataset with the times they were written.
pub(crate) fn parts(state: &Path, dataset: &str) -> BTreeMap<PathBuf, SystemTime> {
    let mut found = BTreeMap::new();
    each_file(&state.join("lake").join(dataset), &mut |file, _| {
        if file.extension().is_some_and(|ending| ending == "parquet") {
            let written = fs::metadata(file).and_then(|known| known.modified()).expect("a time");
            found.insert(file.to_path_buf(), written);
        }
    });
    found
}

/// The columns of a Parquet file by name.
pub(crate) fn columns(path: &Path) -> BTreeMap<String, Stored> {
    let mut reader = ParquetReader::new(File::open(path).expect("a lake file"));
    let footer = reader.get_metadata().expect("a footer").clone();
    let mut columns = BTreeMap::new();
    for chunk in footer.row_groups.iter().flat_map(|group| group.parquet_columns()) {
        let kind = &chunk.descriptor().descriptor.primitive_type;
        let stored = Stored {
            physical: format!("{:?}", kind.physical_type),
            logical: format!("{:?}", kind.logical_type),
            dictionary: chunk.dictionary_page_offset().is_some(),
        };
        columns.insert(kind.field_info.name.to_string(), stored);
    }
    columns
}
