//! Work for a server, and a client of plain sockets. Each read has a bound, so nothing hangs.
#![allow(clippy::unwrap_used, dead_code, reason = "the helpers of a test fail as the test does")]

use std::{
    io::{BufRead, BufReader, ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    num::NonZeroUsize,
    time::Duration,
};

use bp_record::{Arrivals, Consumer, Extent, Faults, Real, Served, Work};

/// So long that nobody is served within a test.
pub(crate) const AGES: u64 = 1_000_000_000_000_000;
/// Longer than anything may take.
const BOUND: Duration = Duration::from_secs(30);

pub(crate) fn work(name: &str, places: usize, queue: usize, service_ns: u64) -> Work {
    Work {
        name: name.into(),
        extent: Extent::Jobs(1),
        service_ns,
        payload_bytes: 1_000,
        seed: 7,
        places: NonZeroUsize::new(places).unwrap(),
        queue,
        directory: None,
        service_times: None,
        real: Real::default(),
        arrivals: Arrivals::Drain,
        consumer: Consumer::Instant,
        faults: Faults::default(),
    }
}

/// What became of all requests, which is all of them.
pub(crate) fn ends(served: &Served) -> u64 {
    served.answered
        + served.overloaded
        + served.limited
        + served.banned
        + served.abandoned
        + served.malformed
        + served.dropped
}

#[derive(Debug)]
pub(crate) struct Client(pub(crate) BufReader<TcpStream>);

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(BOUND)).unwrap();
        Self(BufReader::new(stream))
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.get_mut().write_all(bytes.as_ref()).unwrap();
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.send(get(path));
        self.answer().unwrap()
    }

    pub(crate) fn post(&mut self, path: &str, body: &[u8]) -> Answer {
        self.send(head("POST", path, body.len()));
        self.send(body);
        self.answer().unwrap()
    }

    /// The next answer; `None` if the server closed the connection instead.
    pub(crate) fn answer(&mut self) -> Option<Answer> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.0.read_line(&mut head).unwrap_or(0) == 0 {
                return None;
            }
        }
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let head = head.to_ascii_lowercase();
        let length = head
            .split("content-length: ")
            .nth(1)
            .map_or(0, |rest| rest.split("\r\n").next().unwrap().parse().unwrap());
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        Some(Answer { status, head, body })
    }

    /// All that comes until the server closes.
    pub(crate) fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        if let Err(end) = self.0.read_to_end(&mut rest) {
            assert_eq!(end.kind(), ErrorKind::ConnectionReset, "the server does not leave");
        }
        String::from_utf8_lossy(&rest).into_owned()
    }
}

pub(crate) fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: test\r\n\r\n")
}

pub(crate) fn head(method: &str, path: &str, length: usize) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: test\r\nContent-Length: {length}\r\n\r\n")
}
