//! The triangle of cohorts by age.

/// Customers of a cohort who were there again at an age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Returned {
    /// The cohort: the period of the first purchase, counted from 0.
    pub cohort: usize,
    /// Periods since then, 0 for the first.
    pub age: usize,
    /// How many customers.
    pub customers: u64,
}

/// Shares of cohorts that came back, by age.
#[derive(Debug, Clone, PartialEq)]
pub struct Triangle {
    /// Customers of each cohort.
    pub sizes: Vec<u64>,
    /// Those who came back, a row for each cohort and a place for each age; `None` while the period is not over.
    pub customers: Vec<Vec<Option<u64>>>,
}

/// The triangle of cohorts of these sizes after `closed` finished periods, cohort c having begun in period c.
///
/// Counts of one cell add up, and a finished cell without a count is 0: nobody came. `None` if a count belongs to no
/// cohort, to a period that is not over, or exceeds its cohort.
pub fn triangle(sizes: &[u64], returned: &[Returned], closed: usize) -> Option<Triangle> {
    let blank = |cohort: usize| (0..closed).map(move |age| (cohort + age < closed).then_some(0));
    let mut customers: Vec<Vec<Option<u64>>> =
        (0..sizes.len()).map(|cohort| blank(cohort).collect()).collect();
    for one in returned {
        let cell = customers.get_mut(one.cohort)?.get_mut(one.age)?.as_mut()?;
        *cell = cell.checked_add(one.customers).filter(|sum| *sum <= sizes[one.cohort])?;
    }
    Some(Triangle { sizes: sizes.to_vec(), customers })
}

impl Triangle {
    /// The share of a cohort that came back at an age, 0 to 1; `None` if that is not over, or the cohort is empty.
    pub fn share(&self, cohort: usize, age: usize) -> Option<f64> {
        let came = (*self.customers.get(cohort)?.get(age)?)?;
        let size = self.sizes[cohort];
        (size > 0).then(|| came as f64 / size as f64)
    }

    /// The share over all cohorts that have finished an age, each by its size; `None` if none has.
    pub fn share_at_age(&self, age: usize) -> Option<f64> {
        let (mut came, mut size) = (0, 0);
        for (row, cohort) in self.customers.iter().zip(&self.sizes) {
            if let Some(count) = row.get(age).copied().flatten() {
                came += count;
                size += cohort;
            }
        }
        (size > 0).then(|| came as f64 / size as f64)
    }

    /// What the curves of renewal are fitted to: for each cohort, the customers of its finished ages.
    pub fn finished(&self) -> Vec<Vec<f64>> {
        let finished = |row: &Vec<Option<u64>>| -> Vec<f64> {
            row.iter().map_while(|cell| cell.map(|count| count as f64)).collect()
        };
        self.customers.iter().map(finished).collect()
    }
}
