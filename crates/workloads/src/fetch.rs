use std::{future::Future, net::SocketAddr};

use bp_core::{Io, Workload};
use bytes::Bytes;
use hyper::{Method, StatusCode};

use crate::{
    Receipt, Tally,
    attempts::{Failed, attempts},
    client::{Answer, Host, NoAnswer},
    given,
    tally::Values,
};

/// Document 000: a job gets a page and posts it to a second place.
///
/// The page of job `index` and what the upload is answered with are known beforehand, so neither
/// client nor server is believed. A service that has too much to do refuses: with 503 if no more may
/// wait for a place, with 429 if requests come too fast, and with 403 to who was banned for that.
#[derive(Debug)]
pub struct FetchUpload {
    server: &'static Host,
    seed: u64,
    page_bytes: usize,
    retries: u32,
    jobs: Option<u64>,
    tally: &'static Tally,
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
        let tally = Tally::leak(Values::Seeded(seed));
        Self { server, seed, page_bytes, retries, jobs, tally }
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
        let Self { server, seed, page_bytes, retries, tally, .. } = *self;
        let io = executor.clone();
        async move {
            let attempt = || async {
                let page = fetch(server, &io, index).await?;
                if page != given::page(seed, index, page_bytes) {
                    let found = page.len();
                    return Err(Failed::Otherwise(format!(
                        "page {index} has {found} bytes and is not the page of {page_bytes} bytes \
                         that it should be"
                    )));
                }
                upload(server, &io, index, page).await
            };
            attempts(&io, tally, index, retries, attempt).await
        }
    }
}

async fn fetch(server: &Host, io: &impl Io, index: u64) -> Result<Bytes, Failed> {
    let path = format!("/page/{index}");
    let answer = server.ask(io, Method::GET, &path, Bytes::new()).await;
    Ok(granted(answer)?.body)
}

async fn upload(server: &Host, io: &impl Io, index: u64, page: Bytes) -> Result<(), Failed> {
    let (path, crc) = (format!("/upload/{index}"), crc32fast::hash(&page));
    let answer = server.ask(io, Method::POST, &path, page).await;
    let answer = granted(answer)?;
    if answer.body == format!("{crc:08x}") {
        return Ok(());
    }
    let found = String::from_utf8_lossy(&answer.body[..answer.body.len().min(80)]).into_owned();
    Err(Failed::Otherwise(format!("page {index} arrived as {found:?} and not as {crc:08x}")))
}

fn granted(answer: Result<Answer, NoAnswer>) -> Result<Answer, Failed> {
    let answer = answer.map_err(|cause| Failed::Otherwise(cause.to_string()))?;
    match answer.status {
        status if status.is_success() => Ok(answer),
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS | StatusCode::FORBIDDEN => {
            Err(Failed::Refused)
        }
        status => Err(Failed::Otherwise(format!("the service answered {status}"))),
    }
}
