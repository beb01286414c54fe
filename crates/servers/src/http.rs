//! Pages to fetch, and a place to upload them to, over HTTP/1.1.
//!
//! | request | answer |
//! |---|---|
//! | `GET /page/{index}` | the page of that job: [`page`] |
//! | `POST /upload/{index}` with that page | its CRC-32 as eight hexadecimal digits; 422 if it is another one |
//! | more than may wait | 503 with `Retry-After` |
//! | too fast | 429 with `Retry-After`; 403 while everybody is banned |
//! | anything else | 404 |

use std::{convert::Infallible, sync::Arc, time::Duration};

use bp_workloads::{LEAST_PAGE, page};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Body as _, Incoming},
    header::{CONNECTION, RETRY_AFTER},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

use crate::{
    desk::{Desk, End, Refusal, Visit},
    heard::{Heard, Listened},
};

/// Before the next is accepted after one could not be: for want of descriptors, usually.
const PAUSE: Duration = Duration::from_millis(10);
/// The most that is kept of what a client sends before it is understood, in bytes.
const HEAD: usize = 32 << 10;

type Answer = Response<Full<Bytes>>;

/// Accepts whoever comes, for ever.
pub(crate) async fn run(listener: TcpListener, desk: Arc<Desk>, patience: Duration) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(converse(stream, Arc::clone(&desk), patience))),
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

/// One connection, request by request. Who says nothing for `patience`, or does not come to the end
/// of a request, is left.
async fn converse(stream: TcpStream, desk: Arc<Desk>, patience: Duration) {
    let _connected = desk.connect();
    let _ = stream.set_nodelay(true); // it is slower without, and nothing else
    let heard = Heard::new(Arc::clone(&desk));
    let io = TokioIo::new(Listened { stream, heard: heard.clone() });
    let service = service_fn(|request| {
        let (desk, (visit, understood)) = (Arc::clone(&desk), heard.understood());
        async move {
            let answer = answer(&desk, visit, request, patience).await;
            drop(understood);
            Ok::<_, Infallible>(answer)
        }
    });
    let mut protocol = http1::Builder::new();
    protocol.timer(TokioTimer::new()).header_read_timeout(patience).max_buf_size(HEAD);
    let end = protocol.serve_connection(io, service).await;
    // hyper has answered what is no HTTP, which may also have come along with a request before it.
    let nonsense = || end.is_err_and(|error| error.is_parse()).then(|| desk.arrive());
    if let Some(visit) = heard.left_over().or_else(nonsense) {
        visit.end(End::Malformed);
    }
}

/// What is asked for, of the job of that index.
#[derive(Clone, Copy)]
enum Wish {
    Page(u64),
    Upload(u64),
}

async fn answer(
    desk: &Desk,
    mut visit: Visit,
    request: Request<Incoming>,
    patience: Duration,
) -> Answer {
    let Some(wish) = wish(&request) else {
        visit.end(End::Malformed);
        return said(StatusCode::NOT_FOUND, "GET /page/{index} or POST /upload/{index}");
    };
    // All of it, before it is refused or waits: a connection with an unread body cannot be kept.
    let most = desk.work.payload_bytes.max(LEAST_PAGE);
    let body = match tokio::time::timeout(patience, receive(request.into_body(), most)).await {
        Ok(Ok(body)) => body,
        Ok(Err(broken)) => return broken.answer(visit),
        Err(_) => return Broken::Late.answer(visit),
    };
    if let Err(refusal) = visit.enter() {
        return refused(refusal);
    }
    serve(desk, visit, wish, body).await
}

/// A request that was let in.
async fn serve(desk: &Desk, visit: Visit, wish: Wish, body: Received) -> Answer {
    let (seed, bytes) = (desk.work.seed, desk.work.payload_bytes);
    match wish {
        Wish::Page(index) => {
            visit.be_served(seed, index).await;
            visit.end(End::Answered);
            Response::new(Full::new(page(seed, index, bytes).into()))
        }
        Wish::Upload(index) => {
            // Another seed: a page that takes long to fetch need not take long to upload.
            visit.be_served(!seed, index).await;
            let page = page(seed, index, bytes);
            let crc = crc32fast::hash(&page);
            if (body.bytes, body.crc) != (page.len(), crc) {
                visit.end(End::Malformed);
                let what = format!("this is not the page of job {index}");
                return said(StatusCode::UNPROCESSABLE_ENTITY, what);
            }
            visit.end(End::Answered);
            said(StatusCode::OK, format!("{crc:08x}"))
        }
    }
}

fn wish(request: &Request<Incoming>) -> Option<Wish> {
    let path = request.uri().path();
    match *request.method() {
        Method::GET => path.strip_prefix("/page/").and_then(number).map(Wish::Page),
        Method::POST => path.strip_prefix("/upload/").and_then(number).map(Wish::Upload),
        _ => None,
    }
}

/// A number as we write it: no sign, no leading zero.
pub(crate) fn number(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = plain && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

/// A body, of which only this is kept: those who wait with one take no memory.
struct Received {
    bytes: usize,
    crc: u32,
}

/// Why a body did not come.
enum Broken {
    /// The client is gone.
    Gone,
    /// It is longer than a page.
    Long,
    /// It took longer than we wait.
    Late,
}

async fn receive(mut body: Incoming, most: usize) -> Result<Received, Broken> {
    let (mut bytes, mut hasher) = (0, crc32fast::Hasher::new());
    while !body.is_end_stream() {
        let Some(frame) = body.frame().await else { break };
        let frame = frame.map_err(|_| Broken::Gone)?;
        let data = frame.into_data().unwrap_or_default();
        bytes += data.len();
        if bytes > most {
            return Err(Broken::Long);
        }
        hasher.update(&data);
    }
    Ok(Received { bytes, crc: hasher.finalize() })
}

impl Broken {
    fn answer(self, visit: Visit) -> Answer {
        let (end, status) = match self {
            Self::Gone => (End::Abandoned, StatusCode::BAD_REQUEST), // nobody reads it
            Self::Long => (End::Malformed, StatusCode::PAYLOAD_TOO_LARGE),
            Self::Late => (End::Malformed, StatusCode::REQUEST_TIMEOUT),
        };
        visit.end(end);
        let mut answer = said(status, "the body is not a page");
        answer.headers_mut().insert(CONNECTION, "close".parse().expect("a word is a value"));
        answer
    }
}

fn refused(refusal: Refusal) -> Answer {
    let (status, what, wait) = match refusal {
        Refusal::Overloaded => {
            (StatusCode::SERVICE_UNAVAILABLE, "no more may wait", Duration::from_secs(1))
        }
        Refusal::Limited(wait) => (StatusCode::TOO_MANY_REQUESTS, "too fast", wait),
        Refusal::Banned(wait) => (StatusCode::FORBIDDEN, "everybody is banned", wait),
    };
    let mut answer = said(status, what);
    // In whole seconds, and at least one: that is all the header can say.
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    answer.headers_mut().insert(RETRY_AFTER, seconds.max(1).into());
    answer
}

fn said(status: StatusCode, text: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(text.into()));
    *answer.status_mut() = status;
    answer
}
