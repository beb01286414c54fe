//! The server of pages, as its clients see it and as it sees them.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::{
    net::{Shutdown, SocketAddr},
    num::NonZeroU32,
    sync::mpsc,
    thread,
    time::Duration,
};

use bp_record::{RateLimit, Real, Served, Work};
use bp_servers::Server;
use bp_workloads::page;
use common::{AGES, Client, ends, get, head, work};

fn pages(places: usize, queue: usize, service_ns: u64) -> Work {
    work("fetch-upload", places, queue, service_ns)
}

fn impatient(work: &Work) -> Server {
    Server::start_with_patience(work, Duration::from_millis(100)).unwrap()
}

#[test]
fn a_page_is_fetched_and_uploaded_and_both_verify() {
    let server = Server::start(&pages(1, 0, 1_000)).unwrap();
    let mut client = Client::connect(server.address());
    for index in [0, 5, u64::MAX] {
        let fetched = client.get(&format!("/page/{index}"));
        assert_eq!((fetched.status, &fetched.body), (200, &page(7, index, 1_000)));
        let answer = client.post(&format!("/upload/{index}"), &fetched.body);
        let crc = format!("{:08x}", crc32fast::hash(&fetched.body));
        assert_eq!((answer.status, answer.body), (200, crc.into_bytes()));
    }
    let wrong = client.post("/upload/6", &page(7, 5, 1_000));
    assert_eq!(wrong.status, 422);
    let short = client.post("/upload/5", &page(7, 5, 999));
    assert_eq!(short.status, 422);
    let expected = Served {
        requests: 8,
        answered: 6,
        malformed: 2,
        inside_peak: 1,
        connections_peak: 1,
        ..Served::default()
    };
    assert_eq!(server.report(), expected);
}

#[test]
fn what_is_not_there_is_404() {
    let server = Server::start(&pages(1, 0, 0)).unwrap();
    let mut client = Client::connect(server.address());
    let strange = ["/", "/page/", "/page/x", "/page/+1", "/page/01", "/page/1/", "/upload/1"];
    for path in strange {
        assert_eq!(client.get(path).status, 404, "{path}");
    }
    assert_eq!(client.get("/page/18446744073709551616").status, 404, "beyond 64 bits");
    assert_eq!(client.post("/page/1", b"").status, 404);
    assert_eq!(client.get("/page/0?a=b").status, 200);
    let served = server.report();
    assert_eq!((served.requests, served.malformed, served.answered), (10, 9, 1));
}

/// So many clients at once, of whom nobody is served; those who are refused say so.
fn crowd(address: SocketAddr, clients: usize) -> (Vec<Client>, mpsc::Receiver<(usize, u16)>) {
    let (sender, refused) = mpsc::channel();
    let open = |number| {
        let mut client = Client::connect(address);
        client.send(get(&format!("/page/{number}")));
        let (mut reader, sender) = (Client(clone(&client)), sender.clone());
        thread::spawn(move || {
            if let Some(answer) = reader.answer() {
                assert!(answer.head.contains("\r\nretry-after: 1\r\n"), "{answer:?}");
                sender.send((number, answer.status)).unwrap();
            }
        });
        client
    };
    ((0..clients).map(open).collect(), refused)
}

fn clone(client: &Client) -> std::io::BufReader<std::net::TcpStream> {
    std::io::BufReader::new(client.0.get_ref().try_clone().unwrap())
}

#[test]
fn beyond_places_and_queue_is_503_at_once_and_who_leaves_makes_room() {
    let server = Server::start(&pages(2, 3, AGES)).unwrap();
    for round in 1..=2 {
        let (clients, refused) = crowd(server.address(), 9);
        let refused: Vec<_> = (0..4).map(|_| refused.recv().unwrap()).collect();
        assert!(refused.iter().all(|(_, status)| *status == 503), "{refused:?}");
        // The five others are in, until they close: two in a place, three in the line.
        for client in &clients {
            client.0.get_ref().shutdown(Shutdown::Both).unwrap();
        }
        let expected = Served {
            requests: 9 * round,
            overloaded: 4 * round,
            abandoned: 5 * round,
            inside_peak: 5,
            ..Served::default()
        };
        let served = server.report();
        assert_eq!(Served { connections_peak: 0, ..served }, expected);
        assert!((5..=9).contains(&served.connections_peak) || round == 2, "{served:?}");
    }
}

#[test]
fn too_fast_is_429_then_a_ban_and_then_it_is_over() {
    let some = |number| NonZeroU32::new(number).unwrap();
    let limit =
        |ban_ns| RateLimit { per_second: some(1), burst: some(2), strikes: some(2), ban_ns };
    let limited = |ban_ns| Work {
        real: Real { rate_limit: Some(limit(ban_ns)), ..Real::default() },
        ..pages(1, 0, 0)
    };
    let server = Server::start(&limited(AGES)).unwrap();
    let mut client = Client::connect(server.address());
    // In one write: they come at one instant, however busy the machine is.
    client.send(get("/page/1").repeat(6));
    let answers: Vec<_> = (0..6).map(|_| client.answer().unwrap()).collect();
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 200, 429, 429, 403, 403]);
    assert!(answers[2].head.contains("\r\nretry-after: 1\r\n"));
    assert!(answers[4].head.contains("\r\nretry-after: 1000000\r\n"));
    let served = server.report();
    assert_eq!((served.answered, served.limited, served.banned), (2, 2, 2));
    assert_eq!((served.requests, served.bans), (6, 1));
    // A ban that ends by itself: who asks on is let in again.
    let server = Server::start(&limited(1_000_000)).unwrap();
    let mut client = Client::connect(server.address());
    client.send(get("/page/1").repeat(4));
    assert_eq!([(); 4].map(|()| client.answer().unwrap().status), [200, 200, 429, 429]);
    let later = std::iter::repeat_with(|| client.get("/page/1").status);
    assert!(later.take(1_000_000).any(|status| status != 403));
}

#[test]
fn garbage_and_halves_and_silence_hold_nobody_up() {
    let server = impatient(&pages(1, 0, 0));
    let open = || Client::connect(server.address());
    let end = |mut client: Client, bytes: &[u8]| {
        client.send(bytes);
        client.rest()
    };
    // Nothing at all is no request; the server leaves.
    assert_eq!(end(open(), b""), "");
    assert_eq!(server.report(), Served { connections_peak: 1, ..Served::default() });
    // What is no HTTP, what begins and never ends, and what ends too early.
    assert!(end(open(), b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n").contains(" 400 "));
    assert!(end(open(), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").len() < 1_000);
    end(open(), b"GET /page/1 HTTP/1.1\r\nHost: te");
    end(open(), &[b'x'; 100_000]);
    let halved = open();
    halved.0.get_ref().shutdown(Shutdown::Write).unwrap();
    end_of(halved);
    let mut halved = open();
    halved.send("GET /pa");
    halved.0.get_ref().shutdown(Shutdown::Write).unwrap();
    end_of(halved);
    assert_eq!(server.report().malformed, 5);
    // Bodies that stop, that are too long, and that break off.
    assert!(end(open(), head("POST", "/upload/1", 1_000).as_bytes()).contains(" 408 "));
    let long = head("POST", "/upload/1", 1_001) + &"x".repeat(1_001);
    assert!(end(open(), long.as_bytes()).contains(" 413 "));
    let mut broken = open();
    broken.send(head("POST", "/upload/1", 1_000) + "some");
    broken.0.get_ref().shutdown(Shutdown::Write).unwrap();
    end_of(broken);
    // And it serves as before.
    assert_eq!(open().get("/page/1").status, 200);
    let served = server.report();
    assert_eq!((served.malformed, served.abandoned, served.answered), (7, 1, 1));
    assert_eq!(served.requests, ends(&served), "{served:?}");
}

fn end_of(mut client: Client) {
    client.rest();
}

#[test]
fn who_closes_only_its_half_while_waiting_has_left() {
    let server = Server::start(&pages(1, 0, AGES)).unwrap();
    let mut client = Client::connect(server.address());
    client.send(get("/page/1"));
    client.0.get_ref().shutdown(Shutdown::Write).unwrap();
    assert_eq!(client.rest(), "");
    let served = server.report();
    assert_eq!((served.requests, served.abandoned), (1, 1));
}

#[test]
fn two_servers_know_nothing_of_each_other() {
    let servers = [7, 8].map(|seed| Server::start(&Work { seed, ..pages(1, 0, 0) }).unwrap());
    assert_ne!(servers[0].address(), servers[1].address());
    for (server, seed) in servers.iter().zip([7, 8]) {
        let fetched = Client::connect(server.address()).get("/page/3");
        assert_eq!(fetched.body, page(seed, 3, 1_000));
        assert_eq!(server.report().answered, 1);
    }
}

#[test]
fn every_request_is_counted_once_whatever_becomes_of_it() {
    let server = impatient(&pages(3, 4, 200_000));
    let address = server.address();
    let client = |number: u64| {
        move || {
            let mut answered = 0;
            for index in 0..20 {
                let mut client = Client::connect(address);
                match (number + index) % 5 {
                    0 => client.send(get("/page/1")), // and leaves
                    1 => client.send("GET /page"),
                    2 => answered += u64::from(client.get("/nowhere").status == 200),
                    3 => answered += u64::from(client.get("/page/9").status == 200),
                    _ => {
                        let page = page(7, index, 1_000);
                        let status = client.post(&format!("/upload/{index}"), &page).status;
                        answered += u64::from(status == 200);
                    }
                }
            }
            answered
        }
    };
    let clients: Vec<_> = (0..16).map(|number| thread::spawn(client(number))).collect();
    let answered: u64 = clients.into_iter().map(|client| client.join().unwrap()).sum();
    // Those who left may not have been accepted yet; who comes last comes after them.
    while server.report().requests < 16 * 20 {}
    let served = server.report();
    assert_eq!((served.requests, ends(&served)), (16 * 20, 16 * 20), "{served:?}");
    assert!(served.malformed >= 2 * 16 * 4, "{served:?}");
    assert!(served.answered >= answered && served.inside_peak <= 7, "{answered} {served:?}");
}
