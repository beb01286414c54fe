//! JavaScript modules as one script, without any tool.
//!
//! Each module becomes a function of its own that returns what it exports, so that names stay apart
//! and the text stays as it was written. What is understood is what the house writes: exports before
//! `function`, `const` and `class`, and imports of names from a sibling, each in one line.

/// One script of all `modules`, each given as name and text, and after those that it imports.
///
/// # Panics
/// If a module imports from one that does not come before it, which a test would show.
pub(crate) fn bundle(modules: &[(&str, &str)]) -> String {
    let mut script = "\"use strict\";\n".to_owned();
    for (place, (name, text)) in modules.iter().enumerate() {
        let known = &modules[..place];
        let lines: Vec<String> = text.lines().map(|line| plain(line, known)).collect();
        let exports: Vec<_> = text.lines().filter_map(exported).collect();
        script += &format!(
            "const {name}_js = (() => {{\n{}\nreturn {{ {} }};\n}})();\n",
            lines.join("\n"),
            exports.join(", ")
        );
    }
    script
}

/// A line of a module as a line of a function.
fn plain(line: &str, known: &[(&str, &str)]) -> String {
    if let Some(import) = line.strip_prefix("import ") {
        let (names, from) = import.split_once(" from \"./").expect("names from a sibling");
        let module = from.trim_end_matches(';').trim_end_matches('"').trim_end_matches(".js");
        assert!(known.iter().any(|(name, _)| *name == module), "{module} must come first");
        // `{ a as b }` of a module is `{ a: b }` of an object.
        return format!("const {} = {module}_js;", names.replace(" as ", ": "));
    }
    line.strip_prefix("export ").unwrap_or(line).to_owned()
}

/// The name that a line exports.
fn exported(line: &str) -> Option<&str> {
    let line = line.strip_prefix("export ")?;
    let line = line.strip_prefix("async ").unwrap_or(line);
    let name = ["function ", "const ", "class "].iter().find_map(|word| line.strip_prefix(word))?;
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$');
    Some(&name[..end.unwrap_or(name.len())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_becomes_a_function_that_returns_its_exports() {
        let one =
            "export const A = 1;\nexport function two(x) {\n  return x;\n}\nconst mine = 2;\n";
        let two = "import { A, two as zwei } from \"./one.js\";\nzwei(A);\n";
        let expected = "\"use strict\";\n\
            const one_js = (() => {\nconst A = 1;\nfunction two(x) {\n  return x;\n}\nconst mine = 2;\n\
            return { A, two };\n})();\n\
            const two_js = (() => {\nconst { A, two: zwei } = one_js;\nzwei(A);\nreturn {  };\n})();\n";
        assert_eq!(bundle(&[("one", one), ("two", two)]), expected);
    }

    #[test]
    #[should_panic(expected = "must come first")]
    fn a_module_that_comes_too_late_is_noticed() {
        bundle(&[("two", "import { A } from \"./one.js\";"), ("one", "export const A = 1;")]);
    }

    #[test]
    fn the_page_keeps_every_module() {
        let script = bundle(&super::super::MODULES);
        for (name, text) in super::super::MODULES {
            assert!(script.contains(&format!("const {name}_js = ")), "{name}");
            let last = text.lines().rfind(|line| !line.is_empty()).expect("it has a line");
            assert!(script.contains(last.trim_start_matches("export ")), "{name}: {last}");
        }
        assert!(!script.contains("\nimport ") && !script.contains("\nexport "));
        assert!(!script.contains("</script"), "it would end the script");
    }
}
