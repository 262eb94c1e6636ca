//! Encryption: which authorities are believed.

use super::address::Address;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use std::sync::Arc;

/// The settings of an encrypted connection: the public authorities, and the contract's own.
///
/// # Errors
/// A certificate that cannot be read.
pub(super) fn config(address: &Address) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for certificate in own(address)? {
        roots.add(certificate).map_err(|error| format!("`root_certificate`: {error}"))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| error.to_string())?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// The certificates that the contract names.
pub(super) fn own(address: &Address) -> Result<Vec<CertificateDer<'static>>, String> {
    let Some(path) = &address.root_certificate else { return Ok(Vec::new()) };
    let unread = |error| format!("`root_certificate` cannot be read: {error}");
    let found = CertificateDer::pem_file_iter(path).map_err(unread)?;
    let found: Vec<_> = found.collect::<Result<_, _>>().map_err(unread)?;
    match found.is_empty() {
        true => Err("`root_certificate` holds no certificate in PEM form".into()),
        false => Ok(found),
    }
}
