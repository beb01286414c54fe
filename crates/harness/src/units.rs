//! Times, sizes, shares and rates as people write them: `5ms`, `2GiB`, `0.1%`, `poisson:2000/s`.

use std::{fmt, num::NonZeroU32, time::Duration};

use bp_record::{Arrivals, Consumer, RateLimit};

use crate::Error;

const TIMES: [(&str, f64); 7] =
    [("ns", 1.0), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3_600e9)];

const SIZES: [(&str, f64); 8] = [
    ("B", 1.0),
    ("KB", 1e3),
    ("MB", 1e6),
    ("GB", 1e9),
    ("KiB", 1024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("TiB", 1_099_511_627_776.0),
];

/// A duration such as `5ms`, `1.5s` or `0s`.
///
/// # Errors
/// If the unit is missing or unknown, or the number is negative or above 292 years.
pub fn duration(text: &str) -> Result<Duration, Error> {
    let expected = "a time: write a number and one of ns, us, ms, s, m, h, such as 5ms";
    let nanoseconds = number_with_unit(text, &TIMES, expected)?;
    if nanoseconds > i64::MAX as f64 {
        return Err(value(text, expected));
    }
    Ok(Duration::from_nanos(nanoseconds.round() as u64))
}

/// A duration above zero.
///
/// # Errors
/// As [`duration`], and for zero.
pub fn positive_duration(text: &str) -> Result<Duration, Error> {
    let duration = duration(text)?;
    if duration.is_zero() {
        return Err(value(text, "a time above zero, such as 30s"));
    }
    Ok(duration)
}

/// A size in bytes such as `16MiB`, `2GB` or `0B`.
///
/// # Errors
/// If the unit is missing or unknown, or the number is negative or above 8 EiB.
pub fn bytes(text: &str) -> Result<u64, Error> {
    let expected = "a size: write a number and one of B, KiB, MiB, GiB, such as 16MiB";
    let bytes = number_with_unit(text, &SIZES, expected)?;
    if bytes > i64::MAX as f64 {
        return Err(value(text, expected));
    }
    Ok(bytes.round() as u64)
}

/// A share such as `1%` or `0.1%`, in millionths.
///
/// # Errors
/// If it has no `%`, or is outside of 0 to 100 %.
pub fn share(text: &str) -> Result<u32, Error> {
    let expected = "a share from 0% to 100%, such as 0.1%";
    let percent = number_with_unit(text, &[("%", 1.0)], expected)?;
    if percent > 100.0 {
        return Err(value(text, expected));
    }
    Ok((percent * 10_000.0).round() as u32)
}

/// When jobs arrive: `drain`, `constant:500/s` or `poisson:2000/s`.
///
/// # Errors
/// If it is none of these, or the rate is no whole number from 1 up.
pub fn arrivals(text: &str) -> Result<Arrivals, Error> {
    let expected = "an arrival law: write drain, constant:500/s or poisson:2000/s";
    if text == "drain" {
        return Ok(Arrivals::Drain);
    }
    let (law, rate) = text.split_once(':').ok_or_else(|| value(text, expected))?;
    let per_second = whole_rate(rate).ok_or_else(|| value(text, expected))?.get();
    match law {
        "constant" => Ok(Arrivals::Constant { per_second }),
        "poisson" => Ok(Arrivals::Poisson { per_second }),
        _ => Err(value(text, expected)),
    }
}

/// A rate such as `500/s`.
///
/// # Errors
/// If it is no whole number from 1 up, or has no `/s`.
pub fn per_second(text: &str) -> Result<NonZeroU32, Error> {
    whole_rate(text).ok_or_else(|| value(text, "a rate, such as 500/s"))
}

/// How many requests a second a server lets in: `2000/s`, with a bucket of a tenth of a second, or
/// `2000/s:50` with one of 50. Who is refused as often as the rate within a second is banned for one.
///
/// # Errors
/// If it is neither, or a number is none from 1 up.
pub fn rate_limit(text: &str) -> Result<RateLimit, Error> {
    let refuse = || value(text, "a rate limit: write 2000/s, or 2000/s:50 with a burst of 50");
    let (rate, burst) = match text.split_once(':') {
        Some((rate, burst)) => (rate, Some(burst.parse().map_err(|_| refuse())?)),
        None => (text, None),
    };
    let per_second = whole_rate(rate).ok_or_else(refuse)?;
    let tenth = NonZeroU32::new(per_second.get() / 10).unwrap_or(NonZeroU32::MIN);
    let burst = burst.unwrap_or(tenth);
    Ok(RateLimit { per_second, burst, strikes: per_second, ban_ns: 1_000_000_000 })
}

fn whole_rate(text: &str) -> Option<NonZeroU32> {
    text.strip_suffix("/s")?.parse().ok()
}

/// Who takes the outputs: `instant`, `serial:1ms` or `parallel:1ms`.
///
/// # Errors
/// If it is none of these, or the time is none.
pub fn consumer(text: &str) -> Result<Consumer, Error> {
    let expected = "a consumer: write instant, serial:1ms or parallel:1ms";
    if text == "instant" {
        return Ok(Consumer::Instant);
    }
    let (kind, time) = text.split_once(':').ok_or_else(|| value(text, expected))?;
    let time_ns = nanoseconds(positive_duration(time)?);
    match kind {
        "serial" => Ok(Consumer::Serial { time_ns }),
        "parallel" => Ok(Consumer::Parallel { time_ns }),
        _ => Err(value(text, expected)),
    }
}

/// A duration in whole nanoseconds, at most `u64::MAX`.
pub(crate) fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Shows a duration as people say it: `40 ms`, `90 s`, `12 min`, `3.5 h`.
#[derive(Clone, Copy, Debug)]
pub struct Roughly(pub Duration);

impl fmt::Display for Roughly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs_f64();
        match seconds {
            ..1.0 => write!(f, "{:.0} ms", seconds * 1e3),
            ..9.5 => write!(f, "{seconds:.1} s"),
            ..119.5 => write!(f, "{seconds:.0} s"),
            ..5_970.0 => write!(f, "{:.0} min", seconds / 60.0),
            _ => write!(f, "{:.1} h", seconds / 3_600.0),
        }
    }
}

fn number_with_unit(
    text: &str,
    units: &[(&str, f64)],
    expected: &'static str,
) -> Result<f64, Error> {
    let split = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .ok_or_else(|| value(text, expected))?;
    let (number, unit) = text.split_at(split);
    let unit = unit.trim_start();
    let number: f64 = number.parse().map_err(|_| value(text, expected))?;
    let scale = units
        .iter()
        .find_map(|&(name, scale)| (name == unit).then_some(scale))
        .ok_or_else(|| value(text, expected))?;
    Ok(number * scale)
}

fn value(text: &str, expected: &'static str) -> Error {
    Error::Value { text: text.to_owned(), expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_sizes_and_shares_read_as_written() {
        assert_eq!(duration("5ms").unwrap(), Duration::from_millis(5));
        assert_eq!(duration("1.5s").unwrap(), Duration::from_millis(1_500));
        assert_eq!(duration("0s").unwrap(), Duration::ZERO);
        assert_eq!(duration("2 h").unwrap(), Duration::from_secs(7_200));
        assert_eq!(bytes("16MiB").unwrap(), 16 << 20);
        assert_eq!(bytes("2GB").unwrap(), 2_000_000_000);
        assert_eq!(share("0.1%").unwrap(), 1_000);
        assert_eq!(share("100%").unwrap(), 1_000_000);
    }

    #[test]
    fn what_is_not_a_value_is_refused_with_an_example() {
        for text in ["", "5", "ms", "-5ms", "5 parsecs", "1e400s", "99999999999h", "..5s", "5ms "] {
            let error = duration(text).unwrap_err().to_string();
            assert!(error.contains("such as 5ms"), "{text}: {error}");
        }
        for text in ["16", "MiB", "-1B", "16mib", "9999999999TiB"] {
            assert!(bytes(text).is_err(), "{text}");
        }
        for text in ["1", "101%", "-1%", "%", "nan%"] {
            assert!(share(text).is_err(), "{text}");
        }
        assert!(positive_duration("0s").is_err());
    }

    #[test]
    fn arrivals_and_consumers() {
        assert_eq!(arrivals("poisson:2000/s").unwrap(), Arrivals::Poisson { per_second: 2_000 });
        assert_eq!(arrivals("constant:5/s").unwrap(), Arrivals::Constant { per_second: 5 });
        assert_eq!(arrivals("drain").unwrap(), Arrivals::Drain);
        assert_eq!(consumer("serial:1ms").unwrap(), Consumer::Serial { time_ns: 1_000_000 });
        assert_eq!(consumer("instant").unwrap(), Consumer::Instant);
        let limit = rate_limit("2000/s").unwrap();
        assert_eq!((limit.per_second.get(), limit.burst.get()), (2_000, 200));
        assert_eq!(rate_limit("2000/s:50").unwrap().burst.get(), 50);
        assert_eq!(rate_limit("5/s").unwrap().burst.get(), 1);
        for text in ["", "2000", "0/s", "2000/s:0", "2000/s:", "-1/s"] {
            assert!(rate_limit(text).unwrap_err().to_string().contains("2000/s:50"), "{text}");
        }
        assert_eq!(per_second("7/s").unwrap().get(), 7);
        assert!(per_second("7").is_err() && per_second("0/s").is_err());
        for text in ["poisson", "poisson:0/s", "poisson:2000", "weibull:1/s"] {
            assert!(arrivals(text).is_err(), "{text}");
        }
        for text in ["serial", "serial:0ms", "third:1ms"] {
            assert!(consumer(text).is_err(), "{text}");
        }
    }

    #[test]
    fn durations_are_shown_with_a_unit() {
        let show = |ms| Roughly(Duration::from_millis(ms)).to_string();
        assert_eq!(show(40), "40 ms");
        assert_eq!(show(2_300), "2.3 s");
        assert_eq!(show(90_000), "90 s");
        assert_eq!(show(720_000), "12 min");
        assert_eq!(show(12_600_000), "3.5 h");
    }
}
