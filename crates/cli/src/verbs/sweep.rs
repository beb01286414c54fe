use anyhow::Result;
use bp_harness::Suite;
use bp_record::Axis;

use crate::{
    arguments,
    exit::Status,
    values::Parameter,
    verbs::run::{execute, selection},
};

/// A run like any other, with one cell for each value.
pub(crate) fn sweep(arguments: arguments::Sweep) -> Result<Status> {
    let (run, suite) = prepared(arguments);
    execute(&run, suite)
}

/// The arguments of the run that a sweep is, with what was not chosen, and the suite that they
/// select from.
pub(crate) fn prepared(arguments: arguments::Sweep) -> (arguments::Run, Suite) {
    let arguments::Sweep { over, mut run } = arguments;
    if run.plan.is_none() {
        let strategy = match over.axis() {
            Axis::Window => "materialize-window",
            Axis::Limit | Axis::Jobs | Axis::Rate => "semaphore",
        };
        run.select.default_to("contended", strategy, "tokio");
        // A window below the limit is none.
        let limited = run.select.parameters.iter().any(|one| matches!(one, Parameter::Limit(_)));
        if let (Axis::Window, false, Some(least)) = (over.axis(), limited, over.least()) {
            run.select.parameters.push(Parameter::Limit(vec![least]));
        }
    }
    let name = format!("sweep over the {}", over.axis());
    let suite = Suite { name, sweep: Some(over), ..selection() };
    (run, suite)
}
