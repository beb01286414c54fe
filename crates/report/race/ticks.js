// Round numbers for axes.

/** Ticks from 0 to `most`, `about` of them, 1, 2 or 5 times a power of ten apart. */
export function ticks(most, about) {
  const raw = Math.max(most, 1e-9) / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw * 0.999);
  const found = [];
  for (let at = 0; at * step <= most * 1.000001; at += 1) found.push(at * step);
  return found;
}

/** The 1-2-5 ticks between two positive numbers, for a logarithmic axis; at most `about`. */
export function logTicks(least, most, about) {
  const found = [];
  for (let power = 10 ** Math.floor(Math.log10(least)); power <= most; power *= 10) {
    for (const factor of [1, 2, 5]) {
      const tick = factor * power;
      if (tick >= least && tick <= most) found.push(tick);
    }
  }
  const decades = found.filter((tick) => Number.isInteger(Math.round(Math.log10(tick) * 1e9) / 1e9));
  return found.length > about && decades.length > 1 ? decades : found;
}
