//! Counting as it is used: as the global allocator. The test harness allocates a little at the same
//! time, so the blocks here are large and counts are compared with some slack.

use std::{
    env,
    future::{Future, ready},
    hint::black_box,
    num::NonZeroUsize,
    process::Command,
    sync::{Mutex, PoisonError},
};

use bp_core::{Deliver, Runtime, Workload};
use bp_observe::{
    Observed, Recorder, Sampler,
    memory::{self, Counting, EXIT_OOM},
};
use bp_virtual::{Virtual, VirtualWorld};
use futures::FutureExt;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// There is one peak in a process, so one test at a time.
static TURN: Mutex<()> = Mutex::new(());

const MIB: usize = 1 << 20;
const SLACK: u64 = 64 << 10;

fn block(bytes: usize) -> Vec<u8> {
    black_box(vec![1; bytes])
}

fn about(found: u64, expected: usize) -> bool {
    found.abs_diff(expected as u64) < SLACK
}

#[test]
fn the_peak_counts_from_what_was_live() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let before = block(8 * MIB);
    let meter = memory::begin().unwrap();
    drop(block(4 * MIB));
    let kept = block(MIB);
    let usage = meter.finish();
    assert!(about(usage.peak_bytes, 4 * MIB), "{usage:?}");
    assert!(about(usage.live_bytes as u64, MIB), "{usage:?}");
    assert!((2..200).contains(&usage.allocations), "{usage:?}");

    let meter = memory::begin().unwrap();
    drop((before, kept));
    let usage = meter.finish();
    assert!(usage.live_bytes < -8 * MIB as i64, "freed although allocated before: {usage:?}");
    assert!(usage.peak_bytes < SLACK, "the peak of the last meter is forgotten: {usage:?}");
}

#[test]
fn every_way_to_allocate_is_counted() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let meter = memory::begin().unwrap();
    let zeroed = black_box(vec![0_u8; MIB]);
    let mut grown = block(MIB);
    grown.reserve_exact(2 * MIB);
    let mut shrunk = block(4 * MIB);
    shrunk.truncate(MIB);
    shrunk.shrink_to_fit();
    let usage = meter.finish();
    assert!(about(usage.live_bytes as u64, 5 * MIB), "{usage:?}");
    assert!(about(usage.peak_bytes, 8 * MIB), "{usage:?}");
    assert!(usage.allocations >= 5, "{usage:?}");
    drop((zeroed, grown, shrunk));
}

#[test]
fn the_sampler_sees_what_is_live_and_adds_nothing() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let before = block(8 * MIB);
    let sampler = Sampler::new().unwrap();
    let meter = memory::begin().unwrap();
    sampler.start(&meter);
    let held = block(2 * MIB);
    let samples = sampler.finish();
    let usage = meter.finish();
    assert!(about(samples.last().unwrap().1, 2 * MIB), "{samples:?}");
    assert!(about(usage.peak_bytes, 2 * MIB), "{usage:?}");
    drop((before, held));
}

/// Does nothing and allocates nothing.
#[derive(Debug)]
struct Nothing;

impl Workload<Virtual> for Nothing {
    type Output = ();

    fn len(&self) -> Option<u64> {
        None
    }

    fn job(&self, _: u64, _: &Virtual) -> impl Future<Output = ()> + Send + 'static {
        ready(())
    }
}

#[test]
fn watching_a_job_allocates_nothing() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let world = VirtualWorld::start(NonZeroUsize::MIN, 7);
    let observed = Observed::new(Nothing, Recorder::leak(10_000));
    let meter = memory::begin().unwrap();
    for index in 0..10_000 {
        let job = observed.job(index, world.handle()).then(Deliver::deliver);
        job.now_or_never().expect("it waits for nothing");
    }
    let usage = meter.finish();
    assert!(usage.allocations < 200, "{usage:?} for 10,000 jobs");
}

const CHILD: &str = "BP_OBSERVE_TEST_CHILD";

/// In a process of its own: passes its cap.
#[test]
fn a_child_over_its_cap() {
    if env::var_os(CHILD).is_some() {
        memory::cap(16 * MIB);
        drop(block(8 * MIB)); // within it
        let blocks: Vec<_> = (0..).map_while(|_| Some(block(MIB))).take(64).collect();
        unreachable!("{} blocks are too much", blocks.len());
    }
}

#[test]
fn over_the_cap_the_process_says_so_and_ends() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "a_child_over_its_cap", "--nocapture"]).env(CHILD, "1");
    let output = child.output().unwrap();
    assert_eq!(output.status.code(), Some(EXIT_OOM), "{output:?}");
    let stdout = String::from_utf8(output.stdout).unwrap();
    let (_, said) = stdout.split_once(r#"{"oom":{"live_bytes":"#).expect(&stdout);
    let live: u64 = said.strip_suffix("}}\n").expect(said).parse().unwrap();
    assert!((16 * MIB as u64..18 * MIB as u64).contains(&live), "{live}");
}
