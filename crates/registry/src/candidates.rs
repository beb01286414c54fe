//! Every strategy as an answer to "which one should I use?".

use std::num::{NonZeroU32, NonZeroUsize};

use bp_analysis::{advise::Candidate, replay::Polled};
use bp_core::Order;
use bp_record::{Arrivals, Cell, Consumer, Extent, Faults, Parameter, Real, Work};

use crate::{
    attest::service_times, catalogue, check::check_work, claims, rules, strategies::polls_itself,
    workloads::WORKLOADS,
};

/// Every strategy with these parameters, in the order of the catalogue, for a run of `jobs` jobs
/// that are all there from the start. A queue is as long as the limit.
///
/// ```
/// let n = |n: usize| n.try_into().unwrap();
/// let candidates = bp_registry::candidates(n(500), n(8), n(32));
/// let batching = candidates.iter().find(|candidate| candidate.name == "batching").unwrap();
/// assert_eq!((batching.window, batching.ordered), (Some(n(8)), false));
/// ```
pub fn candidates(jobs: NonZeroUsize, limit: NonZeroUsize, window: NonZeroUsize) -> Vec<Candidate> {
    let candidate = |entry: &bp_record::StrategyEntry| {
        let given = |parameter, value| entry.takes.contains(&parameter).then_some(value);
        let cell = Cell {
            work: any_work(jobs),
            strategy: entry.name.clone(),
            executor: entry.executors.first().cloned().unwrap_or_default(),
            threads: NonZeroUsize::MIN,
            limit: given(Parameter::Limit, limit),
            capacity: given(Parameter::Capacity, limit),
            window: given(Parameter::Window, window.max(limit)),
            pause_ns: entry.takes.contains(&Parameter::Pause).then_some(0),
            rate_per_second: entry.takes.contains(&Parameter::Rate).then_some(NonZeroU32::MAX),
        };
        let claims = claims(&cell).expect("the catalogue has what the registry has");
        let rule = rules::rule(&cell).map_err(str::to_owned);
        Candidate {
            name: entry.name.clone(),
            family: entry.family,
            rule: check_work(&cell).map_err(|refusal| refusal.to_string()).and(rule),
            polled: if polls_itself(&entry.name) { Polled::ByLoop } else { Polled::ByExecutor },
            limit: claims.limit,
            window: claims.window,
            ordered: claims.order == Order::Input,
            task_bytes: None,
        }
    };
    catalogue().strategies.iter().map(candidate).collect()
}

/// The names of the workloads whose service times follow a law.
pub fn laws() -> Vec<&'static str> {
    WORKLOADS.iter().filter(|row| row.law().is_some()).map(|row| row.name).collect()
}

/// The service times, in nanoseconds, that jobs of the workload called `law` have by its law and
/// this seed; `service` is their mean, or what the law says. `None` if it has no law.
///
/// ```
/// let times = bp_registry::drawn("fixed", 5_000_000, 3.try_into().unwrap(), 7);
/// assert_eq!(times, Some(vec![5_000_000; 3]));
/// ```
pub fn drawn(law: &str, service_ns: u64, jobs: NonZeroUsize, seed: u64) -> Option<Vec<u64>> {
    service_times(&Work { name: law.to_owned(), service_ns, seed, ..any_work(jobs) })
}

/// What the jobs do is of no matter here.
fn any_work(jobs: NonZeroUsize) -> Work {
    Work {
        name: "fixed".to_owned(),
        extent: Extent::Jobs(jobs.get() as u64),
        service_ns: 0,
        payload_bytes: 0,
        seed: 0,
        places: NonZeroUsize::MIN,
        queue: 0,
        directory: None,
        service_times: None,
        real: Real::default(),
        arrivals: Arrivals::Drain,
        consumer: Consumer::Instant,
        faults: Faults::default(),
    }
}
