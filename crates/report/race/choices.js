// What can be chosen: races (traces that may share a chart), executors, strategies.

/** Who stands for their family at first, most telling first. */
const REPRESENTATIVES = ['unbounded-spawn', 'batching', 'semaphore', 'materialize'];
const FAMILIES = ['no_limit', 'barrier', 'refill', 'ordered'];

/**
 * The races: traces of one workload, one number of jobs and one kind of clock. Simulated and
 * recorded time never share a chart, so they are never in one race.
 */
export function races(traces) {
  const found = new Map();
  for (const trace of traces) {
    const key = [trace.workload, trace.jobs, trace.provenance].join(' ');
    if (!found.has(key)) found.set(key, { key, traces: [], ...trace });
    found.get(key).traces.push(trace);
  }
  const all = [...found.values()];
  return all.map(({ key, workload, jobs, provenance, traces: members }) => {
    const alike = all.filter((race) => race.workload === workload);
    let label = workload;
    if (alike.some((race) => race.jobs !== jobs)) label += `, ${jobs} jobs`;
    if (provenance === 'simulated') label += ' (simulated time)';
    return { key, label, traces: members };
  });
}

/** The executors of a race, in the order of `known`, others last. */
export function executors(race, known) {
  const names = [...new Set(race.traces.map((trace) => trace.executor))];
  return names.sort((a, b) => place(known, a) - place(known, b));
}

/**
 * The strategies of a race on an executor, each with every set of parameters: { key, title,
 * sentence, source, trace }, in the order of `known`.
 */
export function entries(race, executor, known) {
  const traces = race.traces.filter((trace) => trace.executor === executor);
  const found = traces.map((trace) => {
    const peers = traces.filter((peer) => peer.strategy === trace.strategy);
    const about = known.find(({ name }) => name === trace.strategy);
    const suffix = differences(trace, peers);
    return {
      key: `${trace.strategy}${suffix}`,
      title: `${about?.title ?? trace.strategy}${suffix}`,
      sentence: about?.sentence ?? '',
      source: about?.source ?? '',
      trace,
    };
  });
  return found.sort((a, b) => place(known, a.trace.strategy) - place(known, b.trace.strategy));
}

/** The entries, those that stand for their family and have the usual limit first. */
export function byTelling(all) {
  const limit = usualLimit(all);
  const rank = ({ trace }) => {
    const telling = REPRESENTATIVES.indexOf(trace.strategy);
    const other = trace.limit !== null && trace.limit !== limit;
    return (other ? 100 : 0) + (telling < 0 ? REPRESENTATIVES.length : telling);
  };
  return [...all].sort((a, b) => rank(a) - rank(b));
}

/** The keys of those entries that are shown until the reader chooses: one of each family. */
export function usual(all) {
  const best = byTelling(all);
  return FAMILIES.map((family) => best.find(({ trace }) => trace.family === family))
    .filter(Boolean)
    .map(({ key }) => key);
}

/**
 * What a wider window makes of an ordered rule: { window, end } of the entry of the same family and
 * limit whose window is the widest, or null if there is none or it is the entry itself.
 */
export function widerWindow(entry, all) {
  const { family, limit } = entry.trace;
  if (family !== 'ordered' || limit === null) return null;
  const room = ({ trace }) => trace.window ?? limit;
  const peers = all.filter(({ trace }) => trace.family === family && trace.limit === limit);
  const widest = peers.reduce((a, b) => (room(b) > room(a) ? b : a), entry);
  if (room(widest) <= room(entry)) return null;
  const end = widest.trace.delivered.reduce((a, b) => Math.max(a, b));
  return { window: room(widest), end: widest.trace.whole?.figures.end ?? end };
}

/** The limit that most have; among equals the greatest; null if none has one. */
export function usualLimit(all) {
  const limits = all.map(({ trace }) => trace.limit).filter((limit) => limit !== null);
  const often = (limit) => limits.filter((other) => other === limit).length;
  return limits.reduce(
    (best, limit) =>
      best === null || often(limit) > often(best) || (often(limit) === often(best) && limit > best)
        ? limit
        : best,
    null,
  );
}

/** The parameters in which a trace differs from some of its peers, from the ends of their cells. */
function differences(trace, peers) {
  const parameters = ({ cell }) => cell.split('/').at(-1).split(',');
  const own = parameters(trace);
  const telling = own.filter((one) => peers.some((peer) => !parameters(peer).includes(one)));
  return telling.length === 0 ? '' : ` ${telling.join(' ')}`;
}

function place(known, name) {
  const at = known.findIndex((entry) => entry.name === name);
  return at < 0 ? known.length : at;
}
