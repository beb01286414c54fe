use std::future::Future;

use futures::{StreamExt, stream};

const LIMIT: usize = 4;

/// At most `LIMIT` jobs in flight; outputs are consumed one by one as they
/// come. All runs in this task: no job advances while an output is consumed.
pub async fn run<J: Future, C: Future<Output = ()>>(
    jobs: impl IntoIterator<Item = J>,
    consume: impl Fn(J::Output) -> C,
) {
    let outputs = stream::iter(jobs).buffer_unordered(LIMIT);
    outputs.for_each(consume).await;
}
