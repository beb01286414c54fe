use std::{cmp::Reverse, collections::BinaryHeap, num::NonZeroUsize};

use bp_record::Consumer;

use super::{Consumption, Job, Slots};

/// When a strategy starts a job, and what holds a slot: its rule, without its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// A job starts as soon as a slot is free, and keeps it until its output is consumed.
    Pool {
        /// How many slots there are.
        limit: NonZeroUsize,
    },
    /// As [`Pool`](Self::Pool), but one loop starts the jobs and consumes the outputs in turn.
    Loop {
        /// How many slots there are.
        limit: NonZeroUsize,
    },
    /// One loop fills all slots, waiting for the source if need be, before it takes an output.
    TopUp {
        /// How many slots there are.
        limit: NonZeroUsize,
        /// What it takes then.
        take: Take,
    },
    /// So many jobs start together; the next ones wait until all of them are done and consumed.
    Batches {
        /// How many.
        size: NonZeroUsize,
        /// True if the outputs are consumed one by one once all are there.
        joined: bool,
    },
    /// Outputs are consumed by one loop in the order of the input, and job i starts when a slot is
    /// free and job i − window has been consumed.
    Ordered {
        /// How many slots there are.
        limit: NonZeroUsize,
        /// Most jobs admitted and not consumed.
        window: NonZeroUsize,
    },
    /// One loop takes all jobs from the source, and then the outputs one by one.
    Gather {
        /// How many slots there are.
        limit: NonZeroUsize,
        /// True if it takes the outputs in the order of the input.
        ordered: bool,
    },
}

/// What a loop that tops up its slots takes at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Take {
    /// One output; the next job starts when it is consumed.
    One,
    /// One output, which is consumed after the next job has started.
    OneAfterStart,
    /// All outputs that are there.
    All,
}

impl Rule {
    /// Whether the jobs are to be given in the order in which they started, or else in that of the
    /// source, by which the rule itself goes.
    pub fn in_order_of_start(self) -> bool {
        matches!(self, Self::Pool { .. } | Self::Loop { .. })
    }

    /// The makespan of the rule: no program that follows it is faster, and one that costs nothing
    /// takes exactly so long.
    ///
    /// Takes O(N log limit) time; with one slow consumer and a limit of N, O(N log N).
    ///
    /// # Errors
    /// Why there is no such figure: what a loop meets when it is done with an output depends on how
    /// long that took, so shorter jobs may take it longer.
    ///
    /// ```
    /// use bp_analysis::replay::{Job, Rule};
    /// use bp_record::Consumer;
    ///
    /// let two = 2.try_into().unwrap();
    /// let jobs = [4, 1, 1, 4].map(Job::from);
    /// let batches = Rule::Batches { size: two, joined: false };
    /// assert_eq!(batches.makespan(&jobs, Consumer::Instant), Ok(4 + 4));
    /// ```
    pub fn makespan(self, jobs: &[Job], consumer: Consumer) -> Result<u64, &'static str> {
        let Consumption { time_ns, one } = Consumption::of(consumer);
        let open = jobs.iter().any(|job| job.arrived_ns > 0);
        let meets = match self {
            Self::Loop { .. } => open,
            Self::Ordered { limit, window } => open || window > limit,
            Self::Pool { .. } | Self::TopUp { .. } | Self::Batches { .. } | Self::Gather { .. } => {
                false
            }
        };
        if time_ns > 0 && meets {
            return Err("jobs that could start while an output is consumed wait for the loop");
        }
        Ok(match self {
            Self::Pool { limit } => pool(jobs, limit, time_ns, one),
            Self::Loop { limit } => pool(jobs, limit, time_ns, true),
            Self::TopUp { take: Take::All, .. } if time_ns > 0 => {
                return Err("how many outputs are taken at once depends on the consumer's time");
            }
            Self::TopUp { limit, take } => {
                let before = if take == Take::OneAfterStart { 0 } else { time_ns };
                top_up(jobs, limit, before, time_ns - before)
            }
            Self::Batches { size, joined } => batches(jobs, size, time_ns, one, joined),
            Self::Ordered { limit, window } => ordered(jobs, limit, window, time_ns, 0),
            Self::Gather { limit, ordered: false } => gather(jobs, limit, time_ns),
            Self::Gather { limit, ordered: true } => {
                ordered(jobs, limit, NonZeroUsize::MAX, time_ns, last_arrival(jobs))
            }
        })
    }
}

/// When the jobs in flight finish, the earliest first.
type Finishes = BinaryHeap<Reverse<u64>>;

/// Job k starts when the first k − limit outputs are consumed, which leave as they finish: a job
/// that starts later finishes later than all that have left.
fn pool(jobs: &[Job], limit: NonZeroUsize, time_ns: u64, one: bool) -> u64 {
    // Each consumer of its own makes the service longer; the one consumer makes the others wait.
    let (own, shared) = if one { (0, time_ns) } else { (time_ns, 0) };
    let mut running = Finishes::new();
    let mut consumed = 0;
    for job in jobs {
        let mut start = job.arrived_ns;
        if running.len() == limit.get() {
            let Reverse(finished) = running.pop().expect("a limit is at least one");
            consumed = finished.max(consumed).saturating_add(shared);
            start = start.max(consumed);
        }
        running.push(Reverse(start.saturating_add(job.service_ns).saturating_add(own)));
    }
    drain(running, consumed, shared)
}

fn gather(jobs: &[Job], limit: NonZeroUsize, time_ns: u64) -> u64 {
    let mut slots = Slots::new(limit, jobs.len());
    let finishes = jobs.iter().map(|job| Reverse(slots.take(job.arrived_ns, job.service_ns)));
    drain(finishes.collect(), last_arrival(jobs), time_ns)
}

/// When all outputs are consumed by one consumer who is free at `free`.
fn drain(mut running: Finishes, mut free: u64, time_ns: u64) -> u64 {
    if time_ns == 0 {
        return running.into_iter().map(|Reverse(finished)| finished).max().unwrap_or(0).max(free);
    }
    while let Some(Reverse(finished)) = running.pop() {
        free = finished.max(free).saturating_add(time_ns);
    }
    free
}

/// The loop consumes for `before` it starts the next job, and for `after`.
fn top_up(jobs: &[Job], limit: NonZeroUsize, before: u64, after: u64) -> u64 {
    let mut running = Finishes::new();
    let mut now: u64 = 0;
    for job in jobs {
        let full = running.len() == limit.get();
        if full {
            let Reverse(finished) = running.pop().expect("a limit is at least one");
            now = now.max(finished).saturating_add(before);
        }
        now = now.max(job.arrived_ns);
        running.push(Reverse(now.saturating_add(job.service_ns)));
        if full {
            now = now.saturating_add(after);
        }
    }
    drain(running, now, before + after)
}

fn batches(jobs: &[Job], size: NonZeroUsize, time_ns: u64, one: bool, joined: bool) -> u64 {
    jobs.chunks(size.get()).fold(0, |now, batch| {
        let start = now.max(last_arrival(batch));
        let services = batch.iter().map(|job| job.service_ns);
        let taken = if joined {
            let consumed = time_ns.saturating_mul(batch.len() as u64);
            services.max().unwrap_or(0).saturating_add(consumed)
        } else {
            Consumption { time_ns, one }.consumed(services)
        };
        start.saturating_add(taken)
    })
}

/// No output is consumed before `from`.
fn ordered(
    jobs: &[Job],
    limit: NonZeroUsize,
    window: NonZeroUsize,
    time_ns: u64,
    from: u64,
) -> u64 {
    let mut slots = Slots::new(limit, jobs.len());
    let mut consumed: Vec<u64> = Vec::with_capacity(jobs.len());
    let mut last = from;
    for (index, job) in jobs.iter().enumerate() {
        let left = index.checked_sub(window.get()).map_or(0, |before| consumed[before]);
        let finished = slots.take(left.max(job.arrived_ns), job.service_ns);
        last = last.max(finished).saturating_add(time_ns);
        consumed.push(last);
    }
    last
}

fn last_arrival(jobs: &[Job]) -> u64 {
    jobs.iter().map(|job| job.arrived_ns).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::greedy, *};

    const INSTANT: Consumer = Consumer::Instant;

    fn n(value: usize) -> NonZeroUsize {
        NonZeroUsize::new(value).unwrap()
    }

    fn rules(limit: usize) -> [Rule; 9] {
        let (limit, window) = (n(limit), n(2 * limit));
        [
            Rule::Pool { limit },
            Rule::Loop { limit },
            Rule::TopUp { limit, take: Take::One },
            Rule::TopUp { limit, take: Take::OneAfterStart },
            Rule::Batches { size: limit, joined: false },
            Rule::Batches { size: limit, joined: true },
            Rule::Ordered { limit, window },
            Rule::Gather { limit, ordered: true },
            Rule::Gather { limit, ordered: false },
        ]
    }

    /// The makespans of all rules with a limit of two.
    fn makespans(jobs: &[Job], consumer: Consumer) -> [Option<u64>; 9] {
        rules(2).map(|rule| rule.makespan(jobs, consumer).ok())
    }

    #[test]
    fn small_schedules_are_those_computed_by_hand() {
        let services = [4, 1, 1, 4].map(Job::from);
        // Slot 1: 0–4; slot 2: 0–1, 1–2, 2–6.
        let expected = [6, 6, 6, 6, 8, 8, 6, 6, 6].map(Some);
        assert_eq!(makespans(&services, INSTANT), expected);
        let ordered = |window| Rule::Ordered { limit: n(2), window: n(window) };
        let makespan = |window| ordered(window).makespan(&services, INSTANT);
        // Window 2: the third starts when the first has left, at 4, the fourth as well.
        assert_eq!(makespan(2), Ok(8));
        // Window 3: the third starts at 1, the fourth waits until the first has left.
        assert_eq!(makespan(3), Ok(8));
        // A window below the limit is the limit: one after the other.
        assert_eq!(makespan(1), Ok(10));
    }

    #[test]
    fn the_consumer_takes_its_time() {
        let services = [4, 1, 1, 4].map(Job::from);
        let each = Consumer::Parallel { time_ns: 10 };
        let known = |makespan| (makespan > 0).then_some(makespan);
        // Pool: 0–14 and 0–11, 11–22, 14–28. Loop: consumed 1–11 (the third starts), 11–21 (the
        // fourth starts), 21–31, 31–41. Batches: 14 + 14. Joined: 4 + 20 + 4 + 20. Gather,
        // ordered: consumed 4–14, 14–24, 24–34, 34–44.
        let expected = [28, 41, 41, 41, 28, 48, 0, 44, 41].map(known);
        assert_eq!(makespans(&services, each), expected);
        let one = Consumer::Serial { time_ns: 10 };
        // Batches: consumed 1–11, 11–21; then again.
        let expected = [41, 41, 41, 41, 42, 48, 0, 44, 41].map(known);
        assert_eq!(makespans(&services, one), expected);
        // The third starts when the first is consumed, at 14.
        let narrow = Rule::Ordered { limit: n(2), window: n(2) };
        assert_eq!(narrow.makespan(&services, each), Ok(44));
    }

    #[test]
    fn the_source_may_be_late() {
        let late = [(0, 1), (10, 9), (11, 1), (30, 2)]
            .map(|(arrived_ns, service_ns)| Job { arrived_ns, service_ns });
        // Batches: 10–19, 30–32.
        assert_eq!(makespans(&late, INSTANT), [32, 32, 32, 32, 32, 32, 32, 32, 32].map(Some));
        let slow = Consumer::Parallel { time_ns: 10 };
        // Pool: consumed at 11, 29, 22, 42. Top-up: the second arrives at 10, the first is consumed
        // 10–20, the third starts; the second is consumed 20–30, the fourth starts; then the others.
        // The next first: the third starts at 11, the first is consumed 11–21, the fourth arrives
        // at 30, the third is consumed 30–40, then the others. Batches: 10–19–29, 30–32–42, joined
        // 10–19–39, 39–41–61. Gather: consumed from 30 on.
        let expected =
            [Some(42), None, Some(50), Some(60), Some(42), Some(61), None, Some(70), Some(70)];
        assert_eq!(makespans(&late, slow), expected);
        let all = Rule::TopUp { limit: n(2), take: Take::All };
        assert_eq!(all.makespan(&late, INSTANT), Ok(32));
        assert!(all.makespan(&late, slow).unwrap_err().contains("how many outputs"));
    }

    #[test]
    fn edges_are_defined() {
        for rule in rules(3) {
            assert_eq!(rule.makespan(&[], INSTANT), Ok(0), "{rule:?}");
            assert_eq!(rule.makespan(&[0, 0].map(Job::from), INSTANT), Ok(0), "{rule:?}");
            let great = [u64::MAX, u64::MAX].map(Job::from);
            assert_eq!(rule.makespan(&great, INSTANT), Ok(u64::MAX), "{rule:?}");
        }
    }

    proptest! {
        #[test]
        fn no_rule_beats_greedy_in_the_same_order(
            pairs in prop::collection::vec((0u64..99, 0u64..1000), 0..200), limit in 1usize..20,
            time_ns in 0u64..200, serial: bool, drain: bool
        ) {
            let mut arrived_ns = 0;
            let jobs: Vec<Job> = pairs.iter().map(|&(gap, service_ns)| {
                arrived_ns += if drain { 0 } else { gap };
                Job { arrived_ns, service_ns }
            }).collect();
            let consumer =
                if serial { Consumer::Serial { time_ns } } else { Consumer::Parallel { time_ns } };
            let best = greedy(&jobs, n(limit), consumer);
            for rule in rules(limit) {
                if let Ok(makespan) = rule.makespan(&jobs, consumer) {
                    prop_assert!(best <= makespan, "{rule:?}: {makespan} is less than {best}");
                }
            }
            let wide = Rule::Ordered { limit: n(limit), window: n(jobs.len().max(1)) };
            let pool = Rule::Pool { limit: n(limit) };
            for rule in [wide, pool] {
                prop_assert_eq!(rule.makespan(&jobs, INSTANT), Ok(greedy(&jobs, n(limit), INSTANT)));
            }
        }

        #[test]
        fn no_rule_takes_longer_when_jobs_are_shorter(
            pairs in prop::collection::vec((0u64..99, 0u64..1000, 0u64..100), 0..100),
            limit in 1usize..9, time_ns in 0u64..200, serial: bool, drain: bool
        ) {
            // Otherwise what was recorded could beat its own rule.
            let mut arrived_ns = 0;
            let (jobs, shorter): (Vec<Job>, Vec<Job>) = pairs.iter().map(|&(gap, service, less)| {
                arrived_ns += if drain { 0 } else { gap };
                let job = |service_ns| Job { arrived_ns, service_ns };
                (job(service), job(service.saturating_sub(less)))
            }).unzip();
            let consumer =
                if serial { Consumer::Serial { time_ns } } else { Consumer::Parallel { time_ns } };
            for rule in rules(limit) {
                let pair = rule.makespan(&jobs, consumer).ok().zip(rule.makespan(&shorter, consumer).ok());
                if let Some((long, short)) = pair {
                    prop_assert!(short <= long, "{rule:?}: {short} is more than {long}");
                }
            }
        }
    }
}
