//! Numbers for people: three digits and a unit.

/// Three significant digits, with thousands separated: `1.04`, `12.3`, `942`, `12,300`.
fn digits(value: f64) -> String {
    match value {
        value if value < 9.995 => format!("{value:.2}"),
        value if value < 99.95 => format!("{value:.1}"),
        value => count(value.round() as u64),
    }
}

/// `value` in the largest unit that leaves at least 1, the units being a thousand apart.
fn scaled(value: u64, units: &[&str]) -> String {
    let last = units.len() - 1;
    let mut value = value as f64;
    let mut place = 0;
    while value >= 999.5 && place < last {
        value /= 1000.0;
        place += 1;
    }
    if place == 0 {
        format!("{value} {}", units[0])
    } else {
        format!("{} {}", digits(value), units[place])
    }
}

/// A time: `942 ms`, `1.04 s`, `75.0 s`.
pub fn time(ns: u64) -> String {
    scaled(ns, &["ns", "µs", "ms", "s"])
}

/// A size in decimal units: `5.30 MB`.
pub fn bytes(bytes: u64) -> String {
    scaled(bytes, &["B", "kB", "MB", "GB", "TB"])
}

/// Units of sizes that somebody may have given, the greatest first.
const GIVEN: [(u64, &str); 9] = [
    (1 << 40, "TiB"),
    (1 << 30, "GiB"),
    (1 << 20, "MiB"),
    (1 << 10, "KiB"),
    (1_000_000_000_000, "TB"),
    (1_000_000_000, "GB"),
    (1_000_000, "MB"),
    (1_000, "kB"),
    (1, "B"),
];

/// A size that somebody gave, as they did, or as shortly: `64 MiB`, `2 GB`.
pub(crate) fn given(size: u64) -> String {
    let (unit, name) = unit_of(size);
    format!("{} {name}", count(size / unit))
}

/// The unit of which a size is so many, exactly, and the fewest.
fn unit_of(size: u64) -> (u64, &'static str) {
    let exact = GIVEN.into_iter().filter(|(unit, _)| size.is_multiple_of(*unit));
    exact.min_by_key(|(unit, _)| size / unit).filter(|_| size > 0).unwrap_or((1, "B"))
}

/// A size beside one that somebody gave, in units of the same kind: `250 MiB` beside `64 MiB`.
pub(crate) fn beside_given(size: u64, given: u64) -> String {
    let is_binary = |name: &str| name.ends_with("iB");
    if !is_binary(unit_of(given).1) {
        return bytes(size);
    }
    let (unit, name) =
        GIVEN.into_iter().find(|(unit, name)| is_binary(name) && size >= *unit).unwrap_or((1, "B"));
    if unit == 1 {
        return format!("{size} B");
    }
    format!("{} {name}", digits(size as f64 / unit as f64))
}

/// A whole number with thousands separated: `10,000`.
pub fn count(value: u64) -> String {
    let plain = value.to_string();
    let mut text = String::with_capacity(plain.len() + plain.len() / 3);
    for (place, digit) in plain.chars().enumerate() {
        if place > 0 && (plain.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many things: `1 round`, `12 rounds`.
pub fn counted(number: usize, thing: &str) -> String {
    format!("{} {thing}{}", count(number as u64), if number == 1 { "" } else { "s" })
}

/// So many jobs: `1 job`, `12,300 jobs`.
pub(crate) fn jobs(number: u64) -> String {
    counted(usize::try_from(number).unwrap_or(usize::MAX), "job")
}

/// A ratio: `1.0×`, `2.9×`, `12×`, `1,200×`.
pub(crate) fn times(ratio: f64) -> String {
    if ratio < 9.95 {
        format!("{ratio:.1}×")
    } else {
        format!("{}×", count(ratio.round() as u64))
    }
}

/// True of a ratio that is too near to 1 to be told as a difference.
pub(crate) fn is_even(ratio: f64) -> bool {
    ratio.max(1.0 / ratio) < 1.05
}

/// A factor of a product: `0.98`, `2.93`, `12.6`, `1,200`.
pub(crate) fn factor(factor: f64) -> String {
    digits(factor)
}

/// A rate: `2.50 /s`, `12,300 /s`.
pub(crate) fn per_second(rate: f64) -> String {
    format!("{} /s", digits(rate))
}

/// A throughput in a sentence: `2.50 jobs/s`, `12,300 jobs/s`.
pub(crate) fn jobs_per_second(rate: f64) -> String {
    format!("{} jobs/s", digits(rate))
}

/// A rate where its unit stands elsewhere, and which may be negative: `12.3`, `-0.50`.
pub(crate) fn rate(per_second: f64) -> String {
    if per_second == 0.0 {
        return "0".to_owned();
    }
    let sign = if per_second < 0.0 { "-" } else { "" };
    format!("{sign}{}", digits(per_second.abs()))
}

/// A part of the whole: `39 %`.
pub(crate) fn percent(part: f64) -> String {
    format!("{:.0} %", part * 100.0)
}

/// The label of a tick: as `print` has it, without zeros that say nothing, and plain `0` at zero.
pub(crate) fn tick(value: f64, print: fn(u64) -> String) -> String {
    let text = print(value.round() as u64);
    if value.round() == 0.0 {
        return "0".to_owned();
    }
    match text.split_once(' ') {
        Some((number, unit)) if number.contains('.') => {
            format!("{} {unit}", number.trim_end_matches('0').trim_end_matches('.'))
        }
        _ => text,
    }
}

/// `text` without what a terminal, an XML parser or a line of text would take for more than text:
/// control characters, line ends and marks that turn the direction of writing.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if bp_record::steers(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_three_digits_and_the_unit_that_suits_it() {
        let all = [0, 87, 999, 1_000, 12_345, 999_499, 999_500, 941_700_000, 999_600_000];
        let texts = [
            "0 ns", "87 ns", "999 ns", "1.00 µs", "12.3 µs", "999 µs", "1.00 ms", "942 ms",
            "1.00 s",
        ];
        assert_eq!(all.map(time), texts);
        assert_eq!(time(75_000_000_000), "75.0 s");
        assert_eq!(time(u64::MAX), "18,446,744,074 s");
    }

    #[test]
    fn sizes_counts_and_ratios() {
        assert_eq!(
            (bytes(0), bytes(5_300_000), bytes(64_000_000)),
            ("0 B".into(), "5.30 MB".into(), "64.0 MB".into())
        );
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([1.0, 2.93, 9.96, 1234.4].map(times), ["1.0×", "2.9×", "10×", "1,234×"]);
        assert_eq!([0.984, 2.93, 1234.4].map(factor), ["0.98", "2.93", "1,234"]);
        assert_eq!([2.5, 99.96, 12_345.0].map(per_second), ["2.50 /s", "100 /s", "12,345 /s"]);
        assert_eq!(jobs_per_second(2_158.4), "2,158 jobs/s");
        assert_eq!(percent(0.389), "39 %");
    }

    #[test]
    fn a_size_that_was_given_is_given_back() {
        let sizes = [64 << 20, 2_000_000_000, 3 << 30, 1536 << 10, 500, 1_500_000, 0];
        let texts = ["64 MiB", "2 GB", "3 GiB", "1,536 KiB", "500 B", "1,500 kB", "0 B"];
        assert_eq!(sizes.map(given), texts);
        assert_eq!(beside_given(250 << 20, 64 << 20), "250 MiB");
        assert_eq!(beside_given(5_000_000_000, 64 << 20), "4.66 GiB");
        assert_eq!(beside_given(900, 64 << 20), "900 B");
        assert_eq!(beside_given(250_000_000, 64_000_000), "250 MB");
    }

    #[test]
    fn one_is_no_plural() {
        assert_eq!((jobs(1), jobs(12_300)), ("1 job".into(), "12,300 jobs".into()));
        assert_eq!(
            [0, 1, 2].map(|rounds| counted(rounds, "round")),
            ["0 rounds", "1 round", "2 rounds"]
        );
    }

    #[test]
    fn a_tick_drops_zeros_that_say_nothing() {
        let ticks = [0.0, 5e5, 1e6, 1.5e9, 2e10].map(|value| tick(value, time));
        assert_eq!(ticks, ["0", "500 µs", "1 ms", "1.5 s", "20 s"]);
        assert_eq!(tick(1000.0, count), "1,000");
    }

    #[test]
    fn plain_text_cannot_steer_a_terminal() {
        assert_eq!(plain("a\u{1b}[31m\nb\u{202e}c\u{200f}d\0"), "a [31m b c d ");
    }
}
