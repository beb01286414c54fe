use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use bp_record::{Served, Work};
use tokio::{
    net::{TcpListener, TcpSocket, UdpSocket},
    runtime::{Builder, Runtime},
    sync::oneshot,
};

use crate::{Error, desk::Desk, dns, http};

/// How many connections may wait to be accepted. The usual 128 overflow when a client opens a few
/// hundred at once, and each that is lost costs it a second, which nobody's strategy is to blame for.
const BACKLOG: u32 = 4096;
/// How long a request may take to arrive, and a connection may be idle.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a report waits for those who are still under way.
const SETTLING: Duration = Duration::from_secs(2);

/// A server that runs on a thread of its own until it is dropped.
///
/// `fetch-upload` is served over HTTP, `lookup` over DNS.
///
/// **What a request takes.** It holds a place for an exponential time of mean
/// [`service_ns`](Work::service_ns), which follows from the seed and the index of its job. If `w`
/// requests wait when it comes to its place, it takes `1 + w / (10 · places)` times that: each
/// filling of the places that waits slows everybody by a tenth, as threads, caches and locks do in a
/// real service. So with nobody in the line so many as `places / service` are served a second, and
/// with a long line fewer: to send more than can be served is not free. A timer is late by about a
/// millisecond; those served later make up for it, so that the mean is what was asked for.
///
/// **Who is refused.** Who comes when [`places`](Work::places) and [`queue`](Work::queue) are taken;
/// who comes faster than the [rate limit](bp_record::RateLimit) allows, and everybody during a ban.
/// Only who is let in takes a place in the line. Refusals take no time.
///
/// **Who leaves.** An HTTP client that closes its connection, or only its half of it, gives up: its
/// place is free at once. Nobody can see that of a datagram.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    desk: Arc<Desk>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Opens the server of a workload at a port that the system chooses. From then on it answers.
    ///
    /// # Errors
    /// [`Error::Unknown`] if the workload has none; [`Error::Open`] if the system has no socket or
    /// thread for it.
    pub fn start(work: &Work) -> Result<Self, Error> {
        Self::start_with_patience(work, PATIENCE)
    }

    /// The same, where a request may take so long to arrive, and a connection be idle so long,
    /// before it is left: normally half a minute.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_with_patience(work: &Work, patience: Duration) -> Result<Self, Error> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(Error::Open)?;
        let desk = Desk::open(work);
        let address = match work.name.as_str() {
            "fetch-upload" => open_http(&runtime, &desk, patience),
            "lookup" => open_dns(&runtime, &desk),
            other => return Err(Error::Unknown(other.to_owned())),
        };
        let address = address.map_err(Error::Open)?;
        let (stop, stopped) = oneshot::channel();
        let run = move || {
            // Nobody sends: to drop the sender is to end, and so is to drop the runtime.
            let _ = runtime.block_on(stopped);
        };
        let thread =
            thread::Builder::new().name("server".into()).spawn(run).map_err(Error::Open)?;
        Ok(Self { address, desk, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it saw since it started: exact, once nothing is under way. Blocks until
    /// then, but no longer than two seconds.
    pub fn report(&self) -> Served {
        self.desk.report(SETTLING)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn open_http(runtime: &Runtime, desk: &Arc<Desk>, patience: Duration) -> io::Result<SocketAddr> {
    let listener = {
        let _inside = runtime.enter();
        loopback()?
    };
    let address = listener.local_addr()?;
    runtime.spawn(http::run(listener, Arc::clone(desk), patience));
    Ok(address)
}

fn loopback() -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    socket.listen(BACKLOG)
}

fn open_dns(runtime: &Runtime, desk: &Arc<Desk>) -> io::Result<SocketAddr> {
    let socket = runtime.block_on(UdpSocket::bind("127.0.0.1:0"))?;
    let address = socket.local_addr()?;
    runtime.spawn(dns::run(socket, Arc::clone(desk)));
    Ok(address)
}
