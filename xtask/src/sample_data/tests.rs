//! The committed files are the generated ones.

use super::*;

#[test]
fn committed_files_equal_a_fresh_generation() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sample-data");
    let files = generate(SEED).expect("generated");
    let stale = stale(&folder, &files).expect("the folder is readable");
    assert!(
        stale.is_empty(),
        "stale: {stale:?}; run `cargo run -p xtask -- sample-data` and commit the result"
    );
}

#[test]
fn another_seed_keeps_the_truths_and_changes_the_rows() {
    let (one, other) = (generate(SEED).expect("generated"), generate(7).expect("generated"));
    let text =
        |files: &[SampleFile]| files.iter().map(|file| file.text.clone()).collect::<Vec<_>>();
    assert_eq!(one.len(), other.len());
    assert_ne!(text(&one), text(&other));
}

#[test]
fn compression_is_repeatable_and_carries_no_time() {
    let file = SampleFile { path: "a.csv.gz".to_owned(), text: "id\n1\n".to_owned() };
    let bytes = file.bytes().expect("compressed");
    assert_eq!(bytes[4..8], [0, 0, 0, 0]);
    assert_eq!(bytes, file.bytes().expect("compressed"));
    assert!(file.matches(&bytes));
}
