//! Document 002's example, `materialize(map(do, range(5)), max_concurrency=2)`, line by line.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex},
    time::Duration,
};

use bp_core::{Clock, Deliver, Runtime, Strategy, Workload};
use bp_materialize::{Materialize, MaterializeSpawned};
use bp_virtual::{Virtual, VirtualWorld};

const TWO: NonZeroUsize = NonZeroUsize::new(2).unwrap();

/// What the program prints.
#[derive(Clone, Default)]
struct Transcript(Arc<Mutex<Vec<String>>>);

impl Transcript {
    fn print(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }
}

struct Got {
    n: u64,
    transcript: Transcript,
}

impl Deliver for Got {
    async fn deliver(self) {
        self.transcript.print(format!("got {}", self.n));
    }
}

/// `map(do, range(5))`
struct Do(Transcript);

impl Workload<Virtual> for Do {
    type Output = Got;

    fn len(&self) -> Option<u64> {
        Some(5)
    }

    fn job(&self, n: u64, executor: &Virtual) -> impl Future<Output = Got> + Send + 'static {
        let transcript = self.0.clone();
        let sleep = executor.sleep(Duration::from_secs(1));
        async move {
            transcript.print(format!("running {n}"));
            sleep.await;
            transcript.print(format!("returning {n}"));
            Got { n, transcript }
        }
    }
}

/// On one thread, whose tasks run in the order in which they become ready.
fn transcript(strategy: impl Strategy<Virtual>) -> Vec<String> {
    let transcript = Transcript::default();
    let workload = Do(transcript.clone());
    let world = VirtualWorld::start(NonZeroUsize::MIN, 0);
    let executor = world.handle().clone();
    world.run(async move { strategy.run(&workload, &executor).await });
    let lines = transcript.0.lock().unwrap();
    lines.clone()
}

#[test]
fn spawned_it_prints_what_the_document_shows() {
    let document = [
        "running 0",
        "running 1",
        "returning 0",
        "returning 1",
        "got 0",
        "got 1",
        "running 2",
        "running 3",
        "returning 2",
        "returning 3",
        "got 2",
        "got 3",
        "running 4",
        "returning 4",
        "got 4",
    ];
    assert_eq!(transcript(MaterializeSpawned { limit: TWO }), document);
}

/// A task of its own returns whether or not anybody looks. Within one task a job advances only when
/// it is polled: 0 is got before 1 has had its turn, and 2 begins before 1 is got.
#[test]
fn in_one_task_an_output_is_got_before_the_next_job_returns() {
    let lines = [
        "running 0",
        "running 1",
        "returning 0",
        "got 0",
        "returning 1",
        "got 1",
        "running 2",
        "running 3",
        "returning 2",
        "got 2",
        "returning 3",
        "got 3",
        "running 4",
        "returning 4",
        "got 4",
    ];
    assert_eq!(transcript(Materialize { limit: TWO }), lines);
}
