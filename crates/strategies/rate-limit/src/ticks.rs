//! The clock of an executor, as the limiter reads it.

use std::time::Duration;

use governor::clock::Clock;

/// Time on the clock that sleeps obey: a virtual one, too, on which the limiter is exact.
pub(crate) struct Ticks<X>(pub(crate) X);

impl<X: bp_core::Clock> Clock for Ticks<X> {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.now()
    }
}
