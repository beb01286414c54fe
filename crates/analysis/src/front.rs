/// Which of the points, each (to be high, to be low), no other beats: none is at least as good in
/// both and better in one. In the order of rising cost. O(n²).
///
/// ```
/// // (jobs a second, bytes)
/// let points = [(100.0, 5.0), (90.0, 9.0), (50.0, 1.0)];
/// assert_eq!(bp_analysis::front(&points), [2, 0]);
/// ```
pub fn front(points: &[(f64, f64)]) -> Vec<usize> {
    let beats = |a: (f64, f64), b: (f64, f64)| a.0 >= b.0 && a.1 <= b.1 && a != b;
    let unbeaten = |place: &usize| !points.iter().any(|point| beats(*point, points[*place]));
    let mut front: Vec<usize> = (0..points.len()).filter(unbeaten).collect();
    front.sort_by(|&left, &right| points[left].1.total_cmp(&points[right].1));
    front
}

#[cfg(test)]
mod tests {
    use super::front;

    #[test]
    fn who_is_beaten_in_both_is_out_and_equals_stay() {
        assert_eq!(front(&[(10.0, 1.0), (10.0, 2.0), (9.0, 1.0)]), [0]);
        assert_eq!(front(&[(10.0, 1.0), (10.0, 1.0)]), [0, 1]);
        assert!(front(&[]).is_empty());
    }
}
