//! The figures of a run, a file each, one idea each.

mod callout;
mod in_flight;
mod knee;
pub(crate) mod lanes;
mod latency;
mod layout;
mod memory;
mod order;
mod peak_memory;
mod saturation;
mod throughput;

use std::collections::HashSet;

use bp_record::{Axis, Run, Sample};

use crate::{
    facts::{self, Group},
    sweep::{Swept, swept},
};

/// A picture and the words that belong to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What a file of it is called, without the ending: lower-case letters, digits and hyphens.
    pub name: String,
    /// The workload, as [`bp_record::Work::label`] has it.
    pub workload: String,
    /// What it is called.
    pub title: String,
    /// What it says, in words: its caption, and what readers have who cannot see it.
    pub description: String,
    /// The picture: no fixed size, and colours that follow the reader's light or dark scheme.
    pub svg: String,
}

impl Figure {
    /// The name of its file: `exponential-lanes.svg`.
    pub fn file_name(&self) -> String {
        format!("{}.svg", self.name)
    }
}

/// A figure before it has a name.
struct Draft {
    title: String,
    description: String,
    svg: String,
}

/// Draws one kind of figure; `None` if the group has no measurement that it shows.
type Draw = fn(&Group, &str) -> Option<Draft>;

/// All figures for which the run has the measurements, workload by workload; of a sweep, one a
/// curve.
pub fn figures(run: &Run, samples: &[Sample]) -> Vec<Figure> {
    if run.sweep.is_some() {
        let curves = swept(run, samples);
        return of_curves(&curves).into_iter().flatten().collect();
    }
    let kinds: [(&str, Draw); 7] = [
        ("lanes", lanes::draw),
        ("throughput", throughput::draw),
        ("memory", memory::draw),
        ("peak-memory", peak_memory::draw),
        ("in-flight", in_flight::draw),
        ("latency", latency::draw),
        ("order", order::draw),
    ];
    let summaries = bp_analysis::summarize(samples);
    let mut taken = HashSet::new();
    let mut figures = Vec::new();
    for group in facts::groups(run, samples, &summaries) {
        let clock = if group.simulated { " simulated" } else { "" };
        let slug = slug(&format!("{}{clock}", group.label), &mut taken);
        for (kind, draw) in kinds {
            let name = format!("{slug}-{kind}");
            if let Some(Draft { title, description, svg }) = draw(&group, &name) {
                figures.push(Figure {
                    name,
                    workload: group.label.clone(),
                    title,
                    description,
                    svg,
                });
            }
        }
    }
    figures
}

/// A figure for each curve, where it has a measurement.
pub(crate) fn of_curves(curves: &[Swept]) -> Vec<Option<Figure>> {
    let mut taken = HashSet::new();
    let figure = |swept: &Swept| {
        let name = format!("{}-over-{}", slug(&swept.name, &mut taken), swept.curve.axis);
        let Draft { title, description, svg } = match swept.curve.axis {
            Axis::Rate => saturation::draw(swept, &name),
            Axis::Limit | Axis::Window | Axis::Jobs => knee::draw(swept, &name),
        }?;
        let workload = swept.curve.cell.work.label();
        Some(Figure { name, workload, title, description, svg })
    };
    curves.iter().map(figure).collect()
}

/// A file name's beginning that every operating system takes, unlike all those `taken`.
fn slug(label: &str, taken: &mut HashSet<String>) -> String {
    let mut slug = String::new();
    for c in label.chars().take(80).map(|c| c.to_ascii_lowercase()) {
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            slug.push(c);
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    // It also names things inside the SVG, and such a name begins with a letter.
    let slug = match slug.trim_matches('-') {
        slug if slug.starts_with(|c: char| c.is_ascii_lowercase()) => slug.to_owned(),
        slug => format!("workload-{slug}").trim_end_matches('-').to_owned(),
    };
    let numbered = (2..).map(|number: u32| format!("{slug}-{number}"));
    let mut candidates = std::iter::once(slug.clone()).chain(numbered);
    let free = candidates.find(|candidate| taken.insert(candidate.clone()));
    free.expect("there are more numbers than names")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::slug;

    #[test]
    fn a_slug_is_plain_and_of_its_own() {
        let mut taken = HashSet::new();
        let labels =
            ["exponential", "a+poisson(2000ps)", "a-poisson-2000ps", "../..", "日本", "1/n", "A"];
        let slugs = labels.map(|label| slug(label, &mut taken));
        let expected = [
            "exponential",
            "a-poisson-2000ps",
            "a-poisson-2000ps-2",
            "workload",
            "workload-2",
            "workload-1-n",
            "a",
        ];
        assert_eq!(slugs, expected);
    }
}
