use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use bp_record::Sample;
use serde::Serialize;

use crate::{
    Metric, holm, least_pairs, median_interval, median_of, paired,
    ranking::{ALPHA, entrant, groups, most_work, sorted},
    side::{CellSamples, Side},
};

/// The cells of a run, to be put side by side by any metric.
pub struct Field<'a> {
    side: Side<'a>,
    places: HashMap<String, usize>,
}

/// Cells side by side, by one metric.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Column {
    /// A cell each, in the order asked for; `None` where it was not measured, failed, or did less
    /// work than others.
    pub standings: Vec<Option<Standing>>,
    /// `alike[reference][cell]`: true if the rounds do not tell the two apart.
    pub alike: Vec<Vec<bool>>,
    /// How many rounds there were, of the cell that has fewest.
    pub rounds: u32,
    /// With fewer rounds than this the differences cannot be tested.
    pub rounds_needed: u32,
}

/// A cell in a column.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Standing {
    /// The median over the rounds, in the unit of the metric.
    pub median: f64,
    /// The lower end of the 95 % interval of the median; below eight rounds, the least round.
    pub low: f64,
    /// The upper end; below eight rounds, the greatest round.
    pub high: f64,
    /// How many rounds there were.
    pub rounds: u32,
    /// The group of ties that it is in, from 1 for the best; `None` where nothing can be ranked.
    pub tie: Option<u32>,
}

/// A metric of a cell, by round.
type Values = BTreeMap<u32, f64>;

impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.side.cells.iter().map(|cell| &cell.id)).finish()
    }
}

impl<'a> Field<'a> {
    /// The cells of `samples`.
    pub fn new(samples: &'a [Sample]) -> Self {
        let side = Side::new(samples);
        let ids = side.cells.iter().enumerate().map(|(place, cell)| (cell.id.clone(), place));
        Self { places: ids.collect(), side }
    }

    /// A metric of each cell in which it was measured, by round.
    pub fn by_round(&self, metric: &Metric) -> impl Iterator<Item = BTreeMap<u32, f64>> + '_ {
        let metric = *metric;
        self.side.cells.iter().map(move |cell| cell.values(&metric)).filter(|of| !of.is_empty())
    }

    /// Puts the cells of those ids side by side; an id that is `None` or not known has no standing.
    ///
    /// Two cells are alike to a reference if the ratios of their rounds do not tell them apart
    /// (adjusted after Holm over all that are compared with it). Where rounds are too few for that
    /// test, they are alike if the rounds disagree about which of them is ahead. O(cells² · rounds).
    pub fn column(&self, ids: &[Option<&str>], metric: &'static Metric) -> Column {
        let cell = |id: &Option<&str>| Some(&self.side.cells[*self.places.get((*id)?)?]);
        let cells: Vec<Option<&CellSamples>> = ids.iter().map(cell).collect();
        let most = most_work(cells.iter().flatten().copied(), metric);
        let entrants: Vec<_> =
            cells.iter().map(|cell| entrant((*cell)?, metric, most).ok()).collect();
        let values: Vec<Option<Values>> = entrants
            .iter()
            .map(|entrant| entrant.as_ref().map(|entrant| entrant.cell.values(metric)))
            .collect();
        let present = values.iter().flatten().count();
        let rounds = values.iter().flatten().map(BTreeMap::len).min().unwrap_or(0) as u32;
        let rounds_needed = least_pairs(present.saturating_sub(1), ALPHA);
        let mut standings: Vec<_> =
            values.iter().map(|values| standing(values.as_ref()?)).collect();
        if rounds >= rounds_needed {
            let entrants = entrants.into_iter().flatten().collect();
            for (tie, group) in (1..).zip(groups(sorted(entrants, metric), metric)) {
                for (entrant, _) in group {
                    let own = ids.iter().position(|id| *id == Some(&*entrant.cell.id));
                    let standing = own.and_then(|place| standings[place].as_mut());
                    if let Some(standing) = standing {
                        standing.tie = Some(tie);
                    }
                }
            }
        }
        let alike = (0..values.len()).map(|own| alike(own, &values)).collect();
        Column { standings, alike, rounds, rounds_needed }
    }
}

fn standing(values: &Values) -> Option<Standing> {
    let mut all: Vec<f64> = values.values().copied().collect();
    let median = median_of(&mut all)?;
    let interval = median_interval(&all);
    Some(Standing {
        median,
        low: interval.map_or(all[0], |interval| interval.low),
        high: interval.map_or(all[all.len() - 1], |interval| interval.high),
        rounds: all.len() as u32,
        tie: None,
    })
}

/// Which of `all` cannot be told from the one at `own`.
fn alike(own: usize, all: &[Option<Values>]) -> Vec<bool> {
    let mut alike = vec![false; all.len()];
    let Some(reference) = &all[own] else { return alike };
    let against = |place: usize| {
        let both = all[place].as_ref()?.iter();
        let both = both.filter_map(|(round, new)| Some((*reference.get(round)?, *new)));
        Some((place, paired(&both.collect::<Vec<_>>())?))
    };
    let others = (0..all.len()).filter(|place| *place != own);
    let others: Vec<_> = others.filter_map(against).collect();
    let adjusted = holm(&others.iter().map(|(_, paired)| paired.p).collect::<Vec<_>>());
    let needed = least_pairs(others.len(), ALPHA);
    for ((place, paired), p) in others.into_iter().zip(adjusted) {
        let disagree = paired.range.low <= 0.0 && paired.range.high >= 0.0;
        alike[place] = if paired.pairs < needed { disagree } else { p > ALPHA };
    }
    alike[own] = true;
    alike
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(values: &[f64]) -> Option<Values> {
        Some((0..).zip(values.iter().copied()).collect())
    }

    #[test]
    fn with_few_rounds_those_are_alike_of_whom_the_rounds_disagree() {
        let all =
            [values(&[100.0, 110.0, 90.0]), values(&[101.0, 109.0, 92.0]), values(&[130.0; 3])];
        assert_eq!(alike(0, &all), [true, true, false]);
        assert_eq!(alike(2, &all), [false, false, true]);
    }

    #[test]
    fn with_many_rounds_a_test_decides() {
        let base: Vec<f64> = (0..12).map(|round| 100.0 + f64::from(round % 4)).collect();
        let one_off = |mut values: Vec<f64>| {
            values[3] = 90.0;
            values
        };
        let slower = one_off(base.iter().map(|value| value * 1.1).collect());
        let same = base.iter().enumerate().map(|(at, value)| value + [1.0, -1.0][at % 2]);
        let all = [Some(base.iter().copied()), None].map(|list| values(&list?.collect::<Vec<_>>()));
        let [base, absent] = all;
        let all = [base, values(&slower), values(&same.collect::<Vec<_>>()), absent];
        assert_eq!(alike(0, &all), [true, false, true, false], "one round against is no doubt");
        assert_eq!(alike(3, &all), [false; 4]);
    }

    #[test]
    fn below_eight_rounds_the_rounds_themselves_are_given() {
        let few = standing(&values(&[3.0, 1.0, 9.0]).unwrap()).unwrap();
        assert_eq!((few.median, few.low, few.high), (3.0, 1.0, 9.0));
        let many = standing(&values(&[3.0, 1.0, 9.0, 3.1, 2.9, 3.0, 3.2, 2.8, 3.0]).unwrap());
        assert!(many.unwrap().high < 9.0);
    }
}
