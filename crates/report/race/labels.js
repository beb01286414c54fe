// Where the direct labels of a chart go: near their own curve, off the others, off each other.

export const LABEL_HEIGHT = 17;

/** How far from a label another curve begins not to matter. */
const NEIGHBOUR = 26;

/** What it costs to name a point that lies on another curve as well. */
const AMBIGUITY = 25;

/** How far a label stands from the point that it names, in each direction that is tried. */
const OFFSETS = [
  { dx: 7, dy: 0, side: 0 },
  { dx: -7, dy: 0, side: -1 },
  { dx: 0, dy: -14, side: -0.5 },
  { dx: 0, dy: 14, side: -0.5 },
  { dx: 6, dy: -13, side: 0 },
  { dx: 6, dy: 13, side: 0 },
  { dx: -6, dy: -13, side: -1 },
  { dx: -6, dy: 13, side: -1 },
  { dx: 12, dy: -32, side: 0 },
  { dx: 12, dy: 32, side: 0 },
  { dx: -12, dy: -32, side: -1 },
  { dx: -12, dy: 32, side: -1 },
];

/**
 * A box { left, top, width, height } for each label { width, points, anchors }, inside `frame`
 * { left, top, right, bottom }.
 *
 * `points` are places on a label's own curve, and `anchors` those of them that it may stand at. Each label takes the place that covers least, those
 * with few choices first; O(labels² × points²), so a curve should give a few dozen points.
 */
export function placeLabels(labels, frame) {
  const boxes = new Array(labels.length).fill(null);
  const choices = (at) => labels[at].anchors.length;
  for (const at of [...labels.keys()].sort((a, b) => choices(a) - choices(b))) {
    const { width, anchors } = labels[at];
    let best = { box: inside(frame.left, frame.top, width, frame), price: Infinity };
    for (const anchor of anchors) {
      const ambiguous = AMBIGUITY * crowd(anchor, at, labels);
      for (const { dx, dy, side } of OFFSETS) {
        const box = inside(anchor.x + dx + side * width, anchor.y + dy, width, frame);
        const price = ambiguous + costOf(box, at, labels, boxes);
        if (price < best.price) best = { box, price };
      }
    }
    boxes[at] = best.box;
  }
  return boxes;
}

/** A box of that width with its middle at that height, moved into the frame. */
function inside(left, middle, width, frame) {
  return {
    left: Math.max(frame.left, Math.min(frame.right - width, left)),
    top: Math.max(frame.top, Math.min(frame.bottom - LABEL_HEIGHT, middle - LABEL_HEIGHT / 2)),
    width,
    height: LABEL_HEIGHT,
  };
}

/** How near the nearest other curve is to a point: 1 on it, 0 where it does not matter. */
function crowd({ x, y }, own, labels) {
  let nearest = NEIGHBOUR;
  labels.forEach(({ points }, curve) => {
    if (curve === own) return;
    for (const point of points) nearest = Math.min(nearest, Math.hypot(point.x - x, point.y - y));
  });
  return 1 - nearest / NEIGHBOUR;
}

function costOf(box, at, labels, boxes) {
  const overlaps = boxes.filter((other) => other && overlap(box, other)).length;
  let cost = overlaps * 1000;
  let nearest = Infinity;
  labels.forEach(({ points }, curve) => {
    for (const { x, y } of points) {
      const away = Math.hypot(
        distance(x, box.left, box.width),
        distance(y, box.top, box.height),
      );
      if (away === 0) cost += 4;
      if (curve === at) nearest = Math.min(nearest, away);
      // A label near another curve would seem to be that one's.
      else cost += 3 * Math.max(0, 1 - away / NEIGHBOUR);
    }
  });
  return cost + nearest;
}

function overlap(a, b) {
  return (
    a.left < b.left + b.width + 3 &&
    b.left < a.left + a.width + 3 &&
    a.top < b.top + b.height + 1 &&
    b.top < a.top + a.height + 1
  );
}

/** How far a coordinate lies outside a range. */
function distance(value, from, length) {
  return Math.max(0, from - value, value - from - length);
}
