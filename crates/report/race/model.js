// What a row shows, derived from the moments of one trace. Pure: no clock, no page.

import { freeSlots, layLanes } from './lanes.js';
import { Steps, rank } from './steps.js';

/** A job is slow if it took more than this many times the median. */
const SLOW = 4;
/** A row with more lanes than this many times the limit is drawn as a shape. */
const MOST_LANES = 3;
/** A quantile is given only where so many values lie beyond it. */
const BEYOND = 10;

/** All of one trace that the page draws or says; `limit` is that of the others beside it. */
export function derive(trace, limit) {
  const { started, finished, delivered, admitted, lost } = trace;
  const byStart = [...started.keys()].sort((a, b) => started[a] - started[b] || a - b);
  const order = [...delivered.keys()].filter((job) => !lost.has(job));
  order.sort((a, b) => delivered[a] - delivered[b] || a - b);
  const model = {
    trace,
    byStart,
    order,
    deliveries: order.map((job) => delivered[job]),
    inFlight: trace.whole
      ? Steps.through(trace.whole.inFlight)
      : Steps.between(started, finished),
    waiting: Steps.between(admitted, started),
    blocked: Steps.between(finished, delivered),
    held: Steps.between(admitted, delivered),
    slowUs: SLOW * median(started.map((start, job) => finished[job] - start)),
  };
  Object.assign(model, figures(trace, model), trace.whole?.figures);
  Object.assign(model, arrangement(trace, model, limit));
  return model;
}

/** The figures of the table and the lede; those of a thinned trace are estimates. */
function figures(trace, { order, deliveries, inFlight, held }) {
  const { started, finished, delivered, limit, every, jobs } = trace;
  const latencies = order.map((job) => delivered[job] - started[job]).sort((a, b) => a - b);
  const service = started.reduce((sum, start, job) => sum + finished[job] - start, 0);
  const end = greatest([1, greatest(finished), deliveries.at(-1) ?? 0]);
  // Jobs that took no time at all were in flight one after the other.
  const atOnce = (peak, most) => Math.min(most, Math.max(1, peak) * every);
  return {
    end,
    delivered: every === 1 ? order.length : jobs,
    first: deliveries[0] ?? null,
    inFlightPeak: atOnce(inFlight.peak, limit ?? jobs),
    heldPeak: atOnce(held.peak, jobs),
    p50: quantile(latencies, 0.5),
    p90: quantile(latencies, 0.9),
    slowest: latencies.at(-1) ?? null,
    busy: limit === null ? null : Math.min(1, (service * every) / (limit * end)),
    overtaken: overtaken(order),
    memoryPeak: trace.memory && greatest(trace.memory.bytes),
  };
}

/** How many were delivered after a later job. */
function overtaken(order) {
  let latest = -1;
  return order.filter((job) => {
    latest = Math.max(latest, job);
    return job < latest;
  }).length;
}

/** The greatest of many numbers: more than a call takes as arguments. */
function greatest(values) {
  return values.reduce((a, b) => Math.max(a, b), 0);
}

/** How the row is drawn: lanes or a shape, and what stands above them. */
function arrangement(trace, { byStart, inFlight, waiting, blocked }, limit) {
  const { started, finished, delivered, family, every } = trace;
  const slots = trace.limit;
  const shape = every > 1 || inFlight.peak > MOST_LANES * (slots ?? limit ?? 64);
  if (shape) return { shape, keepsSlot: false, band: null };

  // An ordered rule whose open results are as many as its slots keeps a slot until delivery.
  const open = Steps.between(started, delivered);
  const keepsSlot = family === 'ordered' && slots !== null && open.peak <= slots;
  const ends = keepsSlot ? delivered : finished;
  const { lane, count } = layLanes(byStart, started, ends);
  const lanes = Math.max(count, slots ?? 0);
  const free = slots === null ? [] : freeSlots(byStart, lane, started, ends, slots);
  let band = null;
  if (slots !== null && waiting.peak > 2 * slots) band = 'waiting';
  else if (family === 'ordered' && !keepsSlot && blocked.peak > 0) band = 'blocked';
  return { shape, keepsSlot, lane, lanes, free, band, barriers: barriers(trace, byStart) };
}

/** The moments at which a rule with batches starts the next one. */
function barriers({ family, started, finished }, byStart) {
  if (family !== 'barrier') return [];
  const found = [];
  let over = null;
  for (const job of byStart) {
    const next = over !== null && started[job] >= over;
    if (next) found.push(started[job]);
    over = next ? finished[job] : Math.max(over ?? 0, finished[job]);
  }
  return found;
}

function median(values) {
  const sorted = values.sort((a, b) => a - b);
  const [lower, upper] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (lower + upper) / 2;
}

/** The least value that at least this part of all does not exceed; null where too few lie beyond. */
export function quantile(sorted, part) {
  const place = Math.ceil(sorted.length * part);
  return sorted.length - place < BEYOND ? null : sorted[place - 1];
}

/** What the gauges show at a moment. */
export function gauges(model, moment) {
  const { every, memory, limit, whole } = model.trace;
  // In flight is known of all jobs where the whole is; else it is that of the sample.
  const inFlight = model.inFlight.at(moment) * (whole ? 1 : every);
  const sample = memory && rank(memory.at, moment);
  return {
    delivered: Math.min(model.trace.jobs, rank(model.deliveries, moment) * every),
    inFlight,
    waiting: model.waiting.at(moment) * every,
    blocked: model.blocked.at(moment) * every,
    memory: memory && (sample === 0 ? 0 : memory.bytes[sample - 1]),
    busy: limit === null ? null : inFlight / limit,
  };
}
