/// Puts the items into an order that follows from the seed alone.
///
/// Fisher and Yates's shuffle over the splitmix64 generator: a library's generator may change
/// between its releases, and then the order of a recorded run could not be made again.
pub(crate) fn shuffle<T>(items: &mut [T], mut seed: u64) {
    for last in (1..items.len()).rev() {
        // The remainder favours low indices by less than one in 2⁴⁰ here.
        let other = splitmix64(&mut seed) % (last as u64 + 1);
        items.swap(last, usize::try_from(other).expect("an index below `last`, which is a usize"));
    }
}

fn splitmix64(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_an_order_and_nothing_is_lost() {
        let order = |seed| {
            let mut items: Vec<u32> = (0..100).collect();
            shuffle(&mut items, seed);
            items
        };
        assert_eq!(order(7), order(7));
        assert_ne!(order(7), order(8));
        let mut sorted = order(7);
        sorted.sort_unstable();
        assert_eq!(sorted, (0..100).collect::<Vec<_>>());
        assert_ne!(order(7), sorted);
    }

    #[test]
    fn every_item_comes_everywhere() {
        let mut seen = [[0_u32; 4]; 4];
        for seed in 0..4_000 {
            let mut items = [0_usize, 1, 2, 3];
            shuffle(&mut items, seed);
            for (place, item) in items.into_iter().enumerate() {
                seen[place][item] += 1;
            }
        }
        assert!(seen.iter().flatten().all(|&count| (850..1_150).contains(&count)), "{seen:?}");
    }

    #[test]
    fn nothing_and_one_are_left_alone() {
        shuffle::<u8>(&mut [], 1);
        let mut one = [5];
        shuffle(&mut one, 1);
        assert_eq!(one, [5]);
    }
}
