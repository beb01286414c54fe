//! A job of real work, whose attempts may fail and are made again.

use std::{error::Error, future::Future, time::Duration};

use backon::{BackoffBuilder as _, ExponentialBuilder};
use bp_core::Clock;

use crate::{Receipt, Tally};

/// Before the second attempt; the pause doubles from one to the next.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Why an attempt failed.
pub(crate) enum Failed {
    /// The service was asked for more than it does.
    Refused,
    /// Something else, in words.
    Otherwise(String),
}

/// What lies at the bottom of an error: some say only what could not be done, and not why.
pub(crate) fn root<'error>(mut error: &'error (dyn Error + 'static)) -> &'error dyn Error {
    while let Some(source) = error.source() {
        error = source;
    }
    error
}

/// What comes of job `index`: of an attempt, or of up to `retries` more while they fail. Between two
/// of them there is a pause, twice as long each time and at random up to twice that, so that those
/// that failed together do not come again together.
pub(crate) async fn attempts<A: Future<Output = Result<(), Failed>>>(
    clock: &impl Clock,
    tally: &'static Tally,
    index: u64,
    retries: u32,
    mut attempt: impl FnMut() -> A,
) -> Receipt {
    let value = tally.value(index);
    let pauses = ExponentialBuilder::default()
        .with_min_delay(FIRST_PAUSE)
        .with_max_delay(LONGEST_PAUSE)
        .with_max_times(retries as usize)
        .with_jitter();
    let mut pauses = pauses.build();
    loop {
        let failed = match attempt().await {
            Ok(()) => return Receipt::good(tally, value),
            Err(failed) => failed,
        };
        if let Some(pause) = pauses.next() {
            clock.sleep(pause).await;
            tally.retry();
            continue;
        }
        return match failed {
            Failed::Refused => {
                tally.refuse();
                Receipt::refused(tally, value)
            }
            Failed::Otherwise(reason) => {
                tally.complain(|| reason);
                Receipt::bad(tally, value)
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use std::{num::NonZeroUsize, sync::Mutex};

    use bp_core::{Clock, Runtime};
    use bp_virtual::VirtualWorld;

    use super::*;
    use crate::tally::Values;

    /// A job whose first `failing` attempts fail, with so many `retries`: the counts, and when each
    /// attempt was made.
    fn tried(failing: usize, retries: u32) -> (bp_record::Counts, Vec<Duration>) {
        let tally = Tally::leak(Values::Seeded(7));
        let world = VirtualWorld::start(NonZeroUsize::MIN, 1);
        let clock = world.handle().clone();
        let times: &Mutex<Vec<Duration>> = Box::leak(Box::default());
        world.run(async move {
            let attempt = || async {
                let mut times = times.lock().unwrap();
                times.push(clock.now());
                if times.len() > failing { Ok(()) } else { Err(Failed::Refused) }
            };
            attempts(&clock, tally, 0, retries, attempt).await
        });
        (tally.counts(), times.lock().unwrap().clone())
    }

    #[test]
    fn as_many_attempts_are_made_as_are_needed_and_allowed() {
        let (counts, times) = tried(2, 5);
        assert_eq!((counts.refused, counts.retried, times.len()), (0, 2, 3));
        let (counts, times) = tried(2, 1);
        assert_eq!((counts.refused, counts.retried, times.len()), (1, 1, 2));
        let (counts, times) = tried(9, 0);
        assert_eq!((counts.refused, counts.retried, times.len()), (1, 0, 1));
    }

    #[test]
    fn each_pause_is_longer_up_to_a_second() {
        let (_, times) = tried(20, 20);
        let pauses: Vec<_> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        for (doublings, &pause) in pauses.iter().enumerate() {
            let least = (FIRST_PAUSE * (1 << doublings.min(7))).min(LONGEST_PAUSE);
            assert!(least <= pause && pause <= 2 * least, "{doublings}: {pause:?}");
        }
        assert!(pauses[19] >= LONGEST_PAUSE);
    }

    #[test]
    fn what_lies_at_the_bottom_is_the_cause() {
        #[derive(Debug, thiserror::Error)]
        #[error("could not open it")]
        struct Wrapped(#[source] std::io::Error);
        let bare = std::io::Error::other("no such thing");
        assert_eq!(root(&bare).to_string(), "no such thing");
        assert_eq!(root(&Wrapped(bare)).to_string(), "no such thing");
    }
}
