//! What one method says about the future: a mean, and how each future surprise moves every later step.

/// The forecast of one method; everything in the units of the series.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Member {
    /// The method in the words of its authors: `ETS(M,Ad,M)`.
    pub name: String,
    /// The mean of each step.
    pub mean: Vec<f64>,
    /// Row by row the lower triangle: how step `row` moves when the surprise of step `column` is one deviation.
    pub response: Vec<Vec<f64>>,
    /// Past one-step surprises in deviations, oldest first.
    pub surprises: Vec<f64>,
}

impl Member {
    /// Reads mean and response off a simulation that takes one surprise (in deviations) per step.
    pub(super) fn from_simulation(
        name: String,
        surprises: Vec<f64>,
        horizon: usize,
        simulate: impl Fn(&[f64]) -> Vec<f64>,
    ) -> Member {
        let mut shocks = vec![0.0; horizon];
        let mean = simulate(&shocks);
        let mut response: Vec<Vec<f64>> = (0..horizon).map(|row| vec![0.0; row + 1]).collect();
        for column in 0..horizon {
            shocks[column] = 1.0;
            let up = simulate(&shocks);
            shocks[column] = -1.0;
            let down = simulate(&shocks);
            shocks[column] = 0.0;
            for row in column..horizon {
                response[row][column] = (up[row] - down[row]) / 2.0;
            }
        }
        Member { name, mean, response, surprises }
    }

    /// Whether every number is one.
    pub(super) fn is_finite(&self) -> bool {
        self.mean.iter().chain(self.response.iter().flatten()).all(|x| x.is_finite())
    }

    /// The member in other units: `x ↦ scale · x`.
    pub(super) fn rescaled(mut self, scale: f64) -> Member {
        self.mean.iter_mut().for_each(|x| *x *= scale);
        self.response.iter_mut().flatten().for_each(|x| *x *= scale);
        self
    }

    /// The deviation of each step.
    pub(super) fn deviations(&self) -> Vec<f64> {
        self.response.iter().map(|row| row.iter().map(|x| x * x).sum::<f64>().sqrt()).collect()
    }
}

/// How several methods become one forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blend {
    /// The mean of the means.
    Mean,
    /// The median of the means.
    Median,
}

/// One forecast out of several; `None` when there is none to blend.
///
/// The responses are averaged under common surprises: the blend of members that agree is as uncertain as they are.
pub(super) fn blend(members: Vec<Member>, how: Blend) -> Option<Member> {
    let members: Vec<Member> = members.into_iter().filter(Member::is_finite).collect();
    let count = members.len();
    let horizon = members.first()?.mean.len();
    let mean = (0..horizon)
        .map(|step| {
            let mut values: Vec<f64> = members.iter().map(|member| member.mean[step]).collect();
            values.sort_by(f64::total_cmp);
            match how {
                Blend::Mean => values.iter().sum::<f64>() / count as f64,
                Blend::Median => (values[(count - 1) / 2] + values[count / 2]) / 2.0,
            }
        })
        .collect();
    let average = |row: usize, column: usize| {
        members.iter().map(|member| member.response[row][column]).sum::<f64>() / count as f64
    };
    let response =
        (0..horizon).map(|row| (0..=row).map(|column| average(row, column)).collect()).collect();
    let kept = members.iter().map(|member| member.surprises.len()).min().unwrap_or(0);
    let mut surprises: Vec<f64> = (0..kept)
        .map(|back| {
            let last = |member: &Member| member.surprises[member.surprises.len() - kept + back];
            members.iter().map(last).sum::<f64>() / count as f64
        })
        .collect();
    standardise(&mut surprises);
    let names: Vec<String> = members.into_iter().map(|member| member.name).collect();
    Some(Member { name: names.join(" + "), mean, response, surprises })
}

/// Centres the values and divides them by their deviation; values without one become zeros.
pub(super) fn standardise(values: &mut [f64]) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let deviation = (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count).sqrt();
    for x in values.iter_mut() {
        *x = if deviation > 0.0 { (*x - mean) / deviation } else { 0.0 };
    }
}
