//! Where the names of points stand: beside their point, or with a thin line to it, on nothing else.

use crate::draw::H;

/// How large a point is, in pixels.
pub(super) const RADIUS: f64 = 5.0;
/// Half the height of a name.
const HALF: f64 = 7.0;

/// A place on the picture.
type Place = (f64, f64);

/// A rectangle: left, top, right, bottom.
pub(super) type Area = (f64, f64, f64, f64);

/// The name of a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Label {
    /// Which point's.
    pub(super) whose: usize,
    pub(super) at: Place,
    /// Which side of the name is there.
    pub(super) h: H,
    /// A line from the point to the name, if the name is not beside it.
    pub(super) leader: Option<[Place; 2]>,
}

/// Where a name may stand, seen from its point, the best first; from the ninth on with a line.
const OFFSETS: [(H, f64, f64); 28] = [
    (H::Right, -9.0, 0.0),
    (H::Left, 9.0, 0.0),
    (H::Middle, 0.0, -14.0),
    (H::Middle, 0.0, 14.0),
    (H::Left, 7.0, -11.0),
    (H::Left, 7.0, 11.0),
    (H::Right, -7.0, -11.0),
    (H::Right, -7.0, 11.0),
    (H::Right, -24.0, -18.0),
    (H::Left, 24.0, -18.0),
    (H::Right, -24.0, 18.0),
    (H::Left, 24.0, 18.0),
    (H::Right, -30.0, -34.0),
    (H::Left, 30.0, -34.0),
    (H::Right, -30.0, 34.0),
    (H::Left, 30.0, 34.0),
    (H::Right, -12.0, -44.0),
    (H::Left, 12.0, -44.0),
    (H::Right, -12.0, 44.0),
    (H::Left, 12.0, 44.0),
    (H::Right, -44.0, -52.0),
    (H::Left, 44.0, -52.0),
    (H::Right, -44.0, 52.0),
    (H::Left, 44.0, 52.0),
    (H::Right, -60.0, -26.0),
    (H::Left, 60.0, -26.0),
    (H::Right, -60.0, 26.0),
    (H::Left, 60.0, 26.0),
];
const BESIDE: usize = 8;

/// The names that have room, those of `order` first. They cover no point, no other name and not
/// `line`, and stay within `bounds`. O(points² × offsets).
pub(super) fn placed(
    centres: &[Place],
    widths: &[f64],
    order: &[usize],
    line: &[Place],
    bounds: Area,
) -> Vec<Label> {
    let around = |&(x, y): &Place| (x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS);
    let points: Vec<Area> = centres.iter().map(around).collect();
    let line: Vec<[Place; 2]> = line.windows(2).map(|ends| [ends[0], ends[1]]).collect();
    let mut leaders: Vec<[Place; 2]> = Vec::new();
    let mut names: Vec<Area> = Vec::new();
    let mut labels = Vec::new();
    for &whose in order {
        let free = |(label, area): &(Label, Area)| {
            let inside =
                area.0 > bounds.0 && area.1 > bounds.1 && area.2 < bounds.2 && area.3 < bounds.3;
            let covers = points.iter().chain(&names).any(|other| overlap(*area, *other))
                || line.iter().chain(&leaders).any(|ends| crosses(*ends, *area));
            // A point that lies on its own cannot be in the way.
            let others = points.iter().filter(|other| !overlap(points[whose], **other));
            let mut met = others.chain(&names);
            let leads = label.leader.is_none_or(|ends| {
                !met.any(|area| crosses(ends, *area))
                    && !leaders.iter().any(|other| meet(ends, *other))
            });
            inside && !covers && leads
        };
        let candidate = |rank| candidate(whose, centres[whose], widths[whose], rank);
        if let Some((label, area)) = (0..OFFSETS.len()).map(candidate).find(free) {
            names.push(area);
            leaders.extend(label.leader);
            labels.push(label);
        }
    }
    labels
}

/// A name at an offset from its point, and the room that it takes.
fn candidate(whose: usize, (x, y): Place, wide: f64, rank: usize) -> (Label, Area) {
    let (h, dx, dy) = OFFSETS[rank];
    let leader = (rank >= BESIDE).then_some([(x, y), (x + dx, y + dy)]);
    // A name does not touch its line.
    let gap = if leader.is_some() { 3.0 * dx.signum() } else { 0.0 };
    let at = (x + dx + gap, y + dy);
    let left = match h {
        H::Left => at.0,
        H::Middle => at.0 - wide / 2.0,
        H::Right => at.0 - wide,
    };
    let area = (left, at.1 - HALF, left + wide, at.1 + HALF);
    (Label { whose, at, h, leader }, area)
}

fn overlap(a: Area, b: Area) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

/// True if a straight line enters a rectangle: what is left of it between each pair of sides is not
/// nothing.
fn crosses([(x0, y0), (x1, y1)]: [Place; 2], area: Area) -> bool {
    let (mut from, mut to) = (0.0_f64, 1.0_f64);
    for (start, end, low, high) in [(x0, x1, area.0, area.2), (y0, y1, area.1, area.3)] {
        let step = end - start;
        if step == 0.0 {
            if start <= low || start >= high {
                return false;
            }
            continue;
        }
        let (a, b) = ((low - start) / step, (high - start) / step);
        (from, to) = (from.max(a.min(b)), to.min(a.max(b)));
    }
    from < to
}

/// True if two lines cross: the ends of each lie on different sides of the other.
fn meet(one: [Place; 2], other: [Place; 2]) -> bool {
    let side = |[a, b]: [Place; 2], c: Place| (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0);
    let parted = |by: [Place; 2], of: [Place; 2]| side(by, of[0]) * side(by, of[1]) < 0.0;
    parted(one, other) && parted(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Area = (0.0, 0.0, 1000.0, 1000.0);

    #[test]
    fn names_cover_nothing_and_those_without_room_are_left_out() {
        let at =
            |place: usize| (400.0 + 12.0 * (place % 6) as f64, 200.0 + 12.0 * (place / 6) as f64);
        let centres: Vec<_> = (0..30).map(at).collect();
        let (widths, order) = (vec![60.0; 30], (0..30).collect::<Vec<_>>());
        let line = [(100.0, 900.0), (400.0, 200.0), (420.0, 20.0)];
        let labels = placed(&centres, &widths, &order, &line, BOUNDS);
        assert!((6..30).contains(&labels.len()), "{}", labels.len());
        let areas: Vec<Area> = labels
            .iter()
            .map(|label| {
                let candidate = |rank| candidate(label.whose, centres[label.whose], 60.0, rank);
                let found = (0..OFFSETS.len()).map(candidate).find(|found| found.0 == *label);
                found.expect("it is one of them").1
            })
            .collect();
        for (place, area) in areas.iter().enumerate() {
            assert!(areas[..place].iter().all(|other| !overlap(*area, *other)), "{area:?}");
            assert!(line.windows(2).all(|ends| !crosses([ends[0], ends[1]], *area)), "{area:?}");
        }
    }

    #[test]
    fn a_name_that_has_no_room_beside_its_point_gets_a_line_to_it() {
        let free = placed(&[(500.0, 500.0)], &[60.0], &[0], &[], BOUNDS);
        assert_eq!((free[0].at, free[0].leader), ((491.0, 500.0), None));
        // Lines all around it, on which no name may stand.
        let walls =
            [(480.0, 480.0), (520.0, 480.0), (520.0, 520.0), (480.0, 520.0), (480.0, 480.0)];
        let led = placed(&[(500.0, 500.0)], &[60.0], &[0], &walls, BOUNDS);
        assert!(led[0].leader.is_some(), "{led:?}");
        let pair = [(500.0, 500.0), (503.0, 500.0)];
        let both = placed(&pair, &[60.0; 2], &[0, 1], &walls, BOUNDS);
        assert_eq!(both.len(), 2, "a point upon another: {both:?}");
        let edge = placed(&[(20.0, 500.0)], &[60.0], &[0], &[], BOUNDS);
        assert_eq!(edge[0].at, (29.0, 500.0), "on the side that is inside");
    }

    #[test]
    fn a_line_crosses_what_it_enters() {
        let area = (0.0, 0.0, 10.0, 10.0);
        assert!(crosses([(-5.0, 5.0), (15.0, 5.0)], area), "through");
        assert!(crosses([(5.0, 5.0), (50.0, 50.0)], area), "out of it");
        assert!(!crosses([(-5.0, 12.0), (15.0, 12.0)], area), "below");
        assert!(!crosses([(-5.0, 5.0), (-1.0, 5.0)], area), "short of it");
        assert!(crosses([(0.0, 18.0), (18.0, 0.0)], area), "over its corner");
        assert!(!crosses([(0.0, 22.0), (22.0, 0.0)], area), "past its corner");
        assert!(!crosses([(0.0, 10.0), (10.0, 10.0)], area), "along its edge");
        let slope = [(0.0, 0.0), (10.0, 10.0)];
        assert!(meet(slope, [(0.0, 10.0), (10.0, 0.0)]));
        assert!(!meet(slope, [(0.0, 10.0), (4.0, 6.0)]), "it ends before");
        assert!(!meet(slope, [(1.0, 0.0), (11.0, 10.0)]), "beside it");
        assert!(overlap(area, (9.0, 9.0, 20.0, 20.0)) && !overlap(area, (10.0, 0.0, 20.0, 10.0)));
    }
}
