use std::io;

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A workload that needs none.
    #[error(
        "no server is known for the workload `{0}`; there are those for `fetch-upload` and `lookup`"
    )]
    Unknown(String),
    /// No socket, or no thread.
    #[error("cannot open a server on 127.0.0.1: {0}")]
    Open(#[source] io::Error),
    /// A line that is none of the protocol.
    #[error("`{line}` is not {expected}: {cause}")]
    Line {
        /// What came.
        line: String,
        /// What would be right.
        expected: &'static str,
        /// What is wrong with it.
        cause: serde_json::Error,
    },
    /// Whoever started the server does not listen, or cannot be heard.
    #[error("the harness is gone: {0}")]
    Pipe(#[source] io::Error),
}
