use bp_report::units;
use ratatui::{
    style::Modifier,
    text::{Line, Span},
};

use super::{QUIET, STRONG};
use crate::Model;

/// The time that all lanes share, in columns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    pub(super) columns: u16,
    pub(super) now_us: u64,
    /// What the right end stands for.
    span_us: u64,
}

impl Axis {
    pub(super) fn new(model: &Model, columns: u16) -> Self {
        let race = model.shown();
        let end_us = model.end_us().max(1);
        let span_us = if race.goes_on() { roomy(end_us) } else { end_us };
        Self { columns, now_us: model.now_us(), span_us }
    }

    /// The time for which a column stands: from, and up to.
    pub(super) fn column(&self, column: u16) -> (u64, u64) {
        let at = |column: u16| {
            let us =
                u128::from(column) * u128::from(self.span_us) / u128::from(self.columns.max(1));
            us as u64 // no more than the span
        };
        (at(column), at(column + 1))
    }

    /// The column of the moment that is shown.
    pub(super) fn now(&self) -> u16 {
        let last = self.columns.saturating_sub(1);
        let column = u128::from(self.now_us) * u128::from(self.columns) / u128::from(self.span_us);
        column.min(u128::from(last)) as u16
    }

    /// The heads of the columns of figures, then a line with a mark where one is.
    pub(super) fn line(&self, left: u16) -> Line<'static> {
        // The mark has the last place to itself, which is where it stands most of the time.
        let end = format!(" {} ┤", units::time(self.span_us.saturating_mul(1_000)));
        let dashes = usize::from(self.columns).saturating_sub(1 + end.chars().count());
        let dashes = std::iter::repeat_n('─', dashes);
        let text: Vec<char> = std::iter::once('0').chain(dashes).chain(end.chars()).collect();
        let now = usize::from(self.now()).min(text.len());
        let part = |range: &[char]| range.iter().collect::<String>();
        let heads = format!("{:>width$} ", "now     peak", width = usize::from(left) - 1);
        Line::from(vec![
            Span::styled(heads, QUIET),
            Span::raw(part(&text[..now])),
            Span::styled("●", STRONG.remove_modifier(Modifier::DIM)),
            Span::styled(part(text.get(now + 1..).unwrap_or_default()), QUIET),
        ])
    }
}

/// The least of 1, 2, 5, 10, … that is not less: an axis that moves all the time cannot be read.
fn roomy(us: u64) -> u64 {
    let mut step = 1_u64;
    loop {
        for factor in [1, 2, 5] {
            let candidate = step.saturating_mul(factor);
            if candidate >= us {
                return candidate;
            }
        }
        step = step.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_grows_in_steps() {
        assert_eq!([1, 2, 3, 11, 500, 501].map(roomy), [1, 2, 5, 20, 500, 1_000]);
        assert_eq!(roomy(u64::MAX), u64::MAX);
    }

    #[test]
    fn columns_follow_each_other_without_a_gap() {
        let axis = Axis { columns: 7, now_us: 100, span_us: 100 };
        let all: Vec<_> = (0..7).map(|column| axis.column(column)).collect();
        assert!(all.windows(2).all(|pair| pair[0].1 == pair[1].0), "{all:?}");
        assert_eq!((all[0].0, all[6].1, axis.now()), (0, 100, 6));
    }
}
