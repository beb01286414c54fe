//! Which cells of a plan a part of it has.
//!
//! What is compared with each other must run on one machine. So what is divided is not cells but
//! units: a workload of one extent with one set of parameters, and with it all strategies and
//! executors. A strategy that does not take a parameter is compared at every value of it, and so
//! keeps these values together.

use std::collections::{BTreeMap, HashSet};

use bp_record::{Cell, Partition, PartitionKind, Work};

use crate::Plan;

impl Plan {
    /// This plan with the cells of one part alone. All parts together have each cell once.
    ///
    /// A part may have no cell at all.
    #[must_use]
    pub fn part(mut self, partition: Partition) -> Self {
        let kept: HashSet<_> = units(&self.cells)
            .iter()
            .enumerate()
            .filter(|(place, unit)| part_of(*place, unit, partition) == partition.index.get() - 1)
            .flat_map(|(_, unit)| unit.iter().map(Cell::id))
            .collect();
        self.cells.retain(|cell| kept.contains(&cell.id()));
        self.items.retain(|item| kept.contains(&item.cell.id()));
        self
    }
}

/// In which part a unit is, from 0.
fn part_of(place: usize, unit: &[Cell], partition: Partition) -> u32 {
    let count = partition.count.get();
    match partition.kind {
        PartitionKind::Slice => {
            let part = place as u64 % u64::from(count);
            u32::try_from(part).expect("it is below the count, which is a u32")
        }
        PartitionKind::Hash => crc32fast::hash(name(unit).as_bytes()) % count,
    }
}

/// The cells in units, in the order of their first cells.
fn units(cells: &[Cell]) -> Vec<Vec<Cell>> {
    let mut works: Vec<(&Work, Vec<Parameters>)> = Vec::new();
    for cell in cells {
        let parameters = Parameters::of(cell);
        match works.iter_mut().find(|(work, _)| **work == cell.work) {
            Some((_, known)) if known.contains(&parameters) => {}
            Some((_, known)) => known.push(parameters),
            None => works.push((&cell.work, vec![parameters])),
        }
    }
    let sets: Vec<_> = works
        .into_iter()
        .flat_map(|(work, known)| compared(known).into_iter().map(move |set| (work, set)))
        .collect();
    let mut units: BTreeMap<usize, (usize, Vec<Cell>)> = BTreeMap::new();
    for (place, cell) in cells.iter().enumerate() {
        let parameters = Parameters::of(cell);
        let set = sets
            .iter()
            .position(|(work, set)| **work == cell.work && set.contains(&parameters))
            .expect("each set of parameters was put into one of the sets above");
        units.entry(set).or_insert_with(|| (place, Vec::new())).1.push(cell.clone());
    }
    let mut units: Vec<_> = units.into_values().collect();
    units.sort_by_key(|(first, _)| *first);
    units.into_iter().map(|(_, unit)| unit).collect()
}

/// What is set of a strategy; `None` where it does not take the parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Parameters([Option<u64>; 5]);

impl Parameters {
    fn of(cell: &Cell) -> Self {
        let number = |number: Option<std::num::NonZeroUsize>| number.map(|n| n.get() as u64);
        let rate = cell.rate_per_second.map(|rate| rate.get().into());
        Self([number(cell.limit), number(cell.capacity), number(cell.window), cell.pause_ns, rate])
    }

    /// Whether two strategies, so set, are compared with each other.
    fn compares(self, other: Self) -> bool {
        self.0.iter().zip(other.0).all(|pair| match pair {
            (Some(one), Some(other)) => *one == other,
            _ => true,
        })
    }
}

/// Puts together what is compared, also by way of others.
fn compared(all: Vec<Parameters>) -> Vec<Vec<Parameters>> {
    let mut sets: Vec<Vec<Parameters>> = Vec::new();
    for parameters in all {
        let compares = |set: &Vec<Parameters>| set.iter().any(|one| one.compares(parameters));
        let (mine, others): (Vec<_>, Vec<_>) = sets.into_iter().partition(compares);
        sets = others;
        let mut mine: Vec<_> = mine.into_iter().flatten().collect();
        mine.push(parameters);
        sets.push(mine);
    }
    sets
}

/// What names a unit whatever else is planned: the workload, and the values that all agree on.
fn name(unit: &[Cell]) -> String {
    let parameters: Vec<_> = unit.iter().map(Parameters::of).collect();
    let agreed = (0..5).map(|index| {
        let mut values = parameters.iter().filter_map(|parameters| parameters.0[index]);
        let first = values.next();
        first.filter(|first| values.all(|value| value == *first))
    });
    let agreed: Vec<_> = agreed.collect();
    let work = unit.first().map(|cell| &cell.work);
    // A path that is no text cannot be recorded either, so no run has it.
    serde_json::to_string(&(work, agreed)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Filters, Suite};

    fn plan(matrix: &str) -> Plan {
        let text = format!("name='x'\nrounds=5\ntimeout='9s'\n[[matrix]]\njobs=8\n{matrix}");
        let suite = Suite::parse(&text, "x").unwrap();
        Plan::new(&suite, &Filters::default(), &bp_registry::catalogue()).unwrap()
    }

    fn ids(plan: &Plan) -> BTreeSet<String> {
        plan.cells.iter().map(Cell::id).collect()
    }

    fn partition(text: &str) -> Partition {
        text.parse().unwrap()
    }

    #[test]
    fn the_parts_have_each_cell_and_each_item_once() {
        let whole = plan("workloads=['fixed','cpu']\nexecutors=['tokio']\nlimit=[2,3]");
        for kind in ["slice", "hash"] {
            for count in [1, 2, 5] {
                let parts: Vec<_> = (1..=count)
                    .map(|index| whole.clone().part(partition(&format!("{kind}:{index}/{count}"))))
                    .collect();
                let all: BTreeSet<_> = parts.iter().flat_map(ids).collect();
                assert_eq!(all, ids(&whole));
                let sum = |size: fn(&Plan) -> usize| parts.iter().map(size).sum::<usize>();
                assert_eq!(sum(|part| part.cells.len()), whole.cells.len());
                assert_eq!(sum(|part| part.items.len()), whole.items.len());
            }
        }
    }

    #[test]
    fn what_is_compared_stays_together() {
        let strategies = "workloads=['fixed','cpu']\nstrategies=['semaphore','batching'";
        let limits = "]\nexecutors=['tokio','smol']\nlimit=[2,3,4]";
        let units_of = |text: &str| units(&plan(text).cells);
        let apart = units_of(&format!("{strategies}{limits}"));
        assert_eq!(apart.len(), 6, "two workloads, three limits");
        for unit in &apart {
            assert_eq!(unit.len(), 4, "two strategies on two executors");
            assert!(unit.iter().all(|cell| cell.limit == unit[0].limit));
        }
        // One that takes no limit is compared at each.
        let together = units_of(&format!("{strategies},'sequential'{limits}"));
        assert_eq!(together.len(), 2, "a workload each");
        // A window is a multiple of the limit, so it divides nothing further.
        let windows = units_of(&format!("{strategies},'materialize-window'{limits}"));
        assert_eq!(windows.len(), 6);
    }

    #[test]
    fn a_slice_is_dealt_in_turn_and_a_hash_stays_when_the_plan_grows() {
        let less = plan("strategies=['semaphore']\nworkloads=['fixed','cpu']\nlimit=[2,3]");
        let more = plan("strategies=['semaphore']\nworkloads=['cpu','yield','fixed']\nlimit=[2,3]");
        let sizes: Vec<_> = (1..=4)
            .map(|index| units(&less.clone().part(partition(&format!("slice:{index}/4"))).cells))
            .map(|units| units.len())
            .collect();
        assert_eq!(sizes, [1, 1, 1, 1]);
        for index in 1..=3 {
            let of = |plan: &Plan| ids(&plan.clone().part(partition(&format!("hash:{index}/3"))));
            assert!(of(&less).is_subset(&of(&more)), "part {index}");
        }
    }

    #[test]
    fn a_fingerprint_is_of_the_whole_and_differs_with_all_that_decides() {
        let text = "strategies=['semaphore']\nworkloads=['fixed']\nlimit=[2,3]";
        let fingerprint = |plan: &Plan| plan.fingerprint().unwrap();
        let whole = fingerprint(&plan(text));
        assert_eq!(whole, fingerprint(&plan(text)));
        let mut reseeded = plan(text);
        reseeded.seed = 7;
        let differences = whole.differences(&fingerprint(&reseeded));
        assert_eq!(differences, ["seed was 1 and is 7"]);
        let slower = fingerprint(&plan(&format!("{text}\nservice='2ms'")));
        assert!(whole.differences(&slower)[0].contains("planned with other settings"));
        let part = fingerprint(&plan(text).part(partition("slice:1/2")));
        assert!(!whole.differences(&part).is_empty(), "so it is taken before the division");
    }
}
