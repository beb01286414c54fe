use std::{future::Future, net::SocketAddr, pin::pin, time::Duration};

use bp_core::{Io, Workload};
use bytes::Bytes;
use futures::future::{Either, select};
use hyper::{Method, StatusCode};

use crate::{
    Receipt, Tally,
    attempts::{Failed, attempts},
    client::Host,
    given,
    tally::Values,
    urls::UrlList,
};

/// How long a job waits for an answer, and for a connection before.
const PATIENCE: Duration = Duration::from_secs(30);

/// Document 000: a job gets a page and posts it to a second place.
///
/// Of our own server the page of job `index` and what its upload is answered with are known
/// beforehand, so neither client nor server is believed. A service that has too much to do refuses:
/// with 503 if no more may wait for a place, with 429 if requests come too fast, and with 403 to who
/// was banned for that. Of a user's own list nothing is known but that a page came.
#[derive(Debug)]
pub struct FetchUpload {
    pages: Pages,
    retries: u32,
    jobs: Option<u64>,
    tally: &'static Tally,
}

/// What is fetched.
#[derive(Clone, Copy, Debug)]
enum Pages {
    /// Those of our own server.
    Ours { server: &'static Host, seed: u64, bytes: usize },
    /// Those of a list, over and over.
    Listed(UrlList),
}

impl FetchUpload {
    /// So many `jobs`, endless if `None`, on pages of `page_bytes`, each of which tries `retries`
    /// times more if it fails. The server at `server` makes its pages from the same seed.
    pub fn new(
        server: SocketAddr,
        seed: u64,
        page_bytes: usize,
        retries: u32,
        jobs: Option<u64>,
    ) -> Self {
        let server = Host::leak(server, server.to_string());
        let pages = Pages::Ours { server, seed, bytes: page_bytes };
        Self { pages, retries, jobs, tally: Tally::leak(Values::Seeded(seed)) }
    }

    /// The same on the pages of a list, over and over.
    pub fn listed(list: UrlList, seed: u64, retries: u32, jobs: Option<u64>) -> Self {
        let tally = Tally::leak(Values::Seeded(seed));
        Self { pages: Pages::Listed(list), retries, jobs, tally }
    }

    /// How the jobs ended.
    pub fn tally(&self) -> &'static Tally {
        self.tally
    }
}

impl<X: Io> Workload<X> for FetchUpload {
    type Output = Receipt;

    fn len(&self) -> Option<u64> {
        self.jobs
    }

    fn job(&self, index: u64, executor: &X) -> impl Future<Output = Receipt> + Send + 'static {
        let Self { pages, retries, tally, .. } = *self;
        let io = executor.clone();
        async move {
            let attempt = || pages.fetch_and_upload(&io, index);
            attempts(&io, tally, index, retries, attempt).await
        }
    }
}

impl Pages {
    async fn fetch_and_upload(self, io: &impl Io, index: u64) -> Result<(), Failed> {
        match self {
            Self::Ours { server, seed, bytes } => {
                let page = fetch(server, io, &format!("/page/{index}")).await?;
                if page != given::page(seed, index, bytes) {
                    let found = page.len();
                    return Err(Failed::Otherwise(format!(
                        "page {index} came with {found} bytes and is not the one that it should be"
                    )));
                }
                let crc = format!("{:08x}", crc32fast::hash(&page));
                let said = upload(server, io, &format!("/upload/{index}"), page).await?;
                if said == crc {
                    return Ok(());
                }
                let said = String::from_utf8_lossy(&said[..said.len().min(80)]).into_owned();
                Err(Failed::Otherwise(format!("page {index} arrived as {said:?} and not as {crc}")))
            }
            Self::Listed(UrlList { pages, upload: to }) => {
                let page = &pages[(index % pages.len() as u64) as usize];
                let body = fetch(page.host.map_err(nobody)?, io, &page.path).await?;
                if let Some(to) = to {
                    upload(to.host.map_err(nobody)?, io, &to.path, body).await?;
                }
                Ok(())
            }
        }
    }
}

fn nobody(why: &str) -> Failed {
    Failed::Otherwise(why.to_owned())
}

async fn fetch(host: &Host, io: &impl Io, path: &str) -> Result<Bytes, Failed> {
    granted(host, io, Method::GET, path, Bytes::new()).await
}

async fn upload(host: &Host, io: &impl Io, path: &str, page: Bytes) -> Result<Bytes, Failed> {
    granted(host, io, Method::POST, path, page).await
}

/// The body of an answer that is none of refusal or failure, and comes in time.
async fn granted(
    host: &Host,
    io: &impl Io,
    method: Method,
    path: &str,
    body: Bytes,
) -> Result<Bytes, Failed> {
    let verb = method.clone();
    let asked = pin!(host.ask(io, method, path, body));
    let because = |reason: String| Failed::Otherwise(format!("{verb} {host}{path}: {reason}"));
    let answer = match select(asked, pin!(io.sleep(PATIENCE))).await {
        Either::Left((answer, _)) => answer.map_err(|cause| because(cause.to_string()))?,
        Either::Right(_) => {
            return Err(because(format!("no answer within {} s", PATIENCE.as_secs())));
        }
    };
    match answer.status {
        status if status.is_success() => Ok(answer.body),
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS | StatusCode::FORBIDDEN => {
            Err(Failed::Refused)
        }
        status => Err(because(format!("the answer is {status}"))),
    }
}
