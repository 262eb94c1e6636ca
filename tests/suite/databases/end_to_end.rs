//! The sample's orders out of a database give the figures that they give out of files.

use super::{Kind, Place};
use crate::support::{TestBed, each_file, root};
use std::{fs, io::Read};

const JOB: &str = "jobs/nightly.toml";

/// The rows of all order files, with their header once.
fn orders() -> (Vec<String>, Vec<Vec<String>>) {
    let mut files = Vec::new();
    each_file(&root().join("sample-data/sales"), &mut |file, relative| {
        if relative.to_string_lossy().starts_with("orders-") {
            files.push(file.to_path_buf());
        }
    });
    files.sort();
    let (mut header, mut rows) = (Vec::new(), Vec::new());
    for file in files {
        let mut text = Vec::new();
        let packed = fs::File::open(&file).expect("sample data");
        match file.extension().is_some_and(|ending| ending == "gz") {
            true => flate2::read::GzDecoder::new(packed).read_to_end(&mut text),
            false => { packed }.read_to_end(&mut text),
        }
        .expect("read");
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_slice());
        header = reader.headers().expect("a header").iter().map(str::to_owned).collect();
        for record in reader.records() {
            let record: Vec<String> = record.expect("a record").iter().map(str::to_owned).collect();
            // A row with fields too many or too few has no place in a table.
            if record.len() == header.len() {
                rows.push(record);
            }
        }
    }
    (header, rows)
}

fn fill(place: &Place, header: &[String], rows: &[Vec<String>]) {
    let columns: Vec<String> = header.iter().map(|name| format!("{name} varchar(200)")).collect();
    place.execute(&format!("CREATE TABLE orders (place int, {});", columns.join(", ")));
    for (block, rows) in rows.chunks(2000).enumerate() {
        let rows: Vec<String> = rows
            .iter()
            .enumerate()
            .map(|(index, row)| {
                let fields: Vec<String> =
                    row.iter().map(|field| format!("'{}'", field.replace('\'', "''"))).collect();
                format!("({}, {})", block * 2000 + index, fields.join(", "))
            })
            .collect();
        place.execute(&format!("INSERT INTO orders VALUES {};", rows.join(", ")));
    }
}

fn figures(bed: &TestBed) -> Vec<Vec<crate::support::Row>> {
    let metrics = ["net_revenue", "orders"];
    let by = ["--grain month", "--grain month --by channel", "--by region"];
    let cases = metrics.iter().flat_map(|metric| by.map(|by| format!("--metric {metric} {by}")));
    cases.map(|arguments| bed.kpi(JOB, &arguments)).collect()
}

#[test]
fn rows_of_a_database_give_the_figures_of_their_files() {
    let expected = figures(&TestBed::here());
    let (header, rows) = orders();
    let servers = [Kind::Postgres, Kind::MariaDb].into_iter().filter_map(Place::on);
    for place in servers.chain([Place::in_a_file()]) {
        fill(&place, &header, &rows);
        let bed = TestBed::copy();
        let named = match &place.server {
            Some(_) => {
                bed.write("warehouse.url", place.address());
                place.named()
            }
            None => {
                let file = fs::read(place.bed.path("data/shop.sqlite")).expect("a file");
                bed.write("sample-data/shop.sqlite", file);
                place.named()
            }
        };
        for question in [
            "query = \"SELECT * FROM orders ORDER BY place\"".to_owned(),
            "table = \"orders\"\ncursor = \"place\"\noverlap = 100".to_owned(),
        ] {
            let files = "[source]\nfiles = [\"sales/orders-*.csv\", \"sales/orders-*.csv.gz\"]";
            let contract = "jobs/contracts/orders.toml";
            let text = fs::read_to_string(root().join(contract)).expect("the contract");
            assert!(text.contains(files));
            bed.write(
                contract,
                text.replace(files, &format!("[source.database]\n{named}\n{question}")),
            );
            assert_eq!(figures(&bed), expected, "{}: {question}", place.name());
        }
    }
}
