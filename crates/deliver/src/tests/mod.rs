mod addresses;
mod attached;
mod book;
mod faults;
mod folder;
mod lowering;
mod protocol;
#[allow(dead_code, reason = "the torture sets use all of it")]
mod server;
mod slices;
mod wire;

use crate::{
    ChannelPlan, DeliverError, DeliverPlan, Doubtful, EmailPlan, MESSAGE_KEY, Mailbox, Recipient,
    Relay, Route, Timeouts, Tls, Validity, deliver_with,
};
use book::MemoryBook;
use model::{
    archive::Summary,
    context::RunContext,
    edition::{Edition, EditionKind, InlineImage, PageFile},
    id::RunId,
    label::Locale,
    receipt::{DeliveryState, Receipt},
    secret::Secret,
    slice::Slice,
};
use server::Server;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::Duration,
};

fn edition(kind: EditionKind, locale: Locale) -> Edition {
    let title = match locale {
        Locale::En => "Nightly report",
        Locale::ZhCn => "销售日报",
    };
    Edition {
        kind,
        locale,
        slice: Slice::All,
        subject: format!("{title} 2026-11-20"),
        page: if kind == EditionKind::Report { "<!doctype html>".into() } else { String::new() },
        page_files: match kind {
            EditionKind::Notice => Vec::new(),
            EditionKind::Report => vec![PageFile { file_name: "charts.js", bytes: b"draw();" }],
        },
        summary: Summary { title: title.to_owned(), ..Summary::default() },
        outline: Default::default(),
        mail_html: format!("<p>{title}</p><img src=\"cid:chart-1@tidings\">\n"),
        mail_text: format!("{title}\n.\nrevenue 4.31\n"),
        images: vec![InlineImage {
            content_id: "chart-1@tidings".into(),
            file_name: "chart-1.png".into(),
            png: vec![0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0, 1, 2],
        }],
        attachments: Vec::new(),
        layout: None,
        fingerprint: format!("fingerprint-{}", locale.tag()),
        gist: None,
    }
}

fn mailbox(address: &str) -> Mailbox {
    Mailbox::new(address, None, "a test").expect("an address")
}

fn recipient(name: &str) -> Recipient {
    reader(&format!("{name}@example.com"))
}

fn reader(address: &str) -> Recipient {
    let (slice, valid) = (Slice::All, Validity::default());
    let (layout, attachments) = (None, None);
    Recipient { mailbox: mailbox(address), locale: Locale::En, slice, valid, layout, attachments }
}

fn relay(port: u16) -> Relay {
    Relay {
        host: "127.0.0.1".into(),
        port,
        tls: Tls::None,
        login: None,
        root_certificate: None,
        dkim: None,
        hello: None,
        tries: 3,
        pause: Duration::from_secs(60),
        timeouts: Timeouts::default(),
    }
}

fn mail_plan(relay: Relay, to: &[&str]) -> DeliverPlan {
    let email = EmailPlan {
        from: mailbox("reports@example.org"),
        reply_to: None,
        to: to.iter().map(|name| recipient(name)).collect(),
        relay,
        attachments: BTreeSet::new(),
        doubtful: Doubtful::Ask,
    };
    DeliverPlan {
        job: "nightly".into(),
        as_of: "2026-11-20T06:30:00".parse().expect("a moment"),
        moment: "2026-11-19T22:30:00Z".parse().expect("an instant"),
        revision: 0,
        route: Route { owners: Vec::new(), channels: vec![ChannelPlan::Email(Box::new(email))] },
    }
}

fn email_of(plan: &mut DeliverPlan) -> &mut EmailPlan {
    let email = plan.route.channels.iter_mut().find_map(|channel| match channel {
        ChannelPlan::Email(email) => Some(email.as_mut()),
        ChannelPlan::Folder(_) => None,
    });
    email.expect("a mail channel")
}

fn context(run: &str) -> RunContext {
    RunContext {
        run: RunId::new(run),
        now: "2026-11-19T22:31:00Z".parse().expect("an instant"),
        data: PathBuf::new(),
        state: PathBuf::new(),
        secrets: BTreeMap::from([(MESSAGE_KEY.into(), Secret::new("0123"))]),
        send: true,
    }
}

/// A world with one plan, one book and the pauses that were asked for.
struct Bed {
    plan: DeliverPlan,
    editions: Vec<Edition>,
    book: MemoryBook,
    cx: RunContext,
    pauses: Vec<Duration>,
}

impl Bed {
    fn new(plan: DeliverPlan) -> Self {
        Self {
            plan,
            editions: vec![edition(EditionKind::Report, Locale::En)],
            book: MemoryBook::default(),
            cx: context("run-1"),
            pauses: Vec::new(),
        }
    }

    fn mail(server: &Server, to: &[&str]) -> Self {
        Self::new(mail_plan(relay(server.port), to))
    }

    fn try_run(&mut self) -> Result<Vec<Receipt>, DeliverError> {
        let mut pause = |time| self.pauses.push(time);
        let done = deliver_with(&self.plan, &self.editions, &self.book, &self.cx, &mut pause)?;
        Ok(done.value)
    }

    fn run(&mut self) -> Vec<Receipt> {
        self.try_run().expect("delivered")
    }

    /// The states, one per delivery.
    fn states(&mut self) -> Vec<DeliveryState> {
        self.run().into_iter().map(|receipt| receipt.state).collect()
    }

    /// The same after the run that did the earlier work died.
    fn restart(&mut self) -> Vec<DeliveryState> {
        self.book.dead.borrow_mut().push(self.cx.run.clone());
        self.cx = context(&format!("{}-again", self.cx.run));
        self.states()
    }
}
