//! What the servers of real work give. It follows from the seed and the index of a job, so that the
//! server keeps nothing and its client can verify what it got.

use std::net::Ipv4Addr;

use crate::seeded::{below, mix};

/// A page has at least so many bytes.
pub const LEAST_PAGE: usize = 16;

/// The page of job `index`: `bytes` of them, but at least [`LEAST_PAGE`].
///
/// Word `k` of eight bytes, the least significant first, is the `k`-th number that follows from
/// the number at place `index` of `seed`. Takes time in proportion to `bytes`, one allocation.
pub fn page(seed: u64, index: u64, bytes: usize) -> Vec<u8> {
    let bytes = bytes.max(LEAST_PAGE);
    let own = mix(seed, index);
    let words = (0..bytes.div_ceil(8) as u64).map(|word| mix(own, word).to_le_bytes());
    let mut page: Vec<u8> = words.flatten().collect();
    page.truncate(bytes);
    page
}

/// The address of the host of job `index`: one of network 10, which is nobody's on the internet.
pub fn address(seed: u64, index: u64) -> Ipv4Addr {
    let [a, b, c, ..] = mix(seed, index).to_be_bytes();
    Ipv4Addr::new(10, a, b, c)
}

/// The name of that host.
pub fn host_name(index: u64) -> String {
    format!("h{index}.test.")
}

/// Whether datagram number so-and-so is one of the `per_million` that are lost.
pub fn is_lost(seed: u64, number: u64, per_million: u32) -> bool {
    // A seed of its own: what is lost has nothing to do with what would have been answered.
    below(1_000_000, mix(seed, u64::MAX), number) < per_million
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_as_long_as_asked_and_begins_as_a_longer_one() {
        let long = page(7, 3, 1_001);
        assert_eq!(long.len(), 1_001);
        assert_eq!(page(7, 3, 0), long[..LEAST_PAGE]);
        assert_eq!(page(7, 3, 21), long[..21]);
        assert!(long.chunks_exact(8).collect::<std::collections::HashSet<_>>().len() == 125);
    }

    #[test]
    fn seed_and_index_decide() {
        assert_eq!((page(7, 3, 64), address(7, 3)), (page(7, 3, 64), address(7, 3)));
        for (seed, index) in [(7, 4), (8, 3), (3, 7)] {
            assert_ne!(page(7, 3, 64), page(seed, index, 64));
            assert_ne!(address(7, 3), address(seed, index));
        }
        assert_eq!(address(7, 3).octets()[0], 10);
    }

    #[test]
    fn as_many_are_lost_as_asked() {
        let lost = |per_million| (0..10_000).filter(|n| is_lost(7, *n, per_million)).count();
        assert_eq!((lost(0), lost(1_000_000)), (0, 10_000));
        assert!((900..1_100).contains(&lost(100_000)), "{}", lost(100_000));
    }
}
