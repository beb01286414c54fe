use std::{future::Future, io, net::SocketAddr, path::PathBuf};

use bp_core::{Datagrams, Io};
use tokio::{
    fs::{self, File},
    net::{TcpStream, UdpSocket},
};
use tokio_util::compat::{Compat, TokioAsyncReadCompatExt as _};

use crate::Tokio;

impl Io for Tokio {
    type Stream = Compat<TcpStream>;
    type File = Compat<File>;
    type Datagrams = Udp;

    fn connect(
        &self,
        to: SocketAddr,
    ) -> impl Future<Output = io::Result<Self::Stream>> + Send + 'static {
        async move {
            let stream = TcpStream::connect(to).await?;
            stream.set_nodelay(true)?;
            Ok(stream.compat())
        }
    }

    fn datagrams(&self, to: SocketAddr) -> impl Future<Output = io::Result<Udp>> + Send + 'static {
        async move { Ok(Udp(UdpSocket::from_std(bp_core::udp_socket(to)?)?)) }
    }

    fn open_file(
        &self,
        path: PathBuf,
    ) -> impl Future<Output = io::Result<Self::File>> + Send + 'static {
        async { Ok(File::open(path).await?.compat()) }
    }

    fn read_file(
        &self,
        path: PathBuf,
    ) -> impl Future<Output = io::Result<Vec<u8>>> + Send + 'static {
        fs::read(path)
    }
}

/// A UDP socket on Tokio's reactor.
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
