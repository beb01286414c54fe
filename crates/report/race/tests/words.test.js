import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bytes, count, counted, listed, percent, tickLabel, time, times } from '../format.js';
import { lede } from '../lede.js';
import { derive } from '../model.js';
import { provenance } from '../provenance.js';
import { unpack } from '../trace.js';
import { rawTrace } from './six.js';

const row = (family, more) => {
  const trace = unpack(rawTrace(family, more));
  return { title: trace.strategy, model: derive(trace, 2) };
};
const text = (rows) => lede(rows).map((piece) => piece.text).join('');

test('the lede compares each family with the refilled slots', () => {
  const rows = ['no_limit', 'barrier', 'refill', 'ordered'].map((family) => row(family));
  assert.equal(
    text(rows),
    'The same 6 jobs on tokio, with a limit of 2 or none; only the rule for starting the next one ' +
      'differs. Against semaphore, batching left 25 % of its slots unused and took 1.2× as long, ' +
      'unbounded-spawn held 3.0× the memory and was 1.3× as fast, and materialize kept the order ' +
      'and took 1.2× as long. Last came batching, since its free slots waited for the slowest of a ' +
      'batch (25 % of its slot time); and materialize, since its free slots waited while results ' +
      'were held behind an earlier job (17 % of its slot time).',
  );
  const strong = lede(rows).filter((piece) => piece.strong).map((piece) => piece.text);
  assert.deepEqual(strong, ['25 %', '1.2×', '3.0×', '1.3×', '1.2×']);
});

test('the lede follows the rows that are shown', () => {
  assert.equal(
    text([row('barrier'), row('refill')]),
    'The same 6 jobs on tokio, with a limit of 2; only the rule for starting the next one differs. ' +
      'Against semaphore, batching left 25 % of its slots unused and took 1.2× as long. Last came ' +
      'batching, since its free slots waited for the slowest of a batch (25 % of its slot time).',
  );
  assert.equal(
    text([row('refill')]),
    '6 jobs on tokio, with a limit of 2. semaphore took 50.0 ms, its slots 90 % busy.',
  );
  assert.equal(text([]), 'No strategy is chosen.');
});

test('the lede tells what a wider window makes of the order', () => {
  const wide = row('ordered', { window: 8, delivered: [0, 0, 20_000, 0, 0, 0], finished: [10_000, 40_000, 10_000, 0, 0, 0] });
  assert.match(
    text([row('refill'), row('ordered'), wide]),
    /materialize kept the order and took 1.2× as long \(took as long with a window of 8\)\. Last came materialize, since/,
  );
});

test('who had few jobs in flight came last for that', () => {
  const one = [0, 10, 50, 60, 70, 80].map((ms) => ms * 1000);
  const gaps = one.map((start, at) => start - (one[at - 1] ?? 0));
  const alone = { limit: 1, admitted: gaps, delivered: one.map(() => 0) };
  const sequential = row('refill', { ...alone, strategy: 'sequential' });
  assert.match(
    text([row('refill'), sequential]),
    / Last came sequential, since it never had more than 1 job in flight\.$/,
  );
});

test('who came last for no reason that the trace tells is not accused', () => {
  const { admitted, finished } = rawTrace('refill');
  const twice = (moments) => moments.map((us) => us * 2);
  const slow = { admitted: twice(admitted), finished: twice(finished) };
  assert.doesNotMatch(text([row('barrier', { every: 2, jobs: 12 }), row('refill')]), /Last came/);
  assert.doesNotMatch(text([row('refill'), row('refill', slow)]), /Last came/);
  assert.doesNotMatch(text([row('refill'), row('refill')]), /Last came/, 'nobody is last');
});

test('what is not known is not claimed', () => {
  const unweighed = text([row('no_limit', { memory: null }), row('refill')]);
  assert.match(unweighed, /unbounded-spawn had 6 jobs in flight and was 1.3× as fast/);
  const alike = text([row('ordered', { delivered: [0, 0, 0, 0, 0, 0], finished: [1, 1, 1, 1, 1, 1] }), row('refill')]);
  assert.match(alike, /materialize kept the order and took as long/);
});

test('a ratio is told by the number above 1, on either side of it', () => {
  // Semaphore: 50 ms and 2000 bytes. One job alone that takes `ms` and holds `size`.
  const against = (ms, size) => {
    const zero = [0, 0, 0, 0, 0, 0];
    const [admitted, finished] = [zero, [ms * 1000, 1, 1, 1, 1, 1]];
    const memory = { at_us: [0], live_bytes: [size] };
    const more = { admitted, started: zero, finished, delivered: zero, memory };
    return text([row('no_limit', more), row('refill')]).match(/unbounded-spawn (.*?)\.( Last .*)?$/)[1];
  };
  assert.equal(against(150, 58_000), 'held 29× the memory and took 3.0× as long');
  assert.equal(against(15, 600), 'held 30 % of the memory and was 3.3× as fast');
  assert.equal(against(53, 2101), 'held 1.1× the memory and took 1.1× as long');
  assert.equal(against(52, 2099), 'held as much memory and took as long');
  assert.equal(against(48, 1910), 'held as much memory and took as long');
  assert.equal(against(47, 1900), 'held 95 % of the memory and was 1.1× as fast');
});

test('simulated time is said', () => {
  assert.match(text([row('refill', { provenance: 'simulated' })]), /on tokio in simulated time/);
  const rows = [row('refill', { provenance: 'simulated' })];
  assert.match(provenance(rows, 0), /^Simulated on tokio 1.0.0 with 2 worker threads, a processor/);
});

test('thinning and lost jobs are said', () => {
  const thin = { jobs: 12, every: 2 };
  assert.match(provenance([row('refill', thin)], 2), /one job in 2 is drawn; its figures are estimates/);
  const whole = { ...thin, whole: { end: 5, in_flight: [[0, 1]] } };
  assert.match(provenance([row('refill', whole)], 1), /its figures are those of all jobs/);
  assert.match(provenance([row('refill', { lost: [2, 3] })], 0), /Of semaphore, 2 jobs panicked/);
});

test('numbers have three digits and the unit that suits them', () => {
  assert.deepEqual([0, 87, 999.6, 12_345, 941_700, 999_600, 75e6].map(time), [
    '0 ns', '87.0 µs', '1.00 ms', '12.3 ms', '942 ms', '1.00 s', '75.0 s',
  ]);
  assert.deepEqual([0, 999, 5_300_000].map(bytes), ['0 B', '999 B', '5.30 MB']);
  assert.deepEqual([0, 999, 1_234_567].map(count), ['0', '999', '1,234,567']);
  assert.deepEqual([1, 2.93, 9.96, 1234.4].map(times), ['1.0×', '2.9×', '10×', '1,234×']);
  assert.equal(percent(0.389), '39 %');
  assert.deepEqual([counted(1, 'job'), counted(2, 'job')], ['1 job', '2 jobs']);
  assert.equal(listed(['a', 'b', 'c']), 'a, b and c');
  assert.deepEqual([0, 500_000, 1e6, 1.5e6].map((us) => tickLabel(us, time)), ['0', '500 ms', '1 s', '1.5 s']);
});
