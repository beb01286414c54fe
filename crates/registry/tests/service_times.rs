//! The Python port draws the service times that we draw: otherwise the two would not do the same
//! work, and no row of a table would show it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{num::NonZeroUsize, process::Command};

use bp_record::{Arrivals, Consumer, Extent, Faults, Real, Work};
use bp_registry::service_times;

const JOBS: u64 = 1_000;
const MEAN_NS: u64 = 1_234_567;
const LAWS: [&str; 7] =
    ["fixed", "uniform", "exponential", "lognormal", "pareto", "stragglers", "reciprocal"];
const SEEDS: [u64; 3] = [0, 7, u64::MAX];

const SCRIPT: &str = "
import sys, work
laws, seeds, jobs, mean = sys.argv[1].split(), sys.argv[2].split(), int(sys.argv[3]), int(sys.argv[4])
for law in laws:
    for seed in map(int, seeds):
        print(*(work.service_ns(law, seed, job, mean) for job in range(jobs)))
";

fn work(name: &str, seed: u64) -> Work {
    Work {
        name: name.into(),
        extent: Extent::Jobs(JOBS),
        service_ns: MEAN_NS,
        payload_bytes: 0,
        seed,
        places: NonZeroUsize::MIN,
        queue: 0,
        directory: None,
        service_times: None,
        real: Real::default(),
        arrivals: Arrivals::Drain,
        consumer: Consumer::Instant,
        faults: Faults::default(),
    }
}

#[test]
fn python_draws_the_same_service_times() {
    let seeds = SEEDS.map(|seed| seed.to_string()).join(" ");
    let output = Command::new("python3")
        .args(["-B", "-c", SCRIPT, &LAWS.join(" "), &seeds])
        .args([JOBS.to_string(), MEAN_NS.to_string()])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../contestants/python"))
        .output();
    let Ok(output) = output else {
        eprintln!("not tested: there is no python3");
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines = text.lines();
    for law in LAWS {
        for seed in SEEDS {
            let line = lines.next().unwrap().split(' ');
            let theirs: Vec<u64> = line.map(|number| number.parse().unwrap()).collect();
            let ours = service_times(&work(law, seed)).unwrap();
            let other = ours.iter().zip(&theirs).position(|(ours, theirs)| ours != theirs);
            assert_eq!(other, None, "{law}, seed {seed}: the first job that differs");
            assert_eq!(ours.len(), theirs.len());
        }
    }
}

#[test]
fn who_does_not_sleep_has_no_service_times() {
    assert_eq!(service_times(&work("yield", 1)), None);
    assert_eq!(service_times(&work("contended", 1)), None);
    let endless = Work { extent: Extent::ForNs(5), ..work("fixed", 1) };
    assert_eq!(service_times(&endless), None);
}
