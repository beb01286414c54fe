use std::future::Future;

use tokio::task::JoinSet;

const LIMIT: usize = 4;

/// A batch of `LIMIT` jobs; the next one starts when the last of them is done.
pub async fn run<J, C>(
    jobs: impl IntoIterator<Item = J>,
    consume: impl Fn(J::Output) -> C + Clone + Send + Sync + 'static,
) where
    J: Future<Output: Send> + Send + 'static,
    C: Future<Output = ()> + Send + 'static,
{
    let mut jobs = jobs.into_iter().peekable();
    while jobs.peek().is_some() {
        let mut batch = JoinSet::new();
        for job in jobs.by_ref().take(LIMIT) {
            let consume = consume.clone();
            batch.spawn(async move { consume(job.await).await });
        }
        while let Some(ended) = batch.join_next().await {
            ended.expect("no job panics");
        }
    }
}
