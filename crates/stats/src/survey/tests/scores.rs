use super::super::*;
use super::close;
use crate::draws::Draws;

fn answers(promoters: f64, passives: f64, detractors: f64) -> Answers {
    Answers { promoters, passives, detractors }
}

#[test]
fn a_score_by_hand() {
    let counts = Answers::count(&[10, 9, 8, 7, 6, 0, 9, 9, 3, 10]).expect("a scale of ten");
    assert_eq!(counts, answers(5.0, 2.0, 3.0));
    let found = nps(counts, 0.95).expect("a score");
    assert!((found.score - 20.0).abs() < 1e-12 && (found.answers - 10.0).abs() < 1e-12);
    // 5.75 and 3.75 of 13: 2/13 ± 1.96 √((9.5/13 − 4/169) / 13).
    let half = 1.959_963_984_540_054 * ((9.5 / 13.0 - 4.0 / 169.0) / 13.0f64).sqrt();
    close(
        &[found.low, found.high],
        &[200.0 / 13.0 - 100.0 * half, 200.0 / 13.0 + 100.0 * half],
        1e-9,
    );
}

/// The method of Rocks (2016), The American Statistician 70(4), 365–372, with the edges at which plain Wald has no
/// width.
#[test]
fn the_published_method_at_the_edges() {
    for (counts, score, low, high) in [
        (answers(50.0, 30.0, 20.0), 30.0, 14.0511, 44.2013),
        (answers(0.0, 0.0, 10.0), -100.0, -100.0, -47.5036),
        (answers(12.0, 0.0, 0.0), 100.0, 54.1959, 100.0),
    ] {
        let found = nps(counts, 0.95).expect("a score");
        close(&[found.score, found.low, found.high], &[score, low, high], 1e-4);
    }
}

#[test]
fn a_score_of_the_turned_scale_is_the_turned_score() {
    let mut draws = Draws::new(31);
    for _ in 0..200 {
        let mut count = || draws.below(60) as f64 + 1.0;
        let (p, n, d) = (count(), count(), count());
        let one = nps(answers(p, n, d), 0.9).expect("a score");
        let other = nps(answers(d, n, p), 0.9).expect("a score");
        close(&[one.score, one.low, one.high], &[-other.score, -other.high, -other.low], 1e-9);
        let up = nps_change(answers(p, n, d), answers(d, n, p), 0.95).expect("a change");
        let down = nps_change(answers(d, n, p), answers(p, n, d), 0.95).expect("a change");
        close(&[up.difference, up.low], &[-down.difference, -down.high], 1e-9);
        let more = nps(answers(4.0 * p, 4.0 * n, 4.0 * d), 0.9).expect("a score");
        assert!(more.high - more.low < one.high - one.low);
    }
}

#[test]
fn an_arrow_needs_an_interval_without_zero() {
    let before = answers(40.0, 30.0, 30.0);
    let little = nps_change(before, answers(45.0, 30.0, 25.0), 0.95).expect("a change");
    assert!((little.difference - 10.0).abs() < 1e-9);
    assert_eq!(little.direction, None);
    let much = nps_change(before, answers(70.0, 20.0, 10.0), 0.95).expect("a change");
    assert_eq!(much.direction, Some(Direction::Up));
    let back = nps_change(answers(70.0, 20.0, 10.0), before, 0.95).expect("a change");
    assert_eq!(back.direction, Some(Direction::Down));
}

/// Newcombe (1998), Statistics in Medicine 17, 873–890, table II, method 10: 56/70 less 48/80.
#[test]
fn the_published_difference_of_shares() {
    let share = |hits: usize, number: usize| {
        let answers: Vec<u8> = (0..number).map(|at| if at < hits { 5 } else { 2 }).collect();
        top_box(&answers, 4, 0.95).expect("a share")
    };
    let change = share_change(share(48, 80), share(56, 70));
    close(&[change.difference, change.low, change.high], &[0.2, 0.0524, 0.3339], 1e-4);
    assert_eq!(change.direction, Some(Direction::Up));
    assert_eq!(share_change(share(48, 80), share(44, 70)).direction, None);
    // 15 of 148: Newcombe (1998), Statistics in Medicine 17, 857–872.
    close(&[share(15, 148).low, share(15, 148).high], &[0.0624, 0.1605], 1e-4);
}

#[test]
fn what_has_no_score_is_none() {
    assert_eq!(Answers::count(&[11]), None);
    assert_eq!(nps(Answers::default(), 0.95), None);
    assert_eq!(nps(answers(f64::NAN, 1.0, 1.0), 0.95), None);
    assert_eq!(nps(answers(-1.0, 3.0, 1.0), 0.95), None);
    assert_eq!(nps(answers(1.0, 1.0, 1.0), 1.0), None);
    assert_eq!(nps_change(Answers::default(), answers(1.0, 1.0, 1.0), 0.95), None);
    assert_eq!(top_box(&[], 4, 0.95), None);
    assert_eq!(top_box(&[5], 4, f64::NAN), None);
}

#[test]
fn intervals_cover_what_they_say() {
    let mut draws = Draws::new(32);
    for (number, promoters, detractors) in [(20, 0.5, 0.2), (100, 0.4, 0.3), (1000, 0.35, 0.35)] {
        let rounds = 4_000;
        let mut covered = 0;
        for _ in 0..rounds {
            let mut counts = Answers::default();
            for _ in 0..number {
                match draws.uniform() {
                    x if x < promoters => counts.promoters += 1.0,
                    x if x < promoters + detractors => counts.detractors += 1.0,
                    _ => counts.passives += 1.0,
                }
            }
            let found = nps(counts, 0.95).expect("a score");
            let score = 100.0 * (promoters - detractors);
            covered += i32::from(found.low <= score && score <= found.high);
        }
        let share = f64::from(covered) / f64::from(rounds);
        assert!((0.94..=0.96).contains(&share), "{number} {share}");
    }
}
