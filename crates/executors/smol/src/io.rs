use std::{future::Future, io, net::SocketAddr, path::PathBuf};

use bp_core::{Datagrams, Io};
use smol::{
    Async,
    fs::{self, File},
    net::{TcpStream, UdpSocket},
};

use crate::Smol;

impl Io for Smol {
    type Stream = TcpStream;
    type File = File;
    type Datagrams = Udp;

    fn connect(
        &self,
        to: SocketAddr,
    ) -> impl Future<Output = io::Result<Self::Stream>> + Send + 'static {
        async move {
            let stream = TcpStream::connect(to).await?;
            stream.set_nodelay(true)?;
            Ok(stream)
        }
    }

    fn datagrams(&self, to: SocketAddr) -> impl Future<Output = io::Result<Udp>> + Send + 'static {
        async move { Ok(Udp(Async::new_nonblocking(bp_core::udp_socket(to)?)?.into())) }
    }

    fn open_file(
        &self,
        path: PathBuf,
    ) -> impl Future<Output = io::Result<Self::File>> + Send + 'static {
        File::open(path)
    }

    fn read_file(
        &self,
        path: PathBuf,
    ) -> impl Future<Output = io::Result<Vec<u8>>> + Send + 'static {
        fs::read(path)
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
