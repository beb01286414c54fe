//! Whose reactor is at work: Tokio's own, on its workers.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![cfg(target_os = "linux")]

#[path = "../../../core/tests/io/reactor.rs"]
mod reactor;

use std::panic::catch_unwind;

use bp_core::Io as _;
use bp_tokio::{CurrentThread, MultiThread, Tokio};
use futures::FutureExt as _;
use reactor::{Reactor, reads_files_by_threads, serves_sockets};

#[test]
fn sockets_are_those_of_tokio_and_files_those_of_its_pool_of_threads() {
    serves_sockets::<CurrentThread>(Reactor::Tokio, 0); // first, while no worker is on its way out
    serves_sockets::<MultiThread>(Reactor::Tokio, 1);
    reads_files_by_threads::<MultiThread>("tokio");
    reads_files_by_threads::<CurrentThread>("tokio");
    // And without Tokio there is nobody to serve one.
    let outside = || Tokio.connect(([127, 0, 0, 1], 1).into()).now_or_never().map(drop);
    let message = *catch_unwind(outside).unwrap_err().downcast::<String>().unwrap();
    assert!(message.starts_with("there is no reactor running"), "{message}");
}
