//! `[relay.<name>.dkim]`: the house signs its mails, so that a receiver can tell them from others.
//!
//! Rule: signed is what readers and mail programs go by, never `Content-Type`: the library writes that header after it
//! has signed, and the signature would not hold.

use crate::{address::is_domain, error::DeliverError};
use lettre::message::{
    dkim::{
        DkimCanonicalization, DkimCanonicalizationType, DkimConfig, DkimSigningAlgorithm,
        DkimSigningKey,
    },
    header::HeaderName,
};
use model::secret::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The headers that are signed where a message has them.
const SIGNED: [&str; 11] = [
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Auto-Submitted",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
];

/// The signature of the house under every mail (DKIM), for relays that do not sign themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DkimSpec {
    /// The domain that signs; that of the sender, or one above it.
    pub domain: String,
    /// The name of the key: its public half stands in the DNS under `<selector>._domainkey.<domain>`.
    pub selector: String,
    /// Where the private RSA key is found, as PEM (`BEGIN RSA PRIVATE KEY`): `env:NAME` or `file:PATH`.
    pub key: String,
}

/// The signature, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dkim {
    /// The domain that signs.
    pub domain: String,
    /// The name of the key.
    pub selector: String,
    /// The reference under which the run's context holds the key.
    pub key: String,
}

impl DkimSpec {
    /// Resolves the signature of a relay.
    pub(crate) fn lower(&self, host: &str) -> Result<Dkim, DeliverError> {
        let (domain, selector) = (self.domain.to_ascii_lowercase(), self.selector.clone());
        if !is_domain(&domain) || !is_domain(&format!("{selector}.{domain}")) {
            return Err(DeliverError::Signature {
                host: host.to_owned(),
                problem: UNFIT.to_owned(),
            });
        }
        Ok(Dkim { domain, selector, key: self.key.clone() })
    }
}

const UNFIT: &str =
    "`domain` and `selector` must be names of the DNS, e.g. `example.com` and `reports`";

impl Dkim {
    /// What signs messages.
    ///
    /// # Errors
    /// A key that is none.
    pub(crate) fn signer(&self, host: &str, key: &Secret) -> Result<DkimConfig, DeliverError> {
        let key = DkimSigningKey::new(key.reveal(), DkimSigningAlgorithm::Rsa).map_err(|_| {
            let problem = format!(
                "the key `{}` is no RSA key as PEM\nhelp: `openssl genrsa -traditional 2048` makes one",
                self.key
            );
            DeliverError::Signature { host: host.to_owned(), problem }
        })?;
        let relaxed = DkimCanonicalizationType::Relaxed;
        Ok(DkimConfig::new(
            self.selector.clone(),
            self.domain.clone(),
            key,
            SIGNED.map(HeaderName::new_from_ascii_str).into(),
            DkimCanonicalization { header: relaxed, body: relaxed },
        ))
    }
}
