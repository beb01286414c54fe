//! Sockets and files do what the contract says.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![cfg(target_os = "linux")]

#[path = "../../../core/tests/io/mod.rs"]
mod io;

use bp_futures::{LocalThread, Pool};

#[test]
fn sockets_and_files_do_what_the_contract_says() {
    io::holds::<Pool>(|stream| stream.nodelay().unwrap());
}

#[test]
fn those_of_one_thread_do_too() {
    io::holds::<LocalThread>(|stream| stream.nodelay().unwrap());
}
