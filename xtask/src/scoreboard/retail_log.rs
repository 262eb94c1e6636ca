//! The sales of Online Retail (Chen 2015, UCI 352), one compressed file a day, as a log of purchases.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use stats::lifetime::Purchase;

/// Reads identified sales: no cancellations, quantity and price above 0; a day of a customer is one purchase.
pub(super) fn read(folder: &Path) -> anyhow::Result<Vec<Purchase>> {
    let mut files: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    let mut log = Vec::new();
    for file in files {
        let path = file.path();
        let name = file.file_name();
        let Some(date) = name.to_str().and_then(|name| name.strip_suffix(".csv.zst")) else {
            continue;
        };
        let date: chrono::NaiveDate = date.parse().with_context(|| date.to_owned())?;
        let day = (date - chrono::NaiveDate::default()).num_days();
        let bytes = zstd::decode_all(fs::File::open(&path)?)?;
        let text = String::from_utf8(bytes).with_context(|| path.display().to_string())?;
        log.extend(text.lines().skip(1).filter_map(|line| sale(line, day)));
    }
    Ok(log)
}

/// A line is read from both ends: only the description between them may hold commas.
fn sale(line: &str, day: i64) -> Option<Purchase> {
    let mut ends = line.rsplitn(6, ',');
    let (_country, customer, price, _time) =
        (ends.next()?, ends.next()?, ends.next()?, ends.next()?);
    let quantity: f64 = ends.next()?.parse().ok()?;
    let (customer, price): (f64, f64) = (customer.parse().ok()?, price.parse().ok()?);
    let is_sale = !line.starts_with('C') && quantity > 0.0 && price > 0.0;
    is_sale.then_some(Purchase { customer: customer as usize, day, amount: quantity * price })
}
