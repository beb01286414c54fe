//! Code that follows the rule of the strategy to use. The texts are files that a test compiles and
//! runs; only their constants are replaced.

use std::num::NonZeroUsize;

use bp_analysis::replay::Rule;

use super::Answer;

/// The text for the strategy to use, with its limit and window; empty if nobody knows its rule.
pub(super) fn code(answer: &Answer) -> String {
    let jobs = answer.question.jobs;
    answer.advice.rows[answer.advice.choice].rule.map_or_else(String::new, |rule| of(rule, jobs))
}

/// `Code to paste; it needs futures and tokio.`
pub(super) fn heading(code: &str) -> String {
    let needed = ["backpressure", "futures", "tokio"]
        .map(|name| (name, code.contains(&format!("use {name}::"))));
    let needed: Vec<_> = needed.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect();
    let needs = if needed.is_empty() { "no other crate" } else { &needed.join(" and ") };
    format!("Code to paste; it needs {needs}.")
}

fn of(rule: Rule, jobs: NonZeroUsize) -> String {
    let limit = rule.limit();
    let unlimited = limit >= jobs;
    let text = match rule {
        Rule::Pool { limit: NonZeroUsize::MIN } => include_str!("snippets/sequential.rs"),
        Rule::Pool { .. } if unlimited => include_str!("snippets/unbounded.rs"),
        Rule::Pool { .. } => include_str!("snippets/pool.rs"),
        Rule::Loop { .. } | Rule::TopUp { .. } | Rule::Gather { ordered: false, .. } => {
            include_str!("snippets/completed.rs")
        }
        Rule::Batches { .. } => include_str!("snippets/batches.rs"),
        Rule::Ordered { limit, window } if window > limit => include_str!("snippets/window.rs"),
        Rule::Gather { .. } if !unlimited => include_str!("snippets/window.rs"),
        Rule::Ordered { .. } | Rule::Gather { .. } => include_str!("snippets/ordered.rs"),
        Rule::HandedOut { in_order: true, .. } => include_str!("snippets/library_ordered.rs"),
        Rule::HandedOut { .. } => include_str!("snippets/library_completed.rs"),
    };
    let window = match rule {
        Rule::Ordered { window, .. } | Rule::HandedOut { window, .. } => window,
        _ => jobs,
    };
    let constants = [("LIMIT", limit.min(jobs)), ("WINDOW", window.min(jobs))];
    let line = |line: &str| {
        let constant = |(name, value): &(&str, NonZeroUsize)| {
            let is = line.starts_with(&format!("const {name}: usize = "));
            is.then(|| format!("const {name}: usize = {value};"))
        };
        constants.iter().find_map(constant).unwrap_or_else(|| line.to_owned()) + "\n"
    };
    text.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(value: usize) -> NonZeroUsize {
        NonZeroUsize::new(value).unwrap()
    }

    #[test]
    fn the_constants_are_those_of_the_advice() {
        let text = of(Rule::Ordered { limit: n(64), window: n(270) }, n(1_000));
        assert!(
            text.contains("\nconst LIMIT: usize = 64;\nconst WINDOW: usize = 270;\n"),
            "{text}"
        );
        let text = of(Rule::Pool { limit: n(8) }, n(1_000));
        assert!(text.contains("\nconst LIMIT: usize = 8;\n") && text.contains("acquire_owned"));
        let all = of(Rule::Gather { limit: NonZeroUsize::MAX, ordered: true }, n(50));
        assert!(all.contains("\nconst LIMIT: usize = 50;\n") && all.contains("buffered"));
        let bounded = of(Rule::Gather { limit: n(8), ordered: true }, n(50));
        assert!(bounded.contains("LIMIT: usize = 8;\nconst WINDOW: usize = 50;"), "{bounded}");
        assert!(!of(Rule::Pool { limit: NonZeroUsize::MAX }, n(50)).contains("LIMIT"));
        assert!(!of(Rule::Pool { limit: n(1) }, n(50)).contains("spawn"));
    }
}
