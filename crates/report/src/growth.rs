//! One vocabulary for whether memory grows: bounded, in between, grows.

use bp_analysis::{MemoryVerdict, Summary};
use bp_record::Extent;

/// What is said of a cell, in a word or two; empty where it was not measured.
pub(crate) fn word(verdict: Option<MemoryVerdict>) -> &'static str {
    match verdict {
        None => "",
        Some(MemoryVerdict::Bounded) => "bounded",
        Some(MemoryVerdict::Between) => "in between",
        Some(MemoryVerdict::Grows) => "grows",
        Some(MemoryVerdict::TooFewJobs) => "too few jobs to tell",
        Some(MemoryVerdict::JobsLost) => "jobs were lost",
    }
}

/// The same in five characters, for tables without room: nothing is bounded, and what is in between
/// is the power of the number of jobs.
pub(crate) fn mark(cell: &Summary) -> String {
    match cell.verdict_memory() {
        None | Some(MemoryVerdict::Bounded) => String::new(),
        Some(MemoryVerdict::Grows) => "grows".to_owned(),
        Some(MemoryVerdict::Between) => format!("N^{:.1}", cell.memory_growth.unwrap_or(0.0)),
        Some(MemoryVerdict::TooFewJobs) => "few".to_owned(),
        Some(MemoryVerdict::JobsLost) => "lost".to_owned(),
    }
}

/// What a mark means, and the mark; nothing of what has none.
pub(crate) fn meaning(verdict: MemoryVerdict) -> Option<(&'static str, &'static str)> {
    Some(match verdict {
        MemoryVerdict::Bounded => return None,
        MemoryVerdict::Grows => {
            ("grows", "live memory grows in step with the number of jobs, or with time")
        }
        MemoryVerdict::Between => {
            ("N^", "in between: memory grows as that power of the number of jobs, or of time")
        }
        MemoryVerdict::TooFewJobs => (
            "few",
            "too few jobs to tell whether memory grows: a quarter of them is less than twice what \
             may be held at once",
        ),
        MemoryVerdict::JobsLost => {
            ("lost", "whether memory grows cannot be told: jobs were lost, which hold nothing")
        }
    })
}

/// With what memory grows: `the number of jobs`, or time where the source is endless.
pub(crate) fn with(cell: &Summary) -> &'static str {
    match cell.cell.work.extent {
        Extent::Jobs(_) => "the number of jobs",
        Extent::ForNs(_) => "time",
    }
}
