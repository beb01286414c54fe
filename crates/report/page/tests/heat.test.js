import assert from 'node:assert/strict';
import test from 'node:test';

import { best, bit, kind, reference, times, view } from '../heat.js';

/** Four rows: without a limit, quick, slow and one that failed. */
const table = { rows: ['free', 'quick', 'slow', 'lost'], free: [true, false, false, false] };

/** A metric in one column; `alike` says that quick and slow cannot be told apart from each other. */
function metric(numbers, { more = false, alike = ['8', '4', '2', '0'] } = {}) {
  const cells = numbers.map((number) =>
    typeof number === 'number' ? [number, `${number} ms`, '', ''] : number,
  );
  return { more, columns: [{ cells, alike }] };
}

test('others are compared with the best that limits', () => {
  assert.equal(best(table, metric([10, 100, 250, 'oom']), 0), 1);
  assert.equal(best(table, metric([90, 10, 50, 'oom'], { more: true }), 0), 2);
});

test('without anybody who limits, with the best of all', () => {
  assert.equal(best(table, metric([10, 'oom', 'oom', 'oom']), 0), 0);
  assert.equal(best(table, metric(['-', 'oom', 'oom', 'oom']), 0), -1);
});

test('a reference that was asked for counts where it was measured', () => {
  const times = metric([10, 100, 250, 'oom']);
  assert.equal(reference(table, times, 0, 'slow'), 2);
  assert.equal(reference(table, times, 0, 'lost'), 1);
  assert.equal(reference(table, times, 0, 'nobody'), 1);
});

test('a cell says how it stands to the reference', () => {
  const time = metric([10, 100, 250, 'oom']);
  const shown = (row) => Object.values(view(time, 0, row, 1)).slice(0, 3);
  assert.deepEqual(shown(0), ['better', '10 ms', '0.10×']);
  assert.deepEqual(shown(1), ['even', '100 ms', '1.00×']);
  assert.deepEqual(shown(2), ['twice', '250 ms', '2.50×']);
  assert.deepEqual(shown(3), ['absent', 'oom', '']);
});

test('of a rate, less is worse', () => {
  const rate = metric([100, 100, 40, 'oom'], { more: true });
  assert.equal(view(rate, 0, 2, 1).kind, 'twice');
  assert.equal(view(rate, 0, 2, 1).ratio, '0.40×');
});

test('what the rounds do not tell apart is even, whatever the ratio', () => {
  assert.equal(kind(3, true), 'even');
  assert.deepEqual([3, 2, 1.01, 0.5].map((worse) => kind(worse, false)), [
    'twice',
    'twice',
    'worse',
    'better',
  ]);
});

test('nothing is once nothing', () => {
  const none = metric([0, 0, 5, 'oom']);
  assert.equal(view(none, 0, 0, 1).ratio, '1.00×');
  assert.equal(view(none, 0, 2, 1).ratio, '5.00×');
});

test('ratios have the digits that matter', () => {
  assert.deepEqual([0.5, 1.024, 9.994, 12.4, 1234.5].map(times), [
    '0.50×',
    '1.02×',
    '9.99×',
    '12×',
    '1,235×',
  ]);
});

test('bits are read from the highest of a digit on', () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5].map((place) => bit('98', place)), [
    true,
    false,
    false,
    true,
    true,
    false,
  ]);
  assert.equal(bit('', 9), false);
});
