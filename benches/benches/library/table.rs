//! The table.

use crate::measure::Plan;

/// All rivals on one executor, with one kind of jobs, at one limit.
pub(crate) struct Cell {
    pub(crate) runtime: &'static str,
    pub(crate) jobs: &'static str,
    pub(crate) limit: usize,
    pub(crate) rows: Vec<Row>,
}

/// One rival.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// Of processor time, a job.
    pub(crate) nanos: f64,
    /// What `materialize` took over what this one took.
    pub(crate) ratio: f64,
}

/// Prints a table for each kind of jobs and each executor: a column a limit.
pub(crate) fn print(plan: &Plan, cells: &[Cell]) {
    println!(
        "Processor time a job, and in brackets that of `materialize` over it: the middle of {} \
         rounds of {} jobs, all rivals in turn.",
        plan.rounds, plan.jobs
    );
    let mut kinds: Vec<_> = cells.iter().map(|cell| (cell.jobs, cell.runtime)).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for (jobs, runtime) in kinds {
        println!("\n{jobs}; {runtime}");
        let cells: Vec<_> =
            cells.iter().filter(|cell| (cell.jobs, cell.runtime) == (jobs, runtime)).collect();
        print!("{:<26}", "");
        for cell in &cells {
            print!("{:>17}", format!("limit {}", cell.limit));
        }
        println!();
        for (index, row) in cells[0].rows.iter().enumerate() {
            print!("{:<26}", row.name);
            for cell in &cells {
                let Row { nanos, ratio, .. } = cell.rows[index];
                print!("{:>17}", format!("{nanos:.1} ns ({ratio:.2})"));
            }
            println!();
        }
    }
}
