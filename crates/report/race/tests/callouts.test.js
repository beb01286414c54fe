import assert from 'node:assert/strict';
import { test } from 'node:test';

import { callout, description, ending } from '../callouts.js';
import { derive } from '../model.js';
import { unpack } from '../trace.js';
import { rawTrace } from './six.js';

const model = (family, more) => derive(unpack(rawTrace(family, more)), 2);

test('batches leave slots free behind the slowest job', () => {
  const batches = model('barrier');
  const said = { text: '1 free slot waits for job 1', from: 10_000, to: 40_000 };
  assert.deepEqual(callout(batches), said);
  assert.equal(ending(batches), 'slots 75 % busy');
});

test('refilled slots have nothing to say but how busy they are', () => {
  const refilled = model('refill');
  assert.equal(callout(refilled), null);
  assert.equal(ending(refilled), 'slots 90 % busy');
});

test('order holds what is finished behind the slowest job', () => {
  const ordered = model('ordered');
  const said = { text: '1 finished result held behind job 1', from: 20_000, to: 40_000 };
  assert.deepEqual(callout(ordered), said);
});

test('without a limit all are in flight, and the first result counts where it is late', () => {
  const unbounded = model('no_limit');
  const said = { text: 'no result for 10.0 ms', from: 0, to: 10_000 };
  assert.deepEqual(callout(unbounded), said);
  assert.equal(ending(unbounded), 'all 6 in flight at once: 6.00 kB');
  assert.equal(ending(model('no_limit', { memory: null })), 'all 6 in flight at once');
});

test('a first result that is not late is not worth a word', () => {
  const finished = [1000, 40_000, 10_000, 10_000, 10_000, 10_000];
  assert.equal(callout(model('no_limit', { finished })), null);
});

test('many jobs that were taken and wait are said at the end of a row', () => {
  // All six are taken at once and wait for one of two slots.
  const waiting = { admitted: [0, 0, 0, 0, 0, 0], started: [0, 0, 10_000, 20_000, 30_000, 40_000] };
  const inside = model('refill', waiting);
  assert.equal(inside.band, null, '4 waiting jobs are 2 × the limit, and more is needed');
  const one = model('refill', { ...waiting, limit: 2, started: [10, 10, 10_010, 20_010, 30_010, 40_010] });
  assert.equal(one.band, 'waiting');
  assert.equal(ending(one), 'slots 90 % busy, but 6 jobs taken and waiting');
});

test('what a wider window makes of the order is said where it is known', () => {
  const wider = { window: 8, end: 50_000 };
  assert.equal(ending(model('ordered'), wider), 'slots 75 % busy; with a window of 8: 50.0 ms');
});

test('a row in words has the numbers of the picture', () => {
  assert.equal(
    description('Batching', model('barrier')),
    'Batching: 6 jobs delivered after 60.0 ms; at most 2 in flight; peak memory 2.00 kB; slots busy ' +
      '75 % of the time; results in the order of the source. 1 free slot waits for job 1.',
  );
});

test('a thinned trace has no call-out, for jobs between are not known', () => {
  assert.equal(callout(model('barrier', { jobs: 12, every: 2 })), null);
});
