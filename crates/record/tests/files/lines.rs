//! Lines of events that are not what was written: none is taken for one that was, and each is
//! refused with its place.

use std::fs;

use bp_record::{Sample, Store, StoreError};

use crate::{common, hostile_text::Numbers};

/// How many lines are spoilt: BACKPRESSURE_LINES, or so many.
fn asked() -> u64 {
    std::env::var("BACKPRESSURE_LINES").map_or(3_000, |text| text.parse().unwrap())
}

/// A way to spoil a line, which ends with a line end.
type Way = (&'static str, fn(&mut Vec<u8>, &mut Numbers));

const WAYS: [Way; 9] = [
    ("a bit flipped", |line, n| {
        let at = n.place(line);
        line[at] ^= 1 << n.below(8);
    }),
    ("a byte put in", |line, n| {
        let (at, byte) = (n.place(line), n.below(256) as u8);
        line.insert(at, byte);
    }),
    ("a byte left out", |line, n| {
        line.remove(n.place(line));
    }),
    ("cut off", |line, n| {
        line.truncate(n.place(line));
        line.push(b'\n');
    }),
    ("two bytes exchanged", |line, n| {
        let at = n.place(&line[1..]);
        line.swap(at, at + 1);
    }),
    ("a part twice", |line, n| {
        let (from, length) = (n.place(line), n.below(40) as usize);
        let part = line[from..line.len().min(from + length + 1)].to_vec();
        line.splice(from..from, part);
    }),
    ("a part blotted out", |line, n| {
        let from = n.place(line);
        let to = line.len().min(from + 1 + n.below(40) as usize);
        line[from..to].fill(n.below(256) as u8);
    }),
    ("digits exchanged for others", |line, n| {
        let digits: Vec<_> = (0..line.len()).filter(|&at| line[at].is_ascii_digit()).collect();
        let at = digits[n.place(&digits)];
        line[at] = b'0' + n.below(10) as u8;
    }),
    ("garbage", |line, n| {
        line.iter_mut().for_each(|byte| *byte = n.below(256) as u8);
        line.push(b'\n');
    }),
];

/// `BACKPRESSURE_LINES=1000000 cargo test --release -p bp-record --test files lines`
#[test]
fn no_spoilt_line_is_taken_for_one_that_was_written() {
    let place = tempfile::tempdir().unwrap();
    let mut store = Store::create(place.path(), &common::run(), false).unwrap();
    let samples: Vec<Sample> = (0..2).map(common::sample).collect();
    samples.iter().for_each(|sample| store.append(sample).unwrap());
    drop(store);
    let path = place.path().join("events.jsonl");
    let whole = fs::read(&path).unwrap();
    let last = whole[..whole.len() - 1].iter().rposition(|&byte| byte == b'\n').unwrap() + 1;
    let mut numbers = Numbers::new(1);
    let [mut refused, mut torn, mut same] = [0_u64; 3];
    for number in 0..asked() {
        let (way, spoil) = WAYS[(number % WAYS.len() as u64) as usize];
        let mut line = whole[last..].to_vec();
        spoil(&mut line, &mut numbers);
        if line == whole[last..] {
            same += 1;
            continue;
        }
        fs::write(&path, [&whole[..last], &line].concat()).unwrap();
        match Store::read(place.path()) {
            // Without its end it was never acknowledged.
            Ok(read) => {
                assert!(read.torn.is_some() && !line.ends_with(b"\n"), "{way} of {number}: taken");
                assert_eq!(read.samples, samples[..1], "{way} of {number}");
                torn += 1;
            }
            Err(StoreError::BadLine { path: named, line, offset, reason }) => {
                assert!(named == path && line >= 3 && offset >= last as u64, "{line}, {offset}");
                assert!(!reason.contains(bp_record::steers), "{way} of {number}: {reason:?}");
                refused += 1;
            }
            Err(error) => panic!("{way} of {number}: {error}"),
        }
    }
    println!(
        "lines spoilt: {}, refused: {refused}, torn: {torn}, unchanged: {same}, taken: 0",
        asked()
    );
}
