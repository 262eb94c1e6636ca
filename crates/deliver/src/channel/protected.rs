//! A socket that is protected from its first byte, in the form in which the library takes one.

use futures_io::{AsyncRead as _, AsyncWrite as _};
#[expect(
    deprecated,
    reason = "nothing else protects a connection of ours from its first byte"
)]
use lettre::transport::smtp::client::AsyncNetworkStream;
use lettre::transport::smtp::{
    Error,
    client::{AsyncTokioStream, TlsParameters},
};
use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A socket that is protected from its first byte.
#[derive(Debug)]
#[expect(deprecated, reason = "see above")]
pub(super) struct Protected(AsyncNetworkStream);

#[expect(deprecated, reason = "see above")]
impl Protected {
    /// Agrees on TLS over a socket.
    pub(super) async fn over(
        socket: Box<dyn AsyncTokioStream>,
        tls: &TlsParameters,
    ) -> Result<Self, Error> {
        let mut stream = AsyncNetworkStream::use_existing_tokio1(socket);
        stream.upgrade_tls(tls.clone()).await?;
        Ok(Self(stream))
    }
}

impl AsyncRead for Protected {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.0).poll_read(cx, into.initialize_unfilled());
        into.advance(ready!(read)?);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Protected {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_close(cx)
    }
}

impl AsyncTokioStream for Protected {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.peer_addr()
    }
}
