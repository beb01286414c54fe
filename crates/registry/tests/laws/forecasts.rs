//! What is foretold of a strategy from service times alone is what it then does on the virtual
//! clock: the makespan, and when each output comes, to the nanosecond.

use std::num::NonZeroUsize;

use crate::common::{cell, on_virtual};
use bp_record::{Cell, Consumer, Pass};
use bp_registry::{candidates, execute, service_times};

/// The first two have many jobs that are equally long.
const LAWS: [&str; 5] = ["fixed", "stragglers", "uniform", "exponential", "lognormal"];
/// Mean service is a second.
const CONSUMERS: [Consumer; 4] = [
    Consumer::Instant,
    Consumer::Serial { time_ns: 70_000_001 },
    Consumer::Serial { time_ns: 300_000_001 },
    Consumer::Parallel { time_ns: 300_000_001 },
];

/// Where jobs end at one instant, what these loops meet there is a matter of chance.
const UNDECIDED: [&str; 4] =
    ["wait-any", "materialize-window", "as-completed-all", "as-completed-polling"];
/// Its semaphore hands permits out of turn, so only who follows the same order can be exact.
const OUT_OF_TURN: &str = "semaphore-inside";

fn n(value: usize) -> NonZeroUsize {
    NonZeroUsize::new(value).unwrap()
}

/// Runs the cell and holds its forecast beside it; false if there is no forecast.
fn foretold(cell: &Cell) -> bool {
    let candidates = candidates(n(200), n(10), n(40));
    let found = candidates.iter().find(|candidate| candidate.name == cell.strategy).unwrap();
    let Ok(rule) = found.rule else { return false };
    let mut services = service_times(&cell.work).unwrap();
    let measured = execute(cell, Pass::Trace).unwrap();
    let trace = measured.trace.unwrap();
    if cell.strategy == OUT_OF_TURN {
        let mut started: Vec<_> = trace.started_ns.iter().zip(services).collect();
        started.sort();
        services = started.into_iter().map(|(_, service)| service).collect();
    }
    let forecast = rule.forecast(&services, cell.work.consumer, found.polled);
    let mut delivered: Vec<u64> = trace.delivered_ns.iter().map(|at| at.unwrap()).collect();
    delivered.sort_unstable();
    let (id, consumer) = (cell.id(), cell.work.consumer);
    assert_eq!(forecast.makespan_ns, measured.makespan_ns, "{id}, {consumer:?}");
    assert_eq!(forecast.delivered_ns, delivered, "{id}, {consumer:?}");
    true
}

#[test]
fn every_strategy_does_what_is_foretold_of_it() {
    let mut found = 0;
    for law in LAWS {
        let tied = LAWS[..2].contains(&law);
        for consumer in CONSUMERS {
            for strategy in on_virtual() {
                if tied && UNDECIDED.contains(&strategy.as_str()) {
                    continue;
                }
                let mut cell = cell(law, &strategy, 200, 10);
                cell.work.consumer = consumer;
                cell.work.seed = 0; // tasks are polled in the order in which they were spawned
                found += usize::from(foretold(&cell));
            }
        }
    }
    assert!(found > 250, "only {found} were foretold");
}
