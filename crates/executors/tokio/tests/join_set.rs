//! Tokio's own strategy, which no other executor can run, on Tokio's paused clock.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex},
    time::Duration,
};

use bp_core::{Clock, Deliver, Runtime, Strategy, Workload};
use bp_tokio::{CurrentThread, JoinSetTopUp, Tokio};

const SECOND: Duration = Duration::from_secs(1);

/// Jobs that sleep for so many seconds, and where their indices are written when they finish and
/// when they are delivered. A service of zero panics.
struct Jobs {
    seconds: Vec<u32>,
    finished: Arc<Mutex<Vec<u64>>>,
    delivered: Arc<Mutex<Vec<u64>>>,
}

struct Output(u64, Arc<Mutex<Vec<u64>>>);

impl Deliver for Output {
    async fn deliver(self) {
        self.1.lock().unwrap().push(self.0);
    }
}

impl Workload<Tokio> for Jobs {
    type Output = Output;

    fn len(&self) -> Option<u64> {
        Some(self.seconds.len() as u64)
    }

    fn job(&self, index: u64, executor: &Tokio) -> impl Future<Output = Output> + Send + 'static {
        let seconds = self.seconds[index as usize];
        let sleep = executor.sleep(SECOND * seconds);
        let output = Output(index, self.delivered.clone());
        let finished = self.finished.clone();
        async move {
            assert_ne!(seconds, 0, "planned");
            sleep.await;
            finished.lock().unwrap().push(index);
            output
        }
    }
}

/// In which order the jobs are delivered, and after how many seconds all of them are.
fn run(limit: usize, seconds: &[u32]) -> (Vec<u64>, f64) {
    let (_, delivered, makespan) = orders(limit, seconds);
    (delivered, makespan)
}

/// In which order the jobs finish and are delivered, and after how many seconds all of them are.
fn orders(limit: usize, seconds: &[u32]) -> (Vec<u64>, Vec<u64>, f64) {
    let (finished, delivered) = (Arc::default(), Arc::default());
    let workload = Jobs {
        seconds: seconds.to_vec(),
        finished: Arc::clone(&finished),
        delivered: Arc::clone(&delivered),
    };
    let strategy = JoinSetTopUp { limit: NonZeroUsize::new(limit).unwrap() };
    let makespan = CurrentThread::start(NonZeroUsize::MIN, 0).run(async move {
        tokio::time::pause();
        let start = Tokio.now();
        strategy.run(&workload, &Tokio).await;
        Tokio.now() - start
    });
    let orders = [finished, delivered].map(|order| order.lock().unwrap().clone());
    let [finished, delivered] = orders;
    (finished, delivered, makespan.as_secs_f64().round())
}

#[test]
fn of_many_that_end_at_once_some_overtake_others() {
    let (finished, delivered, _) = orders(1_000, &[1; 1_000]);
    assert_eq!((finished.len(), delivered.len()), (1_000, 1_000));
    assert_ne!(finished, delivered, "the order of completion could be claimed after all");
}

#[test]
fn it_refills_and_delivers_in_order_of_completion() {
    assert_eq!(run(2, &[5, 1, 1, 1, 3]), (vec![1, 2, 3, 0, 4], 6.0));
    assert_eq!(run(1, &[5, 1, 1]), (vec![0, 1, 2], 7.0));
    assert_eq!(run(usize::MAX, &[3, 2, 1]), (vec![2, 1, 0], 3.0));
}

#[test]
fn a_job_that_panics_frees_its_place() {
    assert_eq!(run(1, &[1, 0, 2]), (vec![0, 2], 3.0));
}

#[test]
fn dropping_the_run_ends_its_tasks() {
    let delivered = Arc::default();
    let held = Arc::clone(&delivered);
    CurrentThread::start(NonZeroUsize::MIN, 0).run(async move {
        tokio::time::pause();
        let workload = Jobs { seconds: vec![1; 10], finished: Arc::default(), delivered: held };
        let strategy = JoinSetTopUp { limit: NonZeroUsize::new(4).unwrap() };
        let run = strategy.run(&workload, &Tokio);
        assert!(tokio::time::timeout(SECOND / 2, run).await.is_err());
        Tokio.sleep(20 * SECOND).await;
    });
    assert_eq!(*delivered.lock().unwrap(), Vec::<u64>::new());
    assert_eq!(Arc::strong_count(&delivered), 1, "no job is alive");
}
