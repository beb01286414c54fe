//! Looking into a run while it goes on.

use bp_record::{Glance, Pass};
use bp_registry::{Lookout, Watch, execute};

use crate::common::cell;

#[test]
fn the_last_look_is_what_the_run_came_to() {
    let lookout: &'static Lookout = Box::leak(Box::default());
    let mut cell = cell("fixed", "batching", 20, 8);
    cell.work.faults.panic_per_million = 200_000;
    let measured = execute(&cell, Watch::through(lookout)).unwrap();
    let lost = measured.counts.panicked;
    assert!(lost > 0, "{:?}", measured.counts);
    let last = lookout.look().unwrap();
    let seen = Glance {
        at_us: last.at_us,
        delivered: 20 - lost,
        lost,
        in_flight: 0,
        in_flight_peak: 8,
        held: 0,
        held_peak: 8,
        // The allocator of this program counts nothing, and what is not measured is not zero.
        live_bytes: None,
        live_peak_bytes: None,
    };
    assert_eq!(last, seen);
    assert_eq!(lookout.look(), Some(last), "it is over");
}

#[test]
fn nobody_looks_into_what_is_measured() {
    for pass in [Pass::Time, Pass::Trace, Pass::Memory] {
        assert!(Watch::from(pass).lookout.is_none(), "{pass}");
    }
}
