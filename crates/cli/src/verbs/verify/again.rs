//! The commands that show a breach again, word for word.

use bp_laws::program;
use bp_record::{Cell, Sample};

use super::is_broken;

/// The command that runs a cell of that kind again, with the options that were typed; none for a
/// cell that kept its promises.
pub(super) fn of_cell(sample: &Sample, typed: &str) -> String {
    if !is_broken(sample) {
        return String::new();
    }
    let cell = &sample.cell;
    let (work, strategy, executor) = (&cell.work.name, &cell.strategy, &cell.executor);
    format!(
        "{} verify -w '^{work}$' -s '^{strategy}$' -x '^{executor}$'{}{typed}",
        program(strategy),
        parameters(cell)
    )
}

/// Its parameters as they are typed: those of this cell alone, where several values were.
fn parameters(cell: &Cell) -> String {
    let number = |name, value: Option<_>| value.map(|value| format!(" -p {name}={value}"));
    let given = [
        number("limit", cell.limit),
        number("capacity", cell.capacity),
        number("window", cell.window),
        cell.pause_ns.map(|pause| format!(" -p pause={pause}ns")),
        cell.rate_per_second.map(|rate| format!(" -p rate={rate}/s")),
    ];
    given.into_iter().flatten().collect()
}

/// The command that tries a law again over all its schedules, for whoever did not live to name one.
pub(super) fn of_law(law: &str, strategy: &str, typed: &str) -> String {
    format!("{} verify --law {law} -s '^{strategy}$'{typed}", program(strategy))
}

#[cfg(test)]
mod tests {
    #[test]
    fn whoever_does_not_live_is_asked_again_as_before() {
        let typed = " --seed 7 --mem-cap 1GiB";
        let line = super::of_law("memory", "sequential", typed);
        assert_eq!(
            line,
            "backpressure verify --law memory -s '^sequential$' --seed 7 --mem-cap 1GiB"
        );
    }
}
