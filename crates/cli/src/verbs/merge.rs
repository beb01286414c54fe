use anyhow::Result;
use bp_record::{Allow, Merged, Store};
use bp_report::units::counted;

use crate::{arguments, exit::Status, output, verbs::derive::derive};

/// Makes one run of its parts, says what is missing or unlike, and prints its table.
pub(crate) fn merge(arguments: &arguments::Merge) -> Result<Status> {
    let mut parts = Vec::new();
    for path in &arguments.parts {
        let recorded = Store::read(path)?;
        if let Some(torn) = recorded.torn {
            let path = path.display();
            tell!("note: {path}: line {} was not finished and is left out", torn.line);
        }
        parts.push((path.clone(), recorded));
    }
    let allow = Allow { missing: arguments.allow_missing, unlike: arguments.allow_unlike };
    let Merged { recorded, notes, traces } = bp_record::merge(&parts, allow)?;
    Store::write(&arguments.out, &recorded, &traces)?;
    notes.iter().for_each(|note| output::say(WARNING, note));
    let parts = counted(recorded.run.shards.len(), "part");
    let samples = counted(recorded.samples.len(), "sample");
    tell!("merged {parts}, {samples}, into {}", arguments.out.display());
    derive(&arguments.out)?.print(arguments.format)?;
    Ok(Status::Done)
}

/// `anstream` takes the colour out where it does not belong: no terminal, or NO_COLOR.
const WARNING: &str = "\u{1b}[1;33mwarning:\u{1b}[0m ";
