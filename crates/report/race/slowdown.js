// Why a row took long, found in its trace.

import { counted, percent } from './format.js';
import { stretches } from './lanes.js';

/** The part of all slots and all time that must be lost for the loss to be a reason. */
const TELLING = 0.05;
/** So many times as many jobs in flight elsewhere are a reason. */
const FEW = 2;

/** Why the row of `model` took longer than others, in words, or null if nothing tells it. */
export function slowdown(model, all) {
  const { family, limit, every } = model.trace;
  const known = limit !== null && every === 1;
  const reason = known ? { barrier: ofBatches, ordered: ofOrder }[family]?.(model) : null;
  return reason ?? ofFew(model, all);
}

function ofBatches(model) {
  const part = lost(model, ({ running }) => running > 0);
  return part > TELLING ? `its free slots waited for the slowest of a batch (${slots(part)})` : null;
}

function ofOrder(model) {
  const part = lost(model, ({ blocked }) => blocked > 0);
  return part > TELLING
    ? `its free slots waited while results were held behind an earlier job (${slots(part)})`
    : null;
}

function ofFew({ inFlightPeak }, all) {
  const most = Math.max(...all.map((other) => other.inFlightPeak));
  const few = inFlightPeak * FEW <= most;
  return few ? `it never had more than ${counted(inFlightPeak, 'job')} in flight` : null;
}

function slots(part) {
  return `${percent(part)} of its slot time`;
}

/** The part of all slots and all time in which slots were free so, while jobs waited to start. */
function lost({ trace, byStart, end }, so) {
  const lastStart = trace.started[byStart.at(-1)];
  const area = stretches(trace)
    .filter((stretch) => stretch.to <= lastStart && so(stretch))
    .reduce((sum, { from, to, running }) => sum + (trace.limit - running) * (to - from), 0);
  return area / (trace.limit * end);
}
