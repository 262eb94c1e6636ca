//! The nightly job with key figures only, mailed to two readers in two languages.

use super::{TestBed, root};
use std::fs;

/// A workspace with the job under a name; `rest` is what else its file says before the sections.
pub(crate) fn bed(job: &str, port: u16, rest: &str) -> TestBed {
    let bed = TestBed::copy();
    let text = fs::read_to_string(root().join("jobs/nightly.toml")).expect("the nightly job");
    let head = text.split("[[section]]").next().expect("a head");
    bed.write(
        job,
        format!(
            "{head}\n{rest}\n\
             [[deliver.email]]\nfrom = {{ address = \"reports@example.com\" }}\nrelay = \"main\"\nto = [\n\
             {{ address = \"cfo@example.com\", locale = \"en\" }},\n\
             {{ address = \"ceo@example.com\", locale = \"zh-CN\" }},\n]\n\n\
             [[section]]\nid = \"key-figures\"\ntitle = {{ en = \"Key figures\", zh-CN = \"核心指标\" }}\n\
             analysis = \"scorecard\"\nmetrics = [\"ad_spend\", \"orders\"]\n"
        ),
    );
    let relay = format!("[relay.main]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\n");
    bed.write("tidings.toml", relay);
    bed
}

/// The same, with figures that are corrected when they move by more than a hundredth.
pub(crate) fn corrected(job: &str, port: u16) -> TestBed {
    let rest = "[corrections]\nthreshold = 0.01\n\n[deliver]\nowner = []\n\n[[deliver.folder]]\n";
    bed(job, port, rest)
}
