//! The ideals: how long the recorded service times would take if scheduling cost nothing.
//!
//! All times are nanoseconds. Sums saturate at `u64::MAX`, which is 584 years.

mod forecast;
mod looped;
mod rule;

use std::{cmp::Reverse, collections::BinaryHeap, num::NonZeroUsize};

use bp_record::Consumer;

pub use self::{
    forecast::{Forecast, Polled},
    rule::{Rule, Take},
};

/// What a replay knows of a job. One that is made of a service time alone is there from the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Job {
    /// When it became available.
    pub arrived_ns: u64,
    /// How long it was in service.
    pub service_ns: u64,
}

impl From<u64> for Job {
    fn from(service_ns: u64) -> Self {
        Self { arrived_ns: 0, service_ns }
    }
}

/// What no schedule can beat: all the work spread evenly over the slots, the last job to be done
/// if each started on arrival, or the one consumer's whole work.
///
/// Takes O(N) time.
pub fn lower_bound(jobs: &[Job], limit: NonZeroUsize, consumer: Consumer) -> u64 {
    let sum: u128 = jobs.iter().map(|job| u128::from(job.service_ns)).sum();
    let even = u64::try_from(sum.div_ceil(limit.get() as u128)).unwrap_or(u64::MAX);
    let Consumption { time_ns, one } = Consumption::of(consumer);
    let alone = |job: &Job| job.arrived_ns.saturating_add(job.service_ns).saturating_add(time_ns);
    let longest = jobs.iter().map(alone).max().unwrap_or(0);
    let consumed = if one { time_ns.saturating_mul(jobs.len() as u64) } else { 0 };
    even.max(longest).max(consumed)
}

/// The makespan when each job starts as soon as it is there and a slot is free, in the order given,
/// and a slot is free as soon as the service is over, whoever consumes the output.
///
/// Takes O(N log limit) time, with one slow consumer O(N log N).
///
/// ```
/// use bp_analysis::replay::{Job, greedy};
/// use bp_record::Consumer;
///
/// // Two slots: 0–4, and 0–1, 1–2, 2–6.
/// let jobs = [4, 1, 1, 4].map(Job::from);
/// assert_eq!(greedy(&jobs, 2.try_into().unwrap(), Consumer::Instant), 6);
/// ```
pub fn greedy(jobs: &[Job], limit: NonZeroUsize, consumer: Consumer) -> u64 {
    let mut slots = Slots::new(limit, jobs.len());
    let finished = jobs.iter().map(|job| slots.take(job.arrived_ns, job.service_ns));
    Consumption::of(consumer).consumed(finished, &mut |_| {})
}

/// What consuming an output costs, as far as a schedule feels it.
#[derive(Clone, Copy, Debug)]
struct Consumption {
    time_ns: u64,
    /// One output after another, not each where it is delivered.
    one: bool,
}

impl Consumption {
    fn of(consumer: Consumer) -> Self {
        match consumer {
            Consumer::Instant => Self { time_ns: 0, one: false },
            Consumer::Serial { time_ns } => Self { time_ns, one: time_ns > 0 },
            Consumer::Parallel { time_ns } => Self { time_ns, one: false },
        }
    }

    /// When all outputs are consumed that are there at `finished`; `deliver` is told when each is
    /// handed over.
    fn consumed(self, finished: impl Iterator<Item = u64>, deliver: &mut impl FnMut(u64)) -> u64 {
        if !self.one {
            let last = finished.inspect(|&at| deliver(at)).max();
            return last.map_or(0, |last| last.saturating_add(self.time_ns));
        }
        let mut finished: Vec<u64> = finished.collect();
        finished.sort_unstable();
        finished.into_iter().fold(0, |free, at| {
            let delivered = at.max(free);
            deliver(delivered);
            delivered.saturating_add(self.time_ns)
        })
    }
}

/// The times at which the slots become free, the earliest first.
struct Slots(BinaryHeap<Reverse<u64>>);

impl Slots {
    /// All slots are free at 0; more slots than jobs are never needed.
    fn new(limit: NonZeroUsize, jobs: usize) -> Self {
        Self(std::iter::repeat_n(Reverse(0), limit.get().min(jobs.max(1))).collect())
    }

    /// Run a job in the slot that is free first, though not before `earliest`; when it finishes.
    fn take(&mut self, earliest: u64, service: u64) -> u64 {
        let mut slot = self.0.peek_mut().expect("there is at least one slot");
        slot.0 = slot.0.max(earliest).saturating_add(service);
        slot.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn n(value: usize) -> NonZeroUsize {
        NonZeroUsize::new(value).unwrap()
    }

    fn jobs(pairs: &[(u64, u64)]) -> Vec<Job> {
        pairs.iter().map(|&(arrived_ns, service_ns)| Job { arrived_ns, service_ns }).collect()
    }

    const INSTANT: Consumer = Consumer::Instant;
    const SERIAL: Consumer = Consumer::Serial { time_ns: 10 };
    const PARALLEL: Consumer = Consumer::Parallel { time_ns: 10 };

    #[test]
    fn small_schedules_are_those_computed_by_hand() {
        let services = [4, 1, 1, 4].map(Job::from);
        assert_eq!(lower_bound(&services, n(2), INSTANT), 5);
        assert_eq!(lower_bound(&services, n(9), INSTANT), 4, "the longest job cannot be split");
        assert_eq!(greedy(&services, n(2), INSTANT), 6);
        assert_eq!(greedy(&services, n(2), PARALLEL), 6 + 10);
        // Finished at 1, 2, 4 and 6; consumed from 1 on without a pause.
        assert_eq!(greedy(&services, n(2), SERIAL), 1 + 4 * 10);
        assert_eq!(lower_bound(&services, n(2), SERIAL), 40);
    }

    #[test]
    fn no_job_starts_before_it_arrives() {
        let late = jobs(&[(0, 4), (10, 1), (10, 3)]);
        assert_eq!(lower_bound(&late, n(2), INSTANT), 13);
        assert_eq!(greedy(&late, n(2), INSTANT), 13);
        assert_eq!(greedy(&late, n(1), INSTANT), 14);
    }

    #[test]
    fn edges_are_defined() {
        for services in [&[][..], &[0, 0].map(Job::from)] {
            assert_eq!(lower_bound(services, n(3), INSTANT), 0);
            assert_eq!(greedy(services, n(3), INSTANT), 0);
        }
        let great = [u64::MAX, u64::MAX].map(Job::from);
        assert_eq!(lower_bound(&great, n(1), SERIAL), u64::MAX);
        assert_eq!(greedy(&great, n(1), SERIAL), u64::MAX);
        let two = [5, 7].map(Job::from);
        assert_eq!(greedy(&two, n(usize::MAX), INSTANT), 7, "as many slots as jobs");
    }

    proptest! {
        #[test]
        fn nothing_beats_the_bound(
            pairs in prop::collection::vec((0u64..500, 0u64..1000), 0..200), limit in 1usize..20
        ) {
            let jobs = jobs(&pairs);
            for consumer in [INSTANT, SERIAL, PARALLEL] {
                prop_assert!(lower_bound(&jobs, n(limit), consumer) <= greedy(&jobs, n(limit), consumer));
            }
            let drained: Vec<Job> = pairs.iter().map(|pair| pair.1.into()).collect();
            let sum: u64 = pairs.iter().map(|pair| pair.1).sum();
            prop_assert_eq!(greedy(&drained, n(1), INSTANT), sum);
        }
    }
}
