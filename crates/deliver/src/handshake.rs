//! Whether a relay would serve us: the way to its door and back, without a message.
//!
//! Rule: the same door as a delivery takes (`channel/session.rs`), so that what is found here holds there.

use crate::{
    channel::session::{Door, Verdict},
    error::DeliverError,
    relay::Relay,
};
use model::secret::Secret;

/// What a relay said at its door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handshake {
    /// It would take a message; the longest one, where it names a limit.
    Answers(Option<usize>),
    /// It refuses us until something is changed.
    Refuses(String),
    /// It cannot be reached, or puts us off.
    Silent(String),
}

/// Connects, protects the connection, signs in and takes leave; nothing is sent.
///
/// # Errors
/// When certificates or the name cannot be used, before anything is connected.
pub fn handshake(
    relay: &Relay,
    password: Option<&Secret>,
    hello: &str,
) -> Result<Handshake, DeliverError> {
    relay.check()?;
    if let (Some(login), None) = (&relay.login, password) {
        return Err(DeliverError::NoSecret(login.password.clone()));
    }
    let door = Door::new(relay, password, hello)?;
    Ok(match door.open() {
        Ok(mut session) => {
            let limit = session.limit();
            let answers = session.is_alive();
            session.close();
            match answers {
                true => Handshake::Answers(limit),
                false => Handshake::Silent("it does not answer NOOP".to_owned()),
            }
        }
        Err(Verdict::Stop(_, detail) | Verdict::Refused(detail)) => Handshake::Refuses(detail),
        Err(Verdict::Later(detail) | Verdict::Unknown(detail)) => Handshake::Silent(detail),
        Err(Verdict::Sent) => Handshake::Silent("it took what was not sent".to_owned()),
    })
}
