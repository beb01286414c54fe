//! Where the time of a run went: what it would take without cost, times three factors.

use bp_analysis::Summary;

use super::pages::Page;
use crate::units;

/// The heads of [`Ideals::rows`].
pub(super) const HEADS: [&str; 6] =
    ["strategy", "ideal", "× interference", "× policy", "× implementation", "= wall"];

/// What the heads mean.
pub(super) const MEANING: &str = "how long it takes if each job lasts as long as asked for (or as it \
     did) and starts as soon as a slot is free; times what late timers and other jobs add \
     (interference), what the rule adds (policy), and what the program and the executor add \
     (implementation); of the traced run";

/// The split of all strategies of a page on one executor.
pub(super) struct Ideals<'a> {
    /// The executor.
    pub(super) on: &'a str,
    /// Name, ideal, three factors, wall.
    pub(super) rows: Vec<[String; 6]>,
    /// Why factors are missing: the strategies of each reason.
    pub(super) missing: Vec<(String, Vec<String>)>,
    /// How long the consumer was to take for an output and took, of the strategy with the median.
    consumer: Option<(u64, u64)>,
}

/// The split on the page's main executor; `None` if no run of it has one, as those of early records.
pub(super) fn ideals<'a>(page: &Page<'a>) -> Option<Ideals<'a>> {
    let (column, executor) = page.main_executor()?;
    let mut ideals =
        Ideals { on: executor.name, rows: Vec::new(), missing: Vec::new(), consumer: None };
    for row in &page.rows {
        let Some(cell) = row.cells[column] else { continue };
        let Some(figures) = figures(cell) else { continue };
        let [ideal, interference, policy, implementation, wall] = figures;
        ideals.rows.push([row.name.clone(), ideal, interference, policy, implementation, wall]);
        let reasons = cell.ideal.as_ref().and_then(|ideal| ideal.missing.as_deref());
        for reason in reasons.into_iter().flat_map(|reasons| reasons.split("; ")) {
            let reason = units::plain(reason);
            match ideals.missing.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, names)) => names.push(row.name.clone()),
                None => ideals.missing.push((reason, vec![row.name.clone()])),
            }
        }
    }
    let cells = || page.rows.iter().filter_map(|row| row.cells[column]);
    let mut took: Vec<u64> =
        cells().filter_map(|cell| cell.ideal.as_ref()?.consumer_mean_ns).collect();
    let asked = cells().find_map(|cell| cell.cell.work.consumer.time_ns());
    ideals.consumer = asked.zip(bp_analysis::median(&mut took));
    (!ideals.rows.is_empty()).then_some(ideals)
}

fn figures(cell: &Summary) -> Option<[String; 5]> {
    let (ideal, split) = (cell.ideal.as_ref()?, cell.split()?);
    let factor = |factor: Option<f64>| factor.map_or_else(|| "-".to_owned(), units::factor);
    Some([
        units::time(ideal.greedy_nominal_ns.unwrap_or(ideal.greedy_ns)),
        factor(split.interference),
        factor(split.policy),
        factor(split.implementation),
        units::time(cell.traced_ns?),
    ])
}

impl Ideals<'_> {
    /// How much longer the consumer took than was asked for, if somebody saw it.
    pub(super) fn consumer(&self) -> Option<String> {
        let (asked_ns, took_ns) = self.consumer?;
        Some(format!(
            "the consumer took {} an output on average where {} was asked for: its late timers are \
             interference",
            units::time(took_ns),
            units::time(asked_ns)
        ))
    }

    /// Why factors are missing, in a line for people; `None` if none is.
    pub(super) fn reasons(&self) -> Option<String> {
        let all = self.rows.len();
        let reason = |(why, names): &(String, Vec<String>)| match names.len() {
            of if of == all => why.clone(),
            _ => format!("{}: {why}", names.join(", ")),
        };
        let reasons: Vec<_> = self.missing.iter().map(reason).collect();
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }
}
