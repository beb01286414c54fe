//! The curated cells on async-std, which is legacy.

fn main() {
    bp_benches::bench("async-std");
}
