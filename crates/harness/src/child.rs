use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    io::{self, Read, Write},
    net::SocketAddr,
    process::{ChildStdin, ChildStdout, Command, Stdio},
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use bp_record::{Cell, Outcome, Pass, Sample, Work};

use crate::{
    Copies, Error, Interrupts, Item,
    contestant::{CONTESTANT_VERB, Contestant},
    judge::{Ending, Killed, Verdict, failed, judge},
    pipe::{Keep, Pipe},
    platform::{self, Group},
    protocol::{CHILD_VERB, Request, VERSION},
    server::{Server, ServerProgram},
};

/// Most bytes of an answer. The largest honest one, a full trace, is a sixth of it; that of a
/// contestant, which is thinned afterwards, may need more.
const OUTPUT_BYTES: usize = 64 << 20;
/// How much of the end of standard error is kept.
const ERROR_BYTES: usize = 64 << 10;
/// Between the request to end and the signal that cannot be ignored.
const GRACE: Duration = Duration::from_millis(500);
/// How long the pipes may stay open after the child has ended: a grandchild may hold them.
const DRAIN: Duration = Duration::from_secs(1);

/// How to start a child: normally, this very program with its hidden command.
#[derive(Clone, Debug)]
pub struct Launcher {
    program: OsString,
    arguments: Vec<OsString>,
    memory_cap_bytes: u64,
    contestants: BTreeMap<String, Contestant>,
    copies: Option<Arc<Copies>>,
    server: Option<ServerProgram>,
}

impl Launcher {
    /// Children that are this program again, each allowed so much memory.
    ///
    /// # Errors
    /// If the system does not tell where this program is.
    pub fn this_program(memory_cap_bytes: u64) -> Result<Self, Error> {
        Self::this_program_as(CHILD_VERB, memory_cap_bytes)
    }

    /// The same with another hidden command.
    ///
    /// # Errors
    /// As [`this_program`](Self::this_program).
    pub fn this_program_as(verb: &str, memory_cap_bytes: u64) -> Result<Self, Error> {
        let program = platform::this_program().map_err(Error::Lost)?;
        let server = ServerProgram::this();
        Ok(Self { server, ..Self::new(program, [verb], memory_cap_bytes) })
    }

    /// Children that are another program, which speaks the protocol; without a server.
    pub fn new<A: Into<OsString>>(
        program: impl Into<OsString>,
        arguments: impl IntoIterator<Item = A>,
        memory_cap_bytes: u64,
    ) -> Self {
        let arguments = arguments.into_iter().map(Into::into).collect();
        let (contestants, copies, server) = (BTreeMap::new(), None, None);
        Self { program: program.into(), arguments, memory_cap_bytes, contestants, copies, server }
    }

    /// The same, but where jobs talk to a server it is that program, which speaks as
    /// [`SERVER_VERB`](crate::SERVER_VERB) does.
    #[must_use]
    pub fn with_server<A: Into<OsString>>(
        self,
        program: impl Into<OsString>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        let arguments = arguments.into_iter().map(Into::into).collect();
        Self { server: Some(ServerProgram { program: program.into(), arguments }), ..self }
    }

    /// The same without servers, whatever a workload is called: for programs that are none.
    #[must_use]
    pub fn without_server(self) -> Self {
        Self { server: None, ..self }
    }

    /// The same, but cells of these executors are run by the contestants of that name.
    #[must_use]
    pub fn with_contestants(mut self, contestants: impl IntoIterator<Item = Contestant>) -> Self {
        let named = contestants.into_iter().map(|one| (one.name().to_owned(), one));
        self.contestants.extend(named);
        self
    }

    /// Children that are another build of this program, with servers of this one.
    pub fn another(program: impl Into<OsString>, memory_cap_bytes: u64) -> Self {
        let server = ServerProgram::this();
        Self { server, ..Self::new(program, [CHILD_VERB], memory_cap_bytes) }
    }

    /// The same, but each round runs a fresh copy of the program.
    #[must_use]
    pub fn with_copies(self, copies: Copies) -> Self {
        Self { copies: Some(Arc::new(copies)), ..self }
    }

    /// What the children of one round are started from.
    pub(crate) fn of_a_round(&self) -> Result<Self, Error> {
        match &self.copies {
            Some(copies) => copies.fresh(self, "round"),
            None => Ok(self.clone()),
        }
    }

    /// The same children from another file.
    pub(crate) fn moved(&self, program: impl Into<OsString>) -> Self {
        Self { program: program.into(), ..self.clone() }
    }

    /// True if cells of that executor are run by somebody else's program.
    pub(crate) fn is_contestant(&self, executor: &str) -> bool {
        self.contestants.contains_key(executor)
    }

    /// What is started.
    pub fn program(&self) -> &OsStr {
        &self.program
    }

    /// Runs one item in a process of its own and says how it ended; never leaves a process of
    /// its group behind.
    ///
    /// # Errors
    /// If the process cannot be started at all. Everything after that is a sample.
    pub fn sample(&self, item: &Item, stop: &Interrupts) -> Result<Sample, Error> {
        self.sample_through(item, stop, |output| Box::new(output))
    }

    /// The same, where the answer is what `through` leaves of the child's standard output.
    pub(crate) fn sample_through(
        &self,
        item: &Item,
        stop: &Interrupts,
        through: impl FnOnce(ChildStdout) -> Box<dyn Read + Send>,
    ) -> Result<Sample, Error> {
        let (ending, verdict) = match self.server(&item.cell.work) {
            Ok(server) => self.judged(item, server, stop, through)?,
            Err(message) => (Ending::default(), Verdict::failure(Outcome::Crashed, message)),
        };
        Ok(Sample {
            cell: item.cell.clone(),
            pass: item.pass,
            role: item.role,
            round: item.round,
            attempt: item.attempt,
            outcome: verdict.outcome,
            exit_code: ending.code,
            signal: ending.signal,
            message: verdict.message,
            measured: verdict.measured.map(|measured| *measured),
        })
    }

    /// Runs the child beside its server, if it has one.
    fn judged(
        &self,
        item: &Item,
        server: Option<Server>,
        stop: &Interrupts,
        through: impl FnOnce(ChildStdout) -> Box<dyn Read + Send>,
    ) -> Result<(Ending, Verdict), Error> {
        let began = Instant::now();
        let Item { ref cell, pass, timeout, .. } = *item;
        let address = server.as_ref().and_then(Server::address);
        let request = self.request(cell, pass, address);
        let request = serde_json::to_vec(&request).expect("a request is plain");
        let ending = self.run(self.command(cell), request, timeout, stop, through)?;
        let lifetime = began.elapsed();
        let verdict = judge(&ending, self.memory_cap_bytes, |output| {
            match self.contestants.get(&item.cell.executor) {
                Some(contestant) => contestant.read(output, item, lifetime),
                None => serde_json::from_slice(output),
            }
        });
        Ok(match server {
            Some(server) => (ending, verdict.served(|| server.report())),
            None => (ending, verdict),
        })
    }

    /// The server of a workload that needs one; or why there is none.
    fn server(&self, work: &Work) -> Result<Option<Server>, String> {
        let program = self.server.as_ref().filter(|_| bp_registry::needs_server(work));
        program.map(|program| program.start(work)).transpose()
    }

    /// Asks a child of one's own for an answer to a text, and says how it ended if it has none:
    /// what [`serve_text`](crate::serve_text) is the other side of.
    ///
    /// # Errors
    /// If the process cannot be started at all.
    pub fn ask(
        &self,
        request: Vec<u8>,
        timeout: Duration,
        stop: &Interrupts,
    ) -> Result<Result<Vec<u8>, (Outcome, String)>, Error> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        let ending = self.run(piped(command), request, timeout, stop, |output| Box::new(output))?;
        Ok(match failed(&ending, self.memory_cap_bytes) {
            None => Ok(ending.output),
            Some(verdict) => Err((verdict.outcome, verdict.message.unwrap_or_default())),
        })
    }

    fn run(
        &self,
        command: Command,
        request: Vec<u8>,
        timeout: Duration,
        stop: &Interrupts,
        through: impl FnOnce(ChildStdout) -> Box<dyn Read + Send>,
    ) -> Result<Ending, Error> {
        converse(command, request, timeout, stop, through)
            .map_err(|cause| Error::Start { program: self.program.clone().into(), cause })
    }

    fn request(&self, cell: &Cell, pass: Pass, server: Option<SocketAddr>) -> Request {
        let contestant = self.contestants.get(&cell.executor);
        let wanted = contestant.is_some_and(Contestant::wants_service_times);
        Request {
            version: VERSION,
            cell: cell.clone(),
            pass,
            mem_cap_bytes: self.memory_cap_bytes,
            service_ns: if wanted { bp_registry::service_times(&cell.work) } else { None },
            server,
        }
    }

    fn command(&self, cell: &Cell) -> Command {
        let mut command = Command::new(&self.program);
        match self.contestants.get(&cell.executor) {
            None => command.args(&self.arguments),
            Some(contestant) => command
                .arg(CONTESTANT_VERB)
                .arg(self.memory_cap_bytes.saturating_add(contestant.reserves()).to_string())
                .args(contestant.command())
                .current_dir(contestant.directory()),
        };
        command.envs(bp_registry::environment(&cell.executor, cell.threads));
        piped(command)
    }
}

/// With pipes, and in a group of its own.
fn piped(mut command: Command) -> Command {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    platform::isolate(&mut command);
    command
}

/// Starts a child, hands it the request, and waits until it has ended, whatever becomes of it.
fn converse(
    mut command: Command,
    request: Vec<u8>,
    timeout: Duration,
    stop: &Interrupts,
    through: impl FnOnce(ChildStdout) -> Box<dyn Read + Send>,
) -> io::Result<Ending> {
    let deadline = Instant::now() + timeout;
    let mut child = command.spawn()?;
    let (input, output, errors) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let group = Arc::new(Group::new(child));
    let (events, happened) = mpsc::channel();
    let _watched = stop.watch(&group, events.clone());
    // From here on the guard below kills and reaps, whatever goes wrong.
    let ended = EndOnDrop(&group);
    let output = Pipe::read(output.map(through), Keep::First(OUTPUT_BYTES), events.clone())?;
    let errors = Pipe::read(errors, Keep::Last(ERROR_BYTES), events.clone())?;
    let waiter = Arc::clone(&group);
    thread::Builder::new().spawn(move || {
        waiter.wait();
        let _ = events.send(Event::Exited);
    })?;
    // Whoever does not read must not hold up the parent, which has a deadline.
    thread::Builder::new().spawn(move || ask(input, &request))?;

    let killed = await_end(&happened, deadline, timeout);
    if killed.is_some() {
        ask_to_end(&group, &happened);
    }
    // Whoever of its group is left, the child itself if it did not listen, must not disturb
    // the next measurement.
    group.kill();
    drain(&happened, [&output, &errors]);
    drop(ended);
    let status = group.reap()?;
    Ok(Ending {
        code: status.code(),
        signal: platform::signal(status),
        output: output.take(),
        errors: errors.take(),
        killed,
    })
}

/// What wakes the parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The child ended; its pipes may still be open.
    Exited,
    /// The child wrote more than it may.
    Talkative,
    /// A pipe was closed.
    Closed,
    /// The user asked for the end.
    Interrupted,
}

/// Waits until the child ends by itself, or there is a reason to kill it.
fn await_end(
    happened: &mpsc::Receiver<Event>,
    deadline: Instant,
    timeout: Duration,
) -> Option<Killed> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match happened.recv_timeout(left) {
            Ok(Event::Exited) => return None,
            Ok(Event::Talkative) => return Some(Killed::Talkative(OUTPUT_BYTES)),
            Ok(Event::Interrupted) => return Some(Killed::Interrupt),
            Ok(Event::Closed) => {}
            Err(_) => return Some(Killed::Timeout(timeout)),
        }
    }
}

/// Asks the whole group to end, and gives the child a moment to do so.
fn ask_to_end(group: &Group, happened: &mpsc::Receiver<Event>) {
    group.terminate();
    let deadline = Instant::now() + GRACE;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match happened.recv_timeout(left) {
            Ok(Event::Exited) => return,
            Ok(_) => {}
            Err(_) => return,
        }
    }
}

/// Waits until both pipes are closed, but not for ever.
fn drain(happened: &mpsc::Receiver<Event>, pipes: [&Pipe; 2]) {
    let deadline = Instant::now() + DRAIN;
    while pipes.iter().any(|pipe| !pipe.closed()) {
        let left = deadline.saturating_duration_since(Instant::now());
        if happened.recv_timeout(left).is_err() {
            return;
        }
    }
}

/// Hands the request over and closes the pipe.
fn ask(input: Option<ChildStdin>, request: &[u8]) {
    // A child that has died does not read; the way it ended tells more than this error.
    let _ = input.expect("standard input was asked for as a pipe").write_all(request);
}

/// Kills and reaps a child that an early return would have left behind.
struct EndOnDrop<'group>(&'group Group);

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        self.0.kill();
        // The status is asked for again, and its error reported, where one is needed.
        let _ = self.0.reap();
    }
}
