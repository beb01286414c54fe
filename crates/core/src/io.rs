use std::{
    future::Future,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    path::PathBuf,
    pin::pin,
    task::{Context, Waker},
    time::Duration,
};

use futures::io::{AsyncRead, AsyncWrite};

use crate::Clock;

/// Real input and output, each executor by its own means.
///
/// A socket is served by the reactor of its executor: one `epoll` for all of them, so a thousand
/// that wait cost no thread. A file is served by a pool of blocking threads, for no operating
/// system here reads files asynchronously without io_uring. The virtual executor has no sockets,
/// and reads files in place.
///
/// Every future is lazy: it opens nothing before it is first polled. Dropped, it is cancelled, and
/// what it had opened is closed: a socket at once, a file when the thread that is busy with it is
/// done.
///
/// A job is written once, for all executors:
///
/// ```
/// use std::{io, net::SocketAddr};
/// use bp_core::Io;
/// use futures::io::{AsyncReadExt as _, AsyncWriteExt as _};
///
/// /// What the server at `to` answers to `question` until it hangs up.
/// async fn ask(io: impl Io, to: SocketAddr, question: &[u8]) -> io::Result<Vec<u8>> {
///     let mut stream = io.connect(to).await?;
///     stream.write_all(question).await?;
///     let mut answer = vec![];
///     stream.read_to_end(&mut answer).await?;
///     Ok(answer)
/// }
/// ```
pub trait Io: Clock {
    /// A TCP connection. `close` ends what is sent, and the answer can still be read; a drop closes
    /// both ways.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// A file that is open for reading, and holds a descriptor.
    type File: AsyncRead + Unpin + Send + 'static;

    /// A UDP socket with one peer.
    type Datagrams: Datagrams;

    /// Connects to the TCP server at `to`, and sends small writes without delay (`TCP_NODELAY`).
    fn connect(
        &self,
        to: SocketAddr,
    ) -> impl Future<Output = io::Result<Self::Stream>> + Send + 'static;

    /// Opens a UDP socket of its own, which sends to `to` and hears nobody else.
    fn datagrams(
        &self,
        to: SocketAddr,
    ) -> impl Future<Output = io::Result<Self::Datagrams>> + Send + 'static;

    /// Opens the file at `path`. From then on until it is dropped it holds a descriptor, while it
    /// waits for its reads too: of those a process has a limited number.
    fn open_file(
        &self,
        path: PathBuf,
    ) -> impl Future<Output = io::Result<Self::File>> + Send + 'static;

    /// The whole content of the file at `path`, read in one visit to the pool: no more descriptors
    /// are open than the pool has threads.
    fn read_file(
        &self,
        path: PathBuf,
    ) -> impl Future<Output = io::Result<Vec<u8>>> + Send + 'static;
}

/// A UDP socket with one peer. What is lost on the way is lost in silence.
pub trait Datagrams: Send + Sync + 'static {
    /// Sends one datagram, and yields its length.
    ///
    /// # Errors
    /// Also what befell an earlier one: that nobody listens at the peer's port is known late.
    fn send(&self, datagram: &[u8]) -> impl Future<Output = io::Result<usize>> + Send;

    /// Waits for one datagram and yields its length; what `buffer` has no room for is lost.
    ///
    /// # Errors
    /// As those of [`send`](Self::send).
    fn recv(&self, buffer: &mut [u8]) -> impl Future<Output = io::Result<usize>> + Send;
}

/// A socket for [`Io::datagrams`], at a port that the system chooses, which a reactor can take over:
/// nothing that is done to it here or there blocks. A peer on loopback is reached from its own
/// address, so nobody outside of this machine can send to it.
///
/// # Errors
/// If the process has no descriptor or the machine no port left, or no way to `to`.
pub fn udp_socket(to: SocketAddr) -> io::Result<UdpSocket> {
    let from = match to.ip() {
        loopback if loopback.is_loopback() => loopback,
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    let socket = UdpSocket::bind((from, 0))?;
    socket.connect(to)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

/// Begins to sleep on `clock` and gives it up: [`Runtime::start`](crate::Runtime::start) for who
/// opens its reactor when it is first needed, and then panics if no descriptor is left.
pub fn open_reactor(clock: &impl Clock) {
    let hour = pin!(clock.sleep(Duration::from_secs(3600)));
    let _pending = hour.poll(&mut Context::from_waker(Waker::noop()));
}
