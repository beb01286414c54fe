//! The curated cells on futures.

mod common;

fn main() {
    common::bench("futures");
}
