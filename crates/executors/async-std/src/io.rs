use std::{
    future::Future,
    io::{self, IoSlice},
    net::{Shutdown, SocketAddr},
    path::PathBuf,
    pin::Pin,
    task::{Context, Poll, ready},
};

use async_std::{
    fs::{self, File},
    io::{Read, Write},
    net::{TcpStream, UdpSocket},
};
use bp_core::{Datagrams, Io};

use crate::AsyncStd;

impl Io for AsyncStd {
    type Stream = Stream;
    type File = File;
    type Datagrams = Udp;

    fn connect(
        &self,
        to: SocketAddr,
    ) -> impl Future<Output = io::Result<Self::Stream>> + Send + 'static {
        async move {
            let stream = TcpStream::connect(to).await?;
            stream.set_nodelay(true)?;
            Ok(Stream(stream))
        }
    }

    fn datagrams(&self, to: SocketAddr) -> impl Future<Output = io::Result<Udp>> + Send + 'static {
        async move { Ok(Udp(bp_core::udp_socket(to)?.into())) }
    }

    fn open_file(
        &self,
        path: PathBuf,
    ) -> impl Future<Output = io::Result<Self::File>> + Send + 'static {
        async { File::open(path).await }
    }

    fn read_file(
        &self,
        path: PathBuf,
    ) -> impl Future<Output = io::Result<Vec<u8>>> + Send + 'static {
        async { fs::read(path).await }
    }
}

/// async-std's TCP connection, whose own `close` would leave the peer to wait for more.
#[derive(Debug)]
pub struct Stream(pub TcpStream);

impl Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl Write for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buffer)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(cx, buffers)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.as_mut().poll_flush(cx))?;
        Poll::Ready(self.0.shutdown(Shutdown::Write))
    }
}

/// A UDP socket on `async-io`'s reactor.
#[derive(Debug)]
pub struct Udp(UdpSocket);

impl Datagrams for Udp {
    fn send(&self, datagram: &[u8]) -> impl Future<Output = io::Result<usize>> + Send {
        self.0.send(datagram)
    }

    fn recv(&self, buffer: &mut [u8]) -> impl Future<Output = io::Result<usize>> + Send {
        self.0.recv(buffer)
    }
}
