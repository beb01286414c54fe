//! The modules of the page's script.

use crate::web::Module;

macro_rules! modules {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../race/", $name)))),+]
    };
}

/// All files of the folder; a test holds that it has no other.
pub(super) const MODULES: [Module; 29] = modules![
    "axis.js",
    "callouts.js",
    "canvas.js",
    "chart.js",
    "choices.js",
    "data.js",
    "format.js",
    "html.js",
    "key.js",
    "labels.js",
    "lanes-picture.js",
    "lanes.js",
    "lede.js",
    "main.js",
    "model.js",
    "page.js",
    "palette.js",
    "pickers.js",
    "plans.js",
    "provenance.js",
    "replay.js",
    "rows.js",
    "slowdown.js",
    "state.js",
    "steps.js",
    "table.js",
    "ticks.js",
    "trace.js",
    "transport.js",
];

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::MODULES;
    use crate::{draw::variables, web::bundle};

    #[test]
    fn every_module_of_the_folder_is_in_the_script() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("race");
        let files: BTreeSet<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".js"))
            .collect();
        let known: BTreeSet<String> = MODULES.iter().map(|module| module.0.to_owned()).collect();
        assert_eq!(files, known);
        let script = bundle(&MODULES);
        for (name, text) in MODULES {
            assert!(script.contains(&format!("// ---- {name}\n")), "{name}");
            let last = text.lines().rfind(|line| line.len() > 4 && !line.contains("port "));
            assert!(script.contains(last.unwrap()), "{name} ends with {last:?}");
        }
        let left =
            script.lines().find(|line| line.starts_with("import ") || line.starts_with("export "));
        assert_eq!(left, None);
        assert!(!script.contains("</script"), "it would end the element that it stands in");
    }

    #[test]
    fn the_colours_are_those_of_the_figures() {
        let style = include_str!("../../race/race.css");
        let (light, dark) = style.split_once("@media").unwrap();
        for (block, variables) in [(light, variables(false)), (dark, variables(true))] {
            let known: Vec<_> = variables
                .split_terminator(';')
                .filter_map(|variable| variable.split_once(':'))
                .filter(|(name, _)| block.contains(&format!("{name}: ")))
                .collect();
            assert!(known.len() >= 9, "{known:?}");
            for (name, colour) in known {
                let said = format!("  {name}: {};", colour.to_lowercase());
                assert!(block.contains(&said), "{said} is in the figures");
            }
        }
    }
}
