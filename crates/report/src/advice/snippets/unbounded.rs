use std::future::Future;

use tokio::task::JoinSet;

/// A task for every job, all at once.
pub async fn run<J, C>(
    jobs: impl IntoIterator<Item = J>,
    consume: impl Fn(J::Output) -> C + Clone + Send + Sync + 'static,
) where
    J: Future<Output: Send> + Send + 'static,
    C: Future<Output = ()> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    for job in jobs {
        let consume = consume.clone();
        tasks.spawn(async move { consume(job.await).await });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.expect("no job panics");
    }
}
