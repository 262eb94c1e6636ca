//! Lines and records that a contract declares to be no rows: what stands above and below them.
//!
//! Rule: what keeps the contract is a row, wherever it stands. Where a source stops writing what is declared, rows take its
//! place, and the file is refused.

use super::header::{Header, Unfit};
use crate::{contract::Contract, rows};

/// Whether a record would be accepted as a row, beyond doubt.
pub(super) fn is_row<'a>(
    contract: &Contract,
    header: &'a Header,
    field: &dyn Fn(usize) -> Result<Option<&'a str>, Unfit>,
) -> bool {
    let mut is_one = false;
    // Taking a row cannot fail here.
    let _ = header.rows(field, &mut |fields| {
        is_one |= fields.is_ok_and(|fields| rows::is_row(contract, &fields));
        Ok(())
    });
    is_one
}

/// Why a file is refused whose preamble has a row.
pub(super) fn row_above(line: usize) -> String {
    format!(
        "its line {line} keeps the contract like a row, and would be passed over as part of the declared `preamble`; if \
         the file has none, take the clause out, or give such files a contract of their own"
    )
}

/// Why a file is refused whose footer has a row.
pub(super) fn row_below(offset: u64) -> String {
    format!(
        "the record at byte {offset} keeps the contract like a row, and would be passed over as part of the declared \
         `footer`; if it sums up others, name it in `totals`; if the file has no footer, take the clause out"
    )
}

#[cfg(test)]
mod tests {
    use crate::source::tests::{contract, told};
    use serde_json::{Value, json};

    /// What becomes of a file of days and names.
    fn read(settings: Value, day: Value, file: &str, text: &str) -> String {
        let mut source = json!({ "files": ["*"] });
        for (key, value) in settings.as_object().expect("settings") {
            source[key] = value.clone();
        }
        let contract = contract(source, json!({ "day": day, "name": { "type": "text" } }));
        match told(&contract, file, text.as_bytes()) {
            Ok(items) => items.join("; "),
            Err(reason) => format!("refused: {reason}"),
        }
    }

    #[test]
    fn a_row_where_a_preamble_or_a_footer_is_declared_refuses_the_file() {
        let bare = || json!({ "columns": ["day", "name"] });
        let layout =
            json!([{ "name": "day", "start": 1, "width": 10 }, { "name": "name", "start": 12 }]);
        let totals = json!({ "column": "name", "values": ["All"] });
        let headerless = json!({ "headerless": bare(), "preamble": 2 });
        let long = json!({ "headerless": bare(), "preamble": 1, "delimiter": "::" });
        let fixed = json!({ "format": "fixed_width", "layout": layout, "preamble": 1 });
        let last = json!({ "footer": { "records": 2 } });
        let from = json!({ "footer": { "from": "End" } });
        let summed = json!({ "footer": { "records": 1 }, "totals": totals });
        let above = "refused: its line 1 keeps the contract";
        let below = |byte: u32| format!("refused: the record at byte {byte} keeps the contract");
        let cases: [(&Value, &str, &str, String); 12] = [
            (&headerless, "f.csv", "Report\n---\n2026-01-01,a\n", "1 11 2026-01-01|a".into()),
            (&headerless, "f.csv", "2026-01-01,a\n2026-01-02,b\n2026-01-03,c\n", above.into()),
            (
                &headerless,
                "f.csv",
                "Report\n2026-01-02,\"b\"\n2026-01-03,c\n",
                above.replace('1', "2"),
            ),
            (&headerless, "f.csv", "of,2026\n,\n2026-01-03,c\n", "1 10 2026-01-03|c".into()),
            (&long, "f.csv", "2026-01-01::a\n2026-01-02::b\n", above.into()),
            (&fixed, "f.txt", "day        name\n2026-01-01 a\n", "1 16 2026-01-01|a".into()),
            (&fixed, "f.txt", "2026-01-01 a\n2026-01-02 b\n", above.into()),
            (
                &last,
                "f.csv",
                "day,name\n2026-01-01,a\nEnd,\n,of it\n",
                "1 9 2026-01-01|a; quality.no_rows".into(),
            ),
            (&last, "f.csv", "day,name\n2026-01-01,a\n2026-01-02,b\n2026-01-03,c\n", below(22)),
            (&from, "f.csv", "day,name\n2026-01-01,a\nEnd\n2026-01-03,c\n", below(26)),
            (
                &summed,
                "f.csv",
                "day,name\n2026-01-01,a\n2026-01-31,All\n",
                "1 9 2026-01-01|a; quality.no_rows".into(),
            ),
            (
                &from,
                "f.csv",
                "day,name\n2026-01-01,a\nEnd,\"of\n",
                "1 9 2026-01-01|a; quality.no_rows".into(),
            ),
        ];
        let day = json!({ "type": "date", "format": ["%Y-%m-%d"] });
        for (settings, file, text, expected) in cases {
            let told = read(settings.clone(), day.clone(), file, text);
            assert!(told.starts_with(&expected), "{settings} {text:?}: {told}");
        }
    }

    #[test]
    fn where_any_text_keeps_the_contract_nothing_tells_a_row() {
        let last = || json!({ "footer": { "records": 1 } });
        let text = "day,name\na,b\nEnd,of it\n";
        assert_eq!(
            read(last(), json!({ "type": "text" }), "f.csv", text),
            "1 9 a|b; quality.no_rows"
        );
        let chosen = json!({ "type": "text", "pattern": "[a-z]" });
        assert_eq!(read(last(), chosen.clone(), "f.csv", text), "1 9 a|b; quality.no_rows");
        let refused = read(last(), chosen, "f.csv", "day,name\na,b\nc,d\n");
        assert!(refused.contains("name it in `totals`"), "{refused}");
    }
}
