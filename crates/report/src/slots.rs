//! Which slot each of many overlapping spans takes.

use std::{cmp::Reverse, collections::BinaryHeap};

/// The slot of each span (from, until), which come in the order of their beginnings: the first that
/// is free then, counted from 0. A span that ends when another begins leaves its slot to it.
/// O(spans log spans).
pub(crate) fn slots(spans: impl IntoIterator<Item = (u64, u64)>) -> Vec<usize> {
    let mut all = 0;
    let mut free: BinaryHeap<Reverse<usize>> = BinaryHeap::new();
    let mut taken: BinaryHeap<Reverse<(u64, usize)>> = BinaryHeap::new();
    let place = |(from, until): (u64, u64)| {
        while let Some(&Reverse((end, slot))) = taken.peek()
            && end <= from
        {
            taken.pop();
            free.push(Reverse(slot));
        }
        let slot = free.pop().map_or(all, |Reverse(slot)| slot);
        all = all.max(slot + 1);
        taken.push(Reverse((until, slot)));
        slot
    };
    spans.into_iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::slots;

    #[test]
    fn a_span_takes_the_first_slot_that_is_free() {
        assert_eq!(slots([(0, 10), (0, 5), (5, 7), (6, 9), (10, 11)]), [0, 1, 1, 2, 0]);
        assert_eq!(slots([(0, 0), (0, 0)]), [0, 0], "what takes no time leaves at once");
        assert_eq!(slots([]), [0; 0]);
    }
}
