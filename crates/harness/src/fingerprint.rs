use std::fs::File;

use bp_record::{Fingerprint, digest};
use serde::Serialize;

use crate::{Error, Item, Plan, platform};

impl Plan {
    /// What must be the same for a run of this plan to be continued, or to be merged with a run
    /// of another part of it: so it is taken of the whole plan, before [`part`](Self::part).
    ///
    /// # Errors
    /// If the program's own file cannot be read, or a cell has a path that is no text.
    pub fn fingerprint(&self) -> Result<Fingerprint, Error> {
        let program = platform::this_program().map_err(Error::Lost)?;
        let binary = File::open(program).and_then(digest).map_err(Error::Lost)?;
        let order: Vec<_> = self.items.iter().map(Step::of).collect();
        let settings = [
            ("suite", self.suite.clone()),
            ("rounds", self.rounds.to_string()),
            ("seed", self.seed.to_string()),
            ("precision", format!("{:?}", self.precision)),
            ("order of samples", of(&order).map_err(|_| self.unwritable())?),
        ];
        let cells = self.cells.iter().map(|cell| {
            let digest = of(cell).map_err(|_| self.unwritable())?;
            Ok((cell.id(), digest))
        });
        Ok(Fingerprint {
            binary,
            settings: settings.map(|(name, value)| (name.to_owned(), value)).into(),
            cells: cells.collect::<Result<_, Error>>()?,
        })
    }

    /// The first cell that is no text.
    fn unwritable(&self) -> Error {
        let cell = self.cells.iter().find(|cell| serde_json::to_vec(cell).is_err());
        Error::Refused {
            id: cell.map_or_else(|| self.suite.clone(), |cell| cell.id()),
            reason: "the name of its directory is not UTF-8, so it cannot be recorded".to_owned(),
        }
    }
}

/// The part of an item that decides what is measured.
#[derive(Serialize)]
struct Step {
    cell: String,
    extent: u64,
    pass: bp_record::Pass,
    role: bp_record::Role,
    round: u32,
    attempt: u32,
    timeout_ns: u128,
}

impl Step {
    fn of(item: &Item) -> Self {
        Self {
            cell: item.cell.id(),
            extent: item.cell.work.extent.amount(),
            pass: item.pass,
            role: item.role,
            round: item.round,
            attempt: item.attempt,
            timeout_ns: item.timeout.as_nanos(),
        }
    }
}

fn of(value: &impl Serialize) -> serde_json::Result<String> {
    let json = serde_json::to_vec(value)?;
    Ok(digest(&json[..]).expect("reading from memory succeeds"))
}
