use anyhow::Result;
use bp_record::Store;

use crate::{arguments::Rank, exit::Status, output};

/// Puts the strategies of a run in order, as far as its rounds tell them apart.
pub(crate) fn rank(arguments: &Rank) -> Result<Status> {
    let run = Store::read(&arguments.run)?;
    let rankings = bp_analysis::rank(&run.counted(), arguments.metric);
    let ranking = bp_report::ranking(&rankings, arguments.metric, arguments.format.into());
    output::print_as(arguments.format, &ranking)?;
    Ok(Status::Done)
}
