//! `--urls FILE`: a user's own list, with all that answers there, and all that does not.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use crate::{
    common::{Ended, Place},
    real::{EVERYWHERE, Row, run},
};

/// Answers by path, until the test ends.
struct Site {
    address: SocketAddr,
    /// What was posted.
    posted: Arc<Mutex<Vec<String>>>,
}

impl Site {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let posted = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&posted);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let heard = Arc::clone(&heard);
                thread::spawn(move || drop(answer(stream, &heard)));
            }
        });
        Self { address, posted }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// One request, and the end of the connection.
fn answer(mut stream: TcpStream, posted: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut seen = [0; 4_096];
    let read = stream.peek(&mut seen)?;
    if String::from_utf8_lossy(&seen[..read]).contains("/reset") {
        return Ok(()); // closed with something unread, it is reset
    }
    let (mut text, mut byte) = (String::new(), [0]);
    while !text.ends_with("\r\n\r\n") && stream.read(&mut byte)? > 0 {
        text.push(byte[0].into());
    }
    let length = text.to_lowercase();
    let length = length.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body)?;
    let path = text.split(' ').nth(1).unwrap_or_default();
    let (status, length, body) = match path {
        "/up" => {
            posted.lock().unwrap().push(String::from_utf8(body).unwrap());
            ("200 OK", 0, String::new())
        }
        "/missing" => ("404 Not Found", 2, "no".to_owned()),
        "/half" => ("200 OK", 1_000, "half".to_owned()),
        page => ("200 OK", page.len(), page.to_owned()),
    };
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all((head + &body).as_bytes())
}

/// A list in a place of its own.
fn listed(lines: &[String]) -> Place {
    let place = Place::new();
    fs::write(place.path().join("list"), lines.join("\n") + "\n").unwrap();
    place
}

/// What comes of a list, on each executor.
fn fetched(lines: &[String], more: &[&str]) -> Vec<Row> {
    let more = [&["--urls", "list", "-p", "limit=4"], more].concat();
    let rows = run(&listed(lines), ["^fetch-upload$", "^semaphore$", EVERYWHERE], &more);
    assert_eq!(rows.len(), 4);
    rows
}

#[test]
fn each_of_a_list_succeeds_or_fails_and_the_first_trouble_names_its_url() {
    let site = Site::open();
    // Somebody had this port, and nobody listens there any more.
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let bad = [
        (site.url("/missing"), "404"),
        (site.url("/reset"), "the connection "), // as each reactor tells it
        (site.url("/half"), "end of file before message length reached"),
        (format!("http://{closed}/page"), "cannot connect: Connection refused"),
        ("http://no.such.invalid/".to_owned(), "cannot find no.such.invalid"),
    ];
    let good = ["/a", "/b?c=d", "/e"].map(|path| site.url(path));
    let all: Vec<_> = bad.iter().map(|(url, _)| url.clone()).chain(good).collect();
    for row in fetched(&all, &[]) {
        let counts = ["jobs", "succeeded", "failed", "refused"].map(|column| row.count(column));
        assert_eq!(counts, [8, 3, 5, 0], "{}", row.text("trouble"));
        assert_eq!(row.text("server_requests"), "", "it is no server of ours");
    }
    for (url, why) in bad {
        for row in fetched(std::slice::from_ref(&url), &[]) {
            assert_eq!((row.count("jobs"), row.count("failed")), (1, 1));
            let said = row.text("trouble");
            assert!(said.contains(why), "{url} on {}: {said}", row.text("executor"));
            // Of a host that is not found there is nothing else to name.
            assert!(said.contains(&url) || why.starts_with("cannot find"), "{url}: {said}");
        }
    }
}

#[test]
fn what_was_fetched_is_posted_where_it_is_wanted() {
    let site = Site::open();
    let lines: Vec<_> = (0..12).map(|page| site.url(&format!("/page/{page}"))).collect();
    for row in fetched(&lines, &[]) {
        assert_eq!((row.count("jobs"), row.count("succeeded")), (12, 12));
    }
    assert_eq!(site.posted.lock().unwrap().len(), 0, "nobody asked for it");
    for row in fetched(&lines, &["--upload-to", &site.url("/up")]) {
        assert_eq!(row.count("succeeded"), 12, "{}", row.text("trouble"));
    }
    let posted = site.posted.lock().unwrap();
    let times = |page| posted.iter().filter(|body| **body == format!("/page/{page}")).count();
    // Once at least in each run of each executor, and nothing else ever.
    assert!((0..12).all(|page| times(page) >= 4));
    assert_eq!((0..12).map(times).sum::<usize>(), posted.len());
    for row in fetched(&lines[..1], &["--upload-to", &site.url("/missing")]) {
        assert_eq!(row.count("failed"), 1);
        let said = row.text("trouble");
        let why = format!("POST {}: the answer is 404", site.url("/missing"));
        assert!(said.contains(&why), "{said}");
    }
}

#[test]
fn a_list_with_a_mistake_is_refused_before_anything_is_asked() {
    let refused = |lines: &[&str], more: &[&str]| -> Ended {
        let place = listed(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>());
        let ended = place.run([&["run", "-s", "^semaphore$", "-x", "^tokio$"], more].concat());
        assert!(!place.path().join("reports").exists(), "nothing is begun");
        ended.exits(2)
    };
    let list = ["-w", "^fetch-upload$", "--urls", "list"];
    refused(&["http://a/", "", "b/c"], &list).says(&["list, line 3", "`b/c` is no URL"]);
    refused(&["https://a/"], &list).says(&["line 1", "needs TLS, which is not built in"]);
    refused(&["# none"], &list).says(&["there are no URLs"]);
    let missing = ["-w", "^fetch-upload$", "--urls", "nowhere"];
    refused(&[], &missing).says(&["nowhere: cannot be read"]);
    let upload = ["-w", "^fetch-upload$", "--upload-to", "http://a/"];
    assert!(refused(&[], &upload).stderr().contains("not provided:\n  --urls <FILE>"));
    let upload = [&list[..], &["--upload-to", "https://a/"]].concat();
    refused(&["http://a/"], &upload).says(&["--upload-to", "needs TLS"]);
    let fixed = ["-w", "^fixed$", "--urls", "list"];
    refused(&["http://a/"], &fixed).says(&["fetch-upload"]);
    let alone = refused(&["http://a/"], &["--urls", "list"]);
    assert!(alone.stderr().contains("not provided:\n  --workload <REGEX>"), "{}", alone.stderr());
}
