// Where the replay is and how it moves. Pure: the clock is handed in.

/** So long a replay lasts if the reader does not choose a speed, in milliseconds. */
const COMFORTABLE = 9000;
/** In how many steps a replay goes for those who asked for less motion. */
export const STEPS = 20;
/** How long each of these steps stands, in milliseconds. */
export const STEP_MS = 500;
const SPEEDS = [
  0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
  0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500,
];

/** The speeds on offer for a race of so many microseconds: those that last 1 to 120 seconds. */
export function speeds(untilUs) {
  const fits = SPEEDS.filter((speed) => {
    const seconds = untilUs / 1e6 / speed;
    return seconds >= 1 && seconds <= 120;
  });
  return fits.includes(1) ? fits : [...fits, 1].sort((a, b) => a - b);
}

/** The speed on offer at which a replay lasts nearest to a comfortable time. */
export function comfortable(untilUs) {
  const off = (speed) => Math.abs(Math.log(untilUs / 1000 / speed / COMFORTABLE));
  return speeds(untilUs).reduce((best, speed) => (off(speed) < off(best) ? speed : best));
}

/** `1/20`, `real time`, `5×`. */
export function speedLabel(speed) {
  if (speed === 1) return 'real time';
  return speed < 1 ? `1/${Math.round(1 / speed)}` : `${speed}×`;
}

/** The position, 0 to 1, after so many milliseconds of playing at a speed. */
export function advance(position, elapsedMs, speed, untilUs) {
  return Math.min(1, position + (elapsedMs * 1000 * speed) / untilUs);
}

/** The next position in steps: a multiple of 1/STEPS, beyond the present one. */
export function step(position) {
  return Math.min(1, (Math.floor(position * STEPS + 1e-9) + 1) / STEPS);
}
