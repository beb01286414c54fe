//! What there is to say of a run that has ended.

use std::path::Path;

use bp_harness::{Plan, Tally};
use bp_record::Outcome;
use bp_report::units::counted;

/// `1 round was disturbed and repeated; both are kept`
fn of_disturbed(disturbed: usize, repeated: usize) -> String {
    match (disturbed, repeated) {
        (1, 0) => "1 round was disturbed; it is kept".to_owned(),
        (1, _) => "1 round was disturbed and repeated; both are kept".to_owned(),
        _ => {
            format!("{disturbed} rounds were disturbed, {repeated} of them repeated; all are kept")
        }
    }
}

/// What went wrong, in a line, for the table shows it cell by cell only.
pub(super) fn say(tally: &Tally, plan: &Plan, directory: &Path) {
    let (disturbed, repeated) = tally.disturbed;
    if disturbed > 0 {
        tell!("{}", of_disturbed(disturbed, repeated));
    }
    let all: usize = tally.outcomes.values().sum();
    let done = all - tally.count(Outcome::Interrupted);
    match tally.not_precise {
        Some(0) => tell!("the median of each makespan is known as exactly as asked"),
        Some(cells) => {
            let cells = counted(cells, "cell");
            tell!("of {cells} the median makespan is not known as exactly as asked");
        }
        None => {}
    }
    if tally.interrupted {
        let (planned, directory) = (plan.items.len(), directory.display());
        tell!(
            "interrupted: {done} of {} are done and kept; `backpressure run --resume {directory}` \
             runs the rest",
            counted(planned, "sample")
        );
    }
    let failed: Vec<_> = tally
        .outcomes
        .iter()
        .filter(|(outcome, _)| !matches!(outcome, Outcome::Ok | Outcome::Interrupted))
        .map(|(outcome, count)| format!("{count} {outcome}"))
        .collect();
    if !failed.is_empty() {
        tell!("not all of {} went well: {}", counted(done, "sample"), failed.join(", "));
    }
}

#[cfg(test)]
mod tests {
    use super::of_disturbed;

    #[test]
    fn one_disturbed_round_is_no_plural() {
        assert_eq!(of_disturbed(1, 0), "1 round was disturbed; it is kept");
        assert_eq!(of_disturbed(1, 1), "1 round was disturbed and repeated; both are kept");
        let two = "2 rounds were disturbed, 1 of them repeated; all are kept";
        assert_eq!(of_disturbed(2, 1), two);
    }
}
