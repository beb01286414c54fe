use std::collections::HashMap;

use crate::Summary;

/// What the strategies of a run took of memory for a job held, besides what the jobs themselves
/// held.
///
/// It is the peak of the live bytes without the payloads of the jobs in flight, a job held each; of
/// several cells of a strategy the one counts that held most.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskMemory(HashMap<String, Taken>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Taken {
    held: u64,
    bytes: u64,
}

/// Where fewer jobs were held, it is what a run has only once that counts.
const MANY: u64 = 10;

impl TaskMemory {
    /// Of all cells that have a traced and a weighed sample.
    pub fn of(summaries: &[Summary]) -> Self {
        let mut most = HashMap::new();
        for summary in summaries {
            if let Some(taken) = taken(summary) {
                let known = most.entry(summary.cell.strategy.clone()).or_insert(taken);
                *known = taken.max(*known);
            }
        }
        Self(most)
    }

    /// True if the run says this of no strategy.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What the strategy of that name took for a job, in bytes.
    pub fn of_strategy(&self, name: &str) -> Option<u64> {
        self.0.get(name).map(|taken| taken.bytes)
    }

    /// The most that a strategy took which held many jobs, in bytes; zero if none did.
    pub fn most(&self) -> u64 {
        let many = self.0.values().filter(|taken| taken.held >= MANY);
        many.map(|taken| taken.bytes).max().unwrap_or(0)
    }
}

fn taken(summary: &Summary) -> Option<Taken> {
    let in_service = summary.in_flight_peak?.saturating_mul(summary.cell.work.payload_bytes as u64);
    let besides = summary.live_peak_bytes?.saturating_sub(in_service);
    let held = summary.held_peak?;
    Some(Taken { held, bytes: besides.checked_div(held)? })
}
