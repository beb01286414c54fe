//! A million lines that no writer of ours wrote: none is taken for one of ours, and none panics.

use serde_json::Value;

use crate::line::{Event, decode, encode};

/// SplitMix64, so that a line that fails can be made again from its number.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// Honest lines of all kinds, of every version that was released.
fn honest() -> Vec<Vec<u8>> {
    let files = [
        include_bytes!("../tests/fixtures/schema-1/events.jsonl").as_slice(),
        include_bytes!("../tests/fixtures/schema-2/events.jsonl").as_slice(),
        include_bytes!("../tests/fixtures/schema-3/events.jsonl").as_slice(),
    ];
    let lines = files.into_iter().flat_map(|file| file.split(|&byte| byte == b'\n'));
    lines.filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect()
}

/// One thing done to a line that damages it; what stays the same by chance is left out.
fn damaged(line: &[u8], other: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = line.to_vec();
    let place = numbers.below(bytes.len());
    match numbers.below(9) {
        0 => bytes[place] ^= 1 << numbers.below(8),
        1 => bytes[place] = numbers.next() as u8,
        2 => bytes.insert(place, numbers.next() as u8),
        3 => drop(bytes.remove(place)),
        4 => bytes.truncate(place),
        5 => drop(bytes.drain(..place)),
        6 => {
            let to = numbers.below(bytes.len());
            bytes.swap(place, to);
        }
        7 => {
            // The beginning of one and the end of another.
            bytes.truncate(place);
            bytes.extend_from_slice(&other[numbers.below(other.len())..]);
        }
        _ => {
            let end = (place + numbers.below(40)).min(bytes.len());
            let piece = bytes[place..end].to_vec();
            let to = numbers.below(bytes.len());
            bytes.splice(to..to, piece);
        }
    }
    bytes
}

/// Where the value of a line begins; it ends before the last byte.
fn value_of(line: &[u8]) -> usize {
    const FRAME: usize = r#"{"crc":"01234567","#.len();
    let colon = line[FRAME..].iter().position(|&byte| byte == b':');
    FRAME + colon.expect("an honest line has a value") + 1
}

/// A line with another value, whose checksum is right.
fn forged(line: &[u8], value: &[u8]) -> Vec<u8> {
    let crc = format!("{:08x}", crc32fast::hash(value));
    let mut bytes = line[..value_of(line)].to_vec();
    bytes[8..16].copy_from_slice(crc.as_bytes());
    bytes.extend_from_slice(value);
    bytes.push(b'}');
    bytes
}

/// Whether all that was said is in what was understood, and means the same there. What an older
/// version did not say may have been added.
fn heard(said: &Value, understood: &Value) -> bool {
    match (said, understood) {
        (Value::Object(said), Value::Object(understood)) => said.iter().all(|(key, value)| {
            // What is empty is left out of some places.
            understood.get(key).map_or(value.is_null(), |known| heard(value, known))
        }),
        (Value::Array(said), Value::Array(understood)) => {
            said.len() == understood.len() && said.iter().zip(understood).all(|(a, b)| heard(a, b))
        }
        (Value::Number(said), Value::Number(understood)) => {
            said == understood || said.as_f64() == understood.as_f64()
        }
        _ => said == understood,
    }
}

/// What a reader takes it for, written again.
fn again(event: &Event) -> Result<Vec<u8>, String> {
    match event {
        Event::Begin(begin) => encode(begin),
        Event::Sample(sample) => encode(&**sample),
        Event::Round(round) => encode(round),
        Event::End(end) => encode(end),
    }
}

#[test]
fn of_a_million_damaged_lines_none_is_taken_for_an_honest_one() {
    let lines = honest();
    let mut numbers = Numbers(1);
    let mut refused = 0;
    while refused < 1_000_000 {
        let [line, other] = [0; 2].map(|_| &lines[numbers.below(lines.len())]);
        let bytes = damaged(line, other, &mut numbers);
        if lines.contains(&bytes) {
            continue;
        }
        let read = decode(&bytes);
        assert!(read.is_err(), "{} was taken for {read:?}", bytes.escape_ascii());
        refused += 1;
    }
}

#[test]
fn of_a_forged_line_nothing_is_ignored() {
    let lines = honest();
    let mut numbers = Numbers(2);
    let (mut refused, mut taken) = (0, 0);
    for _ in 0..50_000 {
        let [line, other] = [0; 2].map(|_| &lines[numbers.below(lines.len())]);
        let value = damaged(&line[value_of(line)..line.len() - 1], other, &mut numbers);
        let bytes = forged(line, &value);
        match decode(&bytes) {
            Err(_) => refused += 1,
            // Another number in place of a number is an honest line of another run.
            Ok(event) => {
                let written = again(&event).expect("what was read can be written");
                let written = &written[..written.len() - 1];
                let read = decode(written).expect("and read again");
                assert_eq!(format!("{read:?}"), format!("{event:?}"), "{}", bytes.escape_ascii());
                let json = |line: &[u8]| serde_json::from_slice::<Value>(line).expect("it is JSON");
                let [said, understood] =
                    [&value[..], &written[value_of(written)..written.len() - 1]];
                let heard = heard(&json(said), &json(understood));
                assert!(heard, "{} became {}", bytes.escape_ascii(), written.escape_ascii());
                taken += 1;
            }
        }
    }
    assert!(refused > 30_000 && taken > 1_000, "{refused} refused, {taken} taken");
}

#[test]
fn a_field_that_nobody_knows_is_refused_wherever_it_stands() {
    let mut kinds = [0; 4];
    for line in honest() {
        let kind = ["begin", "sample", "round", "end"]
            .iter()
            .position(|kind| line[18..].starts_with(format!("\"{kind}\"").as_bytes()));
        kinds[kind.expect("there are no others")] += 1;
        let value = &line[value_of(&line)..line.len() - 1];
        let objects = value.iter().enumerate().filter(|(_, byte)| **byte == b'{');
        for (place, _) in objects {
            let comma = if value[place + 1] == b'}' { "" } else { "," };
            let unknown = format!("\"nobody\":0{comma}");
            let value = [&value[..=place], unknown.as_bytes(), &value[place + 1..]].concat();
            let bytes = forged(&line, &value);
            let refused = decode(&bytes).err();
            let why = refused.unwrap_or_else(|| panic!("{} was taken", bytes.escape_ascii()));
            assert!(why.contains("nobody"), "{why}: {}", bytes.escape_ascii());
        }
    }
    assert!(kinds.iter().all(|&seen| seen > 0), "{kinds:?}");
}
