//! The downhill simplex of Nelder and Mead, inside a box.
//!
//! Method: Nelder and Mead (1965), *A Simplex Method for Function Minimization*, The Computer Journal 7, 308–313;
//! points outside the box are moved to its border. Deterministic: no random restarts.

/// Where the search starts and how far it may go.
pub(super) struct Box<'a> {
    /// First point.
    pub start: &'a [f64],
    /// Lowest value of each coordinate.
    pub lower: &'a [f64],
    /// Highest value of each coordinate.
    pub upper: &'a [f64],
    /// Evaluations after which the best point is taken.
    pub evaluations: usize,
}

/// The lowest point found and its value.
pub(super) fn minimise(search: &Box<'_>, mut f: impl FnMut(&[f64]) -> f64) -> (Vec<f64>, f64) {
    let size = search.start.len();
    let mut spent = 0usize;
    let mut value = |point: &mut Vec<f64>| {
        for (index, x) in point.iter_mut().enumerate() {
            *x = x.clamp(search.lower[index], search.upper[index]);
        }
        spent += 1;
        let found = f(point);
        (if found.is_finite() { found } else { f64::INFINITY }, spent)
    };
    let mut corners: Vec<(Vec<f64>, f64)> = Vec::with_capacity(size + 1);
    for corner in 0..=size {
        let mut point = search.start.to_vec();
        if corner > 0 {
            let index = corner - 1;
            let width = search.upper[index] - search.lower[index];
            let step = (0.1 * point[index].abs()).max(0.05).min(0.25 * width);
            let room = search.upper[index] - point[index];
            point[index] += if room >= step { step } else { -step };
        }
        let found = value(&mut point).0;
        corners.push((point, found));
    }
    loop {
        corners.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (best, worst) = (corners[0].1, corners[size].1);
        let flat = (worst - best).abs() <= 1e-6 * (best.abs() + 1e-6);
        let centre: Vec<f64> = (0..size)
            .map(|index| corners[..size].iter().map(|c| c.0[index]).sum::<f64>() / size as f64)
            .collect();
        let towards = |factor: f64| -> Vec<f64> {
            centre.iter().zip(&corners[size].0).map(|(c, w)| c + factor * (w - c)).collect()
        };
        let mut reflected = towards(-1.0);
        let (at_reflected, evaluations) = value(&mut reflected);
        if flat || evaluations >= search.evaluations {
            break;
        }
        if at_reflected < best {
            let mut expanded = towards(-2.0);
            let at_expanded = value(&mut expanded).0;
            corners[size] = if at_expanded < at_reflected {
                (expanded, at_expanded)
            } else {
                (reflected, at_reflected)
            };
            continue;
        }
        if at_reflected < corners[size - 1].1 {
            corners[size] = (reflected, at_reflected);
            continue;
        }
        let mut contracted = towards(if at_reflected < worst { -0.5 } else { 0.5 });
        let at_contracted = value(&mut contracted).0;
        if at_contracted < worst.min(at_reflected) {
            corners[size] = (contracted, at_contracted);
            continue;
        }
        let lowest = corners[0].0.clone();
        for corner in corners.iter_mut().skip(1) {
            for (x, low) in corner.0.iter_mut().zip(&lowest) {
                *x = low + 0.5 * (*x - low);
            }
            corner.1 = value(&mut corner.0).0;
        }
    }
    corners.swap_remove(0)
}
