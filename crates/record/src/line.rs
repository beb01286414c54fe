//! One line of `events.jsonl`: `{"crc":"<8 hex>","sample":{…}}`.
//!
//! The checksum (CRC-32) is over the exact bytes of the sample, so the frame is fixed to the byte;
//! the whole line is JSON all the same, for other programs.

use crate::Sample;

/// The greatest length of a line with its end. A reader never holds more than this at once.
pub(crate) const MAX_BYTES: usize = 64 << 20;

const HEAD: &[u8] = b"{\"crc\":\"";
const MIDDLE: &[u8] = b"\",\"sample\":";
const TAIL: &[u8] = b"}";
const CRC: usize = 8;

/// The line of a sample, with its end. What a reader would not get back is refused here.
pub(crate) fn encode(sample: &Sample) -> Result<Vec<u8>, String> {
    let json = serde_json::to_vec(sample).map_err(|error| error.to_string())?;
    let crc = format!("{:08x}", crc32fast::hash(&json));
    let line = [HEAD, crc.as_bytes(), MIDDLE, &json, TAIL, b"\n"].concat();
    if line.len() > MAX_BYTES {
        return Err(too_long());
    }
    // JSON has no infinity and no NaN: they would be written as null.
    match decode(&line[..line.len() - 1]) {
        Ok(read) if read == *sample => Ok(line),
        Ok(_) => Err("it holds a number that is not finite".to_owned()),
        Err(reason) => Err(format!("it could not be read back: {reason}")),
    }
}

/// The sample of a line, which comes without its end.
pub(crate) fn decode(line: &[u8]) -> Result<Sample, String> {
    let frame = || {
        let (crc, rest) = line.strip_prefix(HEAD)?.split_at_checked(CRC)?;
        Some((crc, rest.strip_prefix(MIDDLE)?.strip_suffix(TAIL)?))
    };
    let Some((crc, json)) = frame() else {
        return Err(r#"expected {"crc":"8 hexadecimal digits","sample":{…}}"#.to_owned());
    };
    let found = format!("{:08x}", crc32fast::hash(json));
    if crc != found.as_bytes() {
        return Err(format!(
            "the checksum of the sample is {found}, but {} is written: the line was changed or \
             damaged",
            crc.escape_ascii()
        ));
    }
    serde_json::from_slice(json).map_err(|error| format!("the sample is not understood: {error}"))
}

/// What is wrong with a line that is longer than [`MAX_BYTES`].
pub(crate) fn too_long() -> String {
    format!("it is longer than {} MiB", MAX_BYTES >> 20)
}
