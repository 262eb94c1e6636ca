use super::super::*;
use super::close;
use crate::draws::Draws;

/// R's data set `swiss` (Mosteller and Tukey 1977): fertility, agriculture, examination, education, catholic, infant
/// mortality of 47 provinces.
const SWISS: [[f64; 6]; 47] = [
    [80.2, 17.0, 15.0, 12.0, 9.96, 22.2],
    [83.1, 45.1, 6.0, 9.0, 84.84, 22.2],
    [92.5, 39.7, 5.0, 5.0, 93.4, 20.2],
    [85.8, 36.5, 12.0, 7.0, 33.77, 20.3],
    [76.9, 43.5, 17.0, 15.0, 5.16, 20.6],
    [76.1, 35.3, 9.0, 7.0, 90.57, 26.6],
    [83.8, 70.2, 16.0, 7.0, 92.85, 23.6],
    [92.4, 67.8, 14.0, 8.0, 97.16, 24.9],
    [82.4, 53.3, 12.0, 7.0, 97.67, 21.0],
    [82.9, 45.2, 16.0, 13.0, 91.38, 24.4],
    [87.1, 64.5, 14.0, 6.0, 98.61, 24.5],
    [64.1, 62.0, 21.0, 12.0, 8.52, 16.5],
    [66.9, 67.5, 14.0, 7.0, 2.27, 19.1],
    [68.9, 60.7, 19.0, 12.0, 4.43, 22.7],
    [61.7, 69.3, 22.0, 5.0, 2.82, 18.7],
    [68.3, 72.6, 18.0, 2.0, 24.2, 21.2],
    [71.7, 34.0, 17.0, 8.0, 3.3, 20.0],
    [55.7, 19.4, 26.0, 28.0, 12.11, 20.2],
    [54.3, 15.2, 31.0, 20.0, 2.15, 10.8],
    [65.1, 73.0, 19.0, 9.0, 2.84, 20.0],
    [65.5, 59.8, 22.0, 10.0, 5.23, 18.0],
    [65.0, 55.1, 14.0, 3.0, 4.52, 22.4],
    [56.6, 50.9, 22.0, 12.0, 15.14, 16.7],
    [57.4, 54.1, 20.0, 6.0, 4.2, 15.3],
    [72.5, 71.2, 12.0, 1.0, 2.4, 21.0],
    [74.2, 58.1, 14.0, 8.0, 5.23, 23.8],
    [72.0, 63.5, 6.0, 3.0, 2.56, 18.0],
    [60.5, 60.8, 16.0, 10.0, 7.72, 16.3],
    [58.3, 26.8, 25.0, 19.0, 18.46, 20.9],
    [65.4, 49.5, 15.0, 8.0, 6.1, 22.5],
    [75.5, 85.9, 3.0, 2.0, 99.71, 15.1],
    [69.3, 84.9, 7.0, 6.0, 99.68, 19.8],
    [77.3, 89.7, 5.0, 2.0, 100.0, 18.3],
    [70.5, 78.2, 12.0, 6.0, 98.96, 19.4],
    [79.4, 64.9, 7.0, 3.0, 98.22, 20.2],
    [65.0, 75.9, 9.0, 9.0, 99.06, 17.8],
    [92.2, 84.6, 3.0, 3.0, 99.46, 16.3],
    [79.3, 63.1, 13.0, 13.0, 96.83, 18.1],
    [70.4, 38.4, 26.0, 12.0, 5.62, 20.3],
    [65.7, 7.7, 29.0, 11.0, 13.79, 20.5],
    [72.7, 16.7, 22.0, 13.0, 11.22, 18.9],
    [64.4, 17.6, 35.0, 32.0, 16.92, 23.0],
    [77.6, 37.6, 15.0, 7.0, 4.97, 20.0],
    [67.6, 18.7, 25.0, 7.0, 8.65, 19.5],
    [35.0, 1.2, 37.0, 53.0, 42.34, 18.0],
    [44.7, 46.6, 16.0, 29.0, 50.43, 18.2],
    [42.8, 27.7, 22.0, 29.0, 58.33, 19.3],
];

/// Grömping (2006), Journal of Statistical Software 17(1), shares out R² 0.7067 of this regression.
#[test]
fn the_published_parts() {
    let column = |at: usize| SWISS.iter().map(|row| row[at]).collect::<Vec<f64>>();
    let scores: Vec<Vec<f64>> = (1..6).map(column).collect();
    let found = key_drivers(&scores, &column(0)).expect("drivers");
    let published = [0.057_091_22, 0.171_173_03, 0.260_134_68, 0.105_570_15, 0.112_765_92];
    close(&found.parts, &published, 1e-7);
    assert!((found.r_squared - 0.706_735).abs() < 1e-6);
    assert_eq!(found.people, 47);
}

#[test]
fn drivers_that_do_not_correlate_by_hand() {
    // y = 2a + b + noise on an orthogonal design: squares 16, 4 and 4 of 24.
    let a = vec![1.0, 1.0, -1.0, -1.0];
    let b = vec![1.0, -1.0, 1.0, -1.0];
    let noise = [1.0, -1.0, -1.0, 1.0];
    let y: Vec<f64> = (0..4).map(|at| 2.0 * a[at] + b[at] + noise[at]).collect();
    let found = key_drivers(&[a, b], &y).expect("drivers");
    close(&found.parts, &[4.0 / 6.0, 1.0 / 6.0], 1e-12);
    close(&found.shares().expect("shares"), &[0.8, 0.2], 1e-12);
}

#[test]
fn parts_add_up_and_know_neither_order_nor_scale() {
    let mut draws = Draws::new(51);
    for round in 0..20 {
        let count = 2 + round % 5;
        let base = draws.normals(60);
        let mut scores = Vec::new();
        for _ in 0..count {
            let own = draws.normals(60);
            scores.push(base.iter().zip(own).map(|(x, y)| x + y).collect::<Vec<f64>>());
        }
        let overall: Vec<f64> = base.iter().map(|x| x + draws.normal()).collect();
        let found = key_drivers(&scores, &overall).expect("drivers");
        assert!((found.parts.iter().sum::<f64>() - found.r_squared).abs() < 1e-9);
        scores.reverse();
        scores[0].iter_mut().for_each(|x| *x = 40.0 - 7.0 * *x);
        let mut other = key_drivers(&scores, &overall).expect("drivers");
        other.parts.reverse();
        close(&found.parts, &other.parts, 1e-9);
    }
}

#[test]
fn what_tells_nothing_sure_is_none() {
    let good = vec![1.0, 2.0, 4.0, 3.0, 5.0];
    let overall = [1.0, 3.0, 2.0, 5.0, 4.0];
    assert!(key_drivers(std::slice::from_ref(&good), &overall).is_some());
    for scores in [
        vec![],
        vec![vec![1.0; 5]],
        vec![vec![1.0; 4]],
        vec![vec![f64::NAN; 5]],
        vec![good.clone(), good.iter().map(|x| 2.0 * x).collect()],
        vec![good.clone(); 13],
    ] {
        assert_eq!(key_drivers(&scores, &overall), None);
    }
    assert_eq!(key_drivers(std::slice::from_ref(&good), &[2.0; 5]), None);
}

/// Two touchpoints of independent scores that count 2 and 1: shares 0.8 and 0.2. By the delta method the error of the
/// first with 400 people and unit noise is about 0.026.
#[test]
fn ranges_hold_the_truth_and_are_as_wide_as_chance() {
    let mut draws = Draws::new(11);
    let (one, other) = (draws.normals(400), draws.normals(400));
    let noise = draws.normals(400);
    let overall: Vec<f64> = (0..400).map(|row| 2.0 * one[row] + other[row] + noise[row]).collect();
    let found = driver_ranges(&[one.clone(), other.clone()], &overall, 0.95).expect("ranges");
    let (low, high) = found.ranges[0];
    assert!(low < 0.8 && 0.8 < high, "{found:?}");
    assert!((0.06..0.16).contains(&(high - low)), "{found:?}");
    assert_eq!(found.first, [1.0, 0.0]);
    assert_eq!(driver_ranges(&[one.clone(), other], &overall, 1.0), None);
    assert_eq!(driver_ranges(&[one.clone(), one], &overall, 0.95), None);
}
