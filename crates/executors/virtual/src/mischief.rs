/// What an executor is free to do, and a polite one never does.
///
/// The world asks at each step; the answers given here are those of a polite executor that polls
/// its tasks in the order in which they became ready. Whoever answers from a list of choices has a
/// schedule that can be replayed.
///
/// ```
/// use std::{num::NonZeroUsize, time::Duration};
/// use bp_core::{Clock, Runtime};
/// use bp_virtual::{Mischief, VirtualWorld};
///
/// /// Polls whoever became ready last.
/// struct Backwards;
///
/// impl Mischief for Backwards {
///     fn next(&mut self, ready: usize) -> usize {
///         ready - 1
///     }
/// }
///
/// let world = VirtualWorld::mischievous(Backwards);
/// let clock = world.handle().clone();
/// world.run(async move { clock.sleep(Duration::from_secs(1)).await });
/// ```
pub trait Mischief: Send + 'static {
    /// Which of so many ready tasks is polled next, counted in the order in which they became
    /// ready. Asked only where there are several.
    fn next(&mut self, _ready: usize) -> usize {
        0
    }

    /// Which of so many tasks is polled although nobody woke it, counted from the oldest place.
    fn spurious(&mut self, _tasks: usize) -> Option<usize> {
        None
    }

    /// Whether the clock moves to the next timer although tasks are ready: they were woken in time
    /// and are polled late.
    fn late(&mut self) -> bool {
        false
    }

    /// Whether this poll gets a waker that is equal to no other. Those of earlier polls stay valid.
    fn changed_waker(&mut self) -> bool {
        false
    }

    /// How often in a row all that is ready may do nothing but yield before time passes.
    fn patience(&self) -> u64 {
        PATIENCE
    }
}

/// When all that is ready has done nothing but yield, so often in a row, it is taken to be busy
/// waiting, and time passes. Without that, a loop that polls and yields would stop the clock for
/// ever.
pub(crate) const PATIENCE: u64 = 128;
