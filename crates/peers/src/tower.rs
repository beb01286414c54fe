//! Wait until the service is ready before each call, and spawn what the call returns (tower,
//! `ConcurrencyLimit`).
//!
//! It promises a bound on the requests that the service has in hand. The response gives its permit
//! back, so what is done with it is not under the limit.

use std::{convert::Infallible, num::NonZeroUsize};

use bp_core::{Claims, Deliver, Executor, Job, Strategy, TaskGroup, Workload};
use futures::FutureExt;
use tower::{Service, ServiceExt, limit::ConcurrencyLimit, service_fn};

/// Calls a service that is limited, a task for each response.
#[derive(Clone, Copy, Debug)]
pub struct ConcurrencyLimited {
    /// Most jobs in flight.
    pub limit: usize,
}

impl<X: Executor> Strategy<X> for ConcurrencyLimited {
    fn claims(&self) -> Claims {
        let limit = NonZeroUsize::new(self.limit);
        Claims { limit, ..Claims::default() }
    }

    async fn run<W: Workload<X>>(&self, workload: &W, executor: &X) {
        let mut service = ConcurrencyLimit::new(service_fn(serve), self.limit);
        let tasks = TaskGroup::new(executor);
        let mut jobs = workload.jobs(executor);
        while let Some(job) = jobs.next().await {
            let ready = service.ready().await.expect("it does not fail");
            let response = ready.call(job);
            tasks.spawn(async move {
                let Ok(output) = response.await;
                output.deliver().await;
            });
        }
        tasks.join().await;
    }
}

/// A service whose requests are jobs.
fn serve<J: Job>(job: J) -> impl Future<Output = Result<J::Output, Infallible>> + Send + 'static {
    job.map(Ok)
}
