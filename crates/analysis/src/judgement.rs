use serde::Serialize;

/// What a comparison says of one figure of one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It differs beyond chance, by more than the gate, in the bad direction.
    Worse,
    /// It differs beyond chance, by more than the gate, in the good direction.
    Better,
    /// More than the gate can be neither shown nor excluded.
    Inconclusive,
    /// A difference of more than the gate is excluded, or what there is is below it.
    NoClearDifference,
}

impl Verdict {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Worse => "worse",
            Self::Better => "better",
            Self::Inconclusive => "inconclusive",
            Self::NoClearDifference => "no clear difference",
        }
    }
}

/// What is known of a change, from which its verdict follows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finding {
    /// True if the direction is the bad one.
    pub(crate) bad: bool,
    /// True if the change exceeds the gate.
    pub(crate) beyond_gate: bool,
    /// True if it is more than chance, whichever way that was tested.
    pub(crate) certain: bool,
    /// True if the measurement is fine enough to exclude a change beyond the gate.
    pub(crate) fine: bool,
}

impl Finding {
    /// The rule, the same for all figures.
    pub(crate) fn verdict(self) -> Verdict {
        match (self.beyond_gate, self.certain) {
            (true, true) if self.bad => Verdict::Worse,
            (true, true) => Verdict::Better,
            (true, false) => Verdict::Inconclusive,
            (false, true) => Verdict::NoClearDifference,
            (false, false) if self.fine => Verdict::NoClearDifference,
            (false, false) => Verdict::Inconclusive,
        }
    }
}
