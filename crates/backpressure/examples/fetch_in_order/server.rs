//! A service on this machine, at a port that the system chooses: pages that come in pieces, and a
//! store. Both take their time, and both remember what they saw.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufStream},
    net::{TcpListener, TcpStream},
    time::sleep,
};

/// How many pieces a page has.
pub(crate) const PIECES: u32 = 5;

const STORING: Duration = Duration::from_millis(1);

/// What happened since it was asked the last time.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Pages that are being fetched.
    fetching: usize,
    /// Most of them at a time.
    pub(crate) most: usize,
    /// The pages of which something was stored, in the order of their coming.
    pub(crate) stored: Vec<u32>,
}

type Log = Arc<Mutex<Seen>>;

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    log: Log,
}

impl Server {
    pub(crate) async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (address, log) = (listener.local_addr()?, Log::default());
        let server = Self { address, log: log.clone() };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, log.clone()));
            }
        });
        Ok(server)
    }

    pub(crate) fn take_seen(&self) -> Seen {
        see(&self.log, std::mem::take)
    }
}

fn see<T>(log: &Log, look: impl FnOnce(&mut Seen) -> T) -> T {
    look(&mut log.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Answers `GET page piece` and `PUT page digest`, a line each, until the other side has enough.
async fn answer(stream: TcpStream, log: Log) -> io::Result<()> {
    let mut stream = BufStream::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let mut words = line.split_whitespace();
        let (verb, mut numbers) = (words.next(), words.map(|word| word.parse().unwrap_or(0)));
        let (page, piece) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        if verb == Some("PUT") {
            sleep(STORING).await;
            see(&log, |seen| seen.stored.push(page));
        } else {
            see(&log, |seen| {
                seen.fetching += usize::from(piece == 0);
                seen.most = seen.most.max(seen.fetching);
            });
            sleep(Duration::from_millis(5 + u64::from(page % 5))).await;
            see(&log, |seen| seen.fetching -= usize::from(piece == PIECES - 1));
        }
        stream.write_all(format!("page {page}, piece {piece}\n").as_bytes()).await?;
        stream.flush().await?;
        line.clear();
    }
    Ok(())
}
