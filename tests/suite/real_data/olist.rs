//! Overlapping samples of a marketplace: rows that came twice are superseded, and all of them are accounted for.

use super::{data, set};
use crate::support::{TestBed, all_at_once, markdown};
use std::fs;

#[test]
fn rows_that_came_twice_are_superseded_and_reconcile() {
    let Some(set) = set("olist") else { return };
    let loaded = markdown::table(&set.readme, "**Rows per staged file");
    let united = &markdown::table(&set.readme, "**Union after key de-duplication**")[0];
    let record = set.record();
    let mut faults = Vec::new();
    for dataset in ["orders", "items", "payments", "reviews"] {
        let rows = loaded.iter().filter(|row| row["t"] == dataset);
        let read: u64 = rows.map(|row| row["n"].parse::<u64>().unwrap()).sum();
        let accepted: u64 = united[dataset].parse().unwrap();
        let source = record.sources.iter().find(|source| source.dataset.as_str() == dataset);
        let counts = source.unwrap_or_else(|| panic!("the job reads {dataset}")).rows;
        let expected = (read, accepted, 0, read - accepted);
        let found = (counts.read, counts.accepted, counts.quarantined, counts.superseded);
        if found != expected {
            faults.push(format!("{dataset}: {found:?}, truth {expected:?}"));
        }
    }
    all_at_once(faults);
}

#[test]
fn sums_and_means_over_all_samples() {
    let Some(set) = set("olist") else { return };
    let payments = markdown::table(&set.readme, "**Payment value (union)**");
    let all = payments.iter().find(|row| row["payment_type"] == "ALL").expect("a total");
    assert_eq!(set.bed.value(&set.job, "payments"), all["total"]);
    let months = markdown::table(&set.readme, "**Union reviews: mean score by month");
    // The mean of all reviews from the means and counts of the months, which are rounded to six decimals.
    let pairs = months
        .iter()
        .map(|row| (row["n"].parse::<f64>().unwrap(), row["mean_score"].parse::<f64>().unwrap()));
    let (count, sum) =
        pairs.fold((0.0, 0.0), |(count, sum), (n, mean)| (count + n, sum + n * mean));
    let mean: f64 = set.bed.value(&set.job, "mean_score").parse().unwrap();
    assert!((mean - sum / count).abs() < 2e-6, "{mean} against {}", sum / count);
    let late = &markdown::table(&set.readme, "**Late deliveries (union")[0];
    let delivered: u64 = set.bed.value(&set.job, "delivered_orders").parse().unwrap();
    let stated: u64 = late["delivered"].parse::<u64>().unwrap()
        + late["delivered_without_date"].parse::<u64>().unwrap();
    assert_eq!(delivered, stated, "delivered, with and without a date");
}

#[test]
fn leads_that_became_sellers_by_period_and_in_the_end() {
    let Some(set) = set("olist") else { return };
    let section = set.section("lead-conversion");
    // Counted and estimated by a plain Python program (its own Kaplan–Meier) over both files: of 842 deals 792 were won
    // before 1 September 2018.
    let arguments = &section["findings"][0]["message"]["arguments"];
    assert_eq!(arguments["opened"]["count"], 8000);
    assert_eq!(arguments["won"]["count"], 792);
    assert_eq!(arguments["days"]["count"], 371);
    let expected = arguments["expected"]["value"]["value"].as_str().expect("a share");
    assert!(expected.starts_with("0.11663748"), "{expected}");
    // May 2018: 1303 leads, 122 wins in the month, 118 of the month's leads won since.
    let may = &section["findings"][1]["message"];
    assert_eq!(may["key"], "conversion.under");
    assert_eq!(
        (&may["arguments"]["opened"]["count"], &may["arguments"]["won"]["count"]),
        (&1303.into(), &122.into())
    );
    let so_far = may["arguments"]["so_far"]["value"]["value"].as_str().expect("a share");
    assert!(so_far.starts_with("0.09056024"), "118 of 1303 is not {so_far}");
}

/// The files of a load, in a folder whose name puts it at a place in the order of loading.
fn arrives(bed: &TestBed, load: &str, folder_name: &str) {
    let folder = data().expect("the data are there").join("olist").join(load);
    for file in fs::read_dir(folder).expect("a load").flatten() {
        let name = file.file_name();
        let to = format!("data/olist/{folder_name}/{}", name.to_string_lossy());
        bed.write(&to, fs::read(file.path()).expect("a file"));
    }
}

#[test]
fn overlapping_loads_give_the_same_figures_in_any_order() {
    let Some(set) = set("olist") else { return };
    let metrics = ["payments", "mean_score", "late_orders"];
    let whole: Vec<_> = metrics
        .map(|metric| set.bed.kpi(&set.job, &format!("--metric {metric} --grain month")))
        .into();
    for order in ["abc", "acb", "bac", "bca", "cab", "cba"] {
        // One load a night; each night is asked, so that later loads find the lake of those before them.
        let bed = TestBed::here();
        let loads = TestBed::empty();
        arrives(&loads, "full", "full");
        let folder = loads.path("data").display().to_string();
        for (place, load) in order.chars().enumerate() {
            arrives(&loads, &format!("sample_{load}"), &format!("sample_{place}"));
            bed.kpi(&set.job, &format!("--data {folder} --metric payments"));
        }
        let found: Vec<_> = metrics
            .map(|metric| {
                bed.kpi(&set.job, &format!("--data {folder} --metric {metric} --grain month"))
            })
            .into();
        assert!(found == whole, "in the order {order}: {found:?}");
    }
}
