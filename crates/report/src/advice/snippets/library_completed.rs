use std::future::Future;

use backpressure::IteratorExt as _;

const LIMIT: usize = 4;

/// At most `LIMIT` jobs in flight; outputs are consumed one by one as they
/// come, and jobs get on while the consumer waits.
pub async fn run<J: Future, C: Future<Output = ()>>(
    jobs: impl IntoIterator<Item = J>,
    consume: impl Fn(J::Output) -> C,
) {
    jobs.into_iter().as_completed(LIMIT).for_each(consume).await;
}
