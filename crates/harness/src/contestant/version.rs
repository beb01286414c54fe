//! Which program it was: its files, and what it says of its version.

use std::{
    fs::File,
    io::Read,
    process::{Command, Stdio},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use bp_record::digest;

use crate::{
    Contestant, Error,
    platform::{self, Group},
};

/// How long a program may take to say its version.
const PATIENCE: Duration = Duration::from_secs(5);

/// How much of what it says is kept, in bytes: it stands in tables.
const LONGEST: u64 = 200;

impl Contestant {
    /// What tells a run with this program from one with another, as name and value: its
    /// description, its files, its version. What is named in none of them is not known here.
    ///
    /// # Errors
    /// If one of the files cannot be read.
    pub fn fingerprint(&self) -> Result<Vec<(String, String)>, Error> {
        let name = format!("contestant {}", self.name());
        let named = |(part, value): (String, String)| (format!("{name}: {part}"), value);
        let mut settings: Vec<_> = self.digests()?.into_iter().map(named).collect();
        settings.extend(self.version().map(|version| named(("version".into(), version.into()))));
        if self.path().is_file() {
            settings.push((name, self.digest(self.path().as_ref())?));
        }
        Ok(settings)
    }

    /// The digest of each word of its command that is a file beside it, and of each of its `files`.
    ///
    /// # Errors
    /// If one of `files` is not there, or a file cannot be read.
    pub(super) fn digests(&self) -> Result<Vec<(String, String)>, Error> {
        let words = self.command().iter().filter(|word| self.directory().join(word).is_file());
        let mut names: Vec<&String> = words.chain(self.files()).collect();
        names.sort_unstable();
        names.dedup();
        let digest = |name: &String| {
            let path = self.directory().join(name);
            if path.is_file() {
                return Ok((name.clone(), self.digest(&path)?));
            }
            Err(self.error(format!("`files` has {name:?}, and there is no such file beside it")))
        };
        names.into_iter().map(digest).collect()
    }

    fn digest(&self, path: &std::path::Path) -> Result<String, Error> {
        File::open(path)
            .and_then(digest)
            .map_err(|cause| Error::ContestantFile { path: path.to_owned(), cause })
    }

    /// What its program `asked` for the version prints first.
    ///
    /// # Errors
    /// If that program cannot be started, does not end well, or prints nothing.
    pub(super) fn ask_version(&self, asked: &[String]) -> Result<String, Error> {
        let fault = |what: &str| {
            let right = "it has to print a line, as [\"python3\", \"--version\"] does";
            self.error(format!("`version` {asked:?} {what}: {right}"))
        };
        let (program, arguments) = asked.split_first().ok_or_else(|| fault("is empty"))?;
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.directory());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        platform::isolate(&mut command);
        let mut child =
            command.spawn().map_err(|cause| fault(&format!("cannot be started ({cause})")))?;
        let output = child.stdout.take().expect("it was asked for as a pipe");
        let group = Arc::new(Group::new(child));
        let said = hear(output, Arc::clone(&group));
        group.kill(); // whoever is left of it
        let ended = group.reap().is_ok_and(|status| status.success());
        let said = said.ok_or_else(|| fault("does not end"))?;
        let line = said.lines().next().unwrap_or_default().trim();
        match ended {
            false => Err(fault("does not end well")),
            true if line.is_empty() => Err(fault("prints nothing")),
            true => Ok(line.chars().filter(|c| !c.is_control()).collect()),
        }
    }
}

/// What a process prints before it ends; `None` if it takes too long for that.
fn hear(output: impl Read + Send + 'static, group: Arc<Group>) -> Option<String> {
    let (sender, heard) = mpsc::channel();
    thread::spawn(move || {
        let mut said = Vec::new();
        // What cannot be read was not said.
        let _ = output.take(LONGEST).read_to_end(&mut said);
        group.wait();
        let _ = sender.send(String::from_utf8_lossy(&said).into_owned());
    });
    heard.recv_timeout(PATIENCE).ok()
}
