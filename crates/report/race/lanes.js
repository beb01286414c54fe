// Lanes: which job holds which slot, and when.

/** Put each job into the first lane that is free when it starts; O(jobs × lanes). */
export function layLanes(byStart, starts, ends) {
  const freeFrom = [];
  const lane = new Array(starts.length).fill(0);
  for (const job of byStart) {
    let place = freeFrom.findIndex((moment) => moment <= starts[job]);
    if (place < 0) place = freeFrom.length;
    freeFrom[place] = ends[job];
    lane[job] = place;
  }
  return { lane, count: freeFrom.length };
}

/**
 * The stretches of time in which nothing begins or ends: from, to, how many jobs run and how many
 * finished results are not delivered.
 */
export function stretches({ started, finished, delivered }) {
  const changes = [[0, 0, 0]];
  started.forEach((start, job) => {
    changes.push([start, 1, 0], [finished[job], -1, 1], [delivered[job], 0, -1]);
  });
  changes.sort((a, b) => a[0] - b[0]);
  const found = [];
  let [running, blocked] = [0, 0];
  changes.forEach(([from, more, finishedMore], at) => {
    running += more;
    blocked += finishedMore;
    const to = changes[at + 1]?.[0] ?? from;
    if (to > from) found.push({ from, to, running, blocked });
  });
  return found;
}

/** Where a slot was free while jobs waited to start: lane, from, to. */
export function freeSlots(byStart, lane, starts, ends, slots) {
  const since = new Array(slots).fill(0);
  const free = [];
  const add = (place, from, to) => to > from && free.push({ lane: place, from, to });
  for (const job of byStart) {
    add(lane[job], since[lane[job]] ?? 0, starts[job]);
    since[lane[job]] = ends[job];
  }
  const lastStart = starts[byStart.at(-1)];
  since.forEach((from, place) => add(place, from, lastStart));
  return free;
}
