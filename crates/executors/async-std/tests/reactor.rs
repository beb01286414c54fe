//! Whose reactor is at work: that of `async-io`.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![cfg(target_os = "linux")]

#[path = "../../../core/tests/io/reactor.rs"]
mod reactor;

use bp_async_std::AsyncStd;
use reactor::{Reactor, reads_files_by_threads, serves_sockets};

#[test]
fn sockets_are_those_of_async_io_and_files_those_of_a_pool_of_threads() {
    serves_sockets::<AsyncStd>(Reactor::AsyncIo, 0);
    reads_files_by_threads::<AsyncStd>("blocking-");
}
