//! The shape of a file: every unknown key, wrong type and missing key of it in one pass.
//!
//! A parser stops at its first fault. So the faulty entry is told, taken out, and the rest is read again.

use crate::{
    diagnostics::{Diagnostic, Diagnostics, File},
    locate::{Step, walk},
};
use serde::de::DeserializeOwned;
use std::ops::Range;
use toml::{
    Spanned,
    de::{DeArray, DeTable, DeValue, Error, ValueDeserializer},
};

/// So many faults of one file are told at most.
const MOST: usize = 50;

/// Reads a whole file; `None` if any fault was found.
pub(crate) fn file<T: DeserializeOwned>(file: &File, faults: &mut Diagnostics) -> Option<T> {
    let before = faults.0.len();
    mended(file, faults).filter(|_| faults.0.len() == before)
}

/// Reads what is sound of a whole file, so that checks of it can go on; `None` if nothing is.
pub(crate) fn mended<T: DeserializeOwned>(file: &File, faults: &mut Diagnostics) -> Option<T> {
    let (root, errors) = DeTable::parse_recoverable(&file.text);
    if !errors.is_empty() {
        let of = |error: &Error| told(file, error, error.span().unwrap_or(0..0));
        errors.iter().for_each(|error| faults.push(of(error)));
        return None;
    }
    every(file, Spanned::new(root.span(), DeValue::Table(root.into_inner())), faults)
}

/// Reads the value at a place of a sound file; `None` if any fault was found.
pub(crate) fn part<T: DeserializeOwned>(
    file: &File,
    steps: &[Step],
    faults: &mut Diagnostics,
) -> Option<T> {
    let root = DeTable::parse(&file.text).ok()?;
    let (found, _) = walk(root.get_ref(), steps);
    let before = faults.0.len();
    every(file, found?.clone(), faults).filter(|_| faults.0.len() == before)
}

/// Reads every table of a sound file, in the order of the file; those with a fault are told and left out.
pub(crate) fn tables<T: DeserializeOwned>(
    file: &File,
    faults: &mut Diagnostics,
) -> Vec<(String, T)> {
    let Ok(root) = DeTable::parse(&file.text) else { return Vec::new() };
    let mut entries: Vec<_> = root.get_ref().iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut found = Vec::new();
    for (key, value) in entries {
        let before = faults.0.len();
        let read = every(file, value.clone(), faults).filter(|_| faults.0.len() == before);
        found.extend(read.map(|sound| (key.get_ref().clone().into_owned(), sound)));
    }
    found
}

/// Reads a value again and again, without the entries at fault, until the rest is sound.
fn every<T: DeserializeOwned>(
    file: &File,
    mut value: Spanned<DeValue<'_>>,
    faults: &mut Diagnostics,
) -> Option<T> {
    let mut removed: Vec<String> = Vec::new();
    for _ in 0..MOST {
        let error = match T::deserialize(ValueDeserializer::from(value.clone())) {
            Ok(sound) => return Some(sound),
            Err(error) => error,
        };
        let named = error.message().split('`').nth(1).unwrap_or("").to_owned();
        let span = error.span().or_else(|| entry_span(&value, &named)).unwrap_or(value.span());
        let misses = error.message().starts_with("missing field");
        // What is missing because it was taken out has been told already.
        if !(misses && removed.contains(&named)) {
            faults.push(told(file, &error, heading(file, &value, &span)));
        }
        match take_out(&mut value, &span, &named) {
            Some(key) => removed.push(key),
            None => return None,
        }
    }
    None
}

/// A parser's refusal at a place; an unknown key gets a suggestion.
fn told(file: &File, error: &Error, span: Range<usize>) -> Diagnostic {
    let message = error.message();
    let diagnostic = Diagnostic::new("TDG-J03", file, span, message);
    let mut quoted = message.split('`').skip(1).step_by(2);
    match quoted.next().filter(|_| message.starts_with("unknown")) {
        Some(name) => diagnostic.did_you_mean(name, quoted),
        None => diagnostic,
    }
}

/// The first line of a fault that concerns the whole value, else its own place.
fn heading(file: &File, value: &Spanned<DeValue<'_>>, span: &Range<usize>) -> Range<usize> {
    if *span != value.span() {
        return span.clone();
    }
    let line = file.text.get(span.clone()).and_then(|text| text.lines().next()).unwrap_or("");
    span.start..span.start + line.len()
}

/// Where the entry of a table stands that has a word as its key, or as its text.
fn entry_span(value: &Spanned<DeValue<'_>>, word: &str) -> Option<Range<usize>> {
    let DeValue::Table(table) = value.get_ref() else { return None };
    let key = table.keys().find(|key| key.get_ref() == word).map(Spanned::span);
    let text = |value: &&Spanned<DeValue<'_>>| value.get_ref().as_str() == Some(word);
    key.or_else(|| table.values().find(text).map(Spanned::span))
}

/// Takes the entry out that stands at `span`, and says its key (its place within an array is the array's key).
fn take_out(value: &mut Spanned<DeValue<'_>>, span: &Range<usize>, named: &str) -> Option<String> {
    match value.get_mut() {
        DeValue::Table(table) => {
            let at = |key: &Range<usize>, value: &Range<usize>| key == span || value == span;
            let own = table.iter().find(|(key, value)| at(&key.span(), &value.span()));
            if let Some(key) = own.map(|(key, _)| key.clone()) {
                table.remove(&key);
                return Some(key.into_inner().into_owned());
            }
            let found = table.iter_mut().find_map(|(_, value)| take_out(value, span, named));
            found.or_else(|| {
                // Without a place of its own (a key behind a flattened table) the name must do.
                let key = table.keys().find(|key| key.get_ref() == named)?.clone();
                table.remove(&key);
                Some(key.into_inner().into_owned())
            })
        }
        DeValue::Array(array) => {
            if let Some(index) = array.iter().position(|item| item.span() == *span) {
                let items = std::mem::replace(array, DeArray::new()).into_iter().enumerate();
                *array = items.filter(|(place, _)| *place != index).map(|(_, item)| item).collect();
                return Some(String::new());
            }
            array.iter_mut().find_map(|item| take_out(item, span, named))
        }
        _ => None,
    }
}
