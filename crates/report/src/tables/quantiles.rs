//! Columns of quantiles, which are left out where no row has one.

use crate::facts::listed;

/// The quantiles that are shown, and of how many times each must be, to have ten beyond it.
const SAMPLES: [(&str, &str); 4] =
    [("p99.9", "10,000"), ("p99", "1,000"), ("p90", "100"), ("p50", "20")];

/// Takes the columns of quantiles out of a table that have a dash in every row; says which they are
/// and why, if there are any. A head names its quantile last, as in `sojourn p99`.
pub(crate) fn without_empty(heads: &mut Vec<String>, rows: &mut [Vec<String>]) -> Option<String> {
    let quantile = |head: &str| {
        SAMPLES.into_iter().find(|(name, _)| head.split(' ').next_back() == Some(name))
    };
    let empty = |place: usize| rows.iter().all(|row| row.get(place).is_none_or(|cell| cell == "-"));
    let out: Vec<usize> = (0..heads.len())
        .filter(|&place| quantile(&heads[place]).is_some() && !rows.is_empty() && empty(place))
        .collect();
    let mut said = Vec::new();
    for place in out.into_iter().rev() {
        let head = heads.remove(place);
        let (_, samples) = quantile(&head)?;
        said.insert(0, format!("{head} (it takes {samples} jobs)"));
        rows.iter_mut().filter(|row| place < row.len()).for_each(|row| {
            row.remove(place);
        });
    }
    (!said.is_empty())
        .then(|| format!("Left out, since fewer than ten jobs lie beyond it: {}.", listed(&said)))
}

#[cfg(test)]
mod tests {
    use super::without_empty;

    #[test]
    fn a_quantile_that_no_row_has_is_left_out_and_said() {
        let text = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
        let mut heads = text(["strategy", "p50", "sojourn p99", "CPU"]);
        let mut rows = vec![text(["a", "1 ms", "-", "-"]), text(["b", "-", "-", "-"])];
        let said = without_empty(&mut heads, &mut rows).expect("one is empty");
        let expected = "Left out, since fewer than ten jobs lie beyond it: sojourn p99 (it takes \
                        1,000 jobs).";
        assert_eq!(said, expected);
        assert_eq!(heads, ["strategy", "p50", "CPU"]);
        assert_eq!(rows, [["a", "1 ms", "-"], ["b", "-", "-"]]);
        assert_eq!(without_empty(&mut heads, &mut rows), None, "others are none of its business");
    }
}
