use std::future::Future;

use backpressure::{Bounds, IteratorExt as _};

const LIMIT: usize = 4;
const WINDOW: usize = 16;

/// At most `LIMIT` jobs in flight and `WINDOW` in memory; outputs are consumed
/// in the order of the jobs, and jobs get on while the consumer waits.
pub async fn run<J: Future, C: Future<Output = ()>>(
    jobs: impl IntoIterator<Item = J>,
    consume: impl Fn(J::Output) -> C,
) {
    let bounds = Bounds::new(LIMIT, WINDOW).expect("a window holds its limit");
    jobs.into_iter().materialize(bounds).for_each(consume).await;
}
