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
