use std::{future::Future, sync::Arc};

use futures::{StreamExt, stream};
use tokio::sync::Semaphore;

const LIMIT: usize = 4;
const WINDOW: usize = 16;

/// At most `LIMIT` jobs in flight and `WINDOW` in memory; outputs are consumed
/// in the order of the jobs. Finished ones wait for their turn, so that a slow
/// job does not stop the others.
pub async fn run<J, C: Future<Output = ()>>(
    jobs: impl IntoIterator<Item = J>,
    consume: impl Fn(J::Output) -> C,
) where
    J: Future<Output: Send> + Send + 'static,
{
    let semaphore = Arc::new(Semaphore::new(LIMIT));
    let permits = stream::repeat(semaphore).then(Semaphore::acquire_owned);
    stream::iter(jobs)
        .zip(permits) // before the task exists
        .map(|(job, permit)| {
            tokio::spawn(async move {
                let output = job.await;
                drop(permit);
                output
            })
        })
        .buffered(WINDOW)
        .for_each(|output| consume(output.expect("no job panics")))
        .await;
}
