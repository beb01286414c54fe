//! What clients and servers know of each other beforehand, so that neither has to be believed.

use std::net::Ipv4Addr;

use bytes::Bytes;

use crate::seeded::mix;

/// The page of job `index`: `bytes` bytes of the numbers that follow from seed and index, those of
/// no two jobs alike. O(bytes).
pub fn page(seed: u64, index: u64, bytes: usize) -> Bytes {
    let start = mix(seed, index);
    let words = (0..bytes.div_ceil(8) as u64).map(|word| start.wrapping_add(word).to_le_bytes());
    let mut page: Vec<u8> = words.flatten().collect();
    page.truncate(bytes);
    page.into()
}

/// The address of the host of job `index`, in a network that is no place of the real world
/// (198.18.0.0/15, RFC 2544).
pub fn host_address(seed: u64, index: u64) -> Ipv4Addr {
    let [a, b, c, ..] = mix(seed, index).to_le_bytes();
    Ipv4Addr::new(198, 18 | (a & 1), b, c)
}

/// The name of that host.
pub fn host_name(index: u64) -> String {
    format!("h{index}.test.")
}
