//! Names to look up, over DNS in datagrams.
//!
//! `h{index}.test.` has the address that follows from the seed and `index`; other types of it are
//! empty, other names do not exist. What is no query is answered `FORMERR`. Who finds the line full
//! is answered `SERVFAIL`, as BIND does when it has its most recursive clients; who comes too
//! fast or while everybody is banned, `REFUSED`. Some datagrams are lost on purpose, which ones
//! follows from the seed and how many came before; others are lost by the system when its buffer is
//! full, and those nobody here sees.
//!
//! The messages are hickory's; the server is not, since all that is left of one is this file, while
//! `hickory-server` has zones, TCP and a queue of its own before our places.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bp_workloads::{address, is_lost};
use hickory_proto::{
    op::{Edns, Message, MessageType, Metadata, OpCode, ResponseCode},
    rr::{DNSClass, Name, RData, Record, RecordType},
};
use tokio::net::UdpSocket;

use crate::{
    desk::{Desk, End, Refusal, Visit},
    http::number,
};

/// No query is longer, in bytes.
const LONGEST: usize = 4096;
/// How long an answer is good for, in seconds.
const TTL: u32 = 60;
/// Before the next is received after one could not be.
const PAUSE: Duration = Duration::from_millis(10);

/// Receives whatever comes, for ever.
pub(crate) async fn run(socket: UdpSocket, desk: Arc<Desk>) {
    let socket = Arc::new(socket);
    let mut datagram = [0; LONGEST];
    loop {
        let Ok((bytes, client)) = socket.recv_from(&mut datagram).await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        if let Some(answer) = receive(&datagram[..bytes], client, &socket, &desk) {
            send(&socket, &answer, client).await;
        }
    }
}

/// Answers at once, or lets in whoever is to wait for a place.
fn receive(
    datagram: &[u8],
    client: SocketAddr,
    socket: &Arc<UdpSocket>,
    desk: &Arc<Desk>,
) -> Option<Message> {
    let query = Message::from_vec(datagram).ok();
    let asked = query.as_ref().map_or(Asked::Nonsense, asked);
    let mut visit = desk.arrive();
    if is_lost(desk.work.seed, visit.number, desk.work.real.loss_per_million) {
        visit.end(End::Dropped);
        return None;
    }
    let Some(query) = query.filter(|_| asked != Asked::Nonsense) else {
        visit.end(End::Malformed);
        return complaint(datagram);
    };
    let Asked::Host { index, address: wanted } = asked else {
        visit.end(End::Malformed);
        return Some(reply(&query, ResponseCode::NXDomain));
    };
    match visit.enter() {
        Ok(()) => {
            let (socket, desk) = (Arc::clone(socket), Arc::clone(desk));
            tokio::spawn(async move {
                let answer = serve(&desk, visit, &query, index, wanted).await;
                send(&socket, &answer, client).await;
            });
            None
        }
        Err(Refusal::Overloaded) => Some(reply(&query, ResponseCode::ServFail)),
        Err(Refusal::Limited(_) | Refusal::Banned(_)) => Some(reply(&query, ResponseCode::Refused)),
    }
}

/// A query that was let in.
async fn serve(desk: &Desk, visit: Visit, query: &Message, index: u64, wanted: bool) -> Message {
    visit.be_served(desk.work.seed, index).await;
    let mut answer = reply(query, ResponseCode::NoError);
    if wanted {
        let address = RData::A(address(desk.work.seed, index).into());
        let name = query.queries[0].name().clone(); // it was asked for
        answer.add_answer(Record::from_rdata(name, TTL, address));
    }
    visit.end(End::Answered);
    answer
}

/// What a query is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Host { index: u64, address: bool },
    Stranger,
    Nonsense,
}

fn asked(query: &Message) -> Asked {
    let is_query = query.metadata.message_type == MessageType::Query
        && query.metadata.op_code == OpCode::Query;
    let [question] = query.queries.as_slice() else { return Asked::Nonsense };
    if !is_query {
        return Asked::Nonsense;
    }
    let address = question.query_type() == RecordType::A;
    let label = host(question.name()).filter(|_| question.query_class() == DNSClass::IN);
    match label.as_deref().and_then(|label| label.strip_prefix('h')).and_then(number) {
        Some(index) => Asked::Host { index, address },
        None => Asked::Stranger,
    }
}

/// The first label of `label.test.`, in lower case: names have no case.
fn host(name: &Name) -> Option<String> {
    let mut labels = name.iter();
    let (label, test) = (labels.next()?, labels.next()?);
    let known = test.eq_ignore_ascii_case(b"test") && labels.next().is_none();
    known.then(|| String::from_utf8_lossy(label).to_ascii_lowercase())
}

fn reply(query: &Message, code: ResponseCode) -> Message {
    let mut reply = Message::response(query.metadata.id, query.metadata.op_code);
    reply.metadata = Metadata::response_from_request(&query.metadata);
    reply.metadata.authoritative = true;
    reply.metadata.response_code = code;
    reply.add_queries(query.queries.iter().cloned());
    if query.edns.is_some() {
        reply.set_edns(Edns::new()); // who speaks it is answered in it
    }
    reply
}

/// To what is no query, unless it is an answer: two servers must not talk to each other for ever.
fn complaint(datagram: &[u8]) -> Option<Message> {
    const HEADER: usize = 12;
    const IS_ANSWER: u8 = 0x80;
    let [a, b, flags, ..] = *datagram else { return None };
    let is_query = datagram.len() >= HEADER && flags & IS_ANSWER == 0;
    let id = u16::from_be_bytes([a, b]);
    is_query.then(|| Message::error_msg(id, OpCode::Query, ResponseCode::FormErr))
}

/// Who asked may be gone, and then nobody waits for it.
async fn send(socket: &UdpSocket, answer: &Message, client: SocketAddr) {
    if let Ok(bytes) = answer.to_vec() {
        let _ = socket.send_to(&bytes, client).await;
    }
}
