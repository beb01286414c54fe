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
struct Parameters([Option<u64>; 4]);

impl Parameters {
    fn of(cell: &Cell) -> Self {
        let number = |number: Option<std::num::NonZeroUsize>| number.map(|n| n.get() as u64);
        Self([number(cell.limit), number(cell.capacity), number(cell.window), cell.pause_ns])
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
    let agreed = (0..4).map(|index| {
        let mut values = parameters.iter().filter_map(|parameters| parameters.0[index]);
        let first = values.next();
        first.filter(|first| values.all(|value| value == *first))
    });
    let agreed: Vec<_> = agreed.collect();
    let work = unit.first().map(|cell| &cell.work);
    // A path that is no text cannot be recorded either, so no run has it.
    serde_json::to_string(&(work, agreed)).unwrap_or_default()
}
