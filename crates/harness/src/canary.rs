//! Always the same small cell, around each round: if it takes longer afterwards, the machine
//! changed and not the strategies.

use std::{num::NonZeroUsize, time::Duration};

use bp_record::{Arrivals, Cell, Consumer, Extent, Faults, Pass, Real, Role, Work};

use crate::Item;

/// How often it runs before a round, and again after it; the median counts.
pub(crate) const TIMES: u32 = 3;

/// Some 20 ms of computing on one thread: no timer, no other thread, nothing to wait for.
const JOBS: u64 = 4_000;

/// The canary of a round.
pub(crate) fn item(round: u32, attempt: u32) -> Item {
    Item {
        cell: cell(),
        pass: Pass::Time,
        role: Role::Canary,
        round,
        attempt,
        timeout: Duration::from_secs(20),
        expected: Duration::from_millis(30),
    }
}

fn cell() -> Cell {
    let work = Work {
        name: "cpu".to_owned(),
        extent: Extent::Jobs(JOBS),
        service_ns: 0,
        payload_bytes: 0,
        seed: 1,
        places: NonZeroUsize::MIN,
        queue: 0,
        directory: None,
        service_times: None,
        real: Real::default(),
        arrivals: Arrivals::Drain,
        consumer: Consumer::Instant,
        faults: Faults::default(),
    };
    Cell {
        work,
        strategy: "sequential".to_owned(),
        executor: "tokio-current-thread".to_owned(),
        threads: NonZeroUsize::MIN,
        limit: None,
        capacity: None,
        window: None,
        pause_ns: None,
        rate_per_second: None,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_registry_knows_the_canary() {
        assert_eq!(bp_registry::check(&super::cell()), Ok(()));
    }
}
