// A trace that is worked out by hand: six jobs of 10 ms, but job 1 of 40; two slots.

/** The moments of each job in milliseconds, under each kind of rule: start, finish, delivery. */
export const SIX = {
  barrier: [[0, 10, 10], [0, 40, 40], [40, 50, 50], [40, 50, 50], [50, 60, 60], [50, 60, 60]],
  refill: [[0, 10, 10], [0, 40, 40], [10, 20, 20], [20, 30, 30], [30, 40, 40], [40, 50, 50]],
  ordered: [[0, 10, 10], [0, 40, 40], [10, 20, 40], [40, 50, 50], [40, 50, 50], [50, 60, 60]],
  no_limit: [[0, 10, 10], [0, 40, 40], [0, 10, 10], [0, 10, 10], [0, 10, 10], [0, 10, 10]],
};

const STRATEGIES = {
  barrier: 'batching',
  refill: 'semaphore',
  ordered: 'materialize',
  no_limit: 'unbounded-spawn',
};

/** The `bp-trace/1` of one of them, as a file has it; `more` replaces parts of it. */
export function rawTrace(family, more = {}) {
  const jobs = SIX[family].map((moments) => moments.map((ms) => ms * 1000));
  const limit = family === 'no_limit' ? null : 2;
  const strategy = STRATEGIES[family];
  return {
    schema: 'bp-trace/1',
    provenance: 'recorded',
    cell: `six/${strategy}/tokio/${limit ? `limit=${limit}` : '-'}`,
    strategy,
    family,
    executor: 'tokio',
    executor_version: '1.0.0',
    workers: 2,
    workload: 'six',
    limit,
    window: null,
    seed: 1,
    round: 0,
    commit: 'abc',
    compiler: 'rustc',
    processor: 'a processor',
    time: '2026-01-01T00:00:00Z',
    jobs: 6,
    every: 1,
    // Taken when it starts: nothing waits.
    admitted: jobs.map(([start], at) => start - (at > 0 ? jobs[at - 1][0] : 0)),
    started: jobs.map(() => 0),
    finished: jobs.map(([start, finish]) => finish - start),
    delivered: jobs.map(([, finish, delivery]) => delivery - finish),
    memory: { at_us: [0, 10_000, 30_000], live_bytes: [500, family === 'no_limit' ? 6000 : 2000, 0] },
    ...more,
  };
}
