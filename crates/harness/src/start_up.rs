use std::{
    num::{NonZeroU32, NonZeroUsize},
    time::{Duration, Instant},
};

use bp_record::{Arrivals, Cell, Consumer, Extent, Faults, Outcome, Pass, Real, Role, Work};

use crate::{Error, Interrupts, Item, Launcher};

const TIMEOUT: Duration = Duration::from_secs(10);

/// How long a child process takes that has next to nothing to do, from before its start until it is
/// reaped: one job that yields, on the simulated clock, which needs no thread. The median of so
/// many `times`; `None` if one of them did not answer or the user stopped it.
///
/// # Errors
/// If a process cannot be started.
pub fn start_up(
    launcher: &Launcher,
    times: NonZeroU32,
    stop: &Interrupts,
) -> Result<Option<Duration>, Error> {
    let item = nothing();
    let mut taken = Vec::new();
    for _ in 0..times.get() {
        let began = Instant::now();
        let sample = launcher.sample(&item, stop)?;
        if sample.outcome != Outcome::Ok {
            return Ok(None);
        }
        taken.push(u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX));
    }
    Ok(bp_analysis::median(&mut taken).map(Duration::from_nanos))
}

fn nothing() -> Item {
    let work = Work {
        name: "yield".to_owned(),
        extent: Extent::Jobs(1),
        service_ns: 0,
        payload_bytes: 0,
        seed: 0,
        places: NonZeroUsize::MIN,
        queue: 0,
        directory: None,
        service_times: None,
        real: Real::default(),
        arrivals: Arrivals::Drain,
        consumer: Consumer::Instant,
        faults: Faults::default(),
    };
    let cell = Cell {
        work,
        strategy: "sequential".to_owned(),
        executor: "virtual".to_owned(),
        threads: NonZeroUsize::MIN,
        limit: None,
        capacity: None,
        window: None,
        pause_ns: None,
        rate_per_second: None,
    };
    Item {
        cell,
        pass: Pass::Time,
        role: Role::Verification,
        round: 0,
        attempt: 0,
        timeout: TIMEOUT,
        expected: Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: NonZeroU32 = NonZeroU32::new(3).expect("3 is not zero");

    #[test]
    fn the_cell_of_the_probe_can_be_run() {
        let Item { cell, pass, .. } = nothing();
        bp_registry::check(&cell).unwrap();
        let measured = bp_registry::execute(&cell, pass).unwrap();
        assert_eq!((measured.counts.succeeded, measured.counts.admitted), (1, 1));
    }

    #[test]
    #[cfg(unix)]
    fn a_child_that_does_not_answer_has_no_start_up() {
        let run = |script: &str| {
            let launcher = Launcher::new("sh", ["-c", script], 1 << 30);
            start_up(&launcher, THREE, &Interrupts::default())
        };
        let reply = serde_json::to_string(&bp_record::Measured::default()).unwrap();
        let took = run(&format!("echo '{{\"ok\":{reply}}}'")).unwrap();
        assert!(took.is_some_and(|took| took > Duration::ZERO && took < TIMEOUT));
        assert_eq!(run("exit 3").unwrap(), None);
        assert!(
            start_up(&Launcher::new("/nowhere", ["x"], 1), THREE, &Interrupts::default()).is_err()
        );
    }
}
