//! The curated cells on async-std, which is legacy.

mod common;

fn main() {
    common::bench("async-std");
}
