// The picture of a row: drawn once for a size, then only clipped.

import { hatching, layer } from './canvas.js';
import { tint } from './palette.js';

/** The height of the strip of deliveries below the lanes. */
const STRIP = 7;

/** Where the lanes, or the shape, lie in a row of that height. */
export function area(model, height) {
  const band = model.band ? Math.round(height * 0.32) : 0;
  const top = band ? band + 4 : 2;
  return { band, top, bottom: height - STRIP - 5 };
}

/** The whole row as it is when all is over; `until` is the end of the time axis. */
export function picture(model, size, until, palette) {
  const drawn = layer(size);
  const sketch = {
    ...drawn,
    ...area(model, size.height),
    x: (moment) => (moment / until) * size.width,
    colour: palette[model.trace.family],
    palette,
  };
  if (model.band) drawBand(model, sketch);
  if (model.shape) drawSteps(sketch, model.inFlight, sketch.top, sketch.bottom, 0.5);
  else drawLanes(model, sketch);
  drawDeliveries(model, sketch);
  return drawn;
}

/** Jobs that were taken and wait, or results that are finished and wait, as a shape above. */
function drawBand(model, sketch) {
  const fill = model.band === 'blocked' ? hatching(sketch.colour, 5, true, sketch.scale) : 0.22;
  drawSteps(sketch, model[model.band], 1, sketch.band, fill);
}

/** A step function as an area; `fill` is an opacity or a pattern. */
function drawSteps({ context, x, colour }, steps, top, bottom, fill) {
  const y = (value) => bottom - ((bottom - top) * value) / Math.max(1, steps.peak);
  context.beginPath();
  context.moveTo(0, bottom);
  let last = bottom;
  steps.times.forEach((moment, at) => {
    context.lineTo(x(moment), last);
    last = y(steps.values[at]);
    context.lineTo(x(moment), last);
  });
  context.lineTo(x(steps.times.at(-1) ?? 0), bottom);
  context.closePath();
  context.fillStyle = typeof fill === 'number' ? tint(colour, fill) : fill;
  context.fill();
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.stroke();
}

function drawLanes(model, sketch) {
  const { context, palette, colour, top, bottom, x, scale } = sketch;
  const pitch = (bottom - top) / model.lanes;
  const gap = pitch > 5 ? 1.5 : 0;
  const lane = { ...sketch, gap, height: Math.max(0.6, pitch - gap) };
  const y = (place) => top + place * pitch;
  context.fillStyle = hatching(palette.idle, 6, false, scale);
  for (const { lane: place, from, to } of model.free) {
    context.fillRect(x(from), y(place), x(to) - x(from), pitch);
  }
  const held = hatching(tint(colour, 0.7), 5, true, scale);
  for (const job of model.byStart) drawJob(model, lane, job, y(model.lane[job]), held);
  drawBarriers(model, sketch);
}

function drawJob({ trace, slowUs, keepsSlot }, lane, job, y, held) {
  const { context, x, colour, palette, gap, height } = lane;
  const [from, to] = [x(trace.started[job]), x(trace.finished[job])];
  const width = Math.max(0.8, to - from - (gap ? 0.7 : 0));
  const slow = trace.finished[job] - trace.started[job] > slowUs;
  // The card first, so that no hatching of a neighbour shows through.
  context.fillStyle = palette.card;
  context.fillRect(from, y, width, height);
  // Neighbours differ a little, so that one job is told from the next.
  context.fillStyle = slow ? colour : tint(colour, job % 2 ? 0.42 : 0.56);
  context.fillRect(from, y, width, height);
  if (gap) {
    context.fillStyle = colour;
    context.fillRect(from, y + height - 1, width, 1);
    context.fillRect(from, y, Math.min(1, width), height);
  }
  const delivered = x(trace.delivered[job]);
  if (keepsSlot && delivered - to > 1) {
    context.fillStyle = palette.card;
    context.fillRect(to, y, delivered - to, height);
    context.fillStyle = held;
    context.fillRect(to, y, delivered - to, height);
    context.strokeStyle = tint(colour, 0.45);
    context.lineWidth = 0.7;
    context.strokeRect(to + 0.35, y + 0.35, Math.max(0.3, delivered - to - 1.2), height - 0.7);
  }
}

function drawBarriers({ barriers }, { context, palette, top, bottom, x }) {
  context.strokeStyle = tint(palette.ink, 0.55);
  context.lineWidth = 1;
  context.setLineDash([2, 2]);
  context.beginPath();
  for (const moment of barriers) {
    const at = Math.round(x(moment)) - 0.5;
    context.moveTo(at, top - 1);
    context.lineTo(at, bottom);
  }
  context.stroke();
  context.setLineDash([]);
}

/** A tick below the lanes for every result that is handed over. */
function drawDeliveries({ deliveries }, { context, height, x, colour }) {
  context.fillStyle = colour;
  for (const moment of deliveries) {
    context.fillRect(x(moment) - 0.55, height - STRIP, 1.1, STRIP);
  }
}
