use std::num::NonZeroUsize;

use bp_record::Consumer;

use super::{Consumption, Job, Rule, Take, looped};

/// What a rule makes of jobs that are all there from the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// How long the whole run takes.
    pub makespan_ns: u64,
    /// When each output is handed to the consumer, the first one first.
    pub delivered_ns: Vec<u64>,
}

/// Who polls the jobs of a strategy that is one loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Polled {
    /// The executor: each job is a task of its own, and starts when the loop spawns it.
    ByExecutor,
    /// The loop that also consumes the outputs: a job starts when the loop comes to poll it, after
    /// all outputs that are there by then.
    ByLoop,
}

impl Rule {
    /// How long jobs of these service times take, by index, and when their outputs come, if
    /// starting, waking and delivering cost nothing.
    ///
    /// It is [`makespan`](Self::makespan) where that is known. Where a loop that is busy with an
    /// output meets jobs that could start, it is what that loop does; this is no bound, for with
    /// shorter jobs it may take longer. A job that has started is taken to advance meanwhile, as one
    /// does that waits for a timer, a peer or a disk.
    ///
    /// Takes O(N log N) time.
    ///
    /// ```
    /// use bp_analysis::replay::{Polled, Rule};
    /// use bp_record::Consumer;
    ///
    /// let pool = Rule::Pool { limit: 2.try_into().unwrap() };
    /// let forecast = pool.forecast(&[4, 1, 1, 4], Consumer::Instant, Polled::ByExecutor);
    /// assert_eq!((forecast.makespan_ns, forecast.delivered_ns), (6, vec![1, 2, 4, 6]));
    /// ```
    pub fn forecast(self, services_ns: &[u64], consumer: Consumer, polled: Polled) -> Forecast {
        let jobs: Vec<Job> = services_ns.iter().copied().map(Job::from).collect();
        let mut delivered_ns = Vec::with_capacity(jobs.len());
        let deliver = &mut |at| delivered_ns.push(at);
        let Consumption { time_ns, .. } = Consumption::of(consumer);
        let makespan_ns = match self {
            Self::TopUp { limit, take: Take::All } if time_ns > 0 => {
                looped::take_all(services_ns, limit, time_ns, deliver)
            }
            Self::Loop { limit } if time_ns > 0 => {
                looped::polled(services_ns, limit, time_ns, false, deliver)
            }
            Self::Ordered { limit, .. } if time_ns > 0 && polled == Polled::ByLoop => {
                looped::polled(services_ns, limit, time_ns, true, deliver)
            }
            Self::Ordered { limit, window } if time_ns > 0 && window > limit => {
                looped::ordered(services_ns, limit, window, time_ns, deliver)
            }
            _ => self
                .replay(&jobs, consumer, deliver)
                .expect("no job comes late, and the loops that meet others are above"),
        };
        delivered_ns.sort_unstable();
        Forecast { makespan_ns, delivered_ns }
    }

    /// Most jobs that can be in flight.
    pub fn limit(self) -> NonZeroUsize {
        match self {
            Self::Pool { limit }
            | Self::Loop { limit }
            | Self::TopUp { limit, .. }
            | Self::Batches { size: limit, .. }
            | Self::Ordered { limit, .. }
            | Self::HandedOut { limit, .. }
            | Self::Gather { limit, .. } => limit,
        }
    }
}
