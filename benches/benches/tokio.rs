//! The curated cells on tokio.

fn main() {
    bp_benches::bench("tokio");
}
