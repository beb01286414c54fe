//! The same picture in a third of the bytes: shapes of one look that follow each other become one
//! path, with each place told from the place before.

use std::fmt::Write;

/// `body` with its rectangles, circles, polygons and polylines as paths. What is drawn, and in which
/// order, stays the same; all other lines stay as they are.
pub(super) fn compact(body: &str) -> String {
    let mut compact = String::new();
    let mut path: Option<Path> = None;
    for line in body.lines() {
        let shape = shape(line);
        if let (Some(path), Some((look, points))) = (&mut path, &shape)
            && path.look == *look
        {
            path.add(points);
            continue;
        }
        if let Some(done) = path.take() {
            compact += &done.element();
        }
        match shape {
            Some((look, points)) => {
                let mut new = Path { look, data: String::new(), at: (0, 0) };
                new.add(&points);
                path = Some(new);
            }
            None => compact = compact + line + "\n",
        }
    }
    compact + &path.map_or_else(String::new, |path| path.element())
}

/// Shapes of one look.
struct Path {
    /// The attributes of all of them.
    look: String,
    data: String,
    /// Where the last shape ended.
    at: (i64, i64),
}

/// The points of a shape, and whether it is closed.
struct Points {
    points: Vec<(i64, i64)>,
    closed: bool,
}

impl Path {
    fn add(&mut self, shape: &Points) {
        let Some((&first, rest)) = shape.points.split_first() else { return };
        let letter = if self.data.is_empty() { 'M' } else { 'm' };
        self.step(letter, first);
        for &point in rest {
            match (point.0 - self.at.0, point.1 - self.at.1) {
                (0, 0) => {}
                (x, 0) => write!(self.data, "h{x}").expect("writing into a string"),
                (0, y) => write!(self.data, "v{y}").expect("writing into a string"),
                _ => self.step('l', point),
            }
            self.at = point;
        }
        if shape.closed {
            self.data.push('z');
            self.at = first;
        } else if rest.iter().all(|point| *point == first) {
            // A line of no length, of which the round ends are seen.
            self.data += "h0";
        }
    }

    /// A step to `point`: with the first letter of a path, from nowhere.
    fn step(&mut self, letter: char, point: (i64, i64)) {
        let (x, y) = (point.0 - self.at.0, point.1 - self.at.1);
        let comma = if y < 0 { "" } else { "," };
        write!(self.data, "{letter}{x}{comma}{y}").expect("writing into a string");
        self.at = point;
    }

    fn element(&self) -> String {
        format!("<path {} d=\"{}\"/>\n", self.look, self.data)
    }
}

/// The look and the points of a line that is a shape.
fn shape(line: &str) -> Option<(String, Points)> {
    let (name, attributes) = line.strip_prefix('<')?.split_once(' ')?;
    let attributes = attributes.strip_suffix("/>")?;
    let number = |name: &str| attribute(attributes, name)?.parse::<i64>().ok();
    let kept = |names: &[&str]| {
        let kept = names
            .iter()
            .filter_map(|name| Some(format!("{name}=\"{}\"", attribute(attributes, name)?)));
        kept.collect::<Vec<_>>().join(" ")
    };
    match name {
        "rect" => {
            let (x, y) = (number("x")?, number("y")?);
            let (right, bottom) = (x + number("width")?, y + number("height")?);
            let points = vec![(x, y), (right, y), (right, bottom), (x, bottom)];
            Some((kept(&["fill", "opacity"]), Points { points, closed: true }))
        }
        "circle" => {
            let points = vec![(number("cx")?, number("cy")?)];
            let (fill, wide) = (attribute(attributes, "fill")?, 2 * number("r")?);
            let look =
                format!("stroke=\"{fill}\" stroke-width=\"{wide}\" stroke-linecap=\"round\"");
            Some((look, Points { points, closed: false }))
        }
        "polygon" | "polyline" => {
            let points = attribute(attributes, "points")?.split_whitespace().map(|point| {
                let (x, y) = point.split_once(',')?;
                Some((x.parse().ok()?, y.parse().ok()?))
            });
            let points = points.collect::<Option<Vec<_>>>()?;
            let look = kept(&["fill", "opacity", "stroke", "stroke-width"]);
            Some((look, Points { points, closed: name == "polygon" }))
        }
        _ => None,
    }
}

/// The value of an attribute; a name that ends like another one's is not taken for it.
fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let start = attributes.match_indices(name).find(|(at, _)| {
        let before = attributes[..*at].chars().next_back();
        let after = attributes[at + name.len()..].starts_with("=\"");
        after && before.is_none_or(|c| c == ' ')
    })?;
    let value = &attributes[start.0 + name.len() + 2..];
    value.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_one_look_become_one_path() {
        let body = "<rect x=\"1\" y=\"2\" width=\"3\" height=\"4\" fill=\"#000000\" stroke=\"none\"/>\n\
                    <rect x=\"0\" y=\"9\" width=\"1\" height=\"1\" fill=\"#000000\" stroke=\"none\"/>\n\
                    <rect x=\"0\" y=\"0\" width=\"1\" height=\"1\" fill=\"#FFFFFF\" stroke=\"none\"/>\n";
        let expected = "<path fill=\"#000000\" d=\"M1,2h3v4h-3zm-1,7h1v1h-1z\"/>\n\
                        <path fill=\"#FFFFFF\" d=\"M0,0h1v1h-1z\"/>\n";
        assert_eq!(compact(body), expected);
    }

    #[test]
    fn lines_and_discs_are_told_from_place_to_place() {
        let line = "<polyline fill=\"none\" stroke=\"#111111\" stroke-width=\"4\" points=\"1,1 1,5 3,2 \"/>";
        let expected =
            "<path fill=\"none\" stroke=\"#111111\" stroke-width=\"4\" d=\"M1,1v4l2-3\"/>\n";
        assert_eq!(compact(line), expected);
        let disc = |x: i64| {
            format!(
                "<circle cx=\"{x}\" cy=\"7\" r=\"6\" fill=\"#222222\" stroke=\"none\" stroke-width=\"1\"/>\n"
            )
        };
        let expected = "<path stroke=\"#222222\" stroke-width=\"12\" stroke-linecap=\"round\" \
                        d=\"M5,7h0m4,0h0\"/>\n";
        assert_eq!(compact(&(disc(5) + &disc(9))), expected);
    }

    #[test]
    fn everything_else_stays_and_parts_what_is_around_it() {
        let body = "<text x=\"1\" fill=\"#000000\">\n<rect x is text\n</text>\n";
        assert_eq!(compact(body), body);
    }
}
