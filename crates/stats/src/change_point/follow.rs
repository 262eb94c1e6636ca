//! What became of a change, and which changes are news.

use super::{ChangePoint, Kind, Options, Scaled, change_points, season};

/// Whether the newest values still follow the course a change began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// They follow the new course.
    Yes,
    /// They are back on the earlier course.
    Returned,
    /// They are elsewhere: beyond the new course, or on the far side of the earlier one.
    MovedOn,
}

/// The most values of the newest stretch that are looked at.
const NEWEST: usize = 8;

/// Reports told so far that are looked at for a change told already.
const REPORTS: usize = 12;

/// Where the newest values stand between the course before `change` and the course since.
///
/// The median place of the last half of the new stretch, at least 3 and at most 8 values, where 0 is the earlier
/// course continued and 1 the new one: from 0.5 to 1.5 holds, from −0.5 to 0.5 has returned.
pub fn still_holding(
    values: &[f64],
    season: Option<usize>,
    change: &ChangePoint,
    options: &Options,
) -> Holding {
    let Some(scaled) = Scaled::of(values) else { return Holding::MovedOn };
    let adjusted = season::adjust(&scaled.values, season, options).values;
    let since = adjusted.len().saturating_sub(change.index);
    let newest = (since / 2).clamp(3, NEWEST).min(adjusted.len());
    let from = adjusted.len() - newest;
    let mut beyond: Vec<f64> = Vec::with_capacity(newest);
    let mut distance = 0.0;
    for (at, value) in adjusted.iter().enumerate().skip(from) {
        let value = scaled.mean + scaled.deviation * value;
        beyond.push(value - change.course_before(at));
        distance += (change.course_after(at) - change.course_before(at)) / newest as f64;
    }
    beyond.sort_by(f64::total_cmp);
    let Some(median) = crate::quantile::quantile(&beyond, 0.5) else { return Holding::MovedOn };
    let place = median / distance;
    if (0.5..=1.5).contains(&place) {
        Holding::Yes
    } else if (-0.5..0.5).contains(&place) {
        Holding::Returned
    } else {
        Holding::MovedOn
    }
}

/// The changes with enough values after the latest place at which they may have come: one stretch for a level, two
/// for a direction, since an odd value at the end and a level that has just changed look like a turn at first. While
/// a change is young, its newest value must not speak against it (of a seasonal series: as it is, season included).
pub fn certain_change_points(
    values: &[f64],
    season: Option<usize>,
    options: &Options,
) -> Vec<ChangePoint> {
    let needed = |change: &ChangePoint| match change.kind {
        Kind::Level => options.min_stretch,
        Kind::Trend => 2 * options.min_stretch,
    };
    let mut found = change_points(values, season, options);
    found.retain(|change| {
        let is_young = change.index + 2 * needed(change) > values.len();
        let holds = || still_holding(values, season, change, options) == Holding::Yes;
        change.high + needed(change) <= values.len()
            && (!is_young || (holds() && newest_agrees(values, change)))
    });
    found
}

/// Whether the newest value lies nearer to the new course than to the earlier one.
fn newest_agrees(values: &[f64], change: &ChangePoint) -> bool {
    let Some((newest, before)) = values.split_last() else { return false };
    let at = before.len();
    (newest - change.course_after(at)).abs() <= (newest - change.course_before(at)).abs()
}

/// The certain changes found now that no report told when fewer values were known: not with the first `earlier_len`
/// values, nor with any of the eleven lengths before.
///
/// Two findings are the same change if the intervals of their places meet, or lie nearer than two changes can. More
/// than one earlier length is asked since a change near the threshold can be found, lost and found again.
pub fn new_since(
    values: &[f64],
    earlier_len: usize,
    season: Option<usize>,
    options: &Options,
) -> Vec<ChangePoint> {
    let mut found = certain_change_points(values, season, options);
    let latest = earlier_len.min(values.len());
    for length in (latest.saturating_sub(REPORTS - 1)..=latest).rev() {
        if found.is_empty() {
            break;
        }
        let told = certain_change_points(&values[..length], season, options);
        found.retain(|change| !told.iter().any(|other| is_same(change, other, options)));
    }
    found
}

fn is_same(one: &ChangePoint, other: &ChangePoint, options: &Options) -> bool {
    let near = options.min_stretch.saturating_sub(1);
    one.low <= other.high.saturating_add(near) && other.low <= one.high.saturating_add(near)
}
