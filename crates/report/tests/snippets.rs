//! The code that `advise` prints: each text compiles as it stands, and does what is said of it.
#![expect(unreachable_pub, reason = "the texts are for other crates")]

use std::{
    future::ready,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use tokio::time::sleep;

#[path = "../src/advice/snippets/batches.rs"]
mod batches;
#[path = "../src/advice/snippets/completed.rs"]
mod completed;
#[path = "../src/advice/snippets/library_completed.rs"]
mod library_completed;
#[path = "../src/advice/snippets/library_ordered.rs"]
mod library_ordered;
#[path = "../src/advice/snippets/ordered.rs"]
mod ordered;
#[path = "../src/advice/snippets/pool.rs"]
mod pool;
#[path = "../src/advice/snippets/sequential.rs"]
mod sequential;
#[path = "../src/advice/snippets/unbounded.rs"]
mod unbounded;
#[path = "../src/advice/snippets/window.rs"]
mod window;

/// How many jobs are between two of their moments, and were at most.
#[derive(Clone, Default)]
struct Gauge(Arc<(AtomicUsize, AtomicUsize)>);

impl Gauge {
    fn up(&self) {
        let now = self.0.0.fetch_add(1, SeqCst) + 1;
        self.0.1.fetch_max(now, SeqCst);
    }

    fn down(&self) {
        self.0.0.fetch_sub(1, SeqCst);
    }

    fn peak(&self) -> usize {
        self.0.1.load(SeqCst)
    }
}

/// What a run of 40 jobs did, the first of which is slow: on a clock that stands still until nothing
/// else can happen.
struct Did {
    in_flight: usize,
    held: usize,
    delivered: Vec<usize>,
}

macro_rules! did {
    ($snippet:ident) => {{
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().unwrap();
        let (in_flight, held) = (Gauge::default(), Gauge::default());
        let delivered = Arc::new(Mutex::new(Vec::new()));
        let jobs = (0..40).map({
            let (in_flight, held) = (in_flight.clone(), held.clone());
            move |index: usize| {
                held.up();
                let in_flight = in_flight.clone();
                async move {
                    in_flight.up();
                    sleep(Duration::from_millis(if index == 0 { 100 } else { 10 })).await;
                    in_flight.down();
                    index
                }
            }
        });
        let consume = {
            let (held, delivered) = (held.clone(), delivered.clone());
            move |index: usize| {
                held.down();
                delivered.lock().unwrap().push(index);
                ready(())
            }
        };
        runtime.block_on($snippet::run(jobs, consume));
        let delivered = delivered.lock().unwrap().clone();
        Did { in_flight: in_flight.peak(), held: held.peak(), delivered }
    }};
}

/// Each snippet with how many jobs it has in flight and in memory at most, and whether it keeps the
/// order. One more may have been taken from the source.
#[test]
fn each_snippet_does_what_is_said_of_it() {
    for (name, did, in_flight, held, in_order) in [
        ("sequential", did!(sequential), 1, 1, true),
        ("unbounded", did!(unbounded), 40, 40, false),
        ("batches", did!(batches), 4, 4, false),
        ("pool", did!(pool), 4, 4, false),
        ("completed", did!(completed), 4, 4, false),
        ("ordered", did!(ordered), 4, 4, true),
        ("window", did!(window), 4, 16, true),
        ("library_completed", did!(library_completed), 4, 4, false),
        ("library_ordered", did!(library_ordered), 4, 16, true),
    ] {
        let mut sorted = did.delivered.clone();
        sorted.sort_unstable();
        assert!(sorted.iter().copied().eq(0..40), "{name} delivered {:?}", did.delivered);
        assert_eq!(did.delivered == sorted, in_order, "{name} delivered {:?}", did.delivered);
        assert_eq!(did.in_flight, in_flight, "{name}: in flight");
        assert!((held..=held + 1).contains(&did.held), "{name}: {} held, not {held}", did.held);
    }
}
