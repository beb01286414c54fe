use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use crate::desk::{Desk, Visit};

/// A request begins with its first byte, long before it is understood, if it ever is. So a visit
/// begins here, and is handed over with what was understood, or is malformed in the end.
#[derive(Clone, Debug)]
pub(crate) struct Heard(Arc<(Arc<Desk>, Mutex<Hearing>)>);

#[derive(Debug, Default)]
struct Hearing {
    /// All that is heard belongs to a request that is served.
    serving: bool,
    begun: Option<Visit>,
}

impl Heard {
    pub(crate) fn new(desk: Arc<Desk>) -> Self {
        Self(Arc::new((desk, Mutex::default())))
    }

    /// A request is understood: the visit that it is, and what keeps its body from being another.
    pub(crate) fn understood(&self) -> (Visit, Understood) {
        let mut hearing = self.hearing();
        hearing.serving = true;
        // One that came together with the one before has not begun yet.
        let visit = hearing.begun.take().unwrap_or_else(|| self.0.0.arrive());
        (visit, Understood(self.clone()))
    }

    /// What began and was not understood, once no more can come.
    pub(crate) fn left_over(&self) -> Option<Visit> {
        self.hearing().begun.take()
    }

    fn something(&self) {
        let mut hearing = self.hearing();
        if !hearing.serving && hearing.begun.is_none() {
            hearing.begun = Some(self.0.0.arrive());
        }
    }

    fn hearing(&self) -> MutexGuard<'_, Hearing> {
        self.0.1.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// While this is there, what is heard belongs to the request that is served.
#[derive(Debug)]
pub(crate) struct Understood(Heard);

impl Drop for Understood {
    fn drop(&mut self) {
        self.0.hearing().serving = false;
    }
}

/// A stream that says when something comes.
#[derive(Debug)]
pub(crate) struct Listened {
    pub(crate) stream: TcpStream,
    pub(crate) heard: Heard,
}

impl AsyncRead for Listened {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, into);
        if into.filled().len() > before {
            self.heard.something();
        }
        read
    }
}

impl AsyncWrite for Listened {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
