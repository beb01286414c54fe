// What the three charts show: memory, results delivered, order of delivery.

import { bytes, count, time } from './format.js';
import { tint } from './palette.js';
import { logTicks, ticks } from './ticks.js';

/** The dash of each member of a family, in the order in which they are shown. */
export const DASHES = [[], [9, 3], [3, 3], [10, 3, 2, 3]];
/** How many points of a curve a label may stand at. */
const ANCHORS = 36;
/** The part of the highest peak up to which a curve lies at the foot of the mountain. */
const SMALL = 0.3;

/** Live bytes over time, of the memory pass. Linear, so that a mountain is one. */
export function memoryPlan(rows, logarithmic, palette) {
  const weighed = rows.filter(({ model }) => model.memoryPeak);
  const most = Math.max(1, ...weighed.map(({ model }) => model.memoryPeak));
  const floor = Math.min(most / 10, ...weighed.map(({ model }) => model.memoryPeak / 4));
  const curves = weighed.map((row) => memoryCurve(row, logarithmic ? floor : 0, most, palette));
  if (!logarithmic) nameTheSmall(curves, weighed, most, palette);
  const [low, high] = [Math.log10(Math.max(floor, 1)), Math.log10(most * 1.3)];
  const logScale = (value) => (Math.log10(Math.max(value, floor, 1)) - low) / (high - low);
  if (curves.length === 0) {
    return { y: () => 0, ticks: [], print: bytes, curves, instead: 'was not weighed' };
  }
  return {
    y: logarithmic ? logScale : (value) => value / (most * 1.12),
    ticks: logarithmic ? logTicks(10 ** low, most * 1.3, 5) : ticks(most, 4),
    print: bytes,
    curves,
  };
}

function memoryCurve({ model, name, dash }, floor, most, palette) {
  const { at, bytes: sizes } = model.trace.memory;
  const colour = palette[model.trace.family];
  const end = at.at(-1);
  const paint = (context, x, y) => {
    context.beginPath();
    context.moveTo(x(0), y(sizes[0]));
    at.forEach((moment, place) => {
      if (place > 0) context.lineTo(x(moment), y(sizes[place - 1]));
      context.lineTo(x(moment), y(sizes[place]));
    });
    stroke(context, colour, dash);
    if (model.trace.family !== 'no_limit') return;
    context.lineTo(x(end), y(floor));
    context.lineTo(x(0), y(floor));
    context.fillStyle = tint(colour, 0.12);
    context.fill();
  };
  const points = thinned(at.map((moment, place) => [moment, sizes[place]]));
  // The label names the peak; at a mountain it stands there.
  const peak = sizes.indexOf(model.memoryPeak);
  const mountain = model.memoryPeak > most * SMALL;
  const anchors = mountain ? [[at[peak], sizes[peak]]] : points;
  return { label: `${name} ${bytes(model.memoryPeak)}`, colour, paint, points, anchors };
}

/** Curves at the foot of a mountain lie on each other: they share one label. */
function nameTheSmall(curves, rows, most, palette) {
  const small = rows.flatMap(({ model }, at) => (model.memoryPeak <= most * SMALL ? [at] : []));
  if (small.length < 2) return;
  const heaviest = small.reduce((a, b) =>
    rows[b].model.memoryPeak > rows[a].model.memoryPeak ? b : a,
  );
  for (const at of small) if (at !== heaviest) curves[at].label = null;
  const others = curves.length === small.length ? `all ${small.length}` : `the other ${small.length}`;
  curves[heaviest].label = `${others}: at most ${bytes(rows[heaviest].model.memoryPeak)}`;
  Object.assign(curves[heaviest], { colour: palette.muted, anchors: curves[heaviest].points });
}

/** How many results were handed over, over time. */
export function deliveredPlan(rows, jobs, palette) {
  const curves = rows.map(({ model, name, dash }) => {
    const colour = palette[model.trace.family];
    const points = model.deliveries.map((moment, at) => [moment, (at + 1) * model.trace.every]);
    const paint = (context, x, y) => {
      context.beginPath();
      context.moveTo(x(0), y(0));
      points.forEach(([moment, value], at) => {
        // Level until the next result: a long silence is a long line.
        context.lineTo(x(moment), y(at > 0 ? points[at - 1][1] : 0));
        context.lineTo(x(moment), y(value));
      });
      stroke(context, colour, dash);
    };
    return { label: name, colour, paint, points: thinned(points) };
  });
  return { y: (value) => value / (jobs * 1.06), ticks: ticks(jobs, 4), print: count, curves };
}

/** Which job was handed over when: a line where order is kept, a cloud where it is not. */
export function orderPlan(rows, jobs, palette) {
  const curves = rows.map(({ model, name }) => {
    const { trace } = model;
    const colour = palette[trace.family];
    const points = model.order.map((job) => [trace.delivered[job], job * trace.every]);
    const paint = (context, x, y) => {
      context.fillStyle = tint(colour, 0.85);
      for (const [moment, value] of points) {
        context.fillRect(x(moment) - 1.3, y(value) - 1.3, 2.6, 2.6);
      }
    };
    return { label: name, colour, paint, points: thinned(points) };
  });
  return { y: (value) => value / (jobs * 1.06), ticks: ticks(jobs, 4), print: count, curves };
}

/** What a chart says, for those who do not see it. */
export const WORDS = {
  memory: (rows) =>
    `Live memory over time, weighed in a run of its own. ${sayEach(rows, ({ memoryPeak }) =>
      memoryPeak === null ? 'not recorded' : `peak ${bytes(memoryPeak)}`,
    )}`,
  delivered: (rows) =>
    `Results delivered over time. ${sayEach(
      rows,
      ({ trace, delivered, first, end }) => {
        if (first === null) return 'none';
        const all = delivered === trace.jobs ? `all ${count(delivered)}` : count(delivered);
        return `the first after ${time(first)}, ${all} after ${time(end)}`;
      },
    )}`,
  order: (rows) =>
    `Job number against time of delivery. ${sayEach(rows, ({ overtaken }) =>
      overtaken === 0 ? 'in the order of the source' : `${count(overtaken)} came out of order`,
    )}`,
};

function sayEach(rows, say) {
  return `${rows.map(({ title, model }) => `${title}: ${say(model)}`).join('; ')}.`;
}

function stroke(context, colour, dash) {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.lineJoin = 'round';
  context.setLineDash(DASHES[dash % DASHES.length]);
  context.stroke();
  context.setLineDash([]);
}

/** At most ANCHORS of many points, evenly taken. */
function thinned(points) {
  const every = Math.ceil(points.length / ANCHORS);
  return points.filter((_, at) => at % every === 0);
}
