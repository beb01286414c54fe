//! The style sheet of the page: the colours of the figures, then its own rules.

use crate::draw::{rules, variables};

const RULES: &str = include_str!("../../page/page.css");

/// The whole sheet. A reader's choice goes before the system's.
pub(crate) fn sheet() -> String {
    let (light, dark) = (variables(false), variables(true));
    format!(
        ":root{{color-scheme:light;{light}--ground:#F4F5F7;--focus:#0B57D0}}\n\
         @media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}{DARK}}}}}\n\
         :root[data-theme=dark]{{color-scheme:dark;{dark}{DARK}}}\n\
         {}\n{RULES}",
        rules()
    )
}

/// What is behind the cards in the dark.
const DARK: &str = "--ground:#0D1217;--focus:#8AB4FF";
