//! What the harness and a server say to each other.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::{
    io::{BufRead, BufReader, PipeReader, PipeWriter, Write, pipe},
    net::SocketAddr,
    thread::{self, JoinHandle},
};

use bp_record::Served;
use bp_servers::{Error, serve};
use common::{Client, work};

/// A server behind two pipes.
struct Process {
    input: PipeWriter,
    output: BufReader<PipeReader>,
    end: JoinHandle<Result<(), Error>>,
}

impl Process {
    fn start() -> Self {
        let ((theirs, input), (output, answers)) = (pipe().unwrap(), pipe().unwrap());
        let end = thread::spawn(move || serve(BufReader::new(theirs), answers));
        Self { input, output: BufReader::new(output), end }
    }

    fn ask(&mut self, line: &str) -> String {
        writeln!(self.input, "{line}").unwrap();
        let mut answer = String::new();
        self.output.read_line(&mut answer).unwrap();
        answer
    }

    fn end(self) -> Result<(), Error> {
        drop(self.input);
        self.end.join().unwrap()
    }
}

#[test]
fn address_report_and_the_end_of_the_input() {
    let mut process = Process::start();
    let opened = process.ask(&serde_json::to_string(&work("fetch-upload", 1, 0, 0)).unwrap());
    let address: SocketAddr =
        serde_json::from_str::<serde_json::Value>(&opened).unwrap()["address"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
    assert!(address.ip().is_loopback());
    let report = |process: &mut Process| -> Served {
        serde_json::from_str(&process.ask(r#""report""#)).unwrap()
    };
    assert_eq!(Client::connect(address).get("/page/1").status, 200);
    assert_eq!(report(&mut process).answered, 1);
    process.end().unwrap();
    assert!(std::net::TcpStream::connect(address).is_err(), "nobody is there any more");
}

#[test]
fn what_it_does_not_understand_is_said_in_a_line() {
    let end = |lines: &[&str]| {
        let mut process = Process::start();
        for line in lines {
            process.ask(line);
        }
        process.end().map_err(|error| error.to_string())
    };
    assert_eq!(end(&[]), Ok(()));
    let garbage = end(&["hello"]).unwrap_err();
    assert!(garbage.starts_with("`hello` is not the work of a cell: expected value"), "{garbage}");
    let other = serde_json::to_string(&work("fixed", 1, 0, 0)).unwrap();
    let unknown = end(&[&other]).unwrap_err();
    assert!(unknown.starts_with("no server is known for the workload `fixed`; "), "{unknown}");
    let work = serde_json::to_string(&work("lookup", 1, 0, 0)).unwrap();
    let word = end(&[&work, r#""stop""#]).unwrap_err();
    assert!(word.starts_with("`\"stop\"` is not `\"report\"`: "), "{word}");
}
