//! The values of a Parquet file by their paths, as contracts write them.
//!
//! Rule: the wrappers that the format puts around a list's elements are no part of a path.

use super::path;
use ::parquet::{
    basic::{ConvertedType, LogicalType, TimeUnit},
    schema::types::Type,
};
use std::collections::BTreeMap;

/// The leaves of a schema by path.
pub(super) struct Leaves(BTreeMap<String, Leaf>);

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
        let mut leaves = BTreeMap::new();
        for field in root.get_fields() {
            walk(field, field.name(), &mut leaves);
        }
        Self(leaves)
    }

    /// The leaf at a path; which element of a list is meant does not matter.
    pub(super) fn get(&self, path: &str) -> Option<&Leaf> {
        if let Some(leaf) = self.0.get(path) {
            return Some(leaf);
        }
        let mut names = Vec::new();
        let mut rest = Some(path);
        while let Some(path) = rest {
            let (step, behind) = path::first(path);
            names.push(step.name);
            rest = behind;
        }
        self.0.get(&names.join("."))
    }

    /// All paths that hold values.
    pub(super) fn names(&self) -> String {
        let leaves = self.0.iter().filter(|(_, leaf)| **leaf != Leaf::Nested);
        leaves.map(|(path, _)| path.as_str()).collect::<Vec<_>>().join(", ")
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

fn walk(node: &Type, path: &str, leaves: &mut BTreeMap<String, Leaf>) {
    if node.is_primitive() {
        leaves.insert(path.to_owned(), Leaf::of(node));
        return;
    }
    leaves.insert(path.to_owned(), Leaf::Nested);
    let info = node.get_basic_info();
    let is_list = info.converted_type() == ConvertedType::LIST
        || matches!(info.logical_type_ref(), Some(LogicalType::List));
    if let ([repeated], true) = (node.get_fields(), is_list) {
        // By the format's rules for lists of older writers, a group of one field is a wrapper but for two names.
        let is_wrapper = repeated.is_group()
            && repeated.get_fields().len() == 1
            && repeated.name() != "array"
            && repeated.name() != format!("{}_tuple", node.name());
        let element = if is_wrapper { &repeated.get_fields()[0] } else { repeated };
        if element.is_primitive() {
            leaves.insert(path.to_owned(), Leaf::of(element));
        } else {
            walk(element, path, leaves);
        }
        return;
    }
    for field in node.get_fields() {
        let below = format!("{path}.{}", field.name());
        walk(field, &below, leaves);
    }
}
