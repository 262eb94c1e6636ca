use crate::{ChannelPlan, Outside, RelaySpec, Route, Spec, Tls};
use std::{collections::BTreeMap, path::Path, time::Duration};

fn lower(text: &str) -> Result<Route, Vec<String>> {
    let spec: Spec = toml::from_str(text).expect("a section");
    let relay = RelaySpec {
        host: "smtp.example.com".into(),
        port: None,
        tls: Tls::Starttls,
        username: Some("reports".into()),
        password: Some("env:RELAY".into()),
        root_certificate: None,
        dkim: None,
        hello: None,
        tries: None,
        pause: None,
    };
    let relays = BTreeMap::from([("main".to_owned(), relay.lower().expect("a relay"))]);
    let audiences = BTreeMap::new();
    let outside = Outside { relays: &relays, audiences: &audiences, state: Path::new("state") };
    spec.lower(&outside).map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

#[test]
fn a_job_without_channels_is_published_in_the_outbox() {
    let route = lower("").expect("a route");
    let [ChannelPlan::Folder(folder)] = &route.channels[..] else { panic!("one folder") };
    assert_eq!(folder.path, Path::new("state/outbox"));
}

#[test]
fn a_section_is_resolved() {
    let route = lower(
        r#"
        [[folder]]
        path = "/srv/reports"
        [[email]]
        from = { address = "reports@example.com", name = "Sales Reports" }
        to = [{ address = "ceo@example.com", locale = "zh-CN" }, { address = "cfo@example.com", locale = "en" }]
        [[owner]]
        address = "analyst@example.com"
        locale = "en"
        "#,
    )
    .expect("a route");
    let [ChannelPlan::Folder(folder), ChannelPlan::Email(email)] = &route.channels[..] else {
        panic!("two channels")
    };
    assert_eq!(folder.path, Path::new("/srv/reports"));
    assert_eq!(folder.from, email.from);
    assert_eq!((email.to.len(), email.relay.port, email.relay.tries), (2, 587, 3));
    assert_eq!(email.relay.pause, Duration::from_secs(60));
    let stored = serde_json::to_string(&route).expect("a plan is stored");
    assert!(stored.contains("env:RELAY"), "the reference, never the password");
}

#[test]
fn every_problem_is_told_at_once_and_names_nobody() {
    let problems = lower(
        r#"
        [[email]]
        from = { address = "reports" }
        to = [{ address = "ceo@example.com, evil@example.net", locale = "en" }]
        relay = "backup"
        "#,
    )
    .expect_err("three problems");
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert!(problems.iter().all(|problem| !problem.contains("evil")), "{problems:?}");
}

#[test]
fn nobody_is_listed_twice() {
    for twin in ["ceo@EXAMPLE.com", "CEO@example.com"] {
        let text = r#"
        [[email]]
        from = { address = "reports@example.com" }
        to = [{ address = "ceo@example.com", locale = "en" }]
        [[email]]
        from = { address = "reports@example.com" }
        to = [{ address = "TWIN", locale = "zh-CN" }]
        "#;
        let problems = lower(&text.replace("TWIN", twin)).expect_err("a duplicate");
        assert_eq!(problems.len(), 1, "{twin}");
    }
}

#[test]
fn unknown_keys_are_refused() {
    for text in ["[[mail]]", "[[folder]]\npaht = \"x\"", "[[owner]]\naddress = \"a@b.c\""] {
        assert!(toml::from_str::<Spec>(text).is_err(), "{text}");
    }
}

#[test]
fn a_relay_needs_a_whole_account_and_protection() {
    let check = |text: &str| {
        let spec: RelaySpec = toml::from_str(text).expect("a relay");
        spec.lower().map(|relay| relay.port).map_err(|error| error.code())
    };
    assert_eq!(check("host = \"a.example\"\ntls = \"implicit\""), Ok(465));
    assert_eq!(check("host = \"localhost\"\ntls = \"none\""), Ok(25));
    assert_eq!(check("host = \"a.example\"\ntls = \"none\""), Err("TDG-D05"));
    assert_eq!(check("host = \"a.example\"\nusername = \"x\""), Err("TDG-D06"));
}
