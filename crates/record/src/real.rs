//! What real work meets, and what the server of it saw.

use std::num::{NonZeroU32, NonZeroU64};

use serde::{Deserialize, Serialize};

use crate::ServiceTimes;

/// What real work meets beside the places of its service: other limits of the service and of the
/// process; and what is done about a job that failed, which simulated work may have as well. The
/// default is none of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Real {
    /// How many requests a second the service lets in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimit>,
    /// Of a million datagrams, how many the service loses.
    #[serde(skip_serializing_if = "is_zero")]
    pub loss_per_million: u32,
    /// How many descriptors the measured process may have open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub descriptors: Option<NonZeroU64>,
    /// How often a job that failed tries again.
    #[serde(skip_serializing_if = "is_zero")]
    pub retries: u32,
    /// True if the source closes when a job has failed; else failures are collected.
    #[serde(skip_serializing_if = "is_false")]
    pub stop: bool,
    /// A list of addresses of the user's own, instead of a service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urls: Option<ServiceTimes>,
    /// Where each of these pages is posted to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload_to: Option<String>,
}

/// A bucket of tokens, one a request: who comes when it is empty is refused, and who comes often
/// then is banned for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// How many tokens a second flow in.
    pub per_second: NonZeroU32,
    /// How many tokens the bucket holds.
    pub burst: NonZeroU32,
    /// So many refusals within a second, and everybody is banned.
    pub strikes: NonZeroU32,
    /// How long a ban lasts.
    pub ban_ns: u64,
}

impl Real {
    /// True where nothing of it was asked for.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// What of it two cells of a run can differ in, as parts of a label.
    pub(crate) fn labels(&self) -> impl Iterator<Item = String> {
        let RateLimit { per_second, burst, .. } = self.rate_limit.unwrap_or(RateLimit::NEVER);
        let rate = self.rate_limit.map(|_| format!("rate({per_second}ps,{burst})"));
        let loss = self.loss_per_million;
        let loss = (loss > 0).then(|| format!("loss({loss}ppm)"));
        let descriptors = self.descriptors.map(|most| format!("descriptors({most})"));
        let retries = (self.retries > 0).then(|| format!("retries({})", self.retries));
        let stop = self.stop.then(|| "stop".to_owned());
        [rate, loss, descriptors, retries, stop].into_iter().flatten()
    }

    /// The same for people.
    pub(crate) fn titles(&self) -> impl Iterator<Item = String> {
        let share = |per_million| f64::from(per_million) / 10_000.0;
        let rate = self.rate_limit.map(|rate| format!("rate limit {}/s", rate.per_second));
        let loss = self.loss_per_million;
        let loss = (loss > 0).then(|| format!("loss {}%", share(loss)));
        let descriptors = self.descriptors.map(|most| format!("{most} descriptors"));
        let retries = (self.retries > 0).then(|| format!("{} retries", self.retries));
        let stop = self.stop.then(|| "stop at the first error".to_owned());
        [rate, loss, descriptors, retries, stop].into_iter().flatten()
    }
}

impl RateLimit {
    const NEVER: Self = Self {
        per_second: NonZeroU32::MIN,
        burst: NonZeroU32::MIN,
        strikes: NonZeroU32::MIN,
        ban_ns: 0,
    };
}

/// What a server saw of a run, whatever its client believes. The refusals and the answers add up to
/// the requests once none is under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Served {
    /// Requests that arrived.
    pub requests: u64,
    /// Answered with what was asked for.
    pub answered: u64,
    /// Refused, since no more could wait for a place.
    pub overloaded: u64,
    /// Refused, since they came too fast.
    pub limited: u64,
    /// Refused, since everybody was banned.
    pub banned: u64,
    /// Given up by the client before they were answered.
    pub abandoned: u64,
    /// Not understood.
    pub malformed: u64,
    /// Lost on purpose.
    pub dropped: u64,
    /// How often everybody was banned.
    pub bans: u64,
    /// Most requests inside at one instant: in a place or waiting for one.
    pub inside_peak: u64,
    /// Most connections open at one instant.
    pub connections_peak: u64,
}

fn is_false(choice: &bool) -> bool {
    !choice
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}
