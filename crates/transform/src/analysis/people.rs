//! Groups of persons, none of them shown when too small.
//!
//! Rule: a group of fewer than [`LEAST`] persons is not shown by itself, and neither is any whose figures follow from
//! the total and the other groups. What is not shown is put together with the next smallest groups until at least
//! [`LEAST`] persons of at least two groups are one.

use crate::plan::TransformPlan;
use model::{expression::RowExpression, id::DimensionId, label::Label};

/// The fewest persons of whom a figure may be shown.
pub(crate) const LEAST: usize = 5;

/// The most groups that are shown one by one.
pub(crate) const MOST_GROUPS: usize = 12;

/// Which groups are shown one by one, in the order of their size, and which are put together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Grouped {
    /// Places of the groups that are shown.
    pub(crate) shown: Vec<usize>,
    /// Places of the groups that are put together; never exactly one.
    pub(crate) together: Vec<usize>,
    /// How many of them are too small.
    pub(crate) small: usize,
}

/// Divides groups of these sizes, the first of equal ones first; empty groups are in neither list.
pub(crate) fn grouped(sizes: &[usize]) -> Grouped {
    at_most(sizes, MOST_GROUPS)
}

/// Which rows of a fixed order must not be told: those too small, and those that follow from the total without them.
pub(crate) fn hidden(sizes: &[usize]) -> Vec<bool> {
    let found = at_most(sizes, usize::MAX);
    (0..sizes.len()).map(|place| found.together.contains(&place)).collect()
}

fn at_most(sizes: &[usize], most: usize) -> Grouped {
    let mut order: Vec<usize> = (0..sizes.len()).filter(|group| sizes[*group] > 0).collect();
    order.sort_by(|a, b| sizes[*b].cmp(&sizes[*a]).then(a.cmp(b)));
    let small = order.iter().filter(|group| sizes[**group] < LEAST).count();
    let mut kept = (order.len() - small).min(most);
    let together = |kept: usize| &order[kept..];
    let persons = |kept: usize| together(kept).iter().map(|group| sizes[*group]).sum::<usize>();
    while kept > 0 && kept < order.len() && (together(kept).len() < 2 || persons(kept) < LEAST) {
        kept -= 1;
    }
    Grouped { shown: order[..kept].to_vec(), together: order[kept..].to_vec(), small }
}

/// The name of a group by the setting `by`: that of the dimension's member, if `by` is one.
pub(crate) fn member(plan: &TransformPlan, by: &RowExpression, member: Option<&str>) -> Label {
    plan.member(&DimensionId::new(by.to_string()), member)
}

/// What the setting `by` is called: the name of the dimension, if `by` is one.
pub(crate) fn dimension(plan: &TransformPlan, by: &RowExpression) -> Label {
    let named = plan.dimensions.get(&DimensionId::new(by.to_string())).cloned();
    named.unwrap_or_else(|| Label::new("Segment", "分群"))
}

/// The heading of a table of the groups.
pub(crate) fn heading(plan: &TransformPlan, by: &RowExpression) -> Label {
    let Label { en, zh_cn } = dimension(plan, by);
    Label::new(format!("By {}", lowered(&en)), format!("按{zh_cn}"))
}

/// A heading's word within a heading; abbreviations stay.
pub(crate) fn lowered(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

/// The name of the groups that are put together.
pub(crate) fn others() -> Label {
    Label::new("Others together", "其他合计")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_group_takes_the_next_smallest_with_it() {
        // Of 100 in all, 100 − 60 − 36 would be the four.
        let found = grouped(&[60, 4, 36]);
        assert_eq!(found, Grouped { shown: vec![0], together: vec![2, 1], small: 1 });
        // 3 and 1 are four together: the next smallest joins them.
        let found = grouped(&[9, 3, 20, 1, 0]);
        assert_eq!(found, Grouped { shown: vec![2], together: vec![0, 1, 3], small: 2 });
        // 3 and 2 are five together.
        assert_eq!(grouped(&[9, 3, 2]).shown, [0]);
        assert_eq!(grouped(&[9, 5]), Grouped { shown: vec![0, 1], together: vec![], small: 0 });
    }

    #[test]
    fn too_few_in_all_show_nothing() {
        assert!(grouped(&[4]).shown.is_empty());
        assert_eq!(grouped(&[]), Grouped::default());
    }

    #[test]
    fn a_hidden_row_hides_another_and_an_empty_one_hides_nothing() {
        assert_eq!(hidden(&[30, 4, 20, 0]), [false, true, true, false]);
        assert_eq!(hidden(&[30, 5, 20, 0]), [false; 4]);
    }

    #[test]
    fn many_groups_end_in_one_row() {
        let found = grouped(&[10; 20]);
        assert_eq!(found.shown, (0..12).collect::<Vec<_>>());
        assert_eq!((found.together.len(), found.small), (8, 0));
        // Of thirteen the last would stand alone.
        assert_eq!(grouped(&[10; 13]).shown.len(), 11);
    }
}
