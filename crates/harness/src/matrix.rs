use std::{
    num::{NonZeroU64, NonZeroUsize},
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use bp_record::{Arrivals, Consumer, Extent, Faults, RateLimit, Real, ServiceTimes, Work};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::{
    Error,
    parameters::{Pause, Rate, Size},
    units,
};

/// Workloads × strategies × executors × parameters, and how large the workloads are.
///
/// What is left out takes the usual value, named at each field. Also used for what the command
/// line sets: see [`Matrix::overridden`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Matrix {
    /// Names of workloads; all of them if left out.
    pub workloads: Option<Vec<String>>,
    /// Names of strategies; all of them if left out, but where jobs are there all at once those
    /// [for overload](bp_record::StrategyEntry::is_for_overload).
    pub strategies: Option<Vec<String>>,
    /// Names of executors; all that do not simulate time if left out.
    pub executors: Option<Vec<String>>,
    /// Most jobs in flight: 64.
    pub limit: Option<Vec<NonZeroUsize>>,
    /// A queue's bound, a number or a multiple of the limit: `"1x"`.
    pub capacity: Option<Vec<Size>>,
    /// Most jobs admitted and not delivered, a number or a multiple of the limit: `"4x"`.
    pub window: Option<Vec<Size>>,
    /// The pause before each spawn: none.
    pub pause: Option<Vec<Pause>>,
    /// Most jobs started a second, such as `"500/s"`: 1,000.
    pub rate: Option<Vec<Rate>>,
    /// How many jobs: 1,000.
    pub jobs: Option<NonZeroU64>,
    /// Instead of `jobs`: an endless source, closed after so long.
    #[serde(rename = "for", deserialize_with = "positive")]
    pub duration: Option<Duration>,
    /// The mean service time: 1 ms.
    #[serde(deserialize_with = "time")]
    pub service: Option<Duration>,
    /// What a job holds while it is in service: 16 KiB.
    #[serde(deserialize_with = "size")]
    pub payload: Option<u64>,
    /// How many requests a service serves at once: 16.
    pub places: Option<NonZeroUsize>,
    /// How many more may wait there: 256.
    pub queue: Option<usize>,
    /// How many requests a second a server lets in, such as `"2000/s"`: as many as come.
    #[serde(deserialize_with = "rate_limit")]
    pub rate_limit: Option<RateLimit>,
    /// The share of datagrams that a server loses: none.
    #[serde(deserialize_with = "share")]
    pub loss: Option<u32>,
    /// How many descriptors a child process may have open: as many as the system allows.
    pub descriptors: Option<NonZeroU64>,
    /// How often a job of real work that failed tries again: never.
    pub retries: Option<u32>,
    /// Where the `files` workload reads: the working directory.
    pub directory: Option<PathBuf>,
    /// Which service times the `replay` workload has; without a file it is left out.
    #[serde(deserialize_with = "replayed")]
    pub service_times: Option<Replayed>,
    /// Whether the first job that fails closes the source: no.
    pub stop: Option<bool>,
    /// A list of addresses to fetch, instead of pages of our own server.
    #[serde(deserialize_with = "listed")]
    pub urls: Option<Listed>,
    /// Where what was fetched is posted to: nowhere.
    #[serde(deserialize_with = "url")]
    pub upload_to: Option<String>,
    /// When jobs become available: all at once.
    #[serde(deserialize_with = "arrivals")]
    pub arrivals: Option<Arrivals>,
    /// Who takes the outputs: nobody who needs time.
    #[serde(deserialize_with = "consumer")]
    pub consumer: Option<Consumer>,
    /// The share of jobs that fail: none.
    #[serde(deserialize_with = "share")]
    pub fail: Option<u32>,
    /// The share of jobs that panic: none.
    #[serde(deserialize_with = "share")]
    pub panic: Option<u32>,
}

impl Matrix {
    /// This matrix with everything that `other` sets taken from there.
    ///
    /// `jobs` and `for` exclude each other, so setting one of them takes the other away. A file of
    /// service times brings its own number of jobs and its own mean, unless `other` sets them.
    #[must_use]
    pub fn overridden(self, other: &Self) -> Self {
        let mut other = other.clone();
        if let Some(replayed) = &other.service_times {
            other.service = other.service.or(Some(replayed.mean));
            other.jobs = other.jobs.or(Some(replayed.jobs).filter(|_| other.duration.is_none()));
        }
        if let Some(listed) = &other.urls {
            other.jobs = other.jobs.or(Some(listed.jobs).filter(|_| other.duration.is_none()));
        }
        let extent_given = other.jobs.is_some() || other.duration.is_some();
        Self {
            workloads: other.workloads.or(self.workloads),
            strategies: other.strategies.or(self.strategies),
            executors: other.executors.or(self.executors),
            limit: other.limit.or(self.limit),
            capacity: other.capacity.or(self.capacity),
            window: other.window.or(self.window),
            pause: other.pause.or(self.pause),
            rate: other.rate.or(self.rate),
            jobs: if extent_given { other.jobs } else { self.jobs },
            duration: if extent_given { other.duration } else { self.duration },
            service: other.service.or(self.service),
            payload: other.payload.or(self.payload),
            places: other.places.or(self.places),
            queue: other.queue.or(self.queue),
            rate_limit: other.rate_limit.or(self.rate_limit),
            loss: other.loss.or(self.loss),
            descriptors: other.descriptors.or(self.descriptors),
            retries: other.retries.or(self.retries),
            stop: other.stop.or(self.stop),
            urls: other.urls.or(self.urls),
            upload_to: other.upload_to.or(self.upload_to),
            directory: other.directory.or(self.directory),
            service_times: other.service_times.or(self.service_times),
            arrivals: other.arrivals.or(self.arrivals),
            consumer: other.consumer.or(self.consumer),
            fail: other.fail.or(self.fail),
            panic: other.panic.or(self.panic),
        }
    }

    /// The workload of that name, as large and decorated as this matrix says.
    pub(crate) fn work(&self, name: &str, seed: u64) -> Result<Work, Error> {
        // Only one workload replays a file; the others' cells should not carry it about.
        let replayed = self.service_times.as_ref().filter(|_| name == REPLAY);
        let extent = match (self.jobs, self.duration) {
            (Some(_), Some(_)) => {
                return Err(Error::Contradiction(format!(
                    "workload {name} has both `jobs` and `for`: give one of them"
                )));
            }
            (Some(jobs), None) => Extent::Jobs(jobs.get()),
            (None, Some(duration)) => Extent::ForNs(units::nanoseconds(duration)),
            (None, None) => Extent::Jobs(replayed.map_or(1_000, |replayed| replayed.jobs.get())),
        };
        let service = replayed.map_or(Duration::from_millis(1), |replayed| replayed.mean);
        // Two workloads read a directory; the others' cells should not carry a path about.
        let directory = [FILES, OPEN_FILES]
            .contains(&name)
            .then(|| self.directory.clone().unwrap_or_else(|| PathBuf::from(".")));
        Ok(Work {
            name: name.to_owned(),
            extent,
            service_ns: units::nanoseconds(self.service.unwrap_or(service)),
            payload_bytes: usize::try_from(self.payload.unwrap_or(16 << 10)).unwrap_or(usize::MAX),
            seed,
            places: self.places.unwrap_or(PLACES),
            queue: self.queue.unwrap_or(256),
            directory,
            service_times: replayed.map(|replayed| replayed.file.clone()),
            real: Real {
                rate_limit: self.rate_limit.filter(|_| name == FETCH),
                loss_per_million: self.loss.filter(|_| name == LOOKUP).unwrap_or(0),
                descriptors: self.descriptors.filter(|_| REAL.contains(&name)),
                retries: self.retries.filter(|_| REAL.contains(&name)).unwrap_or(0),
                stop: self.stop.unwrap_or(false),
                urls: self.urls.as_ref().filter(|_| name == FETCH).map(|urls| urls.file.clone()),
                upload_to: self.upload_to.clone().filter(|_| name == FETCH),
            },
            arrivals: self.arrivals.unwrap_or_default(),
            consumer: self.consumer.unwrap_or_default(),
            faults: Faults {
                fail_per_million: self.fail.unwrap_or(0),
                panic_per_million: self.panic.unwrap_or(0),
            },
        })
    }
}

const PLACES: NonZeroUsize = NonZeroUsize::new(16).expect("16 is not zero");
/// The workloads that read real files: whole, and piece by piece.
const FILES: &str = "files";
const OPEN_FILES: &str = "open-files";
/// The workload that fetches pages and uploads them.
pub(crate) const FETCH: &str = "fetch-upload";
/// The workload that asks for addresses.
const LOOKUP: &str = "lookup";
/// Those that meet the limits of the system.
const REAL: [&str; 3] = [FETCH, OPEN_FILES, LOOKUP];
/// The workload that reads service times.
pub(crate) const REPLAY: &str = "replay";

/// A file of service times that has been read.
#[derive(Clone, Debug, PartialEq)]
pub struct Replayed {
    file: ServiceTimes,
    jobs: NonZeroU64,
    mean: Duration,
}

impl FromStr for Replayed {
    type Err = Error;

    /// Opens the file of that name.
    fn from_str(path: &str) -> Result<Self, Error> {
        let (times, file) = bp_registry::open_service_times(Path::new(path))?;
        let jobs = NonZeroU64::new(times.len() as u64).expect("an empty file is an error");
        Ok(Self { file, jobs, mean: Duration::from_nanos(bp_registry::mean(&times)) })
    }
}

/// A list of addresses that has been read.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    file: ServiceTimes,
    jobs: NonZeroU64,
}

impl FromStr for Listed {
    type Err = Error;

    /// Opens the file of that name.
    fn from_str(path: &str) -> Result<Self, Error> {
        let (urls, file) = bp_registry::count_urls(Path::new(path))?;
        Ok(Self { file, jobs: NonZeroU64::new(urls).expect("an empty list is an error") })
    }
}

/// Reads a value that people write as text.
pub(crate) fn parsed<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    parse: impl Fn(&str) -> Result<T, Error>,
) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text).map_err(D::Error::custom)
}

fn positive<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    parsed(deserializer, units::positive_duration).map(Some)
}

fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    parsed(deserializer, units::duration).map(Some)
}

fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    parsed(deserializer, units::bytes).map(Some)
}

fn replayed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Replayed>, D::Error> {
    parsed(deserializer, Replayed::from_str).map(Some)
}

fn listed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Listed>, D::Error> {
    parsed(deserializer, Listed::from_str).map(Some)
}

fn url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    bp_registry::check_url(&text).map_err(D::Error::custom)?;
    Ok(Some(text))
}

fn rate_limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<RateLimit>, D::Error> {
    parsed(deserializer, units::rate_limit).map(Some)
}

fn share<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    parsed(deserializer, units::share).map(Some)
}

fn arrivals<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Arrivals>, D::Error> {
    parsed(deserializer, units::arrivals).map(Some)
}

fn consumer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Consumer>, D::Error> {
    parsed(deserializer, units::consumer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_wins_and_jobs_takes_the_time_away() {
        let suite =
            Matrix { duration: Some(Duration::from_secs(3)), queue: Some(7), ..Matrix::default() };
        let flags = Matrix { jobs: NonZeroU64::new(9), ..Matrix::default() };
        let work = suite.overridden(&flags).work("fixed", 1).unwrap();
        assert_eq!(work.extent, bp_record::Extent::Jobs(9));
        assert_eq!(work.queue, 7);
    }

    #[test]
    fn only_files_carries_a_directory() {
        let matrix = Matrix { directory: Some("/data".into()), ..Matrix::default() };
        assert_eq!(matrix.work("fixed", 1).unwrap().directory, None);
        assert_eq!(matrix.work("files", 1).unwrap().directory, Some("/data".into()));
    }
}
