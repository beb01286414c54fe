//! Reads the sources of this crate, over and over, and counts their words.
//!
//! `cargo bench -p own-workload` measures, `cargo test -p own-workload` checks.

use std::{hint::black_box, io, path::PathBuf};

use bp_bench::{Deliver, Io, Workload};

/// Each job reads one of these files.
struct Sources {
    files: Vec<PathBuf>,
}

impl Sources {
    fn new() -> Self {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        Self {
            files: ["Cargo.toml", "src/lib.rs", "benches/words.rs"].map(|f| root.join(f)).into(),
        }
    }
}

/// How many words a file has, or why nobody knows.
struct Words(io::Result<usize>);

impl Deliver for Words {
    fn succeeded(&self) -> bool {
        self.0.is_ok()
    }

    async fn deliver(self) {
        let _ = black_box(self.0); // a program would add it to its index
    }
}

impl<X: Io> Workload<X> for Sources {
    type Output = Words;

    fn len(&self) -> Option<u64> {
        None // as many as are asked for: the files are read again
    }

    fn job(&self, index: u64, executor: &X) -> impl Future<Output = Words> + Send + 'static {
        let file = &self.files[index as usize % self.files.len()];
        let content = executor.read_file(file.clone());
        async move {
            let content = content.await;
            Words(content.map(|bytes| own_workload::words(&String::from_utf8_lossy(&bytes))))
        }
    }
}

bp_bench::main!("words", Sources::new);
