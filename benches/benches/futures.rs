//! The curated cells on futures.

fn main() {
    bp_benches::bench("futures");
}
