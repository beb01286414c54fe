// Step functions: how many of some intervals are open, over time.

/** A step function that is 0 before its first point. */
export class Steps {
  /** From (time, difference) pairs; at one instant, ends go before starts. */
  constructor(changes) {
    changes.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    this.times = [];
    this.values = [];
    this.peak = 0;
    let open = 0;
    for (const [at, change] of changes) {
      open += change;
      this.peak = Math.max(this.peak, open);
      if (this.times.at(-1) === at) {
        this.values[this.values.length - 1] = open;
      } else {
        this.times.push(at);
        this.values.push(open);
      }
    }
  }

  /** From points (time, value), in the order of time. */
  static through(points) {
    const steps = new Steps([]);
    steps.times = points.map(([at]) => at);
    steps.values = points.map(([, value]) => value);
    steps.peak = steps.values.reduce((a, b) => Math.max(a, b), 0);
    return steps;
  }

  /** Open from `starts[i]` to `ends[i]`, for each i. */
  static between(starts, ends) {
    const changes = [];
    starts.forEach((start, at) => {
      if (start < ends[at]) changes.push([start, 1], [ends[at], -1]);
    });
    return new Steps(changes);
  }

  /** The value at a moment; O(log n). */
  at(moment) {
    const upTo = rank(this.times, moment);
    return upTo === 0 ? 0 : this.values[upTo - 1];
  }
}

/** How many of the ascending `values` are not above `bound`; O(log n). */
export function rank(values, bound) {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
