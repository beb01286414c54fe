//! A job of real work, whose attempts may fail and are made again.

use std::{future::Future, time::Duration};

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
        match failed {
            Failed::Refused => tally.refuse(),
            Failed::Otherwise(reason) => tally.complain(|| reason),
        }
        return Receipt::bad(tally, value);
    }
}
