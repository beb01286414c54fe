use std::future::Future;

use futures::{StreamExt, stream};

const LIMIT: usize = 4;

/// At most `LIMIT` jobs in flight or waiting for their turn; outputs are
/// consumed in the order of the jobs. All runs in this task: no job advances
/// while an output is consumed.
pub async fn run<J: Future, C: Future<Output = ()>>(
    jobs: impl IntoIterator<Item = J>,
    consume: impl Fn(J::Output) -> C,
) {
    stream::iter(jobs).buffered(LIMIT).for_each(consume).await;
}
