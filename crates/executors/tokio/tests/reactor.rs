//! Whose reactor is at work: Tokio's own, on its workers.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![cfg(target_os = "linux")]

#[path = "../../../core/tests/io/reactor.rs"]
mod reactor;

use bp_core::Io as _;
use bp_tokio::{CurrentThread, MultiThread, Tokio};
use futures::FutureExt as _;
use reactor::{Reactor, reads_files_by_threads, serves_sockets};

#[test]
fn sockets_are_those_of_tokio_and_files_those_of_its_pool_of_threads() {
    serves_sockets::<MultiThread>(Reactor::Tokio, 1);
    serves_sockets::<CurrentThread>(Reactor::Tokio, 0);
    reads_files_by_threads::<MultiThread>("tokio");
    reads_files_by_threads::<CurrentThread>("tokio");
}

#[test]
#[should_panic = "there is no reactor running"]
fn without_tokio_there_is_nobody_to_serve_a_socket() {
    drop(Tokio.connect(([127, 0, 0, 1], 1).into()).now_or_never());
}
