use anyhow::Result;
use bp_harness::Error;
use bp_record::Store;

use crate::{arguments::Rank, exit::Status, output};

/// Puts the strategies of a run in order, as far as its rounds tell them apart.
pub(crate) fn rank(arguments: &Rank) -> Result<Status> {
    let (run, filters) = (Store::read(&arguments.run)?, arguments.names.filters());
    let mut samples = run.counted();
    let all = samples.len();
    samples.retain(|sample| filters.fit(&sample.cell));
    if samples.is_empty() && all > 0 {
        let reason = format!("no cell of {} matches", arguments.run.display());
        return Err(Error::Nothing(reason).into());
    }
    let rankings = bp_analysis::rank(&samples, arguments.metric);
    let ranking = bp_report::ranking(&rankings, arguments.metric, arguments.format.into());
    output::print_as(arguments.format, &ranking)?;
    Ok(Status::Done)
}
