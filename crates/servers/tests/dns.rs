//! The server of names, as its clients see it and as it sees them.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, UdpSocket},
    num::NonZeroU32,
    time::Duration,
};

use bp_record::{RateLimit, Real, Served, Work};
use bp_servers::Server;
use bp_workloads::{address, is_lost};
use common::{AGES, ends, work};
use hickory_proto::{
    op::{Edns, Message, MessageType, OpCode, Query, ResponseCode},
    rr::{Name, RData, RecordType},
};

fn names(places: usize, queue: usize, service_ns: u64) -> Work {
    work("lookup", places, queue, service_ns)
}

fn question(id: u16, name: &str, kind: RecordType) -> Message {
    let mut query = Message::new(id, MessageType::Query, OpCode::Query);
    query.add_query(Query::query(Name::from_ascii(name).unwrap(), kind));
    query
}

struct Client(UdpSocket);

impl Client {
    fn of(server: &Server) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.connect(server.address()).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        Self(socket)
    }

    fn send(&self, query: &Message) {
        self.0.send(&query.to_vec().unwrap()).unwrap();
    }

    fn answer(&self) -> Message {
        let mut datagram = [0; 4096];
        let bytes = self.0.recv(&mut datagram).unwrap();
        Message::from_vec(&datagram[..bytes]).unwrap()
    }

    fn ask(&self, name: &str, kind: RecordType) -> Message {
        self.send(&question(3, name, kind));
        self.answer()
    }
}

fn addresses(answer: &Message) -> Vec<Ipv4Addr> {
    let only = |data: &RData| match data {
        RData::A(address) => address.0,
        other => panic!("{other:?}"),
    };
    answer.answers.iter().map(|record| only(&record.data)).collect()
}

#[test]
fn a_name_has_the_address_that_follows_from_seed_and_index() {
    let server = Server::start(&names(1, 0, 1_000)).unwrap();
    let client = Client::of(&server);
    for (name, index) in [("h0.test.", 0), ("h12.test.", 12), ("H12.TeSt.", 12)] {
        let answer = client.ask(name, RecordType::A);
        assert_eq!((answer.metadata.id, answer.metadata.response_code), (3, ResponseCode::NoError));
        assert_eq!(addresses(&answer), [address(7, index)], "{name}");
        assert_eq!(answer.queries[0].name().to_ascii(), name, "the question comes back as it was");
        assert!(answer.edns.is_none());
    }
    let mut query = question(4, "h1.test.", RecordType::A);
    query.set_edns(Edns::new());
    client.send(&query);
    assert!(client.answer().edns.is_some());
    let expected = Served { requests: 4, answered: 4, inside_peak: 1, ..Served::default() };
    assert_eq!(server.report(), expected);
}

#[test]
fn other_types_are_empty_and_other_names_do_not_exist() {
    let server = Server::start(&names(1, 0, 0)).unwrap();
    let client = Client::of(&server);
    let other = client.ask("h1.test.", RecordType::AAAA);
    assert_eq!((other.metadata.response_code, other.answers.len()), (ResponseCode::NoError, 0));
    for name in ["h1.test.com.", "test.", "h.test.", "h01.test.", "x1.test.", "a.h1.test.", "."] {
        let answer = client.ask(name, RecordType::A);
        assert_eq!(answer.metadata.response_code, ResponseCode::NXDomain, "{name}");
    }
    let served = server.report();
    assert_eq!((served.requests, served.answered, served.malformed), (8, 1, 7));
}

#[test]
fn what_is_no_query_is_a_format_error_or_nothing() {
    let server = Server::start(&names(1, 0, 0)).unwrap();
    let client = Client::of(&server);
    let mut answer = question(9, "h1.test.", RecordType::A);
    answer.metadata.message_type = MessageType::Response;
    let silent: [&[u8]; 4] = [b"", b"\x00", b"short", &answer.to_vec().unwrap()];
    for datagram in silent {
        client.0.send(datagram).unwrap();
    }
    let mut twice = question(5, "h1.test.", RecordType::A);
    twice.add_query(twice.queries[0].clone());
    for datagram in [&b"\x00\x05GARBAGE that is long enough"[..], &twice.to_vec().unwrap()] {
        client.0.send(datagram).unwrap();
        // The first answer that comes is that to the first that has one.
        let answer = client.answer();
        assert_eq!(answer.metadata.response_code, ResponseCode::FormErr);
        assert_eq!(answer.metadata.id, 5);
    }
    assert_eq!(addresses(&client.ask("h1.test.", RecordType::A)), [address(7, 1)]);
    let served = server.report();
    assert_eq!((served.requests, served.malformed, served.answered), (7, 6, 1));
}

#[test]
fn beyond_places_and_queue_is_a_failure_of_the_server() {
    let server = Server::start(&names(2, 3, AGES)).unwrap();
    let client = Client::of(&server);
    for id in 0..8 {
        client.send(&question(id, "h1.test.", RecordType::A));
    }
    for id in 5..8 {
        let answer = client.answer();
        assert_eq!(answer.metadata.response_code, ResponseCode::ServFail);
        assert_eq!(answer.metadata.id, id, "those who came first are in");
    }
    let served = server.report();
    assert_eq!((served.requests, served.overloaded, served.inside_peak), (8, 3, 5));
    assert_eq!(ends(&served), 3, "five are still under way");
}

#[test]
fn who_is_too_fast_or_banned_is_refused() {
    let some = |number| NonZeroU32::new(number).unwrap();
    let limit = RateLimit { per_second: some(1), burst: some(2), strikes: some(2), ban_ns: AGES };
    let real = Real { rate_limit: Some(limit), ..Real::default() };
    let server = Server::start(&Work { real, ..names(6, 0, 0) }).unwrap();
    let client = Client::of(&server);
    for id in 0..6 {
        client.send(&question(id, "h1.test.", RecordType::A));
    }
    // Who is let in is answered by a task of its own, so the order is not that of the questions.
    let answers: BTreeMap<_, _> = (0..6)
        .map(|_| client.answer().metadata)
        .map(|metadata| (metadata.id, metadata.response_code))
        .collect();
    let expected = [0, 0, 1, 1, 1, 1]
        .map(|refused| if refused == 1 { ResponseCode::Refused } else { ResponseCode::NoError });
    assert_eq!(answers.into_values().collect::<Vec<_>>(), expected);
    let served = server.report();
    assert_eq!((served.limited, served.banned, served.bans), (2, 2, 1));
    assert_eq!(ends(&served), 6);
}

#[test]
fn those_are_lost_that_the_seed_says() {
    let real = Real { loss_per_million: 300_000, ..Real::default() };
    let server = Server::start(&Work { real, ..names(1, 0, 0) }).unwrap();
    let lost: Vec<u64> = (1..=50).filter(|number| is_lost(7, *number, 300_000)).collect();
    assert!((5..25).contains(&lost.len()), "{lost:?}");
    let client = Client::of(&server);
    for number in 1..=50 {
        client.send(&question(number as u16, "h1.test.", RecordType::A));
        if !lost.contains(&number) {
            assert_eq!(u64::from(client.answer().metadata.id), number);
        }
    }
    let served = server.report();
    assert_eq!((served.requests, served.dropped), (50, lost.len() as u64));
    assert_eq!(served.answered, 50 - served.dropped);
}
