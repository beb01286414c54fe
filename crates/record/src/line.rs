//! One line of `events.jsonl`: `{"crc":"<8 hex>","sample":{…}}`, or `"begin"`, `"round"` or
//! `"end"` in its place.
//!
//! The checksum (CRC-32) is over the exact bytes of the value, so the frame is fixed to the byte;
//! the whole line is JSON all the same, for other programs.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{RoundRecord, Sample, error::printable};

/// The greatest length of a line with its end. A reader never holds more than this at once.
pub(crate) const MAX_BYTES: usize = 64 << 20;

const HEAD: &[u8] = b"{\"crc\":\"";
const TAIL: &[u8] = b"}";
const CRC: usize = 8;

/// What a line may hold.
pub(crate) trait Value: Serialize + DeserializeOwned + PartialEq {
    /// Between the checksum and the value.
    const MIDDLE: &[u8];
}

impl Value for Sample {
    const MIDDLE: &[u8] = b"\",\"sample\":";
}

impl Value for RoundRecord {
    const MIDDLE: &[u8] = b"\",\"round\":";
}

impl Value for Begin {
    const MIDDLE: &[u8] = b"\",\"begin\":";
}

/// The first line of a run, which ties it to its description.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Begin {
    /// The digest of `run.json`.
    pub(crate) run: String,
}

impl Value for End {
    const MIDDLE: &[u8] = b"\",\"end\":";
}

/// The last line of a run of which nothing is missing.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct End {
    /// How many samples stand before it.
    pub(crate) samples: u64,
}

/// What was read from a line.
#[derive(Debug)]
pub(crate) enum Event {
    Begin(Begin),
    Sample(Box<Sample>),
    Round(RoundRecord),
    End(End),
}

/// The line of a value, with its end. What a reader would not get back is refused here.
pub(crate) fn encode<V: Value>(value: &V) -> Result<Vec<u8>, String> {
    let json = serde_json::to_vec(value).map_err(|error| error.to_string())?;
    let crc = format!("{:08x}", crc32fast::hash(&json));
    let line = [HEAD, crc.as_bytes(), V::MIDDLE, &json, TAIL, b"\n"].concat();
    if line.len() > MAX_BYTES {
        return Err(too_long(MAX_BYTES));
    }
    // JSON has no infinity and no NaN: they would be written as null.
    match serde_json::from_slice::<V>(&json) {
        Ok(read) if read == *value => Ok(line),
        Ok(_) => Err("it holds a number that is not finite".to_owned()),
        Err(reason) => Err(format!("it could not be read back: {reason}")),
    }
}

/// What a line holds, which comes without its end.
pub(crate) fn decode(line: &[u8]) -> Result<Event, String> {
    let frame = || {
        let (crc, rest) = line.strip_prefix(HEAD)?.split_at_checked(CRC)?;
        Some((crc, rest.strip_suffix(TAIL)?))
    };
    let Some((crc, rest)) = frame() else { return Err(expected(line)) };
    if let Some(json) = rest.strip_prefix(Sample::MIDDLE) {
        value(crc, json).map(|sample| Event::Sample(Box::new(sample)))
    } else if let Some(json) = rest.strip_prefix(RoundRecord::MIDDLE) {
        value(crc, json).map(Event::Round)
    } else if let Some(json) = rest.strip_prefix(Begin::MIDDLE) {
        value(crc, json).map(Event::Begin)
    } else if let Some(json) = rest.strip_prefix(End::MIDDLE) {
        value(crc, json).map(Event::End)
    } else {
        Err(expected(line))
    }
}

fn expected(line: &[u8]) -> String {
    let mut expected =
        r#"expected {"crc":"8 hexadecimal digits","sample":{…}}, or "begin", "round" or "end" in its place"#
            .to_owned();
    if line.ends_with(b"\r") {
        expected += ", and no carriage return: some program has changed the ends of lines";
    }
    expected
}

fn value<V: Value>(crc: &[u8], json: &[u8]) -> Result<V, String> {
    let found = format!("{:08x}", crc32fast::hash(json));
    if crc != found.as_bytes() {
        return Err(format!(
            "the checksum is {found}, but {} is written: the line was changed or damaged",
            crc.escape_ascii()
        ));
    }
    serde_json::from_slice(json)
        .map_err(|error| format!("it is not understood: {}", printable(&error.to_string())))
}

/// What is wrong with something that is longer than `most` bytes.
pub(crate) fn too_long(most: usize) -> String {
    format!("it is longer than {} MiB", most >> 20)
}
