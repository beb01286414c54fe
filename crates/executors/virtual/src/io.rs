use std::{
    fs::{self, File},
    future::Future,
    io::{self, ErrorKind},
    net::SocketAddr,
    path::PathBuf,
    pin::Pin,
    task::{Context, Poll},
};

use bp_core::{Datagrams, Io};
use futures::io::{AllowStdIo, AsyncRead, AsyncWrite};

use crate::Virtual;

/// Files are read in place, in no virtual time. Sockets are refused with
/// [`Unsupported`](ErrorKind::Unsupported): a clock that moves when nothing is ready would pass every
/// time-out before the peer could answer.
impl Io for Virtual {
    type Stream = NoSocket;
    type File = AllowStdIo<File>;
    type Datagrams = NoSocket;

    fn connect(
        &self,
        to: SocketAddr,
    ) -> impl Future<Output = io::Result<NoSocket>> + Send + 'static {
        async move { refused("a connection", to) }
    }

    fn datagrams(
        &self,
        to: SocketAddr,
    ) -> impl Future<Output = io::Result<NoSocket>> + Send + 'static {
        async move { refused("datagrams", to) }
    }

    fn open_file(
        &self,
        path: PathBuf,
    ) -> impl Future<Output = io::Result<Self::File>> + Send + 'static {
        async { File::open(path).map(AllowStdIo::new) }
    }

    fn read_file(
        &self,
        path: PathBuf,
    ) -> impl Future<Output = io::Result<Vec<u8>>> + Send + 'static {
        async { fs::read(path) }
    }
}

fn refused(what: &str, to: SocketAddr) -> io::Result<NoSocket> {
    let message = format!(
        "a virtual clock has no sockets: {what} to {to} needs an executor whose time is real"
    );
    Err(io::Error::new(ErrorKind::Unsupported, message))
}

/// The socket that nobody can have on a virtual clock.
#[derive(Debug)]
pub enum NoSocket {}

impl AsyncRead for NoSocket {
    fn poll_read(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        _buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        match *self {}
    }
}

impl AsyncWrite for NoSocket {
    fn poll_write(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        _buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        match *self {}
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match *self {}
    }

    fn poll_close(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match *self {}
    }
}

impl Datagrams for NoSocket {
    async fn send(&self, _datagram: &[u8]) -> io::Result<usize> {
        match *self {}
    }

    async fn recv(&self, _buffer: &mut [u8]) -> io::Result<usize> {
        match *self {}
    }
}
