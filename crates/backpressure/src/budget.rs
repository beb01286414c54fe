use core::{
    future, mem,
    task::{Context, Poll},
};

/// What one poll of a stream may do before it gives its executor a turn.
///
/// An executor that is kept from its timers and sockets is late for all of them. And where a runtime
/// has a budget of its own, as Tokio has, a future that is polled beyond it is polled for nothing:
/// with many in flight that is quadratic.
#[derive(Debug)]
pub(crate) struct Budget(u32);

/// Polls without an output, of which there may be 61; so says also the crate futures-buffered.
const WAITED: u32 = 16;
/// Polls with an output cost the stream less, and its consumer waits for one of them.
const ENDED: u32 = 1;

impl Budget {
    #[inline]
    pub(crate) fn new() -> Self {
        Self(61 * WAITED)
    }

    #[inline]
    pub(crate) fn is_spent(&self) -> bool {
        self.0 == 0
    }

    /// A future was polled and waits on.
    #[inline]
    pub(crate) fn waited(&mut self) {
        self.0 = self.0.saturating_sub(WAITED);
    }

    /// A future was polled and has ended.
    #[inline]
    pub(crate) fn ended(&mut self) {
        self.0 = self.0.saturating_sub(ENDED);
    }

    /// Asks for another turn.
    #[cold]
    pub(crate) fn ask_again(cx: &Context<'_>) {
        cx.waker().wake_by_ref();
    }

    /// Gives the executor a turn.
    #[cold]
    pub(crate) async fn give_way() {
        let mut asked = false;
        let ask = |cx: &mut Context<'_>| {
            if mem::replace(&mut asked, true) {
                return Poll::Ready(());
            }
            Self::ask_again(cx);
            Poll::Pending
        };
        future::poll_fn(ask).await;
    }
}
