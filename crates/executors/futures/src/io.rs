use std::{future::Future, io, net::SocketAddr, path::PathBuf};

use async_fs::File;
use async_io::Async;
use async_net::{TcpStream, UdpSocket};
use bp_core::{Datagrams, Io};

use crate::{Local, Pool};

/// Where the tasks run makes no difference to their sockets and files.
macro_rules! io_of {
    ($($handle:ty),*) => {$(
        impl Io for $handle {
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
                async_fs::read(path)
            }
        }
    )*};
}

io_of!(Pool, Local);

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
