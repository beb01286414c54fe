//! Service times that somebody has measured: a column of numbers.

use std::{fmt, fs, io::BufRead, path::Path, str::FromStr};

use bp_record::ServiceTimes;

use crate::WorkloadError;

/// Longer service times than this are taken for a mistake in the unit.
const LONGEST_NS: f64 = 86_400e9;

/// More of them than this are taken for a mistake in the file.
const MOST: usize = 10_000_000;

/// The unit of numbers that have none of their own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeUnit {
    name: &'static str,
    ns: f64,
}

const UNITS: [TimeUnit; 7] = [
    TimeUnit { name: "ns", ns: 1.0 },
    TimeUnit { name: "us", ns: 1e3 },
    TimeUnit { name: "µs", ns: 1e3 },
    TimeUnit { name: "ms", ns: 1e6 },
    TimeUnit { name: "s", ns: 1e9 },
    TimeUnit { name: "m", ns: 60e9 },
    TimeUnit { name: "h", ns: 3_600e9 },
];

impl FromStr for TimeUnit {
    type Err = WorkloadError;

    fn from_str(text: &str) -> Result<Self, WorkloadError> {
        let known = UNITS.into_iter().find(|unit| unit.name == text);
        known.ok_or_else(|| WorkloadError::Unit { text: text.to_owned() })
    }
}

impl fmt::Display for TimeUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

/// Reads one service time a line, in nanoseconds, rounded; `name` is that of the file, for messages.
///
/// A number may have its unit, as in `20ms`, or take that of the header (`service_ms`,
/// `latency (ms)`) or else `unit`. A first line that is no number is a header. Empty lines are
/// passed over.
///
/// # Errors
/// What is wrong at which line and column, and what would be right.
///
/// ```
/// let times = bp_workloads::read_service_times("times.csv", "service_ms\n20\n1.5\n7us\n".as_bytes(), None);
/// assert_eq!(times.unwrap(), [20_000_000, 1_500_000, 7_000]);
/// ```
pub fn read_service_times(
    name: &str,
    input: impl BufRead,
    unit: Option<TimeUnit>,
) -> Result<Vec<u64>, WorkloadError> {
    let mut unit = unit;
    let (mut times, mut header) = (Vec::new(), false);
    for (index, line) in input.lines().enumerate() {
        let refuse = |column: usize, problem: String| WorkloadError::ServiceTimes {
            place: format!("{name}, line {}, column {column}", index + 1),
            problem,
        };
        let line = line.map_err(|cause| refuse(1, format!("cannot be read: {cause}")))?;
        let line = line.trim_start_matches('\u{feff}');
        let text = line.trim().trim_matches('"').trim();
        if text.is_empty() {
            continue;
        }
        let column = line.find(text).map_or(1, |at| line[..at].chars().count() + 1);
        if times.is_empty() && !header && is_header(text) {
            header = true;
            unit = unit_of_header(text).or(unit);
            continue;
        }
        if let Some(at) = text.find([',', ';', '\t']) {
            let column = column + text[..at].chars().count();
            let problem = "a second column: give one, for example by `cut -d, -f2`; decimals are \
                           written with a point";
            return Err(refuse(column, problem.to_owned()));
        }
        times.push(time(text, unit).map_err(|problem| refuse(column, problem))?);
        if times.len() > MOST {
            return Err(refuse(column, format!("there are more than {MOST} service times")));
        }
    }
    if times.is_empty() {
        return Err(WorkloadError::ServiceTimes {
            place: name.to_owned(),
            problem: "there are no service times: give one a line, such as 20ms".to_owned(),
        });
    }
    Ok(times)
}

/// The service times of a file, in nanoseconds, and what a run records of it.
///
/// # Errors
/// If it cannot be read, or as [`read_service_times`]: numbers must have their unit.
pub fn open_service_times(path: &Path) -> Result<(Vec<u64>, ServiceTimes), WorkloadError> {
    let bytes = fs::read(path).map_err(|cause| WorkloadError::ServiceTimes {
        place: path.display().to_string(),
        problem: format!("cannot be read: {cause}"),
    })?;
    let times = read_service_times(&path.display().to_string(), &bytes[..], None)?;
    let checksum = crc32fast::hash(&bytes);
    Ok((times, ServiceTimes { path: path.to_owned(), checksum }))
}

/// The service times of a file that a run has recorded, stretched so that their mean is `mean_ns`;
/// leaked, since jobs outlive whoever made them.
///
/// # Errors
/// As [`open_service_times`], and if the file is no longer what it was.
pub fn replayed(recorded: &ServiceTimes, mean_ns: u64) -> Result<&'static [u64], WorkloadError> {
    let (mut times, found) = open_service_times(&recorded.path)?;
    if found != *recorded {
        return Err(WorkloadError::ServiceTimes {
            place: recorded.path.display().to_string(),
            problem: "has changed since the run was planned: begin a new run".to_owned(),
        });
    }
    let own = mean(&times);
    if own != mean_ns && own > 0 {
        let factor = mean_ns as f64 / own as f64;
        times.iter_mut().for_each(|time| *time = (*time as f64 * factor).round() as u64);
    }
    Ok(times.leak())
}

/// The mean of service times, rounded down; zero if there are none.
pub fn mean(times: &[u64]) -> u64 {
    let sum: u128 = times.iter().map(|&time| u128::from(time)).sum();
    (sum / times.len().max(1) as u128) as u64
}

/// A first line that begins as no number does.
fn is_header(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
    !begins && text.parse::<f64>().is_err()
}

/// `service_ms`, `latency (ms)`, `duration [us]`: the last word, if it is a unit.
fn unit_of_header(text: &str) -> Option<TimeUnit> {
    let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.next_back()?.parse().ok()
}

fn time(text: &str, unit: Option<TimeUnit>) -> Result<u64, String> {
    let shown = printable(text);
    let own = |known: &TimeUnit| {
        let number = text.strip_suffix(known.name)?.trim_end();
        number.parse::<f64>().ok().map(|number| (number, known.ns))
    };
    let found = UNITS.iter().find_map(own);
    let (number, scale) = match (found, text.parse::<f64>(), unit) {
        (Some(found), ..) => found,
        (None, Ok(number), Some(unit)) => (number, unit.ns),
        (None, Ok(_), None) => {
            return Err(format!(
                "`{shown}` has no unit: write {shown}s or {shown}ms, or name the column service_s or service_ms"
            ));
        }
        (None, Err(_), _) => {
            return Err(format!("`{shown}` is no service time: write a number, such as 20ms"));
        }
    };
    let ns = number * scale;
    if ns.is_nan() {
        Err(format!("`{shown}` is no number: write one, such as 20ms, or leave the line out"))
    } else if ns < 0.0 {
        Err(format!("`{shown}` is below zero: no job takes less than 0"))
    } else if ns > LONGEST_NS {
        Err(format!("`{shown}` is more than a day: is the unit right?"))
    } else {
        Ok(ns.round() as u64)
    }
}

/// The beginning of a text, fit to be shown.
fn printable(text: &str) -> String {
    const MOST_SHOWN: usize = 30;
    let beginning: String = text.chars().take(MOST_SHOWN).collect();
    let mut shown = bp_record::printable(&beginning);
    if text.chars().nth(MOST_SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, unit: Option<&str>) -> Result<Vec<u64>, String> {
        let unit = unit.map(|unit| unit.parse().unwrap());
        read_service_times("t.csv", text.as_bytes(), unit).map_err(|error| error.to_string())
    }

    #[test]
    fn units_come_with_the_number_with_the_header_or_from_outside() {
        let ms = 1_000_000;
        assert_eq!(read("20ms\n1.5 ms\n2s\n", None).unwrap(), [20 * ms, 3 * ms / 2, 2_000 * ms]);
        assert_eq!(read("latency (ms)\n20\n", None).unwrap(), [20 * ms]);
        assert_eq!(read("service_ms\n20\n7us\n", Some("s")).unwrap(), [20 * ms, 7_000]);
        assert_eq!(read("time\n20\n", Some("ms")).unwrap(), [20 * ms]);
        assert_eq!(read("2e-2\n1e3\n0\n-0\n", Some("s")).unwrap(), [20 * ms, 1_000_000 * ms, 0, 0]);
    }

    #[test]
    fn what_spreadsheets_write_is_read() {
        let text = "\u{feff}\"service_ms\"\r\n\"20\"\r\n\r\n 3 \r\n";
        assert_eq!(read(text, None).unwrap(), [20_000_000, 3_000_000]);
        assert_eq!(read("5ms", None).unwrap(), [5_000_000], "no line end");
    }

    #[test]
    fn what_is_no_time_is_refused_with_its_place() {
        for (text, place, part) in [
            ("", "t.csv:", "no service times"),
            ("service_ms\n\n", "t.csv:", "no service times"),
            ("20ms\nfast\n", "line 2, column 1", "`fast` is no service time"),
            ("20ms\n\n   x7\n", "line 3, column 4", "`x7`"),
            ("service_ms\nservice_ms\n", "line 2, column 1", "no service time"),
            ("20ms\n\u{1b}[31m\n", "line 2, column 1", "`\\u{1b}[31m`"),
            ("20ms\n=cmd()\n", "line 2, column 1", "`=cmd()`"),
            (&format!("20ms\n{}\n", "x".repeat(99)), "line 2", "xxx…`"),
            ("20\n", "line 1, column 1", "has no unit"),
            ("1ms\n-5ms\n", "line 2, column 1", "below zero"),
            ("NaN\n", "line 1, column 1", "unit"),
            ("1ms\nNaNms\n", "line 2, column 1", "no number"),
            ("1ms\n25h\n", "line 2, column 1", "more than a day"),
            ("1ms\n1e400s\n", "line 2, column 1", "more than a day"),
            ("1ms\ninfs\n", "line 2, column 1", "more than a day"),
            ("ms\n1,5\n", "line 2, column 2", "second column"),
            ("1ms\n20ms;30ms\n", "line 2, column 5", "second column"),
        ] {
            let error = read(text, None).unwrap_err();
            assert!(error.contains(place) && error.contains(part), "{text:?}: {error}");
        }
        let binary = read_service_times("t.csv", &b"1ms\n\xff\xfe\n"[..], None).unwrap_err();
        assert!(binary.to_string().contains("line 2"), "{binary}");
        assert!("parsec".parse::<TimeUnit>().unwrap_err().to_string().contains("ns, us"));
    }
}
