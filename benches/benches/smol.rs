//! The curated cells on smol.

mod common;

fn main() {
    common::bench("smol");
}
