use anyhow::Result;

use crate::{arguments, exit::Status, verbs::derive::derive};

/// Makes everything that can be made from the events of a run, and prints its table.
pub(crate) fn report(arguments: &arguments::Report) -> Result<Status> {
    let derived = derive(&arguments.run)?;
    derived.print(arguments.format)?;
    derived.open(arguments.open)?;
    Ok(Status::Done)
}
