//! What the sockets and files of every executor are held to, whoever serves them.

mod process;
mod servers;

use std::{
    fs,
    future::Future,
    io::{self, ErrorKind, Read as _},
    net::{TcpListener, TcpStream, UdpSocket},
    num::NonZeroUsize,
    path::Path,
    pin::pin,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bp_core::{Clock as _, Datagrams as _, Io, Runtime};
use futures::{
    AsyncReadExt as _, AsyncWriteExt as _,
    future::{Either, join_all, select},
    poll,
};

use process::{descriptors, sockets};

/// Most that a test may take, by far.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

const CLIENTS: usize = 8;

/// All of it.
pub(crate) fn holds<R: Runtime<Handle: Io>>(no_delay: fn(&<R::Handle as Io>::Stream) -> bool) {
    // The tests of one process see each other's descriptors.
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = R::start(NonZeroUsize::MIN, 7);
    streams_echo(&runtime, no_delay);
    datagrams_echo(&runtime);
    nobody_there_is_an_error(&runtime);
    what_is_dropped_is_closed(&runtime);
    files_are_read(&runtime);
}

/// Runs a test that would otherwise wait for ever for what does not come.
fn run<R: Runtime<Handle: Io>, T: Send + 'static>(
    runtime: &R,
    test: impl Future<Output = T> + Send + 'static,
) -> T {
    let late = runtime.handle().sleep(PATIENCE);
    runtime.run(async move {
        match select(pin!(test), pin!(late)).await {
            Either::Left((output, _)) => output,
            Either::Right(_) => panic!("nothing came in {PATIENCE:?}"),
        }
    })
}

/// What is sent comes back, after the end of sending too, and nothing is sent late.
fn streams_echo<R: Runtime<Handle: Io>>(
    runtime: &R,
    no_delay: fn(&<R::Handle as Io>::Stream) -> bool,
) {
    let (to, server) = servers::echo_streams(CLIENTS);
    let io = runtime.handle().clone();
    let client = move |byte: usize| {
        let io = io.clone();
        async move {
            let sent = vec![byte as u8; 1 << 18]; // more than the buffers of a socket have room for
            let mut stream = io.connect(to).await.unwrap();
            assert!(no_delay(&stream), "small writes would wait");
            stream.write_all(&sent).await.unwrap();
            stream.close().await.unwrap();
            let mut heard = vec![];
            stream.read_to_end(&mut heard).await.unwrap();
            assert!(sent == heard, "{} bytes sent, {} heard", sent.len(), heard.len());
        }
    };
    run(runtime, join_all((0..CLIENTS).map(client)));
    server.join().unwrap();
}

/// Each socket hears the answer to what it sent, and no stranger; what has no room is cut off.
fn datagrams_echo<R: Runtime<Handle: Io>>(runtime: &R) {
    let (to, server) = servers::echo_datagrams(2 * CLIENTS);
    let io = runtime.handle().clone();
    let client = move |byte: usize| {
        let io = io.clone();
        async move {
            let sent = [byte as u8; 5];
            let socket = io.datagrams(to).await.unwrap();
            let mut heard = [0; 9];
            assert_eq!(socket.send(&sent).await.unwrap(), 5);
            assert_eq!(socket.recv(&mut heard).await.unwrap(), 5);
            assert_eq!(heard[..5], sent, "somebody else was heard");
            assert_eq!(socket.send(&sent).await.unwrap(), 5);
            assert_eq!(socket.recv(&mut heard[..2]).await.unwrap(), 2);
        }
    };
    run(runtime, join_all((0..CLIENTS).map(client)));
    server.join().unwrap();
}

fn nobody_there_is_an_error<R: Runtime<Handle: Io>>(runtime: &R) {
    // Both ports are taken, by a socket that only hears its peer: nobody else can begin to listen.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let deaf = UdpSocket::bind("127.0.0.1:0").unwrap();
    deaf.connect(deaf.local_addr().unwrap()).unwrap();
    let ports = [taken.local_addr().unwrap(), deaf.local_addr().unwrap()];
    let io = runtime.handle().clone();
    let (connected, heard) = run(runtime, async move {
        let connected = io.connect(ports[0]).await.map(drop);
        let socket = io.datagrams(ports[1]).await.unwrap();
        socket.send(b"anybody?").await.unwrap();
        (connected, socket.recv(&mut [0; 9]).await)
    });
    assert_eq!(connected.unwrap_err().kind(), ErrorKind::ConnectionRefused);
    assert_eq!(heard.unwrap_err().kind(), ErrorKind::ConnectionRefused);
}

/// A future that is never polled opens nothing, and one that is dropped closes what it opened.
fn what_is_dropped_is_closed<R: Runtime<Handle: Io>>(runtime: &R) {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = silent.local_addr().unwrap();
    let io = runtime.handle().clone();
    run(runtime, async move {
        let before = sockets();
        let [mut connect, never] = [io.connect(to), io.connect(to)].map(Box::pin);
        assert_eq!(sockets(), before, "nothing was polled");
        assert!(poll!(&mut connect).is_pending());
        assert_eq!(sockets().len(), before.len() + 1, "it is connecting");
        drop((connect, never));
        assert_eq!(sockets(), before, "it gave up");

        let mut stream = io.connect(to).await.unwrap();
        let datagrams = io.datagrams(to).await.unwrap();
        let (mut byte, mut datagram) = ([0], [0]);
        let reads = async move {
            futures::join!(stream.read(&mut byte), datagrams.recv(&mut datagram)).0.map(drop)
        };
        let mut reads = Box::pin(reads);
        assert!(poll!(&mut reads).is_pending());
        assert_eq!(sockets().len(), before.len() + 2, "both wait");
        drop(reads);
        assert_eq!(sockets(), before, "neither waits");
    });
    // The first was given up, the second closed: each is the end for the server.
    for _ in 0..2 {
        let mut peer = silent.accept().unwrap().0;
        peer.set_read_timeout(Some(PATIENCE)).unwrap();
        let ended = peer.read(&mut [0]);
        let reset = |error: &io::Error| error.kind() == ErrorKind::ConnectionReset;
        assert!(matches!(&ended, Ok(0)) || ended.as_ref().is_err_and(reset), "{ended:?}");
    }
}

/// Either way yields the same, and an open file holds a descriptor until it is dropped.
fn files_are_read<R: Runtime<Handle: Io>>(runtime: &R) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let missing = path.with_file_name("missing.toml");
    let io = runtime.handle().clone();
    run(runtime, async move {
        let expected = fs::read(&path).unwrap();
        let held = || descriptors().values().any(|target| Path::new(target) == path);
        assert!(io.read_file(path.clone()).await.unwrap() == expected);
        let unopened = io.open_file(path.clone());
        assert!(!held(), "nothing was polled");
        let mut file = unopened.await.unwrap();
        io.yield_now().await;
        assert!(held(), "it is open though nobody reads");
        let mut content = vec![];
        file.read_to_end(&mut content).await.unwrap();
        assert!(content == expected);
        assert!(held(), "it is open though all is read");
        drop(file);
        while held() {
            io.yield_now().await; // until the thread that had it is done
        }
        let errors = [
            io.open_file(missing.clone()).await.map(drop).unwrap_err(),
            io.read_file(missing).await.map(drop).unwrap_err(),
        ];
        assert_eq!(errors.map(|error| error.kind()), [ErrorKind::NotFound; 2]);
    });
}
