//! The figures of a run, a file each, one idea each.

mod callout;
mod done;
mod growth;
mod in_flight;
mod knee;
pub(crate) mod lanes;
mod latency;
mod layout;
mod memory;
mod names;
mod order;
mod pareto;
mod peak_memory;
mod rounds;
mod saturation;
mod split;
mod throughput;
mod window;

use std::collections::HashSet;

use bp_analysis::{Field, Summary};
use bp_record::{Axis, RoundRecord, Run, Sample};

pub(crate) use self::lanes::seen;
use crate::{
    facts::{self, Group},
    sweep::{Swept, swept},
};

/// A picture and the words that belong to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What a file of it is called, without the ending: lower-case letters, digits and hyphens.
    pub name: String,
    /// What kind of picture it is, such as `lanes`.
    pub kind: &'static str,
    /// The workload, as [`bp_record::Work::label`] has it.
    pub workload: String,
    /// The curve that it shows, if it is one of a sweep.
    curve: Option<String>,
    /// What it is called.
    pub title: String,
    /// What it says, in words: its caption, and what readers have who cannot see it.
    pub description: String,
    /// The picture: no fixed size, and colours that follow the reader's light or dark scheme.
    pub svg: String,
}

impl Figure {
    /// A picture of which only the name and the text matter.
    #[cfg(test)]
    pub(crate) fn plain(name: &str, svg: String) -> Self {
        let draft = Draft { title: name.to_owned(), description: name.to_owned(), svg };
        draft.named(name.to_owned(), "order", "fixed")
    }

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

impl Draft {
    fn named(self, name: String, kind: &'static str, workload: &str) -> Figure {
        let Self { title, description, svg } = self;
        let workload = workload.to_owned();
        Figure { name, kind, workload, curve: None, title, description, svg }
    }
}

/// Draws one kind of figure; `None` if the group has no measurement that it shows.
type Draw = fn(&Group, &str) -> Option<Draft>;

/// All figures for which the run has the measurements, workload by workload; of a sweep, one a
/// curve.
pub fn figures(run: &Run, samples: &[Sample]) -> Vec<Figure> {
    all(run, samples, &[], &bp_analysis::summarize(samples), &Field::new(samples))
}

/// The same, with what is known of the rounds.
pub(crate) fn all(
    run: &Run,
    samples: &[Sample],
    rounds: &[RoundRecord],
    summaries: &[Summary],
    field: &Field,
) -> Vec<Figure> {
    let mut figures = match run.sweep {
        Some(_) => of_curves(&swept(run, samples)),
        None => of_groups(&facts::groups(run, samples, summaries)),
    };
    let draft = rounds::draw(field, rounds);
    figures.extend(draft.map(|draft| draft.named("rounds".to_owned(), "rounds", "")));
    figures
}

fn of_groups(groups: &[Group]) -> Vec<Figure> {
    let kinds: [(&'static str, Draw); 12] = [
        ("lanes", lanes::draw),
        ("throughput", throughput::draw),
        ("pareto", pareto::draw),
        ("peak-memory", peak_memory::draw),
        ("growth", growth::draw),
        ("latency", latency::draw),
        ("in-flight", in_flight::draw),
        ("memory", memory::draw),
        ("done", done::draw),
        ("order", order::draw),
        ("window", window::draw),
        ("split", split::draw),
    ];
    let mut taken = HashSet::new();
    let mut figures = Vec::new();
    for group in groups {
        let clock = if group.simulated { " simulated" } else { "" };
        let slug = slug(&format!("{}{clock}", group.label), &mut taken);
        for (kind, draw) in kinds {
            let name = format!("{slug}-{kind}");
            let draft = draw(group, &name);
            figures.extend(draft.map(|draft| draft.named(name, kind, &group.label)));
        }
    }
    figures
}

/// A figure for each curve that has a measurement.
fn of_curves(curves: &[Swept]) -> Vec<Figure> {
    let mut taken = HashSet::new();
    let figure = |swept: &Swept| {
        let slug = slug(&swept.name, &mut taken);
        let name = format!("{slug}-over-{}", swept.curve.axis);
        let draft = match swept.curve.axis {
            Axis::Rate => saturation::draw(swept, &name),
            Axis::Limit | Axis::Window | Axis::Jobs => knee::draw(swept, &name),
        }?;
        let mut figure = draft.named(name, "over", &swept.curve.cell.work.label());
        figure.curve = Some(swept.name.clone());
        Some(figure)
    };
    let mut figures: Vec<Figure> = curves.iter().filter_map(figure).collect();
    figures.extend(of_growth(curves));
    figures
}

/// Of a sweep over the number of jobs, a figure a workload with all curves in it.
fn of_growth(curves: &[Swept]) -> Vec<Figure> {
    let mut taken = HashSet::new();
    let over_jobs = |swept: &&Swept| swept.curve.axis == Axis::Jobs;
    let curves: Vec<&Swept> = curves.iter().filter(over_jobs).collect();
    let alike = |a: &&Swept, b: &&Swept| a.conditions == b.conditions;
    let figure = |of_one: &[&Swept]| {
        let workload = of_one.first()?.curve.cell.work.label();
        let name = format!("{}-growth", slug(&of_one.first()?.conditions, &mut taken));
        Some(growth::of_sweep(of_one, &name)?.named(name, "growth", &workload))
    };
    curves.chunk_by(alike).filter_map(figure).collect()
}

/// Each curve with its own figure, if it has one.
pub(crate) fn beside(curves: Vec<Swept>, figures: &[Figure]) -> Vec<(Swept, Option<&Figure>)> {
    let own =
        |swept: &Swept| figures.iter().find(|figure| figure.curve.as_ref() == Some(&swept.name));
    curves
        .into_iter()
        .map(|swept| {
            let figure = own(&swept);
            (swept, figure)
        })
        .collect()
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
