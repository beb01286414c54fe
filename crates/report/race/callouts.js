// The one thing to say of a row, found in its trace.

import { bytes, count, counted, percent, time } from './format.js';
import { stretches } from './lanes.js';

/** The part of all slots and all time that must be lost for the loss to be worth saying. */
const TELLING = 0.05;
/** The part of a run without any result from which that is worth saying. */
const LONG_SILENCE = 0.15;

/** Words and the stretch of time that they are about, or null if nothing stands out. */
export function callout(model) {
  if (model.trace.every > 1) return null;
  if (model.trace.limit === null) return silence(model);
  const all = stretches(model.trace);
  return heldForOrder(model, all) ?? freeSlot(model, all);
}

function silence({ first, end }) {
  if (first <= LONG_SILENCE * end) return null;
  return { text: `no result for ${time(first)}`, from: 0, to: first };
}

function heldForOrder(model, all) {
  if (model.trace.family !== 'ordered') return null;
  const worst = worstOf(model, all, ({ blocked }) => blocked);
  if (!worst) return null;
  const blocker = runningAt(model.trace, worst.from)[0];
  if (blocker === undefined) return null;
  const results = counted(worst.blocked, 'finished result');
  return { text: `${results} held behind job ${blocker}`, from: worst.from, to: worst.to };
}

function freeSlot(model, all) {
  const { limit, started } = model.trace;
  const lastStart = started[model.byStart.at(-1)];
  const free = ({ to, running, blocked }) =>
    to > lastStart ? 0 : Math.max(0, limit - running - (model.keepsSlot ? blocked : 0));
  const worst = worstOf(model, all, free);
  if (!worst) return null;
  const running = runningAt(model.trace, worst.from);
  const wait = free(worst) === 1 ? '1 free slot waits' : `${free(worst)} free slots wait`;
  let text = `${wait} for ${running.length} jobs`;
  if (running.length === 0) text = `${wait}, although nothing runs`;
  if (running.length === 1) text = `${wait} for job ${running[0]}`;
  return { text, from: worst.from, to: worst.to };
}

/** The stretch that loses most, if all of them together lose enough. */
function worstOf({ trace, end }, all, lost) {
  const area = (stretch) => lost(stretch) * (stretch.to - stretch.from);
  const sum = all.reduce((total, stretch) => total + area(stretch), 0);
  if (sum <= TELLING * trace.limit * end) return null;
  return all.reduce((worst, stretch) => (area(stretch) > area(worst) ? stretch : worst));
}

function runningAt({ started, finished }, moment) {
  return [...started.keys()].filter((job) => started[job] <= moment && finished[job] > moment);
}

/**
 * What stands beside the end of a row. `wider` is { window, end } of the same rule with a wider
 * window, where order costs and that is known.
 */
export function ending(model, wider = null) {
  const { trace, inFlightPeak, waiting, busy, memoryPeak } = model;
  if (trace.limit !== null) {
    const slots = `slots ${percent(busy)} busy`;
    if (wider) return `${slots}; with a window of ${count(wider.window)}: ${time(wider.end)}`;
    if (model.band !== 'waiting') return slots;
    return `${slots}, but ${counted(waiting.peak, 'job')} taken and waiting`;
  }
  const weight = memoryPeak === null ? '' : `: ${bytes(memoryPeak)}`;
  if (inFlightPeak === 1) return `one at a time${weight}`;
  if (inFlightPeak === trace.jobs) return `all ${count(trace.jobs)} in flight at once${weight}`;
  return `up to ${count(inFlightPeak)} in flight at once${weight}`;
}

/** A row in words, for those who do not see it. */
export function description(title, model) {
  const { delivered, end, inFlightPeak, memoryPeak, busy, overtaken } = model;
  const said = callout(model);
  const parts = [
    `${title}: ${counted(delivered, 'job')} delivered after ${time(end)}`,
    `at most ${count(inFlightPeak)} in flight`,
    memoryPeak === null ? 'memory was not recorded' : `peak memory ${bytes(memoryPeak)}`,
    busy === null ? 'no limit' : `slots busy ${percent(busy)} of the time`,
    overtaken === 0 ? 'results in the order of the source' : 'results in another order',
  ];
  return `${parts.join('; ')}${said ? `. ${said.text}` : ''}.`;
}
