//! One cell a value: what is swept, and over which values.

use std::{collections::BTreeSet, num::NonZeroU64, num::NonZeroUsize, str::FromStr};

use bp_record::{Arrivals, Axis, Catalogue, Cell};
use serde::{Deserialize, Deserializer};

use crate::{Error, Filters, Matrix, Size, Suite, matrix::parsed, product};

/// More values than this are a mistake, and would run for days.
const MOST_VALUES: usize = 200;

/// An axis and its values, by rising value: `limit=1..=256*2`, `rate=100/s,200/s`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    axis: Axis,
    values: Vec<NonZeroU64>,
    /// Only of a rate: whether gaps are all equally long, and not exponential.
    constant: bool,
}

impl Sweep {
    /// What it goes over.
    pub fn axis(&self) -> Axis {
        self.axis
    }

    /// The least of its values.
    pub fn least(&self) -> Option<NonZeroUsize> {
        self.values.first().and_then(|&least| least.try_into().ok())
    }

    /// Whether what the command line sets leaves this axis alone.
    ///
    /// # Errors
    /// If a flag gives a value for the same thing.
    pub fn check(&self, flags: &Matrix) -> Result<(), Error> {
        let said = match self.axis {
            Axis::Limit if flags.limit.is_some() => "-p limit",
            Axis::Window if flags.window.is_some() => "-p window",
            Axis::Jobs if flags.jobs.is_some() => "--jobs",
            Axis::Jobs if flags.duration.is_some() => "--for",
            Axis::Rate if flags.arrivals == Some(Arrivals::Drain) => {
                return Err(Error::Contradiction(
                    "jobs that are all there from the start have no rate: leave out \
                     `--arrivals drain`"
                        .to_owned(),
                ));
            }
            Axis::Rate if flags.arrivals.is_some() => {
                return Err(Error::Contradiction(
                    "the sweep gives the arrivals: leave out --arrivals, and for a constant rate \
                     write `--over rate=constant:100/s,200/s`"
                        .to_owned(),
                ));
            }
            _ => return Ok(()),
        };
        let axis = self.axis;
        Err(Error::Contradiction(format!("the sweep goes over the {axis}: leave out {said}")))
    }

    /// The cells of `suite` at each value, and the strategies without this axis, which are left
    /// out.
    pub(crate) fn cells(
        &self,
        suite: &Suite,
        filters: &Filters,
        catalogue: &Catalogue,
    ) -> Result<(Vec<Cell>, Vec<String>), Error> {
        let (mut cells, mut without) = (Vec::new(), BTreeSet::new());
        for value in &self.values {
            let at_value = suite.clone().overridden(&self.matrix(*value)?);
            for cell in product::cells(&at_value, filters, catalogue)? {
                if self.axis.of(&cell).is_some() {
                    cells.push(cell);
                } else {
                    without.insert(cell.strategy);
                }
            }
        }
        if cells.is_empty() {
            return Err(self.taken_by_none(&without, catalogue));
        }
        Ok((cells, without.into_iter().collect()))
    }

    fn matrix(&self, value: NonZeroU64) -> Result<Matrix, Error> {
        let axis = self.axis;
        let refuse = || Error::Contradiction(format!("{axis}={value} is too large"));
        let size = || NonZeroUsize::try_from(value).map_err(|_| refuse());
        let mut matrix = Matrix::default();
        match self.axis {
            Axis::Limit => matrix.limit = Some(vec![size()?]),
            Axis::Window => matrix.window = Some(vec![Size::Number(size()?)]),
            Axis::Jobs => matrix.jobs = Some(value),
            Axis::Rate => {
                let per_second = u32::try_from(value.get()).map_err(|_| refuse())?;
                let constant = Arrivals::Constant { per_second };
                let poisson = Arrivals::Poisson { per_second };
                matrix.arrivals = Some(if self.constant { constant } else { poisson });
            }
        }
        Ok(matrix)
    }

    fn taken_by_none(&self, without: &BTreeSet<String>, catalogue: &Catalogue) -> Error {
        let axis = self.axis;
        let takes = catalogue.strategies.iter().filter(|entry| {
            axis.parameter().is_some_and(|parameter| entry.takes.contains(&parameter))
        });
        let takes: Vec<_> = takes.map(|entry| entry.name.as_str()).collect();
        let without: Vec<_> = without.iter().map(String::as_str).collect();
        let (without, takes) = (without.join(", "), takes.join(", "));
        Error::Contradiction(format!("no {axis} is taken by {without}; it is by {takes}"))
    }
}

impl FromStr for Sweep {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (name, mut list) = text.split_once('=').ok_or_else(|| Error::Value {
            text: text.to_owned(),
            expected: "an axis and its values, such as limit=1..=256*2 or rate=100/s,200/s",
        })?;
        let axis =
            Axis::ALL.into_iter().find(|axis| axis.to_string() == name).ok_or_else(|| {
                let known = Axis::ALL.map(|axis| axis.to_string()).join(", ");
                Error::Contradiction(format!("there is no axis `{name}`; there are {known}"))
            })?;
        let mut constant = false;
        if axis == Axis::Rate {
            let rest = list.strip_prefix("constant:");
            constant = rest.is_some();
            list = rest.or_else(|| list.strip_prefix("poisson:")).unwrap_or(list);
        }
        let mut values = Vec::new();
        for part in list.split(',') {
            range(part.trim(), axis, &mut values)?;
        }
        values.sort_unstable();
        if let Some(twice) = values.windows(2).find(|pair| pair[0] == pair[1]) {
            let value = twice[0];
            return Err(Error::Contradiction(format!(
                "{axis}={value} is there twice: once is enough"
            )));
        }
        Ok(Self { axis, values, constant })
    }
}

impl<'de> Deserialize<'de> for Sweep {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer, Self::from_str)
    }
}

/// Adds one value, or those of a range: `2..=256*2`, `10..=100+10`. Its end is among them only if
/// a step meets it.
fn range(text: &str, axis: Axis, values: &mut Vec<NonZeroU64>) -> Result<(), Error> {
    let expected = match axis {
        Axis::Rate => "a rate such as 100/s, 100/s..=6400/s*2 or 100/s..=900/s+100/s",
        _ => "a whole number from 1 up, or a range such as 2..=256*2 or 10..=100+10",
    };
    let refuse = || Error::Value { text: text.to_owned(), expected };
    let number = |text: &str| {
        let digits = match axis {
            Axis::Rate => text.trim().strip_suffix("/s").ok_or_else(refuse)?,
            _ => text.trim(),
        };
        digits.parse::<NonZeroU64>().map_err(|_| refuse())
    };
    let Some((from, rest)) = text.split_once("..=") else {
        values.push(number(text)?);
        return room(values);
    };
    let from = number(from)?;
    let step: Step = match (rest.split_once('*'), rest.split_once('+')) {
        (Some((until, factor)), None) => {
            let factor = factor.trim().parse().map_err(|_| refuse())?;
            Step { until: number(until)?, next: Box::new(move |value| value.checked_mul(factor)) }
        }
        (None, Some((until, summand))) => {
            let summand = number(summand)?.get();
            Step { until: number(until)?, next: Box::new(move |value| value.checked_add(summand)) }
        }
        _ => return Err(refuse()),
    };
    if step.until < from {
        let until = step.until;
        return Err(Error::Contradiction(format!("`{text}`: {until} is below {from}")));
    }
    let mut value = Some(from);
    while let Some(reached) = value.filter(|value| *value <= step.until) {
        values.push(reached);
        room(values)?;
        value = (step.next)(reached);
    }
    Ok(())
}

/// How a range goes on; beyond the greatest number there is no next value.
struct Step {
    until: NonZeroU64,
    next: Box<dyn Fn(NonZeroU64) -> Option<NonZeroU64>>,
}

fn room(values: &[NonZeroU64]) -> Result<(), Error> {
    if values.len() > MOST_VALUES {
        return Err(Error::Contradiction(format!(
            "more than {MOST_VALUES} values: take fewer, or a factor such as *2 from 2 up"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Result<Vec<u64>, String> {
        let sweep = text.parse::<Sweep>().map_err(|error| error.to_string())?;
        Ok(sweep.values.into_iter().map(NonZeroU64::get).collect())
    }

    #[test]
    fn lists_and_ranges_give_rising_values() {
        assert_eq!(values("limit=4,1,2").unwrap(), [1, 2, 4]);
        assert_eq!(values("limit=2..=256*2").unwrap(), [2, 4, 8, 16, 32, 64, 128, 256]);
        assert_eq!(values("jobs=10..=45+10").unwrap(), [10, 20, 30, 40]);
        assert_eq!(values("window=1, 3..=27*3").unwrap(), [1, 3, 9, 27]);
        assert_eq!(values("rate=100/s..=400/s*2,1000/s").unwrap(), [100, 200, 400, 1_000]);
        assert_eq!(values("rate=constant:100/s..=300/s+100/s").unwrap(), [100, 200, 300]);
        assert_eq!(values("limit=7..=7*2").unwrap(), [7]);
    }

    #[test]
    fn the_greatest_number_is_no_trap() {
        let wide = format!("jobs=1..={}*2", u64::MAX);
        assert_eq!(values(&wide).unwrap().len(), 64);
        let high = format!("jobs={}..={}+5", u64::MAX - 3, u64::MAX);
        assert_eq!(values(&high).unwrap(), [u64::MAX - 3]);
    }

    #[test]
    fn what_is_not_a_sweep_is_refused_with_what_would_be_right() {
        for (text, part) in [
            ("limit", "such as limit=1..=256*2"),
            ("depth=1,2", "there are limit, window, jobs, rate"),
            ("limit=", "whole number from 1 up"),
            ("limit=0", "whole number from 1 up"),
            ("limit=1,,2", "whole number from 1 up"),
            ("limit=-1", "whole number from 1 up"),
            ("limit=99999999999999999999", "whole number from 1 up"),
            ("limit=1..=8", "such as 2..=256*2"),
            ("limit=1..8*2", "such as 2..=256*2"),
            ("limit=1..=8*0", "such as 2..=256*2"),
            ("limit=1..=8+0", "such as 2..=256*2"),
            ("limit=1..=8*2+1", "such as 2..=256*2"),
            ("limit=8..=1*2", "1 is below 8"),
            ("limit=1..=8*1", "more than 200 values"),
            ("jobs=1..=1000+1", "more than 200 values"),
            ("limit=1,4,2..=8*2", "limit=4 is there twice"),
            ("rate=100", "100/s"),
            ("rate=100/s..=900/s+100", "100/s"),
            ("rate=weibull:100/s", "100/s"),
        ] {
            let error = values(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
