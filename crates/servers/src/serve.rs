use std::{
    io::{BufRead, Write},
    net::SocketAddr,
};

use bp_record::Work;
use serde::{Deserialize, Serialize};

use crate::{Error, Server};

/// What is said of a server that runs.
#[derive(Debug, Serialize)]
struct Open {
    address: SocketAddr,
}

/// What the harness may say.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    /// Say what you saw.
    Report,
}

/// Is a server until the input ends; everything is a line of JSON.
///
/// The first line is a [`Work`], whose name says which server; it is answered
/// `{"address":"127.0.0.1:PORT"}`. After that `"report"` is answered with what the server
/// [saw](bp_record::Served). An input without a line is a server that nobody wanted.
///
/// As many descriptors may be open as the system allows, for each client is one.
///
/// # Errors
/// [`Error`]: no server, a line that is none of these, or nobody who reads.
pub fn serve(input: impl BufRead, mut output: impl Write) -> Result<(), Error> {
    let mut lines = input.lines();
    let Some(first) = lines.next() else { return Ok(()) };
    let work: Work = read(&first.map_err(Error::Pipe)?, "the work of a cell")?;
    allow_descriptors();
    let server = Server::start(&work)?;
    say(&mut output, &Open { address: server.address() })?;
    for line in lines {
        let Word::Report = read(&line.map_err(Error::Pipe)?, "`\"report\"`")?;
        say(&mut output, &server.report())?;
    }
    Ok(())
}

fn read<'line, T: Deserialize<'line>>(
    line: &'line str,
    expected: &'static str,
) -> Result<T, Error> {
    let wrong = |cause| Error::Line { line: line.to_owned(), expected, cause };
    serde_json::from_str(line).map_err(wrong)
}

fn say(output: &mut impl Write, what: &impl Serialize) -> Result<(), Error> {
    let mut line = serde_json::to_vec(what).expect("plain data is JSON");
    line.push(b'\n');
    output.write_all(&line).and_then(|()| output.flush()).map_err(Error::Pipe)
}

/// The usual 1024 are fewer than an unbounded client wants, and it is to meet its own limit.
#[cfg(unix)]
fn allow_descriptors() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let most = getrlimit(Resource::Nofile).maximum;
    // Up to there anybody may raise it.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: most, maximum: most });
}

#[cfg(not(unix))]
fn allow_descriptors() {}
