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
    /// Outputs are consumed one by one, in the order of the input or as they come, and the next job
    /// starts when a slot is free and all but `window` − 1 that started before it have been handed to
    /// the consumer, however long that takes.
    HandedOut {
        /// How many slots there are.
        limit: NonZeroUsize,
        /// Most jobs admitted and not handed to the consumer; the limit, unless they are in order.
        window: NonZeroUsize,
        /// Whether it takes the outputs in the order of the input.
        in_order: bool,
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
        match self {
            Self::Pool { .. } | Self::Loop { .. } => true,
            Self::HandedOut { in_order, .. } => !in_order,
            _ => false,
        }
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
        self.replay(jobs, consumer, &mut |_| {})
    }

    /// The makespan; `deliver` is told when each output is handed to the consumer, in any order.
    pub(super) fn replay(
        self,
        jobs: &[Job],
        consumer: Consumer,
        deliver: &mut impl FnMut(u64),
    ) -> Result<u64, &'static str> {
        let Consumption { time_ns, one } = Consumption::of(consumer);
        let open = jobs.iter().any(|job| job.arrived_ns > 0);
        let meets = match self {
            Self::Loop { .. } => open,
            Self::Ordered { limit, window } => open || window > limit,
            Self::Pool { .. }
            | Self::TopUp { .. }
            | Self::Batches { .. }
            | Self::HandedOut { .. }
            | Self::Gather { .. } => false,
        };
        if time_ns > 0 && meets {
            return Err("jobs that could start while an output is consumed wait for the loop");
        }
        Ok(match self {
            Self::Pool { limit } => pool(jobs, limit, time_ns, one, time_ns, deliver),
            Self::Loop { limit } => pool(jobs, limit, time_ns, true, time_ns, deliver),
            Self::HandedOut { limit, in_order: false, .. } => {
                pool(jobs, limit, time_ns, true, 0, deliver)
            }
            Self::HandedOut { limit, window, in_order: true } => {
                ordered(jobs, limit, window, [time_ns, 0], 0, deliver)
            }
            Self::TopUp { take: Take::All, .. } if time_ns > 0 => {
                return Err("how many outputs are taken at once depends on the consumer's time");
            }
            Self::TopUp { limit, take } => {
                let before = if take == Take::OneAfterStart { 0 } else { time_ns };
                top_up(jobs, limit, before, time_ns - before, deliver)
            }
            Self::Batches { size, joined: true } => joined(jobs, size, time_ns, deliver),
            Self::Batches { size, joined: false } => batches(jobs, size, consumer, deliver),
            Self::Ordered { limit, window } => {
                ordered(jobs, limit, window, [time_ns; 2], 0, deliver)
            }
            Self::Gather { limit, ordered: false } => gather(jobs, limit, time_ns, deliver),
            Self::Gather { limit, ordered: true } => {
                let from = last_arrival(jobs);
                ordered(jobs, limit, NonZeroUsize::MAX, [time_ns; 2], from, deliver)
            }
        })
    }
}

/// When the jobs in flight finish, the earliest first.
pub(super) type Finishes = BinaryHeap<Reverse<u64>>;

/// Job k starts when the first k − limit outputs are consumed, or have been for so long as `busy`
/// says, which leave as they finish: a job that starts later finishes later than all that have left.
fn pool(
    jobs: &[Job],
    limit: NonZeroUsize,
    time_ns: u64,
    one: bool,
    busy: u64,
    deliver: &mut impl FnMut(u64),
) -> u64 {
    // Each consumer of its own makes the service longer; the one consumer makes the others wait.
    let (own, shared) = if one { (0, time_ns) } else { (time_ns, 0) };
    let deliver = &mut |left: u64| deliver(left.saturating_sub(own));
    let mut running = Finishes::new();
    let mut consumed = 0;
    for job in jobs {
        let mut start = job.arrived_ns;
        if running.len() == limit.get() {
            let Reverse(finished) = running.pop().expect("a limit is at least one");
            let left = finished.max(consumed);
            deliver(left);
            consumed = left.saturating_add(shared);
            start = start.max(left.saturating_add(shared.min(busy)));
        }
        running.push(Reverse(start.saturating_add(job.service_ns).saturating_add(own)));
    }
    drain(running, consumed, shared, deliver)
}

fn gather(jobs: &[Job], limit: NonZeroUsize, time_ns: u64, deliver: &mut impl FnMut(u64)) -> u64 {
    let mut slots = Slots::new(limit, jobs.len());
    let finishes = jobs.iter().map(|job| Reverse(slots.take(job.arrived_ns, job.service_ns)));
    drain(finishes.collect(), last_arrival(jobs), time_ns, deliver)
}

/// When all outputs are consumed by one consumer who is free at `free`.
fn drain(mut running: Finishes, mut free: u64, time_ns: u64, deliver: &mut impl FnMut(u64)) -> u64 {
    if time_ns == 0 {
        let delivered = running.into_iter().map(|Reverse(finished)| finished.max(free));
        return delivered.inspect(|&at| deliver(at)).max().unwrap_or(free);
    }
    while let Some(Reverse(finished)) = running.pop() {
        let delivered = finished.max(free);
        deliver(delivered);
        free = delivered.saturating_add(time_ns);
    }
    free
}

/// The loop consumes for `before` it starts the next job, and for `after`.
fn top_up(
    jobs: &[Job],
    limit: NonZeroUsize,
    before: u64,
    after: u64,
    deliver: &mut impl FnMut(u64),
) -> u64 {
    let mut running = Finishes::new();
    let mut now: u64 = 0;
    for job in jobs {
        let full = running.len() == limit.get();
        if full {
            let Reverse(finished) = running.pop().expect("a limit is at least one");
            now = now.max(finished);
            if after == 0 {
                deliver(now);
            }
            now = now.saturating_add(before);
        }
        now = now.max(job.arrived_ns);
        running.push(Reverse(now.saturating_add(job.service_ns)));
        if full && after > 0 {
            deliver(now);
            now = now.saturating_add(after);
        }
    }
    drain(running, now, before + after, deliver)
}

fn batches(
    jobs: &[Job],
    size: NonZeroUsize,
    consumer: Consumer,
    deliver: &mut impl FnMut(u64),
) -> u64 {
    jobs.chunks(size.get()).fold(0, |now: u64, batch| {
        let start = now.max(last_arrival(batch));
        let finished = batch.iter().map(|job| start.saturating_add(job.service_ns));
        Consumption::of(consumer).consumed(finished, deliver)
    })
}

/// The outputs of a batch are consumed one by one once all are there.
fn joined(jobs: &[Job], size: NonZeroUsize, time_ns: u64, deliver: &mut impl FnMut(u64)) -> u64 {
    jobs.chunks(size.get()).fold(0, |now: u64, batch| {
        let longest = batch.iter().map(|job| job.service_ns).max().unwrap_or(0);
        let start = now.max(last_arrival(batch));
        batch.iter().fold(start.saturating_add(longest), |free, _| {
            deliver(free);
            free.saturating_add(time_ns)
        })
    })
}

/// An output is consumed for so long, and leaves its place after so long. None is consumed before
/// `from`.
fn ordered(
    jobs: &[Job],
    limit: NonZeroUsize,
    window: NonZeroUsize,
    [time_ns, leaves_ns]: [u64; 2],
    from: u64,
    deliver: &mut impl FnMut(u64),
) -> u64 {
    let mut slots = Slots::new(limit, jobs.len());
    let mut left: Vec<u64> = Vec::with_capacity(jobs.len());
    let mut last = from;
    for (index, job) in jobs.iter().enumerate() {
        let room = index.checked_sub(window.get()).map_or(0, |before| left[before]);
        let finished = slots.take(room.max(job.arrived_ns), job.service_ns);
        last = last.max(finished);
        deliver(last);
        left.push(last.saturating_add(leaves_ns));
        last = last.saturating_add(time_ns);
    }
    last
}

fn last_arrival(jobs: &[Job]) -> u64 {
    jobs.iter().map(|job| job.arrived_ns).max().unwrap_or(0)
}
