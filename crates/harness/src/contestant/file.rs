use std::{
    env,
    path::{Path, PathBuf},
};

use bp_record::{Catalogue, ContestantEntry, ExecutorEntry};
use serde::{Deserialize, Deserializer};

use crate::{
    Error,
    matrix::parsed,
    select::{Kind, unknown},
    units,
};

/// Address space that a program reserves and does not use, unless its file says otherwise: shared
/// libraries, locales, an arena or two.
const RESERVES: u64 = 64 << 20;

/// A program of somebody else that runs cells of ours, as its file describes it.
///
/// ```
/// use bp_harness::Contestant;
///
/// let text = r#"
///     name = "mine"
///     sentence = "a shell script"
///     command = ["sh", "worker.sh"]
///     strategies = ["sequential"]
///     workloads = ["yield"]
/// "#;
/// let contestant = Contestant::parse(text, "somewhere/mine.toml".as_ref())?;
/// assert_eq!(contestant.name(), "mine");
/// # Ok::<(), bp_harness::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Contestant {
    path: PathBuf,
    text: Text,
    version: Option<String>,
}

/// What stands in the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    name: String,
    sentence: String,
    command: Vec<String>,
    needs: Option<String>,
    strategies: Vec<String>,
    workloads: Vec<String>,
    #[serde(default)]
    files: Vec<String>,
    version: Option<Vec<String>>,
    #[serde(default)]
    single_threaded: bool,
    #[serde(default)]
    send_service_times: bool,
    #[serde(default = "usual_reserves", deserialize_with = "size")]
    reserves: u64,
}

impl Contestant {
    /// Reads a contestant's file, and asks the program for its version if the file says how.
    ///
    /// # Errors
    /// If it cannot be read, as [`Contestant::parse`], or if the program does not say its version.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path)
            .map_err(|cause| Error::ContestantFile { path: path.to_owned(), cause })?;
        let contestant = Self::parse(&text, path)?;
        let asked = contestant.text.version.as_ref().filter(|_| contestant.missing().is_none());
        let version = asked.map(|asked| contestant.ask_version(asked)).transpose()?;
        Ok(Self { version, ..contestant })
    }

    /// Reads a contestant's description from `text`, as if it stood in the file `path`.
    ///
    /// # Errors
    /// If it is no TOML, lacks something, or says something that such a file does not know; the
    /// message has the path and, where there is one, the line.
    pub fn parse(text: &str, path: &Path) -> Result<Self, Error> {
        let text: Text = toml::from_str(text).map_err(|cause| Error::PlanText {
            origin: path.display().to_string(),
            cause: Box::new(cause),
        })?;
        let contestant = Self { path: path.to_owned(), text, version: None };
        if !is_name(contestant.name()) {
            let (name, right) =
                (contestant.name(), "small letters, digits and hyphens, as in `go-1`");
            return Err(contestant.error(format!("`name` is {name:?} and has to be {right}")));
        }
        if contestant.text.command.first().is_none_or(String::is_empty) {
            let right = "has to name a program, as in [\"python3\", \"worker.py\"]";
            return Err(contestant.error(format!("`command` {right}")));
        }
        Ok(contestant)
    }

    /// What it is called: it stands as an executor.
    pub fn name(&self) -> &str {
        &self.text.name
    }

    /// The program and its arguments.
    pub fn command(&self) -> &[String] {
        &self.text.command
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it says of its version, if it was asked and can run here.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// The files of which it is made, besides those that its command names.
    pub(super) fn files(&self) -> &[String] {
        &self.text.files
    }

    /// Where it runs: the directory of its file.
    pub fn directory(&self) -> &Path {
        match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        }
    }

    /// True if it has one thread, so that an order of completion can be told.
    pub fn single_threaded(&self) -> bool {
        self.text.single_threaded
    }

    /// True if requests are to carry the service time of every job.
    pub fn wants_service_times(&self) -> bool {
        self.text.send_service_times
    }

    /// Address space that it reserves beyond the memory that it uses, in bytes.
    pub fn reserves(&self) -> u64 {
        self.text.reserves
    }

    /// Why it cannot run on this machine; `None` if it can as far as is seen without trying.
    pub fn missing(&self) -> Option<String> {
        let needed = self.text.needs.as_ref().unwrap_or(&self.text.command[0]);
        (!self.finds(needed)).then(|| format!("there is no `{needed}` on this machine"))
    }

    /// A name with a slash is a file, seen from the contestant's own; any other is looked for where
    /// the shell does.
    fn finds(&self, program: &str) -> bool {
        if program.contains('/') {
            return self.directory().join(program).is_file();
        }
        let places = env::var_os("PATH").unwrap_or_default();
        let program = format!("{program}{}", env::consts::EXE_SUFFIX);
        env::split_paths(&places).any(|place| place.join(&program).is_file())
    }

    /// Enters it into the catalogue: as an executor, and with each strategy that it implements. One
    /// that cannot run is known by its name and takes no cells.
    ///
    /// # Errors
    /// If its name is taken, it names what is not in the catalogue, or one of its files is missing.
    pub fn join(&self, catalogue: &mut Catalogue) -> Result<(), Error> {
        if catalogue.executor(self.name()).is_some() {
            return Err(self.error(format!("`name` {:?} is taken by another", self.name())));
        }
        self.check(Kind::Strategy, &self.text.strategies, catalogue)?;
        self.check(Kind::Workload, &self.text.workloads, catalogue)?;
        let (skipped, files) = (self.missing(), self.digests()?);
        for entry in &mut catalogue.strategies {
            if skipped.is_none() && self.text.strategies.contains(&entry.name) {
                entry.executors.push(self.text.name.clone());
            }
        }
        catalogue.executors.push(ExecutorEntry {
            name: self.text.name.clone(),
            sentence: self.text.sentence.clone(),
            legacy: false,
            simulated: false,
            single_threaded: self.text.single_threaded,
            contestant: Some(ContestantEntry {
                command: self.text.command.clone(),
                workloads: self.text.workloads.clone(),
                skipped,
                version: self.version.clone(),
                files,
            }),
        });
        Ok(())
    }

    fn check(&self, kind: Kind, names: &[String], catalogue: &Catalogue) -> Result<(), Error> {
        if names.is_empty() {
            return Err(self.error(format!("it runs no {}: name at least one", kind.name())));
        }
        let known = kind.known(catalogue);
        match names.iter().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(self.error(unknown(kind, name, &known).to_string())),
            None if kind == Kind::Workload && names.iter().any(|name| name == FILES) => {
                let why = "its jobs follow from the directory and not from the request";
                Err(self.error(format!("the workload `{FILES}` is not for contestants: {why}")))
            }
            None => Ok(()),
        }
    }

    pub(super) fn error(&self, reason: String) -> Error {
        Error::Contestant { path: self.path.clone(), reason }
    }
}

/// The workload that reads real files.
const FILES: &str = "files";

/// It becomes part of the names of cells and of files.
fn is_name(name: &str) -> bool {
    let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= 40
        && name.chars().all(inside)
}

fn usual_reserves() -> u64 {
    RESERVES
}

fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    parsed(deserializer, units::bytes)
}
