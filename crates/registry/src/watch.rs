use std::net::SocketAddr;

use bp_observe::Recorder;
use bp_record::Pass;

use crate::Lookout;

/// How a run is watched.
#[derive(Clone, Copy, Debug)]
pub struct Watch {
    /// Which probes there are.
    pub pass: Pass,
    /// Up to so many jobs, each leaves its moments (trace pass). Of more there are histograms and
    /// gauges, for which the memory of the harness does not grow.
    pub traced: usize,
    /// From where somebody looks in while it goes on (trace pass); what is measured has none.
    pub lookout: Option<&'static Lookout>,
    /// Where the server of its workload listens, if it has one.
    pub server: Option<SocketAddr>,
}

impl Watch {
    /// The trace pass with the moments of at most so many jobs.
    pub const fn up_to(traced: usize) -> Self {
        Self { pass: Pass::Trace, traced, lookout: None, server: None }
    }

    /// A run that somebody looks into: with gauges, and without the moments of single jobs.
    pub const fn through(lookout: &'static Lookout) -> Self {
        Self { pass: Pass::Trace, traced: 0, lookout: Some(lookout), server: None }
    }
}

impl From<Pass> for Watch {
    /// Traces as many jobs as can be.
    fn from(pass: Pass) -> Self {
        Self { pass, ..Self::up_to(Recorder::LARGEST) }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        any::type_name,
        future::Future,
        num::NonZeroUsize,
        sync::{Arc, Mutex},
    };

    use bp_core::{Claims, Clock, Deliver, Strategy, Workload};
    use bp_observe::Observed;
    use bp_record::{Arrivals, Cell, Consumer, Extent, Faults, Real, Work};
    use bp_virtual::VirtualWorld;
    use bp_workloads::{AnyWorkload, Scenario};
    use futures::future::join_all;

    use super::*;
    use crate::{judge, measure::measure, workloads::registered};

    /// Runs all at once, whatever it promises, and says what it was given.
    struct Spy(Arc<Mutex<&'static str>>);

    fn promised() -> Claims {
        Claims { limit: NonZeroUsize::new(2), ..Claims::default() }
    }

    impl<X: Clock> Strategy<X> for Spy {
        fn run<W: Workload<X>>(
            &self,
            workload: &W,
            executor: &X,
        ) -> impl Future<Output = ()> + Send {
            *self.0.lock().unwrap() = type_name::<W>();
            let mut jobs = workload.jobs(executor);
            async move {
                let mut all = Vec::new();
                while let Some(job) = jobs.next().await {
                    all.push(async move { job.await.deliver().await });
                }
                join_all(all).await;
            }
        }
    }

    fn cell() -> Cell {
        Cell {
            work: Work {
                name: "fixed".to_owned(),
                extent: Extent::Jobs(100),
                service_ns: 1_000,
                payload_bytes: 0,
                seed: 7,
                places: NonZeroUsize::MIN,
                queue: 0,
                directory: None,
                service_times: None,
                real: Real::default(),
                arrivals: Arrivals::Drain,
                consumer: Consumer::Instant,
                faults: Faults::default(),
            },
            strategy: "spy".to_owned(),
            executor: "virtual".to_owned(),
            threads: NonZeroUsize::MIN,
            limit: None,
            capacity: None,
            window: None,
            pause_ns: None,
            rate_per_second: None,
        }
    }

    /// What a strategy is given, and the broken promise that its verdict names.
    fn seen(watch: Watch) -> (&'static str, Option<String>) {
        let given = Arc::new(Mutex::new(""));
        let finished =
            measure::<VirtualWorld, _>(&cell(), watch, &registered, Arc::new(Spy(given.clone())));
        let verdict = judge::verdict(&cell(), &promised(), &finished.unwrap(), true);
        (*given.lock().unwrap(), verdict)
    }

    #[test]
    fn only_the_trace_pass_has_a_probe_around_its_jobs() {
        let bare = type_name::<Scenario<AnyWorkload>>();
        assert_eq!(seen(Pass::Time.into()), (bare, None));
        assert_eq!(seen(Pass::Memory.into()), (bare, None));
        assert_eq!(seen(Pass::Trace.into()).0, type_name::<Scenario<Observed<AnyWorkload>>>());
    }

    #[test]
    fn a_limit_that_is_exceeded_is_seen_with_and_without_a_trace() {
        let broken = Some("promised at most 2 in flight and had 100".to_owned());
        for traced in [100, 99, 0] {
            assert_eq!(seen(Watch::up_to(traced)).1, broken, "{traced}");
        }
    }
}
