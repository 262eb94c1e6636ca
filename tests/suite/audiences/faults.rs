//! What `check` says of audience files and of jobs that cannot be cut down: every fault, where it stands.

use super::{JOB, bed};
use crate::support::all_at_once;

const HEAD: &str = "schema_version = 1\nshared = [\"market\"]\n";

/// One fault: what is written, and what `check` says of it.
struct Case {
    person: &'static str,
    says: &'static [&'static str],
}

const CASES: [Case; 18] = [
    Case { person: "", says: &["`slice` is missing"] },
    Case { person: "slice = \"\"", says: &["an empty slice is refused"] },
    Case { person: "slice = {}", says: &["an empty slice is refused"] },
    Case { person: "slice = { region = \"\" }", says: &["without blanks around them"] },
    Case { person: "slice = { region = \" North\" }", says: &["without blanks around them"] },
    Case { person: "slice = \"ALL\"", says: &["neither the word `all`"] },
    Case { person: "slice = []", says: &["neither a text nor a table"] },
    Case { person: "slice = { region = 1 }", says: &["the member of `region` is no text"] },
    Case {
        person: "slice = { region = \"NORTH\" }",
        says: &["no declared member `NORTH`", "did you mean `North`? upper and lower case count"],
    },
    Case { person: "slice = { region = \"Nrth\" }", says: &["did you mean `North`?"] },
    Case {
        person: "slice = { region = \"North' OR '1'='1\" }",
        says: &["no declared member `North' OR '1'='1`"],
    },
    Case {
        person: "slice = { regin = \"North\" }",
        says: &["no dataset has a column `regin`", "did you mean `region`?"],
    },
    Case {
        person: "slice = { quantity = \"1\" }",
        says: &[
            "no dataset has a column `quantity` of text",
            "`quantity` of `orders` is a whole number; a slice is one member of a column of text",
        ],
    },
    Case {
        person: "slice = { id = \"7\" }",
        says: &["no dataset has a column `id` of text", "that many rows share: `", "`region`"],
    },
    Case {
        person: "slice = { customer_id = \"C00001\" }",
        says: &[
            "in `orders` `customer_id` tells persons apart: `new_customers` counts who is new",
            "that many rows share: `",
        ],
    },
    Case {
        person: "slice = \"all\"\nlayout = \"executive-breif\"",
        says: &["unknown layout `executive-breif`", "did you mean `executive-brief`?"],
    },
    Case { person: "slice = \"all\"\nattachments = [\"doc\"]", says: &["`doc`", "`pdf`"] },
    Case {
        person: "slice = \"all\"\nfrom = \"2026-07-02\"\nto = \"2026-07-01\"",
        says: &["`to` is before `from`"],
    },
];

#[test]
fn a_slice_that_says_nothing_or_nobody_knows_is_refused_with_its_place() {
    let bed = bed(25);
    let mut faults = Vec::new();
    for case in CASES {
        let person =
            format!("[[person]]\naddress = \"a@example.com\"\nlocale = \"en\"\n{}\n", case.person);
        bed.write("jobs/audiences/regions.toml", format!("{HEAD}{person}"));
        let ran = bed.tidings(&["check", JOB]).exits(2);
        for says in case.says.iter().chain(&["regions.toml"]) {
            if !ran.stderr.contains(says) {
                faults.push(format!("`{}` must say `{says}`, it says {}", case.person, ran.stderr));
            }
        }
    }
    all_at_once(faults);
}

#[test]
fn whom_a_section_follows_is_no_slice() {
    let bed = bed(25);
    let job = std::fs::read_to_string(bed.path(JOB)).expect("the job");
    let followed = "\n[[section]]\nid = \"ways\"\ntitle = { en = \"Ways\", zh-CN = \"转化\" }\n\
                    analysis = \"conversion\"\n";
    bed.write(JOB, format!("{job}{followed}"));
    bed.write(
        "jobs/audiences/regions.toml",
        format!(
            "{HEAD}[[person]]\naddress = \"a@example.com\"\nlocale = \"en\"\nslice = {{ lead_id = \"L1\" }}\n"
        ),
    );
    let ran = bed.tidings(&["check", JOB]).exits(2);
    ran.complains(&["by `lead_id` the section `ways` tells persons apart", "regions.toml:6:"]);
}

#[test]
fn every_fault_of_every_person_is_told_in_one_pass() {
    let bed = bed(25);
    let person = |address: &str, slice: &str| {
        format!("[[person]]\naddress = \"{address}\"\nlocale = \"en\"\n{slice}\n")
    };
    let twice = person("b@example.com", "slice = \"all\"");
    let text = [
        HEAD.to_owned().replace("market", "markt"),
        person("a@localhost", "slice = {}"),
        person("c@example.com", "slice = { regin = \"x\" }"),
        twice.clone(),
        twice,
    ];
    bed.write("jobs/audiences/regions.toml", text.concat());
    let ran = bed.tidings(&["check", JOB]).exits(2);
    ran.complains(&[
        "unknown dataset `markt`",
        "did you mean `market`?",
        "must be a domain name with a dot",
        "an empty slice is refused",
        "no dataset has a column `regin`",
        "is listed before for some of the same days",
        "has 5 faults",
    ]);
}

#[test]
fn a_table_is_read_by_the_same_rules() {
    let bed = bed(25);
    bed.write("jobs/audiences/regions.toml", format!("{HEAD}table = \"people.csv\"\n"));
    let mut faults = Vec::new();
    let mut check = |table: &str, code: i32, says: &[&str]| {
        bed.write("jobs/audiences/people.csv", table);
        let ran = bed.tidings(&["check", JOB]);
        let is_told = says.iter().all(|says| ran.stderr.contains(says));
        if ran.code != code || !is_told {
            faults.push(format!("{table}\n{code} {says:?}\n{} {}", ran.code, ran.stderr));
        }
    };
    let sound = "\u{feff}locale,slice,address,name,to\r\nen,region = North,a@example.com,\"Lee, A\",\r\n\
                 zh-CN,region = West; channel = retail,b@example.com,,2026-12-31\r\nen,all,c@example.com,,\r\n";
    check(sound, 0, &[]);
    let looks = "address,locale,slice,layout,attachments\na@example.com,en,all,executive-brief,none\n\
                 b@example.com,en,all,,xlsx; pdf\n";
    check(looks, 0, &[]);
    check(&looks.replace("none", "doc"), 2, &["`attachments`: ", "people.csv:2"]);
    check(&looks.replace("executive", "exec"), 2, &["unknown layout `exec-brief`", "people.csv:2"]);
    check("address,locale\na@example.com,en\n", 2, &["no column `slice`", "people.csv:1"]);
    check("address,locale,slice,regon\n", 2, &["unknown column `regon`"]);
    check("address,locale,slice,slice\n", 2, &["two columns are called `slice`"]);
    check("address,locale,slice\n", 2, &["a table without anybody"]);
    check("address,locale,slice\nnorth@example.com,en,region = North\n,,\n , ,\n", 0, &[]);
    check(
        "address,locale,slice\na@example.com,en\n",
        2,
        &["this record has 2 fields, the header 3"],
    );
    let body = |line: &str| format!("address,locale,slice,from\nok@example.com,en,all,\n{line}\n");
    check(&body("a@example.com,en,,"), 2, &["an empty slice is refused", "people.csv:3"]);
    check(&body("a@example.com,en,region =,"), 2, &["without blanks around them"]);
    check(&body("a@example.com,en,null,"), 2, &["neither the word `all`"]);
    check(
        &body("a@example.com,en,region = north,"),
        2,
        &["did you mean `North`? upper and lower case count"],
    );
    check(&body("a@example.com,fr,all,"), 2, &["neither `en` nor `zh-CN`"]);
    check(&body("a@example.com,en,all,1.7.2026"), 2, &["`from` is no day"]);
    check(&body("a.example.com,en,all,"), 2, &["needs exactly one `@`"]);
    check(&body("ok@example.com,en,region = East,"), 2, &["is listed before"]);
    all_at_once(faults);
}

#[test]
fn a_job_that_cannot_be_cut_down_is_refused() {
    let section = |text: &str| {
        format!(
            "\n[[section]]\nid = \"extra\"\ntitle = {{ en = \"Extra\", zh-CN = \"附加\" }}\n{text}\n"
        )
    };
    let cases: [(&str, &[&str]); 4] = [
        (
            "analysis = \"scorecard\"\nmetrics = [\"ad_spend\"]",
            &[
                "dataset `spend` has no `region` of text",
                "name `spend` in `shared` of audiences/regions.toml",
            ],
        ),
        (
            "analysis = \"scorecard\"\nmetrics = [\"market_share\"]",
            &[
                "`market_share` would bring together `orders` of one `region` and `market` of all of them",
            ],
        ),
        (
            "analysis = \"leads\"\nmetrics = [\"market_size\", \"orders\"]",
            &[
                "the section `extra` would relate `orders` of one `region` to `market` of all of them",
            ],
        ),
        (
            "analysis = \"benchmark\"\ngroups = [\"premium\"]\nmetrics = [\"peer_nps\"]",
            &["dataset `panel` has no `region`"],
        ),
    ];
    let mut faults = Vec::new();
    for (text, says) in cases {
        let bed = bed(25);
        let job = std::fs::read_to_string(bed.path(JOB)).expect("the job");
        bed.write(JOB, format!("{job}{}", section(text)));
        let ran = bed.tidings(&["check", JOB]).exits(2);
        let missing = says.iter().filter(|says| !ran.stderr.contains(**says));
        faults.extend(missing.map(|says| format!("{text}: no `{says}` in {}", ran.stderr)));
    }
    let bed = bed(25);
    bed.replace(JOB, "audience = \"regions\"", "audience = \"region\"");
    bed.tidings(&["check", JOB])
        .exits(2)
        .complains(&["unknown audience `region`", "did you mean `regions`?"]);
    bed.replace(JOB, "audience = \"region\"", "relay = \"main\"");
    bed.tidings(&["check", JOB]).exits(2).complains(&["needs `to` or `audience`"]);
    all_at_once(faults);
}
