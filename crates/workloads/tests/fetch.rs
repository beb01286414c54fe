//! What a job makes of servers that refuse, lie, break off and talk nonsense.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    num::NonZeroUsize,
    thread,
    time::Duration,
};

use bp_core::{Deliver, Runtime, Workload};
use bp_record::Counts;
use bp_tokio::{MultiThread, Tokio};
use bp_workloads::{Conditions, FetchUpload, Scenario, page};

const SEED: u64 = 7;
const PAGE: usize = 100;
const PATIENCE: Duration = Duration::from_secs(20);

/// A server of the standard library: `answer` is given a method, a path and a body, and says what is
/// written. After what is no whole answer the connection is closed.
fn serve(answer: impl Fn(&str, &str, &[u8]) -> Vec<u8> + Clone + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().take(100) {
            let (stream, answer) = (stream.unwrap(), answer.clone());
            thread::spawn(move || converse(stream, answer));
        }
    });
    address
}

fn converse(stream: TcpStream, answer: impl Fn(&str, &str, &[u8]) -> Vec<u8>) {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut reader = BufReader::new(&stream);
    loop {
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let start = head.len();
            if reader.read_line(&mut head).unwrap_or(0) == 0 {
                return;
            }
            let line = head[start..].to_ascii_lowercase();
            if let Some(number) = line.strip_prefix("content-length:") {
                length = number.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let mut words = head.split(' ');
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        let said = answer(method, path, &body);
        let whole = said.starts_with(b"HTTP") && said.windows(4).any(|end| end == b"\r\n\r\n");
        if (&stream).write_all(&said).is_err() || !whole {
            return;
        }
    }
}

fn ok(body: &[u8]) -> Vec<u8> {
    let mut said =
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len()).into_bytes();
    said.extend(body);
    said
}

fn status(line: &str) -> Vec<u8> {
    format!("HTTP/1.1 {line}\r\ncontent-length: 0\r\n\r\n").into_bytes()
}

/// What an honest server says.
fn honest(method: &str, path: &str, body: &[u8]) -> Vec<u8> {
    let index = path.rsplit('/').next().unwrap().parse().unwrap();
    match method {
        "GET" => ok(&page(SEED, index, PAGE)),
        _ => ok(format!("{:08x}", crc32fast::hash(body)).as_bytes()),
    }
}

/// So many jobs, one after the other: how they ended, and what the first had to complain of.
fn fetch(server: SocketAddr, jobs: u64, retries: u32) -> (Counts, String) {
    let fetch = FetchUpload::new(server, SEED, PAGE, retries, Some(jobs));
    let tally = fetch.tally();
    let scenario = Scenario::new(fetch, tally, Conditions::default());
    let threads = NonZeroUsize::MIN;
    MultiThread::start(threads, 1).run(async move {
        let mut jobs = scenario.jobs(&Tokio);
        while let Some(job) = jobs.next().await {
            job.await.deliver().await;
        }
    });
    let counts = tally.counts();
    assert_eq!(counts.admitted, counts.succeeded + counts.failed, "none is lost");
    assert_eq!(counts.checksum, tally.expected(jobs), "each was delivered, good or bad");
    (counts, tally.trouble().unwrap_or_default().to_owned())
}

#[test]
fn pages_are_fetched_and_uploaded_over_one_connection() {
    let (counts, trouble) = fetch(serve(honest), 20, 0);
    assert_eq!((counts.succeeded, counts.failed), (20, 0), "{trouble}");
}

#[test]
fn a_page_that_is_not_the_right_one_fails_its_job() {
    let liar = |method: &str, path: &str, body: &[u8]| match path {
        "/page/3" => ok(&page(SEED, 4, PAGE)),
        "/upload/5" => ok(b"00000000"),
        _ => honest(method, path, body),
    };
    let (counts, trouble) = fetch(serve(liar), 8, 0);
    assert_eq!((counts.succeeded, counts.failed, counts.refused), (6, 2, 0));
    assert!(trouble.starts_with("page 3"), "{trouble}");
}

#[test]
fn who_is_refused_is_counted_as_refused() {
    for line in ["503 Service Unavailable", "429 Too Many Requests", "403 Forbidden"] {
        let busy = move |method: &str, path: &str, body: &[u8]| match path {
            "/page/1" | "/upload/2" => status(line),
            _ => honest(method, path, body),
        };
        let (counts, trouble) = fetch(serve(busy), 4, 0);
        assert_eq!((counts.succeeded, counts.failed, counts.refused), (2, 2, 2), "{line}");
        assert_eq!(trouble, "", "a refusal is an outcome and no trouble");
    }
    let broken = |_: &str, _: &str, _: &[u8]| status("500 Oh No");
    let (counts, trouble) = fetch(serve(broken), 2, 0);
    assert_eq!((counts.failed, counts.refused), (2, 0));
    assert!(trouble.contains("500"), "{trouble}");
}

#[test]
fn what_breaks_off_or_is_no_http_fails_its_job_and_no_other() {
    let rude = |method: &str, path: &str, body: &[u8]| match path {
        "/page/1" | "/upload/4" => Vec::new(),
        "/page/2" => b"HTTP/1.1 200 OK\r\ncontent-length: 99".to_vec(),
        "/page/3" => b"220 smtp.example ESMTP ready\r\n".to_vec(),
        _ => honest(method, path, body),
    };
    let closing = serve(rude);
    let (counts, trouble) = fetch(closing, 8, 0);
    assert_eq!((counts.succeeded, counts.failed, counts.refused), (4, 4, 0));
    assert!(trouble.contains("closed before the answer"), "{trouble}");
}

#[test]
fn where_nobody_listens_every_job_fails() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (counts, trouble) = fetch(nobody, 3, 0);
    assert_eq!((counts.succeeded, counts.failed), (0, 3));
    assert!(trouble.contains("cannot connect"), "{trouble}");
}

#[test]
fn a_failed_attempt_is_made_again() {
    use std::sync::{Arc, Mutex};
    let seen = Arc::new(Mutex::new(0));
    let busy = move |method: &str, path: &str, body: &[u8]| {
        let mut seen = seen.lock().unwrap();
        *seen += 1;
        if *seen <= 2 { status("503 Service Unavailable") } else { honest(method, path, body) }
    };
    let (counts, _) = fetch(serve(busy), 2, 2);
    assert_eq!((counts.succeeded, counts.refused, counts.retried), (2, 0, 2));
}
