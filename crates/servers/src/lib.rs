//! The servers that jobs of real work talk to. They are not measured: the harness runs one in a
//! process of its own beside the child that is, and asks it afterwards what it saw.
//!
//! Both have so many **places**. A request holds one while it is served, for an exponential time
//! that follows from the seed and the index of its job; so many more may wait for a place, first
//! come, first served; whoever comes then is refused at once. And they slow down under load as real
//! ones do: see [`Server`]. Everything listens on 127.0.0.1, at a port that the system chooses.
//!
//! The order of reading: `desk` keeps the places and the books, `door` the rate limit; `http` and
//! `dns` say it in their protocols; [`serve`] is the process.

mod desk;
mod dns;
mod door;
mod error;
mod heard;
mod http;
mod serve;
mod server;

pub use crate::{error::Error, serve::serve, server::Server};
