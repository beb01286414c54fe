//! Ten thousand timers in flight on Tokio, whose own budget makes others poll them all again and
//! again; without that budget nobody has to.

use std::time::{Duration, Instant};

use backpressure::IteratorExt as _;
use futures::{StreamExt as _, stream};
use tokio::{runtime::Builder, task::unconstrained};

use crate::measure::middle;

const LIMIT: usize = 10_000;
const JOBS: u64 = 40_000;

/// Between 50 and 150 ms, no two neighbours alike.
fn service(number: u64) -> Duration {
    Duration::from_millis(50 + number * 37 % 100)
}

fn job(number: u64) -> impl Future<Output = ()> + Send {
    let service = service(number);
    async move { tokio::time::sleep(service).await }
}

async fn ours() {
    (0..JOBS).map(job).as_completed(LIMIT).for_each(|()| async {}).await;
}

async fn theirs() {
    stream::iter((0..JOBS).map(job)).buffer_unordered(LIMIT).for_each(|()| async {}).await;
}

/// How long it takes, over what the timers alone would.
fn over_ideal(driver: impl Future<Output = ()> + Send + 'static) -> f64 {
    let runtime = Builder::new_current_thread().enable_time().build();
    let runtime = runtime.expect("a runtime without sockets starts");
    let began = Instant::now();
    runtime.block_on(async { tokio::spawn(driver).await.expect("no job panics") });
    began.elapsed().as_secs_f64() / ideal().as_secs_f64()
}

/// As many places as the limit, each taken by the next job once it is free.
fn ideal() -> Duration {
    use std::{cmp::Reverse, collections::BinaryHeap};
    let mut free: BinaryHeap<_> = (0..LIMIT).map(|_| Reverse(Duration::ZERO)).collect();
    let mut end = Duration::ZERO;
    for number in 0..JOBS {
        let Reverse(start) = free.pop().unwrap_or_default();
        end = end.max(start + service(number));
        free.push(Reverse(start + service(number)));
    }
    end
}

/// Prints the middle of some rounds.
pub(crate) fn print(rounds: usize) {
    let mut makespans = [vec![], vec![], vec![], vec![]];
    for _ in 0..rounds.min(5) {
        makespans[0].push(over_ideal(ours()));
        makespans[1].push(over_ideal(unconstrained(ours())));
        makespans[2].push(over_ideal(theirs()));
        makespans[3].push(over_ideal(unconstrained(theirs())));
    }
    println!("\n{JOBS} timers of 50 to 150 ms, {LIMIT} in flight, Tokio: makespan over the ideal");
    let names = [
        "as_completed",
        "as_completed, unconstrained",
        "buffer_unordered",
        "buffer_unordered, unconstrained",
    ];
    for (name, makespans) in names.iter().zip(makespans) {
        println!("{name:<33}{:.3}", middle(makespans.into_iter()));
    }
}
