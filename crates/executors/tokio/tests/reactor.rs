//! Whose reactor and timer are at work: Tokio's own, on its workers.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![cfg(target_os = "linux")]

use std::{num::NonZeroUsize, time::Duration};

use bp_core::{Clock, Runtime};
use bp_tokio::MultiThread;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

#[test]
fn sockets_and_timers_are_those_of_tokio() {
    let runtime = MultiThread::start(NonZeroUsize::MIN, 7);
    let clock = *runtime.handle();
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
    // One worker was asked for; a blocking pool would show as more threads of the same name.
    let workers = threads.iter().filter(|name| name.starts_with("tokio")).count();
    assert_eq!(workers, 1, "{threads:?}");
    assert!(!threads.iter().any(|name| name == "async-io"), "{threads:?}");
}

/// The names of the threads of this process.
fn threads() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let name = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("comm")).ok();
    tasks.filter_map(|task| name(task.unwrap())).map(|name| name.trim().to_owned()).collect()
}
