use std::future::Future;

/// One job after another, in order.
pub async fn run<J: Future, C: Future<Output = ()>>(
    jobs: impl IntoIterator<Item = J>,
    consume: impl Fn(J::Output) -> C,
) {
    for job in jobs {
        consume(job.await).await;
    }
}
