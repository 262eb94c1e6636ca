use super::super::*;
use super::events;

#[test]
fn the_latest_start_counts_and_its_times_are_kept() {
    let list = events(&[(0.0, "a"), (50.0, "a"), (55.0, "b"), (60.0, "b"), (70.0, "c")]);
    let way = progress(&list, 3, 20.0, Rules::LOOSE).expect("a way");
    assert_eq!(way.times, [50.0, 55.0, 70.0]);
    let way = progress(&list, 3, 10.0, Rules::LOOSE).expect("a way");
    assert_eq!(way.times, [50.0, 55.0]);
}

#[test]
fn events_of_one_moment_are_shared_out_among_steps() {
    let once = Rules { once: true, ..Rules::LOOSE };
    // The first event could be spent on b, but then nothing is left for a.
    let way = progress(&events(&[(1.0, "ab"), (1.0, "b")]), 2, 5.0, once).expect("a way");
    assert_eq!(way.level(), 2);
    let way = progress(&events(&[(1.0, "ab"), (1.0, "c")]), 3, 5.0, once).expect("a way");
    assert_eq!(way.level(), 1);
}

#[test]
fn counts_rates_waits_and_the_leak_by_hand() {
    let way = |times: &[f64]| Progress { times: times.to_vec() };
    let people =
        [way(&[0.0, 2.0, 3.0]), way(&[0.0, 4.0]), way(&[8.0]), way(&[0.0, 6.0, 9.0]), way(&[])];
    let funnel = funnel(&people, 3, 10.0, 10.0, 0.95).expect("a funnel");
    assert_eq!(funnel.reached, [4, 3, 2]);
    assert_eq!(funnel.passages[0].lost, 1);
    let shares: Vec<f64> =
        funnel.passages.iter().filter_map(|one| one.rate).map(|rate| rate.share).collect();
    assert_eq!(shares, [0.75, 2.0 / 3.0]);
    // Waits 2, 4, 6 and one still waiting after 2: 3/4, then 3/8 of them left after 4.
    assert_eq!(funnel.passages[0].wait, Some(Wait { median: Some(4.0), unfinished: 1 }));
    // Waits 1, 3 and one still waiting after 6: 2/3, then 1/3.
    assert_eq!(funnel.passages[1].wait, Some(Wait { median: Some(3.0), unfinished: 1 }));
    assert_eq!(funnel.overall.map(|rate| rate.share), Some(0.5));
    let leak = funnel.leak(30.0).expect("a leak");
    assert_eq!(leak, Leak { step: 0, lost: 1, most: 30.0, expected: Some(20.0) });
    assert_eq!(funnel.leak(0.0), None);
    assert_eq!(funnel.leak(f64::NAN), None);
}

#[test]
fn what_is_no_funnel_is_none() {
    let list = events(&[(0.0, "a")]);
    assert_eq!(progress(&[], 2, 1.0, Rules::LOOSE), Some(Progress::default()));
    for (steps, window) in [(0, 1.0), (33, 1.0), (2, -1.0), (2, f64::NAN)] {
        assert_eq!(progress(&list, steps, window, Rules::LOOSE), None);
        assert_eq!(funnel(&[], steps, window, 1.0, 0.95), None);
    }
    let broken = [Event { time: f64::NAN, ..list[0] }];
    assert_eq!(progress(&broken, 2, 1.0, Rules::LOOSE), None);
    assert_eq!(Steps::of(&[32]), None);
    let late = [Progress { times: vec![2.0] }];
    assert_eq!(funnel(&late, 2, 1.0, 1.0, 0.95), None);
    assert_eq!(funnel(&late, 2, 1.0, 5.0, f64::NAN), None);
    let nobody = funnel(&[], 2, 1.0, 1.0, 0.95).expect("a funnel");
    assert_eq!((nobody.reached.as_slice(), nobody.overall), (&[0, 0][..], None));
    assert_eq!(nobody.passages[0], Passage { lost: 0, rate: None, wait: None });
    assert_eq!(nobody.leak(1.0), None);
    assert_eq!(rate(0, 0, 0.95), None);
    assert_eq!(rate(2, 1, 0.95), None);
    assert_eq!(clopper_pearson(1, 2, 1.0), None);
}
