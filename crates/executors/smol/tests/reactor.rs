//! Whose reactor and timer are at work: those of `async-io`, and no pool of blocking threads.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![cfg(target_os = "linux")]

use std::{num::NonZeroUsize, time::Duration};

use bp_core::{Clock, Runtime};
use bp_smol::SmolThreads as Subject;
use futures::{AsyncReadExt as _, AsyncWriteExt as _};
use smol::net::{TcpListener, TcpStream};

#[test]
fn sockets_and_timers_are_those_of_async_io() {
    let runtime = Subject::start(NonZeroUsize::MIN, 7);
    let clock = runtime.handle().clone();
    let threads = runtime.run(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (mut server, _) = listener.accept().await.unwrap();
        client.write_all(b"ping").await.unwrap();
        let mut heard = [0; 4];
        server.read_exact(&mut heard).await.unwrap();
        assert_eq!(&heard, b"ping");
        clock.sleep(Duration::from_millis(2)).await;
        threads()
    });
    assert!(threads.iter().any(|name| name == "async-io"), "{threads:?}");
    let strangers = ["tokio", "blocking-"];
    let stranger = |name: &&String| strangers.iter().any(|stranger| name.starts_with(stranger));
    assert_eq!(threads.iter().find(stranger), None, "{threads:?}");
}

/// The names of the threads of this process.
fn threads() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let name = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("comm")).ok();
    tasks.filter_map(|task| name(task.unwrap())).map(|name| name.trim().to_owned()).collect()
}
