//! JavaScript modules as one classic script, without any tool, so that a page is one file.
//!
//! Each module becomes a function that is called once and gives back what it exports, in an order
//! in which each stands behind those that it imports. Nothing else is changed: the script on the
//! page reads like its source. What is understood is what the house writes: exports before
//! `function`, `const` and `class`, and imports of names from a file beside it.

/// A module: its file's name and its text.
pub(crate) type Module = (&'static str, &'static str);

/// One classic script of all modules.
///
/// # Panics
/// If a module imports what is not there, or in a circle: the modules are part of this program, and
/// a test bundles them.
pub(crate) fn bundle(modules: &[Module]) -> String {
    let mut waiting: Vec<&Module> = modules.iter().collect();
    let mut done: Vec<&str> = Vec::new();
    let mut script = String::from("'use strict';\n");
    while !waiting.is_empty() {
        let ready = |module: &&&Module| imports(module.1).iter().all(|name| done.contains(name));
        let next = waiting.iter().position(|module| ready(&module));
        let next = next.unwrap_or_else(|| {
            let names: Vec<_> = waiting.iter().map(|module| module.0).collect();
            panic!("a circle of imports, or a module that is not there, among {names:?}")
        });
        let (name, text) = *waiting.remove(next);
        script += &wrapped(name, text);
        done.push(name);
    }
    script
}

/// The names of the files that a module imports from.
fn imports(text: &str) -> Vec<&str> {
    statements(text).map(|statement| parts(statement).1).collect()
}

/// The import statements, each from `import` to its semicolon.
fn statements(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.match_indices("import {").map(|(at, _)| at);
    let at_line = move |&at: &usize| at == 0 || text[..at].ends_with('\n');
    starts.filter(at_line).filter_map(|at| text[at..].split_inclusive(';').next())
}

/// What an import statement names, braces included, and the file that it names.
fn parts(statement: &str) -> (&str, &str) {
    let (names, file) =
        statement["import ".len()..].rsplit_once(" from ").expect("an import names a file");
    (names, file.trim_matches(['"', '\'', ';', '.', '/']))
}

/// A module as a function that is called once.
fn wrapped(name: &str, text: &str) -> String {
    let mut body = text.to_owned();
    for statement in statements(text) {
        let (names, file) = parts(statement);
        // `{ a as b }` of a module is `{ a: b }` of an object.
        let names = names.replace(" as ", ": ");
        body = body.replace(statement, &format!("const {names} = {};", identifier(file)));
    }
    let mut exported = Vec::new();
    let mut lines = String::new();
    for line in body.lines() {
        let line = match line.strip_prefix("export ") {
            Some(declared) => {
                exported.push(declared_name(declared));
                declared
            }
            None => line,
        };
        lines += line;
        lines.push('\n');
    }
    let exported = exported.join(", ");
    format!(
        "\n// ---- {name}\nconst {} = (() => {{\n{lines}return {{ {exported} }};\n}})();\n",
        identifier(name)
    )
}

/// What `function f(…)`, `class C` or `const c = …` declares.
fn declared_name(declared: &str) -> &str {
    let declared = declared.strip_prefix("async ").unwrap_or(declared);
    let name = declared.split_whitespace().nth(1).expect("an export declares a name");
    name.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or(name)
}

/// `lanes-picture.js` as `lanes_picture_js`, which no module declares.
fn identifier(file: &str) -> String {
    file.replace(['-', '.'], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_stands_behind_what_it_imports() {
        let user = "import { one,\n  two as zwei } from './lanes-picture.js';\nexport const three = one + zwei;\n";
        let modules: [Module; 2] = [
            ("a.js", user),
            ("lanes-picture.js", "export const one = 1;\nexport function two() {}\n"),
        ];
        let script = bundle(&modules);
        let expected = "\
'use strict';

// ---- lanes-picture.js
const lanes_picture_js = (() => {
const one = 1;
function two() {}
return { one, two };
})();

// ---- a.js
const a_js = (() => {
const { one,
  two: zwei } = lanes_picture_js;
const three = one + zwei;
return { three };
})();
";
        assert_eq!(script, expected);
    }

    #[test]
    #[should_panic(expected = "a circle of imports")]
    fn a_circle_is_refused() {
        bundle(&[
            ("a.js", "import { b } from './b.js';\n"),
            ("b.js", "import { a } from \"./a.js\";\n"),
        ]);
    }
}
