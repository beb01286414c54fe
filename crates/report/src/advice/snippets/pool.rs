use std::{future::Future, sync::Arc};

use tokio::{sync::Semaphore, task::JoinSet};

const LIMIT: usize = 4;

/// At most `LIMIT` jobs in flight; outputs are consumed as they come. A permit
/// is taken before the task exists, so that no more jobs than these are in
/// memory.
pub async fn run<J, C>(
    jobs: impl IntoIterator<Item = J>,
    consume: impl Fn(J::Output) -> C + Clone + Send + Sync + 'static,
) where
    J: Future<Output: Send> + Send + 'static,
    C: Future<Output = ()> + Send + 'static,
{
    let permits = Arc::new(Semaphore::new(LIMIT));
    let mut tasks = JoinSet::new();
    for job in jobs {
        let permit = permits.clone().acquire_owned().await;
        let permit = permit.expect("nobody closes the semaphore");
        while let Some(ended) = tasks.try_join_next() {
            ended.expect("no job panics");
        }
        let consume = consume.clone();
        tasks.spawn(async move {
            consume(job.await).await;
            drop(permit);
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.expect("no job panics");
    }
}
