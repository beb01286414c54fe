//! Texts that a terminal, a browser, a spreadsheet, a parser or a file system would obey, each from
//! a seed. An element that comes of one has `evil` in its name or in one of its attributes.

/// What the texts are made of.
const PARTS: [&str; 86] = [
    // Markup of pages and pictures.
    "<script>evil()</script>",
    "</script><script evil>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "</title><title evil>",
    "</style><style evil>",
    "</svg><svg evil>",
    "</td></tr></table><p evil>",
    "</section>",
    "<img src=x onerror=evil()>",
    "<text evil=\"1\">",
    "<a evil href='javascript:evil()'>",
    "\" onload=\"evil()",
    "' onload='evil()",
    "<evil/>",
    "<?evil?>",
    "&lt;b&gt;",
    "&#60;i&#62;",
    "&",
    "<",
    ">",
    "\"",
    "'",
    "{{style}}",
    "${evil}",
    // Formulas.
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u{ff1d}1",
    ",=1",
    "\"=1",
    "\",\"=1",
    // What a terminal obeys.
    "\u{1b}[2J",
    "\u{1b}]0;evil\u{7}",
    "\u{9b}31m",
    "\u{8}\u{8}",
    "\r",
    "\r\n",
    "\t",
    "\u{0}",
    "\u{7f}",
    "\u{85}",
    // What turns, hides or ends a line.
    "\u{202e}live",
    "\u{2066}",
    "\u{200b}",
    "\u{200d}",
    "\u{200e}",
    "\u{61c}",
    "\u{feff}",
    "\u{2028}",
    "\u{2029}",
    "\u{ad}",
    "\u{3164}",
    "\u{e0041}",
    "\u{ffff}",
    "\u{fff9}",
    // Markdown.
    "|",
    "`",
    "```",
    "**evil**",
    "_evil_",
    "[evil](javascript:evil())",
    "![evil](evil.png)",
    "\n# evil\n",
    "\n\n---\n\n",
    "\n- evil\n",
    "<details>",
    "~~evil~~",
    "\\",
    // Shells, formats and file systems.
    "$(evil)",
    "%s%n{}{0}",
    "../../evil",
    "/etc/evil",
    "..",
    "CON",
    // Letters that are wide, narrow, or many in one place.
    "\u{65e5}\u{672c}",
    "n\u{303}\u{303}\u{303}",
    "\u{fdfa}",
    "\u{1f469}",
];

/// What may stand behind each.
const BETWEEN: [&str; 5] = ["", "", "a", " ", "0"];

/// A hostile text. Of one seed it is always the same; one in sixteen is very long.
pub(crate) fn hostile_text(seed: u64) -> String {
    let mut numbers = Numbers::new(seed);
    let mut text = String::new();
    for _ in 0..=numbers.below(4) {
        text += PARTS[numbers.place(&PARTS)];
        text += BETWEEN[numbers.place(&BETWEEN)];
    }
    if numbers.below(16) == 0 { text.repeat(1 + 4_000 / text.len()) } else { text }
}

/// Numbers that follow from a seed (splitmix64), each below its bound.
#[derive(Debug)]
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A place in a list.
    pub(crate) fn place<T>(&mut self, list: &[T]) -> usize {
        self.below(list.len() as u64) as usize
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}
