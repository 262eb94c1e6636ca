//! `experiment plan`: what cannot be meant is refused, and what is told reaches as far as the trial.

use crate::support::{Ran, TestBed};

fn plan(arguments: &str) -> Ran {
    let words: Vec<&str> = arguments.split(' ').collect();
    TestBed::here().tidings(&[&["experiment", "plan"], &words[..]].concat())
}

#[test]
fn what_is_hardly_meant_is_refused_with_what_is() {
    plan("--rate 4% --lift 5").exits(2).complains(&["5 would be 500%; write 5% or 500%"]);
    // Written with its sign it is meant: 4% becomes 24%.
    plan("--rate 4% --lift 500%").exits(0);
    plan("--rate 4% --lift 5% --power 3%")
        .exits(2)
        .complains(&["--power 3% is not above --alpha 5%"]);
    // (1.96 + 0.84)² · 2 · 0.04 · 0.96 / (0.04 · 1e-7)² = 3.8e16 people.
    plan("--rate 4% --lift 0.0000001")
        .exits(2)
        .complains(&["needs more people than are counted here"]);
    plan("--mean 3 --sd -4 --lift 5%").exits(2).complains(&["--sd -4 is out of range"]);
}

#[test]
fn a_mean_below_zero_needs_as_many_people_as_one_above() {
    let people = |mean: &str| {
        let ran = plan(&format!("--mean {mean} --sd 45 --lift 5% --json")).exits(0);
        ran.json()["people_per_version"].as_u64().expect("people")
    };
    assert_eq!(people("-30"), people("30"));
    assert_eq!(people("-30"), 14_129);
}

#[test]
fn a_small_rate_is_not_told_as_none() {
    let ran = plan("--rate 0.0001% --lift 50%").exits(0);
    assert!(ran.stdout.starts_with("control 0.0001%, lift 50%"), "{}", ran.stdout);
}

#[test]
fn the_weeks_reach_as_far_as_the_trial_lasts() {
    // 314 049 people or so at 2 000 a day are 158 days: 23 weeks.
    let ran = plan("--rate 4% --lift 5% --daily 2000 --json").exits(0).json();
    let weeks: Vec<u64> = ran["visible"]
        .as_array()
        .expect("weeks")
        .iter()
        .map(|one| one["weeks"].as_u64().expect("a number"))
        .collect();
    assert_eq!(ran["weeks"], 23);
    assert_eq!(weeks, [1, 2, 3, 4, 6, 8, 12, 16, 23]);
    // What is wanted is seen by then.
    let last = ran["visible"].as_array().and_then(|all| all.last()).expect("a week");
    assert!(last["lift"].as_f64().expect("a lift") <= 0.05);
}
