//! What tells whether a run can be continued: the plan and the program, in few bytes.

use std::{
    collections::HashMap,
    io::{self, Read},
};

use serde::{Deserialize, Serialize};

/// Names told of a difference; of the rest only how many there are.
const NAMED: usize = 3;

/// What must be the same for a run to be continued, or to be merged with another.
///
/// It holds the whole plan, whichever part of it this run has, and is the same on every machine
/// that plans the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The [`digest`] of the program's file.
    pub binary: String,
    /// What holds for all cells, as name and value: the suite, the rounds, the seed.
    pub settings: Vec<(String, String)>,
    /// The cells in their order: the id, and the [`digest`] of everything that is planned of it.
    pub cells: Vec<(String, String)>,
}

impl Fingerprint {
    /// In what the plan of `now` differs from this one, in words; empty if in nothing. The binary
    /// is no part of it.
    ///
    /// ```
    /// use bp_record::Fingerprint;
    /// let plan = |seed: &str| Fingerprint {
    ///     settings: vec![("seed".into(), seed.into())],
    ///     ..Fingerprint::default()
    /// };
    /// assert_eq!(plan("1").differences(&plan("1")), [""; 0]);
    /// assert_eq!(plan("1").differences(&plan("2")), ["seed was 1 and is 2"]);
    /// ```
    pub fn differences(&self, now: &Self) -> Vec<String> {
        let mut found = settings(&self.settings, &now.settings);
        let (before, after) = (by_id(&self.cells), by_id(&now.cells));
        let ids = |list: &[(String, String)], keep: &dyn Fn(&str, &str) -> bool| -> Vec<String> {
            list.iter().filter(|(id, digest)| keep(id, digest)).map(|(id, _)| id.clone()).collect()
        };
        let gone = ids(&self.cells, &|id, _| !after.contains_key(id));
        let new = ids(&now.cells, &|id, _| !before.contains_key(id));
        let other =
            ids(&now.cells, &|id, digest| before.get(id).is_some_and(|before| *before != digest));
        found.extend(named("no longer planned", &gone));
        found.extend(named("not planned before", &new));
        found.extend(named("planned with other settings", &other));
        if found.is_empty() && self.cells != now.cells {
            found.push("the cells come in another order".to_owned());
        }
        found
    }
}

fn settings(before: &[(String, String)], after: &[(String, String)]) -> Vec<String> {
    let (old, new) = (by_id(before), by_id(after));
    let mut found = Vec::new();
    for (name, value) in before {
        match new.get(&**name) {
            Some(now) if now == value => {}
            Some(now) => found.push(format!("{name} was {value} and is {now}")),
            None => found.push(format!("{name} was {value} and is not set")),
        }
    }
    let added = after.iter().filter(|(name, _)| !old.contains_key(&**name));
    found.extend(added.map(|(name, value)| format!("{name} was not set and is {value}")));
    found
}

fn by_id(list: &[(String, String)]) -> HashMap<&str, &str> {
    list.iter().map(|(id, digest)| (&**id, &**digest)).collect()
}

fn named(what: &str, ids: &[String]) -> Option<String> {
    let names = ids.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match ids.len() {
        0 => None,
        1 => Some(format!("1 cell {what}: {names}")),
        count @ ..=NAMED => Some(format!("{count} cells {what}: {names}")),
        count => Some(format!("{count} cells {what}: {names} and {} more", count - NAMED)),
    }
}

/// A short text that differs for different bytes: their CRC-32 and their number.
///
/// It finds changes, not forgeries.
///
/// ```
/// assert_eq!(bp_record::digest(&b"123456789"[..]).unwrap(), "cbf43926-9");
/// ```
///
/// # Errors
/// Those of the reader.
pub fn digest(mut bytes: impl Read) -> io::Result<String> {
    let (mut crc, mut length) = (crc32fast::Hasher::new(), 0_u64);
    let mut chunk = vec![0; 64 << 10];
    loop {
        match bytes.read(&mut chunk) {
            Ok(0) => return Ok(format!("{:08x}-{length}", crc.finalize())),
            Ok(count) => {
                crc.update(&chunk[..count]);
                length += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
