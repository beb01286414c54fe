//! A run under other names: every text in it is replaced, the same ones by the same.

use std::{collections::HashMap, path::PathBuf};

use bp_record::{Environment, Run, Sample, TraceFile};

/// Gives each text that it has not seen another one.
pub(crate) struct Disguise {
    known: HashMap<String, String>,
    /// Makes the text of that number.
    invent: Box<dyn Fn(usize) -> String>,
}

impl Disguise {
    pub(crate) fn new(invent: impl Fn(usize) -> String + 'static) -> Self {
        Self { known: HashMap::new(), invent: Box::new(invent) }
    }

    fn of(&mut self, text: &mut String) {
        let number = self.known.len();
        let invent = &self.invent;
        // The number keeps apart what was apart.
        let new = || format!("{}{number}", invent(number));
        let new = self.known.entry(text.clone()).or_insert_with(new);
        text.clone_from(new);
    }

    fn all<'a>(&mut self, texts: impl IntoIterator<Item = &'a mut String>) {
        texts.into_iter().for_each(|text| self.of(text));
    }

    pub(crate) fn run(&mut self, run: &mut Run) {
        self.all([&mut run.suite, &mut run.started]);
        self.all(&mut run.arguments);
        for entry in &mut run.catalogue.strategies {
            self.all([&mut entry.name, &mut entry.title, &mut entry.sentence]);
            self.all([&mut entry.source, &mut entry.claims]);
            self.all(&mut entry.executors);
        }
        for entry in &mut run.catalogue.executors {
            self.all([&mut entry.name, &mut entry.sentence]);
        }
        for entry in &mut run.catalogue.workloads {
            self.all([&mut entry.name, &mut entry.sentence]);
        }
        self.environment(&mut run.environment);
    }

    fn environment(&mut self, environment: &mut Environment) {
        let unknown = || Some("unknown".to_owned());
        for text in [
            &mut environment.revision,
            &mut environment.compiler,
            &mut environment.system,
            &mut environment.processor,
            &mut environment.affinity,
            &mut environment.governor,
        ] {
            *text = unknown();
            self.all(text);
        }
        self.all([&mut environment.version, &mut environment.profile, &mut environment.allocator]);
        environment.crates = vec![("a crate".into(), "its version".into())];
        for (name, version) in &mut environment.crates {
            self.all([name, version]);
        }
    }

    pub(crate) fn sample(&mut self, sample: &mut Sample) {
        let cell = &mut sample.cell;
        self.all([&mut cell.work.name, &mut cell.strategy, &mut cell.executor]);
        let mut directory = "a directory".to_owned();
        self.of(&mut directory);
        cell.work.directory = Some(PathBuf::from(directory));
        self.all(&mut sample.message);
        if let Some(measured) = &mut sample.measured {
            measured.trouble = Some("a trouble".to_owned());
            self.all(&mut measured.trouble);
        }
    }

    pub(crate) fn trace(&mut self, trace: &mut TraceFile) {
        self.all([&mut trace.strategy, &mut trace.executor, &mut trace.workload]);
        self.all([&mut trace.time, &mut trace.cell]);
        for text in [&mut trace.processor, &mut trace.compiler, &mut trace.commit] {
            *text = Some("unknown".to_owned());
            self.all(text);
        }
    }

    /// What stands for a text that it has seen.
    pub(crate) fn instead_of(&self, text: &str) -> &str {
        &self.known[text]
    }
}
