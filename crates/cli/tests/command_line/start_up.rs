//! A run starts a child thousands of times, so starting one must cost next to nothing.

use std::{
    num::NonZeroU32,
    process::{Command, Stdio},
    time::Instant,
};

use bp_harness::{CHILD_VERB, Interrupts, Launcher, start_up};

const TIMES: NonZeroU32 = NonZeroU32::new(9).unwrap();

#[test]
fn a_child_starts_in_a_moment() {
    let program = assert_cmd::cargo::cargo_bin("backpressure");
    let child = Launcher::new(&program, [CHILD_VERB], 1 << 30);
    let took = start_up(&child, TIMES, &Interrupts::default()).unwrap().expect("each answers");

    // The same program, which this time parses its arguments, says so and ends: twenty times that,
    // on a machine that does other things as well, is far more than a cell of one job should need.
    let version = || {
        let began = Instant::now();
        let mut command = Command::new(&program);
        command.arg("--version").stdout(Stdio::null());
        assert!(command.status().unwrap().success());
        began.elapsed()
    };
    let mut versions: Vec<_> = (0..TIMES.get()).map(|_| version()).collect();
    versions.sort_unstable();
    let usual = versions[versions.len() / 2];
    assert!(took < 20 * usual, "{took:?}, and {usual:?} for the version");
}
