use std::{
    future::Future,
    io,
    net::{Ipv4Addr, SocketAddr},
    pin::pin,
    time::Duration,
};

use bp_core::{Datagrams as _, Io, Workload};
use futures::future::{Either, select};
use hickory_proto::{
    op::{Message, Query, ResponseCode},
    rr::{Name, RData, RecordType},
};

use crate::{
    Receipt, Tally,
    attempts::{Failed, attempts},
    given,
    seeded::mix,
    tally::Values,
};

/// How long a job waits for an answer: a datagram that is lost tells nobody.
const PATIENCE: Duration = Duration::from_millis(500);
/// Most bytes of an answer over UDP (RFC 1035).
const LONGEST: usize = 512;

/// A job asks a server of names for the address of a host, over UDP and from a socket of its own, as
/// resolvers do so that nobody can guess where the answer is awaited.
///
/// The address of the host of job `index` is known beforehand.
#[derive(Debug)]
pub struct Lookup {
    server: SocketAddr,
    seed: u64,
    retries: u32,
    jobs: Option<u64>,
    tally: &'static Tally,
}

impl Lookup {
    /// So many `jobs`, endless if `None`, each of which asks `retries` times more if it gets no
    /// answer within half a second, or none that helps.
    pub fn new(server: SocketAddr, seed: u64, retries: u32, jobs: Option<u64>) -> Self {
        Self { server, seed, retries, jobs, tally: Tally::leak(Values::Seeded(seed)) }
    }

    /// How the jobs ended.
    pub fn tally(&self) -> &'static Tally {
        self.tally
    }
}

impl<X: Io> Workload<X> for Lookup {
    type Output = Receipt;

    fn len(&self) -> Option<u64> {
        self.jobs
    }

    fn job(&self, index: u64, executor: &X) -> impl Future<Output = Receipt> + Send + 'static {
        let Self { server, seed, retries, tally, .. } = *self;
        let io = executor.clone();
        async move {
            let known = given::address(seed, index);
            let attempt = || async {
                let found = ask(&io, server, seed, index).await?;
                if found == known {
                    return Ok(());
                }
                let name = given::host_name(index);
                Err(Failed::Otherwise(format!("{name} is {known} and was said to be {found}")))
            };
            attempts(&io, tally, index, retries, attempt).await
        }
    }
}

async fn ask(io: &impl Io, server: SocketAddr, seed: u64, index: u64) -> Result<Ipv4Addr, Failed> {
    let broken = |cause: io::Error| Failed::Otherwise(format!("cannot ask {server}: {cause}"));
    let socket = io.datagrams(server).await.map_err(broken)?;
    let id = mix(seed, !index) as u16;
    socket.send(&question(id, index)).await.map_err(broken)?;
    let answered = async {
        let mut buffer = [0; LONGEST];
        loop {
            let length = socket.recv(&mut buffer).await.map_err(broken)?;
            // What is no answer to this question is none of ours.
            if let Ok(message) = Message::from_vec(&buffer[..length])
                && message.metadata.id == id
            {
                return address(&message);
            }
        }
    };
    match select(pin!(answered), pin!(io.sleep(PATIENCE))).await {
        Either::Left((answer, _)) => answer,
        Either::Right(((), _)) => {
            let patience = PATIENCE.as_millis();
            Err(Failed::Otherwise(format!("no answer within {patience} ms")))
        }
    }
}

fn question(id: u16, index: u64) -> Vec<u8> {
    let name = Name::from_ascii(given::host_name(index)).expect("the name is letters and digits");
    let mut message = Message::query();
    message.metadata.id = id;
    message.metadata.recursion_desired = true;
    message.add_query(Query::query(name, RecordType::A));
    message.to_vec().expect("a question fits into a datagram")
}

/// What was asked for, if it is in the answer.
fn address(message: &Message) -> Result<Ipv4Addr, Failed> {
    match message.metadata.response_code {
        ResponseCode::NoError => {}
        ResponseCode::ServFail | ResponseCode::Refused => return Err(Failed::Refused),
        code => return Err(Failed::Otherwise(format!("the server answered {code}"))),
    }
    let mut addresses = message.answers.iter().filter_map(|record| match record.data {
        RData::A(address) => Some(address.0),
        _ => None,
    });
    addresses.next().ok_or_else(|| Failed::Otherwise("an answer without an address".to_owned()))
}
