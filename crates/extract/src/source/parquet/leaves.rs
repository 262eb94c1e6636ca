//! The values of a Parquet file by their paths, as contracts write them.
//!
//! Rule: the wrappers that the format puts around a list's elements are no part of a path.

use super::path;
use ::parquet::{
    basic::{ConvertedType, LogicalType, Repetition, TimeUnit},
    schema::types::Type,
};
use std::collections::{BTreeMap, BTreeSet};

/// The leaves of a schema by path.
#[derive(Default)]
pub(super) struct Leaves {
    leaves: BTreeMap<String, Leaf>,
    /// The paths of lists.
    lists: BTreeSet<String>,
}

/// What a value's type says beyond the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaf {
    /// Nothing more.
    Plain,
    /// A group or a list: no value of its own.
    Nested,
    /// A moment counted in a unit, and whether it is one of UTC.
    Moment { digits: u32, is_utc: bool },
    /// A time of day in nanoseconds.
    TimeOfDay,
    /// A type from a later edition of the format.
    Unknown,
}

impl Leaves {
    pub(super) fn new(root: &Type) -> Self {
        let mut leaves = Self::default();
        for field in root.get_fields() {
            leaves.walk(field, field.name());
        }
        leaves
    }

    /// The leaf at a path; which element of a list is meant does not matter. `None` where there is nothing.
    ///
    /// # Errors
    /// A path that leads through what has no fields, or chooses an element of what is no list.
    pub(super) fn get(&self, path: &str) -> Result<Option<&Leaf>, String> {
        if let Some(leaf) = self.leaves.get(path) {
            return Ok(Some(leaf));
        }
        let (mut name, mut rest) = (String::new(), path);
        loop {
            let (step, behind) = path::first(rest);
            name.push_str(step.name);
            let leaf = self.leaves.get(&name);
            if leaf.is_some() && step.element.is_some() && !self.is_list(&name) {
                return Err(format!("`{name}` is no list, so that `{path}` chooses nothing"));
            }
            match (leaf, behind) {
                (leaf, None) => return Ok(leaf),
                (Some(Leaf::Nested) | None, Some(behind)) => rest = behind,
                (Some(_), Some(_)) => {
                    return Err(format!("`{name}` has no fields, so no `{path}`"));
                }
            }
            name.push('.');
        }
    }

    /// Whether a list stands at a path.
    pub(super) fn is_list(&self, path: &str) -> bool {
        self.lists.contains(path)
    }

    /// All paths that hold values.
    pub(super) fn names(&self) -> String {
        let leaves = self.leaves.iter().filter(|(_, leaf)| **leaf != Leaf::Nested);
        leaves.map(|(path, _)| path.as_str()).collect::<Vec<_>>().join(", ")
    }

    fn walk(&mut self, node: &Type, path: &str) {
        let info = node.get_basic_info();
        if info.has_repetition() && info.repetition() == Repetition::REPEATED {
            self.lists.insert(path.to_owned());
        }
        if node.is_primitive() {
            self.leaves.insert(path.to_owned(), Leaf::of(node));
            return;
        }
        self.leaves.insert(path.to_owned(), Leaf::Nested);
        let is_list = info.converted_type() == ConvertedType::LIST
            || matches!(info.logical_type_ref(), Some(LogicalType::List));
        if let ([repeated], true) = (node.get_fields(), is_list) {
            self.lists.insert(path.to_owned());
            // By the format's rules for lists of older writers, a group of one field is a wrapper but for two names.
            let is_wrapper = repeated.is_group()
                && repeated.get_fields().len() == 1
                && repeated.name() != "array"
                && repeated.name() != format!("{}_tuple", node.name());
            let element = if is_wrapper { &repeated.get_fields()[0] } else { repeated };
            if element.is_primitive() {
                self.leaves.insert(path.to_owned(), Leaf::of(element));
            } else {
                self.walk(element, path);
            }
            return;
        }
        for field in node.get_fields() {
            let below = format!("{path}.{}", field.name());
            self.walk(field, &below);
        }
    }
}

impl Leaf {
    fn of(leaf: &Type) -> Self {
        let adjusted = |kind: &::parquet::basic::TimestampType| kind.is_adjusted_to_u_t_c;
        match leaf.get_basic_info().logical_type_ref() {
            Some(LogicalType::Timestamp(kind)) => {
                let digits = match kind.unit {
                    TimeUnit::MILLIS => 3,
                    TimeUnit::MICROS => 6,
                    TimeUnit::NANOS => 9,
                };
                Self::Moment { digits, is_utc: adjusted(kind) }
            }
            Some(LogicalType::Time(kind)) if kind.unit == TimeUnit::NANOS => Self::TimeOfDay,
            Some(LogicalType::_Unknown { .. }) => Self::Unknown,
            _ => Self::Plain,
        }
    }

    /// Refuses what the edition of the format that we know does not have.
    pub(super) fn is_known(self) -> Result<(), String> {
        match self {
            Self::Unknown => {
                Err("has a logical type of a later Parquet edition, so what it means is not known"
                    .into())
            }
            _ => Ok(()),
        }
    }
}
