use anyhow::Result;
use bp_harness::Suite;
use bp_record::Axis;

use crate::{
    arguments,
    exit::Status,
    verbs::run::{execute, selection},
};

/// A run like any other, with one cell for each value.
pub(crate) fn sweep(arguments: arguments::Sweep) -> Result<Status> {
    let arguments::Sweep { over, mut run } = arguments;
    if run.plan.is_none() {
        let strategy = match over.axis() {
            Axis::Window => "materialize-window",
            Axis::Limit | Axis::Jobs | Axis::Rate => "semaphore",
        };
        run.select.default_to("contended", strategy, "tokio");
    }
    let name = format!("sweep over the {}", over.axis());
    execute(&run, Suite { name, sweep: Some(over), ..selection() })
}
