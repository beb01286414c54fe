//! Fetches pages, a few at a time, works on them in order, and uploads what comes of it, in three
//! ways. In the first nothing is fetched during an upload.
//!
//! `cargo run --example fetch_in_order --features tokio`

mod server;

use std::{
    error::Error,
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use backpressure::{IteratorExt as _, spawn::Tokio};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufStream},
    net::TcpStream,
    time::timeout,
};

use crate::server::{PIECES, Server};

const PAGES: u32 = 200;
const LIMIT: usize = 8;
/// A slow page holds finished ones back; so many of all may be in memory.
const WINDOW: usize = 8 * LIMIT;

struct Page {
    number: u32,
    text: String,
}

/// What fetches and uploads, and looks at itself meanwhile.
struct Client {
    server: SocketAddr,
    /// Pieces of pages that have come, and those of them that came during an upload.
    pieces: AtomicUsize,
    meanwhile: AtomicUsize,
    uploading: Mutex<Duration>,
    errors: Mutex<Vec<io::Error>>,
}

impl Client {
    async fn fetch(&self, number: u32) -> io::Result<Page> {
        let mut stream = BufStream::new(TcpStream::connect(self.server).await?);
        let mut text = String::new();
        for piece in 0..PIECES {
            ask(&mut stream, &format!("GET {number} {piece}\n"), &mut text).await?;
            self.pieces.fetch_add(1, Relaxed);
        }
        Ok(Page { number, text })
    }

    /// Works on a page, and uploads what comes of it.
    async fn consume(&self, page: io::Result<Page>) {
        if let Err(error) = self.try_consume(page).await {
            self.errors.lock().unwrap_or_else(PoisonError::into_inner).push(error);
        }
    }

    async fn try_consume(&self, page: io::Result<Page>) -> io::Result<()> {
        let Page { number, text } = page?;
        let digest = text.bytes().map(u32::from).sum::<u32>();
        let (began, before) = (Instant::now(), self.pieces.load(Relaxed));
        let mut stream = BufStream::new(TcpStream::connect(self.server).await?);
        ask(&mut stream, &format!("PUT {number} {digest}\n"), &mut String::new()).await?;
        self.meanwhile.fetch_add(self.pieces.load(Relaxed) - before, Relaxed);
        *self.uploading.lock().unwrap_or_else(PoisonError::into_inner) += began.elapsed();
        Ok(())
    }
}

/// Sends a line, and adds to `answer` the one that comes back.
async fn ask(stream: &mut BufStream<TcpStream>, line: &str, answer: &mut String) -> io::Result<()> {
    stream.write_all(line.as_bytes()).await?;
    stream.flush().await?;
    match stream.read_line(answer).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}

/// Between two calls of `next` nothing is fetched.
async fn with_next(client: Arc<Client>) {
    let mut pages = (0..PAGES).map(|page| client.fetch(page)).materialize(LIMIT).window(WINDOW);
    while let Some(page) = pages.next().await {
        client.consume(page).await;
    }
}

/// While the consumer waits for an upload, pages are fetched.
async fn with_for_each(client: Arc<Client>) {
    let pages = (0..PAGES).map(|page| client.fetch(page)).materialize(LIMIT).window(WINDOW);
    pages.for_each(|page| client.consume(page)).await;
}

/// Whatever the consumer does, pages are fetched.
async fn spawned(client: Arc<Client>) {
    let fetching = client.clone();
    let fetch = move |page| {
        let client = fetching.clone();
        async move { client.fetch(page).await }
    };
    let pages = (0..PAGES).map(fetch).materialize(LIMIT).window(WINDOW);
    let mut pages = pages.spawned_on(Tokio);
    while let Some(page) = pages.next().await {
        client.consume(page).await;
    }
}

/// Runs one of the ways, prints what was seen, and says what was not as promised.
async fn look(
    name: &str,
    server: &Server,
    way: impl AsyncFnOnce(Arc<Client>),
    stalls: bool,
) -> Result<(), Box<dyn Error>> {
    let client = Arc::new(Client {
        server: server.address,
        pieces: AtomicUsize::new(0),
        meanwhile: AtomicUsize::new(0),
        uploading: Mutex::default(),
        errors: Mutex::default(),
    });
    let began = Instant::now();
    timeout(Duration::from_secs(60), way(client.clone())).await?;
    let took = began.elapsed();
    if let Some(error) = client.errors.lock().unwrap_or_else(PoisonError::into_inner).pop() {
        return Err(error.into());
    }
    let seen = server.take_seen();
    let uploading = *client.uploading.lock().unwrap_or_else(PoisonError::into_inner);
    let pieces = client.pieces.load(Relaxed);
    let meanwhile = client.meanwhile.load(Relaxed);
    println!(
        "{name:>10}: {:>5} ms, of which {:>2} % uploading; {:>2} % of the pieces came meanwhile; \
         {} pages at a time",
        took.as_millis(),
        100 * uploading.as_millis() / took.as_millis().max(1),
        100 * meanwhile / pieces,
        seen.most,
    );
    if !seen.stored.iter().copied().eq(0..PAGES) {
        return Err(format!("{name}: not all pages in order: {:?}", seen.stored).into());
    }
    if seen.most > LIMIT {
        return Err(format!("{name}: {} pages at a time, not {LIMIT}", seen.most).into());
    }
    let nothing_came = meanwhile < pieces / 10;
    if nothing_came != stalls {
        return Err(format!("{name}: {meanwhile} of {pieces} pieces came in uploads").into());
    }
    Ok(())
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = Server::start().await?;
    look("next", &server, with_next, true).await?;
    look("for_each", &server, with_for_each, false).await?;
    look("spawned", &server, spawned, false).await
}

#[test]
fn what_is_promised_is_seen() {
    main().expect("the promises hold");
}
