//! The rule of each strategy, by which its ideal is computed.

use std::num::NonZeroUsize;

use bp_analysis::{
    Terms, ideal,
    replay::{Rule, Take},
};
use bp_record::{Cell, Ideal, Trace};

use crate::{execute::claims, workloads};

/// What a run of `cell` with `jobs` jobs would take if scheduling cost nothing; `None` where a trace
/// does not say it. Its consumer took so long for an output on average, if somebody saw it.
/// O(jobs log limit).
pub(crate) fn ideal_of(
    cell: &Cell,
    trace: &Trace,
    jobs: u64,
    consumer_mean_ns: Option<u64>,
) -> Option<Ideal> {
    let nominal = workloads::nominal(&cell.work, jobs);
    let terms = Terms {
        limit: claims(cell).and_then(|claims| claims.limit),
        rule: rule(cell),
        consumer: cell.work.consumer,
        consumer_mean_ns,
        nominal_ns: nominal.as_deref().map_err(|why| *why),
    };
    ideal(trace, &terms)
}

/// The rule of the strategy of `cell`.
///
/// # Errors
/// Why there is none that can be replayed exactly.
pub fn rule(cell: &Cell) -> Result<Rule, &'static str> {
    const ALL: NonZeroUsize = NonZeroUsize::MAX;
    let limit = cell.limit.unwrap_or(ALL);
    Ok(match cell.strategy.as_str() {
        "sequential" => Rule::Pool { limit: NonZeroUsize::MIN },
        "unbounded-spawn" | "sleep-yield" => Rule::Pool { limit: ALL },
        "semaphore"
        | "semaphore-inside"
        | "semaphore-tokio"
        | "bounded-channel"
        | "bounded-channel-tokio"
        | "thread-pool"
        | "futures-for-each-concurrent"
        | "futures-concurrency-for-each"
        | "async-executor-limit" => Rule::Pool { limit },
        "as-completed" | "futures-buffered-unordered" | "buffer-unordered-weighted" => {
            Rule::Loop { limit }
        }
        "as-completed-join-set" => Rule::TopUp { limit, take: Take::One },
        "as-completed-polling" => Rule::TopUp { limit, take: Take::OneAfterStart },
        "wait-any" => Rule::TopUp { limit, take: Take::All },
        "batching" => Rule::Batches { size: limit, joined: false },
        "batching-joined" => Rule::Batches { size: limit, joined: true },
        "materialize" | "materialize-spawned" | "futures-buffered-ordered" => {
            Rule::Ordered { limit, window: limit }
        }
        "as-completed-library" => Rule::HandedOut { limit, window: limit, in_order: false },
        "materialize-library" | "materialize-library-spawned" => {
            let window = cell.window.unwrap_or(limit);
            Rule::HandedOut { limit, window, in_order: true }
        }
        "materialize-window" => Rule::Ordered { limit, window: cell.window.unwrap_or(limit) },
        "unbounded-spawn-gather" => Rule::Gather { limit: ALL, ordered: true },
        "thread-pool-map" => Rule::Gather { limit, ordered: true },
        "as-completed-all" => Rule::Gather { limit: ALL, ordered: false },
        "sleep-yield-pause" => return Err("the rule is a pause, as long as the timer makes it"),
        "load-shedding" | "load-shedding-queue" => {
            return Err("which jobs it sheds depends on the moment at which each ends");
        }
        "rate-limit" => return Err("the rule is a rate, as exact as the timer makes it"),
        "adaptive" => return Err("how many it lets in follows from what the jobs took"),
        "tower-concurrency-limit" => return Err("its slot is free before the output is delivered"),
        "fast-ordered-buffer" => return Err("what waits for its turn has no bound"),
        "futures-concurrency-collect" => return Err("it delivers when all outputs are there"),
        _ => return Err("the strategy's rule is not known"),
    })
}
