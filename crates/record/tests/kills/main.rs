//! A writer that is killed at any instant, by a signal that cannot be handled.
//!
//! A program of its own: while a process is being started it holds the locks of all that it
//! inherits, and the other tests would find their runs locked.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

#[allow(dead_code, reason = "the other tests use the rest")]
#[path = "../files/common.rs"]
mod common;

use std::{
    env, fs,
    io::{self, BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use bp_record::{Store, StoreError};

/// Where the writer writes.
const PLACE: &str = "BACKPRESSURE_PLACE";
/// How often it is killed, for `scripts/soak/kill-writer`.
const KILLS: &str = "BACKPRESSURE_KILLS";
/// What the instants follow from.
const SEED: &str = "BACKPRESSURE_SEED";

/// What the writer says of each sample once it is on the disk.
const SAYS: &str = "acknowledged ";

#[test]
#[ignore = "the writer itself, which the other test starts and kills"]
fn writer() {
    let Ok(place) = env::var(PLACE) else { return };
    let place = Path::new(&place);
    let environment = common::run().environment;
    let (mut store, first) = match Store::resume(place, &common::fingerprint(), &environment) {
        Ok((store, recorded)) => (store, recorded.samples.len()),
        Err(StoreError::NoRun { .. } | StoreError::Io { .. }) => {
            (Store::create(place, &common::run(), false).unwrap(), 0)
        }
        Err(error) => panic!("{error}"),
    };
    let mut said = io::stdout().lock();
    for number in first.. {
        store.append(&common::sample(u32::try_from(number).unwrap())).unwrap();
        writeln!(said, "{SAYS}{number}").unwrap();
        said.flush().unwrap();
    }
}

fn start(place: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "writer", "--ignored", "--nocapture", "--test-threads", "1"])
        .env(PLACE, place)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The numbers that the writer has acknowledged until it was killed: so long after it has said so
/// many. The last line may be half there.
fn killed(mut writer: Child, after: usize, instant: Duration) -> Vec<usize> {
    let mut said = BufReader::new(writer.stdout.take().unwrap());
    let (mut numbers, mut line) = (vec![], String::new());
    let mut next = |numbers: &mut Vec<usize>| {
        line.clear();
        let more = said.read_line(&mut line).unwrap() > 0;
        let whole = line.strip_suffix('\n').unwrap_or_default();
        numbers.extend(whole.split(SAYS).nth(1).and_then(|number| number.parse::<usize>().ok()));
        more
    };
    while numbers.len() < after && next(&mut numbers) {}
    thread::sleep(instant); // which is what is tried
    writer.kill().unwrap();
    writer.wait().unwrap();
    while next(&mut numbers) {}
    numbers
}

fn number(name: &str, usual: u64) -> u64 {
    env::var(name).map_or(usual, |text| text.parse().unwrap())
}

/// When a writer is killed: after so many samples, and then so much later. One in five is killed
/// while it begins.
fn instant(kill: u64, seed: u64) -> (usize, Duration) {
    let mut z = (kill ^ seed.rotate_left(40)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let micros = Duration::from_micros((z >> 32) % 4_000);
    if z.is_multiple_of(5) { (0, 2 * micros) } else { (1 + z as usize % 4, micros / 4) }
}

#[test]
fn what_was_acknowledged_before_a_kill_is_there() {
    let (kills, seed) = (number(KILLS, 500), number(SEED, 1));
    let [mut torn, mut unsaid, mut not_begun, mut all] = [0_usize; 4];
    let mut place = tempfile::tempdir().unwrap();
    for kill in 0..kills {
        if kill % 25 == 0 {
            place = tempfile::tempdir().unwrap();
        }
        let before = Store::read(place.path()).map_or(0, |recorded| recorded.samples.len());
        let (after, instant) = instant(kill, seed);
        let said = killed(start(place.path()), after, instant);
        assert!(said.iter().copied().eq(before..before + said.len()), "{before}: {said:?}");
        let stored = match Store::read(place.path()) {
            Ok(recorded) => {
                torn += usize::from(recorded.torn.is_some());
                let rounds = recorded.samples.iter().map(|sample| sample.round as usize);
                assert!(
                    rounds.eq(0..recorded.samples.len()),
                    "kill {kill}: not in order, or twice"
                );
                recorded.samples.len()
            }
            Err(StoreError::NoRun { .. }) => 0,
            Err(error) => panic!("kill {kill}: {error}"),
        };
        not_begun += usize::from(stored == 0);
        let more = stored.checked_sub(before + said.len()).expect("an acknowledged sample is lost");
        assert!(more <= 1, "kill {kill}: {more} samples that nobody has begun to acknowledge");
        unsaid += more;
        all += said.len();
        let names = fs::read_dir(place.path()).map_or(0, Iterator::count);
        assert!(names <= 8, "kill {kill}: {names} files are left behind");
    }
    println!("kills: {kills}, seed {seed}");
    println!("acknowledged before a kill: {all}, lost: 0, written twice: 0");
    println!("on the disk but not yet said: {unsaid}; torn tails: {torn}");
    println!("before there was a sample: {not_begun}");
    assert!(all as u64 > kills, "{all} samples acknowledged in {kills} kills");
}
