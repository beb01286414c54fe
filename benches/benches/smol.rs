//! The curated cells on smol.

fn main() {
    bp_benches::bench("smol");
}
