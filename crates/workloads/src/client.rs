//! A client of HTTP/1.1 that needs nothing of its executor but sockets.

use std::{
    error::Error,
    fmt, io,
    net::SocketAddr,
    pin::pin,
    sync::{Mutex, MutexGuard, PoisonError},
};

use bp_core::Io;
use bytes::Bytes;
use futures::{
    FutureExt,
    future::{BoxFuture, Either, Fuse, select},
};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{
    Method, Request, StatusCode,
    client::conn::http1::{self, SendRequest},
    header::HOST,
};
use smol_hyper::rt::FuturesIo;

use crate::attempts::root;

/// Most bytes of an answer: a job holds it in memory.
const LONGEST: usize = 64 << 20;

/// A place to which connections are kept alive: who needs one takes the latest that is idle, or
/// opens another. There are as many as requests were under way at once, for nothing else limits them.
#[derive(Debug)]
pub(crate) struct Host {
    address: SocketAddr,
    /// How it is called in a request.
    authority: String,
    idle: Mutex<Vec<Connection>>,
}

/// One connection, driven by whoever awaits an answer on it: it needs no task of its own.
struct Connection {
    requests: SendRequest<Full<Bytes>>,
    driver: Fuse<BoxFuture<'static, hyper::Result<()>>>,
}

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    /// There is no connection.
    Connect(io::Error),
    /// It broke, or what came was no HTTP.
    Broken(hyper::Error),
    /// There is more of it than anybody wants to hold.
    TooLong,
}

impl Host {
    pub(crate) fn leak(address: SocketAddr, authority: String) -> &'static Self {
        Box::leak(Box::new(Self { address, authority, idle: Mutex::default() }))
    }

    /// Asks for `path`, with `body`, and reads the whole answer.
    ///
    /// # Cancel safety
    /// To drop the future closes the connection: whoever serves it sees that.
    pub(crate) async fn ask(
        &self,
        io: &impl Io,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<Answer, NoAnswer> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, &self.authority)
            .body(Full::new(body))
            .expect("path and host were parsed before");
        let mut connection = match self.take() {
            Some(connection) => connection,
            None => Connection::open(io, self.address).await?,
        };
        let answer = connection.ask(request).await?;
        if !connection.requests.is_closed() {
            self.idle().push(connection);
        }
        Ok(answer)
    }

    fn take(&self) -> Option<Connection> {
        let mut idle = self.idle();
        loop {
            let connection = idle.pop()?;
            if !connection.requests.is_closed() {
                return Some(connection);
            }
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
    async fn open(io: &impl Io, to: SocketAddr) -> Result<Self, NoAnswer> {
        let stream = io.connect(to).await.map_err(NoAnswer::Connect)?;
        let (requests, driver) =
            http1::handshake(FuturesIo::new(stream)).await.map_err(NoAnswer::Broken)?;
        Ok(Self { requests, driver: driver.boxed().fuse() })
    }

    async fn ask(&mut self, request: Request<Full<Bytes>>) -> Result<Answer, NoAnswer> {
        let Self { requests, driver } = self;
        let asked = async {
            requests.ready().await.map_err(NoAnswer::Broken)?;
            let answer = requests.send_request(request).await.map_err(NoAnswer::Broken)?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, LONGEST).collect().await.map_err(NoAnswer::body)?;
            Ok(Answer { status: head.status, body: body.to_bytes() })
        };
        match select(pin!(asked), driver).await {
            Either::Left((answer, _)) => answer,
            // It was closed after the answer, which is there.
            Either::Right((Ok(()), asked)) => asked.await,
            Either::Right((Err(error), _)) => Err(NoAnswer::Broken(error)),
        }
    }
}

impl NoAnswer {
    /// What became of a body.
    fn body(error: Box<dyn Error + Send + Sync>) -> Self {
        error.downcast().map_or(Self::TooLong, |error| Self::Broken(*error))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.authority)
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("requests", &self.requests).finish_non_exhaustive()
    }
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect(cause) => write!(f, "cannot connect: {cause}"),
            Self::Broken(cause) if cause.is_incomplete_message() || cause.is_canceled() => {
                write!(f, "the connection was closed before the answer: {cause}")
            }
            Self::Broken(cause) => write!(f, "the connection broke: {}", root(cause)),
            Self::TooLong => write!(f, "the answer is longer than {} MiB", LONGEST >> 20),
        }
    }
}
