//! Places where a level jumped.

use serde_json::json;
use stats::change_point::{Options, change_points};

use super::case::Case;
use super::draws::Draws;

/// Levels, each with the values it lasts for.
const COURSES: [(&str, &[(f64, usize)]); 4] = [
    ("one jump", &[(10.0, 40), (16.0, 40)]),
    ("three jumps", &[(0.0, 30), (6.0, 25), (-3.0, 35), (4.0, 30)]),
    ("up and back", &[(100.0, 50), (107.0, 20), (100.0, 50)]),
    ("none", &[(5.0, 90)]),
];

/// The cases of this topic.
pub(super) fn cases() -> Vec<Case> {
    let case = |(name, course): (&'static str, &[(f64, usize)])| {
        let mut draws = Draws::named(name);
        let levels = course.iter().flat_map(|(level, count)| std::iter::repeat_n(*level, *count));
        let series: Vec<f64> = levels.map(|level| level + draws.normal()).collect();
        let found = change_points(&series, None, &Options::default());
        let places: Vec<f64> = found.iter().map(|one| one.index as f64).collect();
        let sizes: Vec<f64> = found.iter().map(|one| one.size).collect();
        let inputs = json!({ "series": series, "least": Options::default().min_stretch });
        Case::new("change_points", "levels", name, inputs)
            .with("number", places.len() as f64)
            .list("places", &places)
            .list("sizes", &sizes)
    };
    COURSES.into_iter().map(case).collect()
}
