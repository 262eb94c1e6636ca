use super::shared;
use crate::{Address, AddressProblem};

#[test]
fn plain_mailboxes_are_accepted_and_the_rest_says_why() {
    let cases = [
        ("ceo@example.com", Ok("ceo@example.com")),
        ("Ceo+bi@EXAMPLE.com", Ok("Ceo+bi@example.com")),
        ("", Err(AddressProblem::Parts)),
        ("ceo", Err(AddressProblem::Parts)),
        ("a@b@example.com", Err(AddressProblem::Parts)),
        (" ceo@example.com", Err(AddressProblem::Character)),
        ("ceo@example.com\r\nRCPT TO:<e@x>", Err(AddressProblem::Character)),
        ("用户@例子.公司", Err(AddressProblem::Character)),
        (".ceo@example.com", Err(AddressProblem::Local)),
        ("\"ceo\"@example.com", Err(AddressProblem::Local)),
        ("ceo@localhost", Err(AddressProblem::Domain)),
        ("ceo@127.0.0.1", Err(AddressProblem::Domain)),
        ("ceo@[127.0.0.1]", Err(AddressProblem::Domain)),
        ("ceo@-example.com", Err(AddressProblem::Domain)),
    ];
    for (text, expected) in cases {
        let found = text.parse::<Address>();
        assert_eq!(found.as_ref().map(Address::as_str), expected.as_ref().copied(), "{text:?}");
    }
    let address: Address = "ceo@example.com".parse().expect("plain");
    assert_eq!(format!("{address:?}"), "***@example.com", "people are not logged");
}

/// The text of every `<tag>` in turn, as far as the test file needs XML.
fn texts<'a>(xml: &'a str, tag: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    let inner = |text: &'a str| text.split_once(close.as_str()).map(|(inner, _)| inner);
    xml.split(open.as_str()).skip(1).filter_map(inner).collect()
}

#[test]
fn no_false_address_of_the_public_set_is_accepted() {
    let Some(path) = shared("email-addresses/tests.xml") else { return };
    let xml = std::fs::read_to_string(path).expect("readable");
    let mut counts = std::collections::BTreeMap::<(String, bool), usize>::new();
    for test in xml.split("<test id=").skip(1) {
        let [category] = texts(test, "category")[..] else { panic!("one category in {test}") };
        let address = texts(test, "address").first().copied().unwrap_or_default();
        let address = address
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&amp;", "&");
        let control = |c: char| match c as u32 {
            code @ 0x2400..=0x241F => char::from_u32(code - 0x2400).expect("a control character"),
            _ => c,
        };
        let address: String = unescape(&address).chars().map(control).collect();
        let accepted = address.parse::<Address>().is_ok();
        if accepted {
            assert_ne!(category, "ISEMAIL_ERR", "{address:?}");
            assert!(address.parse::<lettre::Address>().is_ok(), "{address:?}");
        }
        let plain =
            !address.contains('[') && address.rsplit('@').next().is_some_and(|d| d.contains('.'));
        if matches!(category, "ISEMAIL_VALID_CATEGORY" | "ISEMAIL_DNSWARN") && plain {
            assert!(accepted, "{address:?}");
        }
        *counts.entry((category.to_owned(), accepted)).or_default() += 1;
    }
    assert_eq!(counts.get(&("ISEMAIL_ERR".to_owned(), false)), Some(&66));
}

/// Resolves `&#x2400;` and the like.
fn unescape(text: &str) -> String {
    let mut parts = text.split("&#x");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once(';').expect("an entity");
        let code = u32::from_str_radix(code, 16).expect("hex");
        plain.push(char::from_u32(code).expect("a character"));
        plain.push_str(rest);
    }
    plain
}
