//! Who serves the sockets of an executor, and who its files: told by what the operating system knows.
//!
//! Each crate of an executor says in a test of its own, so in a process of its own, what is to be
//! found there.

#[path = "process.rs"]
mod process;

use std::{
    collections::BTreeMap,
    fs,
    net::{SocketAddr, TcpListener},
    num::NonZeroUsize,
    path::Path,
    time::Duration,
};

use bp_core::{Datagrams as _, Io, Runtime};
use futures::{AsyncReadExt as _, AsyncWriteExt as _};

use process::{descriptors, sockets};

/// Whose `epoll` it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reactor {
    Tokio,
    AsyncIo,
}

/// The sockets that `R` opens are watched by the reactor expected and by no other, and no thread of
/// another runtime or pool is there.
///
/// Both reactors are an epoll. That of `async-io` also watches a timerfd, by which it wakes up for
/// its timers; Tokio's has none.
pub(crate) fn serves_sockets<R: Runtime<Handle: Io>>(expected: Reactor, workers: usize) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = listener.local_addr().unwrap();
    let runtime = R::start(NonZeroUsize::MIN, 7);
    let is_open = descriptors().values().any(|target| target == "anon_inode:[eventpoll]");
    assert!(is_open, "the reactor has to be open before jobs can have taken all descriptors");
    let (seen, threads) = runtime.run(open_both(runtime.handle().clone(), to));
    for (socket, watchers) in ["a stream", "datagrams"].into_iter().zip(seen) {
        assert!(!watchers.is_empty(), "{socket}: watched by no reactor");
        for watched in watchers {
            let timer = watched.iter().any(|target| target == "anon_inode:[timerfd]");
            let whose = if timer { Reactor::AsyncIo } else { Reactor::Tokio };
            assert_eq!(whose, expected, "{socket}: whose epoll watches {watched:?}?");
        }
    }
    let many = |name: &str| threads.values().filter(|thread| thread.starts_with(name)).count();
    // A pool of blocking threads would show: Tokio's bear the name of its workers.
    let own = [many("tokio"), many("blocking-")];
    assert_eq!(own, [workers, 0], "{threads:?}");
    assert!(expected == Reactor::AsyncIo || many("async-io") == 0, "{threads:?}");
}

/// Who watches a stream, and datagrams, and which threads there are with both open and a timer
/// gone off.
async fn open_both(
    io: impl Io,
    to: SocketAddr,
) -> ([Vec<Vec<String>>; 2], BTreeMap<String, String>) {
    let before = sockets();
    let mut stream = io.connect(to).await.unwrap();
    let with_stream = sockets();
    let datagrams = io.datagrams(to).await.unwrap();
    let with_both = sockets();
    stream.write_all(b"ping").await.unwrap();
    drop(datagrams.send(b"ping").await);
    io.sleep(Duration::from_millis(1)).await;
    let opened = [with_stream.difference(&before), with_both.difference(&with_stream)];
    let seen = opened.map(|mut opened| {
        let socket = *opened.next().expect("a socket is a descriptor");
        assert_eq!(opened.next(), None, "and one only");
        watchers(socket)
    });
    (seen, threads())
}

/// Reading a file starts a thread whose name begins with `pool`, however it is read.
pub(crate) fn reads_files_by_threads<R: Runtime<Handle: Io>>(pool: &str) {
    let path = || Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let runtime = R::start(NonZeroUsize::MIN, 7);
    let io = runtime.handle().clone();
    let before = threads();
    let opened = runtime.run(async move {
        let mut content = vec![];
        io.open_file(path()).await.unwrap().read_to_end(&mut content).await.unwrap();
        content
    });
    let after = threads();
    let mut new = after.iter().filter(|(id, _)| !before.contains_key(*id));
    assert!(new.any(|(_, name)| name.starts_with(pool)), "who has read it? {after:?}");
    let io = runtime.handle().clone();
    assert!(runtime.run(async move { io.read_file(path()).await }).unwrap() == opened);
}

/// For each epoll descriptor that has an eye on `socket`, what else it has an eye on.
fn watchers(socket: u32) -> Vec<Vec<String>> {
    let known = descriptors();
    let epolls = known.iter().filter(|(_, target)| *target == "anon_inode:[eventpoll]");
    let watched = epolls.map(|(epoll, _)| {
        let info = fs::read_to_string(format!("/proc/self/fdinfo/{epoll}")).unwrap();
        let lines = info.lines().filter_map(|line| line.strip_prefix("tfd:"));
        let first = |line: &str| line.split_whitespace().next().unwrap().parse().unwrap();
        lines.map(first).collect::<Vec<u32>>()
    });
    let holding = watched.filter(|watched| watched.contains(&socket));
    holding.map(|watched| watched.iter().map(|fd| known[fd].clone()).collect()).collect()
}

/// The threads of this process, by number and name. One that has just begun bears its parent's.
fn threads() -> BTreeMap<String, String> {
    let tasks = fs::read_dir("/proc/self/task").unwrap().map(Result::unwrap);
    let seen = tasks.filter_map(|task| {
        let name = fs::read_to_string(task.path().join("comm")).ok()?; // it may have ended
        Some((task.file_name().into_string().unwrap(), name.trim().to_owned()))
    });
    seen.collect()
}
