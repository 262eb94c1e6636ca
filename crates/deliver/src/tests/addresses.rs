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
