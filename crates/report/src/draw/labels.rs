/// Push labels apart: places as near to the wanted ones as can be, in the same order, at least
/// `gap` apart and within `low..=high`. If they do not fit, the gap shrinks.
///
/// Neighbours that touch form a block, and a block stands where its members' mean wants it.
pub(crate) fn spread(wanted: &[f64], gap: f64, (low, high): (f64, f64)) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    let spaces = wanted.len().saturating_sub(1) as f64;
    let gap = if spaces > 0.0 { gap.min((high - low) / spaces) } else { gap };

    // A block: where its first label stands, and how many it has.
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    for (place, &index) in order.iter().enumerate() {
        // What the block's first label would want for the sake of this one.
        blocks.push((wanted[index], 1.0, place));
        while let [.., above, below] = blocks[..] {
            let start = |block: (f64, f64, usize)| {
                let extent = gap * (block.1 - 1.0);
                (block.0 / block.1).clamp(low, (high - extent).max(low))
            };
            if start(above) + gap * above.1 <= start(below) {
                break;
            }
            blocks.truncate(blocks.len() - 2);
            // Sums, so that the mean of a joined block is that of its members.
            blocks.push((above.0 + below.0 - gap * above.1 * below.1, above.1 + below.1, above.2));
        }
    }

    let mut places = vec![0.0; wanted.len()];
    for (sum, members, first) in blocks {
        let start = (sum / members).clamp(low, (high - gap * (members - 1.0)).max(low));
        for step in 0..members as usize {
            places[order[first + step]] = start + gap * step as f64;
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn labels_that_do_not_touch_stay() {
        assert_eq!(spread(&[50.0, 10.0, 90.0], 12.0, (0.0, 100.0)), [50.0, 10.0, 90.0]);
    }

    #[test]
    fn labels_that_touch_share_the_shift() {
        assert_eq!(spread(&[50.0, 50.0], 10.0, (0.0, 100.0)), [45.0, 55.0]);
        assert_eq!(spread(&[50.0, 51.0, 52.0], 10.0, (0.0, 100.0)), [41.0, 51.0, 61.0]);
    }

    #[test]
    fn labels_stay_within_the_bounds_and_in_order() {
        assert_eq!(spread(&[99.0, 100.0, 98.0], 10.0, (0.0, 100.0)), [90.0, 100.0, 80.0]);
        assert_eq!(spread(&[0.0, 0.0], 10.0, (0.0, 100.0)), [0.0, 10.0]);
        assert_eq!(spread(&[5.0; 3], 10.0, (0.0, 10.0)), [0.0, 5.0, 10.0], "the gap shrinks");
        assert_eq!(spread(&[], 10.0, (0.0, 10.0)), Vec::<f64>::new());
    }
}
