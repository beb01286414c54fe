//! The curated cells on tokio.

mod common;

fn main() {
    common::bench("tokio");
}
