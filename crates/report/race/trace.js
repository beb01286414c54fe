// `bp-trace/1`: what a file must be before any of it is drawn.
//
// A trace that breaks a rule is refused with the place and the reason; nothing is guessed.

import { count, plain } from './format.js';

/** The most jobs that a page draws of one trace; a longer one is thinned before it gets here. */
export const MOST_JOBS = 100_000;

const FAMILIES = ['no_limit', 'barrier', 'refill', 'ordered'];
const MOMENTS = ['admitted', 'started', 'finished', 'delivered'];
const REQUIRED = ['cell', 'strategy', 'executor', 'workload'];
const SAID = ['executor_version', 'commit', 'compiler', 'processor', 'time'];

/** Why a trace is not drawn. */
export class Refusal extends Error {}

function refuse(reason) {
  throw new Refusal(reason);
}

/**
 * The moments of every job in microseconds since the start, from a parsed `bp-trace/1`.
 *
 * Throws a `Refusal` whose message says what is wrong, where, and what would be right.
 */
export function unpack(raw) {
  if (raw === null || typeof raw !== 'object' || Array.isArray(raw)) {
    refuse('it is not an object; a trace is one JSON object');
  }
  if (raw.schema !== 'bp-trace/1') {
    refuse(`its schema is ${quoted(raw.schema)}; this page reads "bp-trace/1"`);
  }
  for (const name of REQUIRED) {
    if (typeof raw[name] !== 'string') refuse(`${name} is ${quoted(raw[name])}; it must be a text`);
  }
  if (!['recorded', 'simulated'].includes(raw.provenance)) {
    refuse(`provenance is ${quoted(raw.provenance)}; it must be "recorded" or "simulated"`);
  }
  if (!FAMILIES.includes(raw.family)) {
    refuse(`family is ${quoted(raw.family)}; it must be one of ${FAMILIES.join(', ')}`);
  }
  const trace = { provenance: raw.provenance, family: raw.family };
  for (const name of REQUIRED) trace[name] = plain(raw[name]);
  for (const name of SAID) trace[name] = typeof raw[name] === 'string' ? plain(raw[name]) : null;
  trace.limit = optionalCount(raw, 'limit');
  trace.window = optionalCount(raw, 'window');
  trace.seed = plain(raw.seed ?? '');
  trace.workers = optionalCount(raw, 'workers');
  trace.jobs = positive(raw, 'jobs');
  trace.every = positive(raw, 'every');
  Object.assign(trace, moments(raw, trace));
  const weighed = memory(raw.memory ?? null);
  // Weighing takes real time, so its moments have no place beside simulated ones.
  trace.memory = trace.provenance === 'simulated' ? null : weighed;
  trace.whole = whole(raw.whole ?? null);
  return trace;
}

function moments(raw, { jobs, every }) {
  const expected = Math.ceil(jobs / every);
  if (expected > MOST_JOBS) {
    const least = Math.ceil(jobs / MOST_JOBS);
    refuse(
      `${count(expected)} jobs are more than the ${count(MOST_JOBS)} that a page can draw; ` +
        `keep one in ${count(least)}`,
    );
  }
  for (const name of MOMENTS) {
    if (!Array.isArray(raw[name])) refuse(`${name} is ${quoted(raw[name])}; it must be a list`);
    const found = raw[name].length;
    if (found < expected) {
      refuse(`${name} has ${found} of ${expected} jobs; job ${found * every} is missing`);
    }
    if (found > expected) {
      refuse(`${name} has ${found} entries for ${expected} jobs; some job is ${name} twice`);
    }
    raw[name].forEach((gap, at) => {
      if (gap < 0) refuse(`${name}[${at}] is ${gap}; a gap is never negative`);
      if (!Number.isSafeInteger(gap)) {
        refuse(`${name}[${at}] is ${quoted(gap)}; it must be whole microseconds`);
      }
    });
  }
  const lost = lostJobs(raw, expected);
  const admitted = summed(raw.admitted);
  const started = raw.started.map((gap, at) => admitted[at] + gap);
  const finished = raw.finished.map((gap, at) => started[at] + gap);
  const delivered = raw.delivered.map((gap, at) => finished[at] + gap);
  if (delivered.some((moment) => !Number.isSafeInteger(moment))) {
    refuse('its moments add up to more than a number can hold exactly');
  }
  return { admitted, started, finished, delivered, lost };
}

/** The places of the jobs that panicked, and so have no delivery. */
function lostJobs(raw, jobs) {
  const lost = raw.lost ?? [];
  if (!Array.isArray(lost)) refuse(`lost is ${quoted(lost)}; it must be a list`);
  for (const job of lost) {
    const known = Number.isSafeInteger(job) && job >= 0 && job < jobs;
    if (!known) refuse(`lost has ${quoted(job)}; there is no such job`);
    if (raw.delivered[job] > 0) refuse(`job ${job} is lost, and was delivered later`);
  }
  const found = new Set(lost);
  if (found.size < lost.length) refuse('a job is lost twice');
  return found;
}

function memory(raw) {
  if (raw === null) return null;
  const { at_us: gaps, live_bytes: bytes } = raw;
  if (!Array.isArray(gaps) || !Array.isArray(bytes)) {
    refuse('memory has no lists at_us and live_bytes; it must have both, or be null');
  }
  if (gaps.length !== bytes.length) {
    refuse(`memory has ${gaps.length} moments for ${bytes.length} sizes; each needs its own`);
  }
  for (const [name, list] of [['at_us', gaps], ['live_bytes', bytes]]) {
    const at = list.findIndex((value) => !Number.isSafeInteger(value) || value < 0);
    if (at >= 0) refuse(`memory.${name}[${at}] is ${quoted(list[at])}; it must be whole and ≥ 0`);
  }
  return gaps.length === 0 ? null : { at: summed(gaps), bytes };
}

/** Figures of the whole run, which come with a trace that was thinned to fit the page. */
function whole(raw) {
  if (raw === null) return null;
  const { in_flight: inFlight, ...figures } = raw;
  for (const [name, value] of Object.entries(figures)) {
    const known = value === null || Number.isFinite(value);
    if (!known) refuse(`whole.${plain(name)} is ${quoted(value)}; it must be a number`);
  }
  const steps = Array.isArray(inFlight) && inFlight.length > 0 ? inFlight : [];
  const known = ([at, value], place) => at >= (place > 0 ? steps[place - 1][0] : 0) && value >= 0;
  if (steps.length === 0 || !steps.every((step, place) => Array.isArray(step) && known(step, place))) {
    refuse('whole.in_flight is no list of moments and numbers in the order of time');
  }
  return { figures, inFlight: steps };
}

function summed(gaps) {
  let sum = 0;
  return gaps.map((gap) => (sum += gap));
}

function positive(raw, name) {
  if (!Number.isSafeInteger(raw[name]) || raw[name] < 1) {
    refuse(`${name} is ${quoted(raw[name])}; it must be a whole number from 1 up`);
  }
  return raw[name];
}

function optionalCount(raw, name) {
  return (raw[name] ?? null) === null ? null : positive(raw, name);
}

/** A value as a message shows it, whatever it is. */
function quoted(value) {
  if (value === undefined) return 'missing';
  return plain(JSON.stringify(value) ?? typeof value);
}
