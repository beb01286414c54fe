//! Bring your own workload: one macro in a bench of your crate, and every strategy on every
//! executor runs on it, with the passes, the checks and the tables of the main program.
//!
//! In `Cargo.toml`:
//!
//! ```toml
//! [dev-dependencies]
//! bp-bench = { path = "…/crates/bench" }
//!
//! [[bench]]
//! name = "lookups"
//! harness = false
//! ```
//!
//! In `benches/lookups.rs`:
//!
//! ```
//! use std::time::Duration;
//!
//! use bp_bench::{Clock, Deliver, Workload};
//!
//! /// A name to look up; here it takes a millisecond.
//! struct Lookups;
//!
//! /// What a lookup yields. To deliver it is what your program does with a result.
//! struct Address(u64);
//!
//! impl Deliver for Address {
//!     async fn deliver(self) {
//!         std::hint::black_box(self.0);
//!     }
//! }
//!
//! impl<X: Clock> Workload<X> for Lookups {
//!     type Output = Address;
//!
//!     fn len(&self) -> Option<u64> {
//!         None // as many as are asked for
//!     }
//!
//!     fn job(&self, index: u64, clock: &X) -> impl Future<Output = Address> + Send + 'static {
//!         let answer = clock.sleep(Duration::from_millis(1));
//!         async move {
//!             answer.await; // nothing happens before a job is polled
//!             Address(index)
//!         }
//!     }
//! }
//!
//! # let lookups: &dyn Fn() -> Option<u64> = &|| Workload::<bp_bench::Tokio>::len(&Lookups);
//! # assert_eq!(lookups(), None);
//! ```
//!
//! And at its end:
//!
//! ```ignore
//! bp_bench::main!("lookups", || Lookups);
//! ```
//!
//! Its `arrival` and `open` are heard: jobs come when the workload has them, or later if the cell
//! says so, and the source may close before all are taken. A job that panics is counted, in the
//! column `panicked`, and is no fault of the strategy.
//!
//! A whole crate that does so is `examples/own-workload`.
//!
//! `cargo bench --bench lookups` measures it, `cargo bench --bench lookups -- --help` says what can
//! be chosen, and `-- --test` only checks, with a few jobs, that every strategy keeps its promises;
//! so does `cargo test` if the target has `test = true`, and it speaks the protocol of `cargo
//! nextest`. A run is kept in `target/backpressure/lookups`: events, CSV, report, figures.
//!
//! A workload that reads files asks for [`Io`] in place of [`Clock`]; one whose client needs Tokio
//! implements `Workload<Tokio>` alone and says so: `bp_bench::main!("lookups", || Lookups, on
//! tokio)`. Each bench compiles every strategy for every executor: half a minute and more.

mod arguments;
mod error;
mod measure;
mod subject;
mod trials;

use std::{env, process::ExitCode};

pub use bp_core::{Clock, Datagrams, Deliver, Executor, Io, Lost, Workload};
pub use bp_observe::memory::Counting;
pub use bp_registry::{Everywhere, Tokio};

use crate::{error::Error, subject::Subject};

/// The `main` of a bench: the name of the workload, as it is to stand in the tables, and what makes
/// it. With `on tokio` at the end it needs to implement [`Workload`] for [`Tokio`] alone.
#[macro_export]
macro_rules! main {
    ($name:expr, $make:expr) => {
        $crate::main!(@ $crate::everywhere($name, $make));
    };
    ($name:expr, $make:expr, on tokio) => {
        $crate::main!(@ $crate::on_tokio($name, $make));
    };
    (@ $run:expr) => {
        #[global_allocator]
        static BACKPRESSURE_ALLOCATOR: $crate::Counting = $crate::Counting;

        fn main() -> ::std::process::ExitCode {
            $run
        }
    };
}

/// What [`main!`] calls: runs as the bench of a workload for all executors, or as a child of it.
///
/// `make` is called once in the bench, for the number of jobs, and twice in each child.
pub fn everywhere<W: Everywhere>(name: &'static str, make: fn() -> W) -> ExitCode {
    run(&Subject::new(
        name,
        || <W as Workload<Tokio>>::len(&make()),
        move |cell, pass| bp_registry::execute_own(cell, pass, make),
    ))
}

/// The same for a workload that runs on Tokio alone.
pub fn on_tokio<W: Workload<Tokio>>(name: &'static str, make: fn() -> W) -> ExitCode {
    let subject = Subject::new(
        name,
        || make().len(),
        move |cell, pass| bp_registry::execute_own_on_tokio(cell, pass, make),
    );
    run(&subject.only_on(&["tokio", "tokio-current-thread"]))
}

fn run(subject: &Subject) -> ExitCode {
    let arguments: Vec<_> = env::args().collect();
    let has = |word: &str| arguments.iter().any(|argument| argument == word);
    let done = if arguments.get(1).is_some_and(|verb| verb == bp_harness::CHILD_VERB) {
        subject.serve()
    } else if has("--bench") && !has("--test") {
        measure::measure(subject, arguments)
    } else {
        trials::check(subject, arguments)
    };
    exit(done)
}

/// Runs tests of cells, each a name and what it does, as the command line of this process says, in
/// the protocol of cargo's own test harness and of cargo-nextest; one at a time unless it says
/// otherwise. A name that is asked for exactly and does not exist is wrong usage.
pub fn test_cells<T>(tests: impl Iterator<Item = (String, T)>) -> ExitCode
where
    T: FnOnce() -> Result<(), String> + Send + 'static,
{
    exit(trials::run(env::args().collect(), Some(1), tests))
}

fn exit(done: Result<ExitCode, Error>) -> ExitCode {
    done.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        error.exit_code()
    })
}
