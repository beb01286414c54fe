//! The server that the jobs of an item talk to, in a process of its own beside the child that is
//! measured. What is said to it and what it answers are lines of JSON: first the work, which is
//! answered with its address; then `"report"`. It ends when nobody can say more.

use std::{
    ffi::OsString,
    io::{self, BufRead, BufReader, Read, Write},
    net::SocketAddr,
    process::{ChildStdin, Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::Duration,
};

use bp_record::{Served, Work};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    child::Event,
    judge::last_line,
    pipe::{Keep, Pipe},
    platform::{self, Group},
    units::Roughly,
};

/// The hidden command that makes the program a server.
pub const SERVER_VERB: &str = "__serve";

/// How long a server may take to come up, and to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Most bytes of its answers, together.
const OUTPUT_BYTES: u64 = 1 << 20;
/// How much of the end of standard error is kept.
const ERROR_BYTES: usize = 4 << 10;

/// Runs as a server: `serve` has the conversation with the harness, and if the harness dies, so
/// does this process.
///
/// # Errors
/// Those of `serve`.
pub fn serve_beside<E>(
    serve: impl FnOnce(io::StdinLock<'static>, io::StdoutLock<'static>) -> Result<(), E>,
) -> Result<(), E> {
    platform::end_with_parent();
    serve(io::stdin().lock(), io::stdout().lock())
}

/// How to start a server.
#[derive(Clone, Debug)]
pub(crate) struct ServerProgram {
    pub(crate) program: OsString,
    pub(crate) arguments: Vec<OsString>,
}

impl ServerProgram {
    /// This program with its hidden command, if the system tells where it is.
    pub(crate) fn this() -> Option<Self> {
        let program = platform::this_program().ok()?;
        Some(Self { program, arguments: vec![SERVER_VERB.into()] })
    }

    /// Starts the server of `work`; or says why there is none.
    pub(crate) fn start(&self, work: &Work) -> Result<Server, String> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        platform::isolate(&mut command);
        let mut server = Server::spawn(command).map_err(|cause| {
            format!("cannot start the server {}: {cause}", self.program.display())
        })?;
        let Open { address } = server.ask(work)?;
        server.address = Some(address);
        Ok(server)
    }
}

/// What a server says of itself when it is up.
#[derive(Debug, Deserialize)]
struct Open {
    address: SocketAddr,
}

/// A server that runs, until this is dropped.
pub(crate) struct Server {
    address: Option<SocketAddr>,
    group: Group,
    input: ChildStdin,
    answers: Receiver<String>,
    errors: Pipe,
    closed: Receiver<Event>,
}

impl Server {
    fn spawn(mut command: Command) -> io::Result<Self> {
        let mut child = command.spawn()?;
        let (input, output, errors) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let group = Group::new(child);
        let (events, closed) = mpsc::channel();
        let errors = Pipe::read(errors, Keep::Last(ERROR_BYTES), events);
        let output = output.expect("standard output was asked for as a pipe");
        let answers = lines(BufReader::new(output.take(OUTPUT_BYTES)));
        let (Ok(errors), Ok(answers)) = (errors, answers) else {
            group.kill();
            group.reap()?;
            return Err(io::Error::other("no thread can be started"));
        };
        let input = input.expect("standard input was asked for as a pipe");
        Ok(Self { address: None, group, input, answers, errors, closed })
    }

    /// Where it listens, once it does.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// What it saw; or why it does not say so.
    pub(crate) fn report(mut self) -> Result<Served, String> {
        self.ask(&"report")
    }

    fn ask<T: DeserializeOwned>(&mut self, what: &impl Serialize) -> Result<T, String> {
        let mut line = serde_json::to_vec(what).expect("what is asked is plain");
        line.push(b'\n');
        // One that has ended does not read; the way it ended tells more than this error.
        let _ = self.input.write_all(&line).and_then(|()| self.input.flush());
        match self.answers.recv_timeout(PATIENCE) {
            Ok(line) => serde_json::from_str(&line)
                .map_err(|error| format!("the server's answer is no answer ({error}): {line}")),
            Err(RecvTimeoutError::Timeout) => {
                Err(format!("the server did not answer within {}", Roughly(PATIENCE)))
            }
            Err(RecvTimeoutError::Disconnected) => Err(self.last_words()),
        }
    }

    /// How it ended that does not speak any more.
    fn last_words(&self) -> String {
        self.group.kill();
        let status = self.group.reap().map_or_else(|error| error.to_string(), |s| s.to_string());
        while !self.errors.closed() && self.closed.recv_timeout(PATIENCE).is_ok() {}
        let last = last_line(&self.errors.take());
        let colon = if last.is_empty() { "" } else { ": " };
        format!("the server ended ({status}){colon}{last}")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.group.kill();
        let _ = self.group.reap();
    }
}

/// The lines of a stream, read by a thread of its own, which ends with the stream.
fn lines(stream: impl BufRead + Send + 'static) -> io::Result<Receiver<String>> {
    let (sender, lines) = mpsc::channel();
    thread::Builder::new().spawn(move || {
        for line in stream.lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    })?;
    Ok(lines)
}
