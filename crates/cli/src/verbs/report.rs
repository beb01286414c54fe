use anyhow::Result;

use crate::{arguments, exit::Status, verbs::derive::derive};

/// Makes everything that can be made from the events of a run, and prints its table.
pub(crate) fn report(arguments: &arguments::Report) -> Result<Status> {
    derive(&arguments.run)?.print(arguments.format)?;
    Ok(Status::Done)
}
