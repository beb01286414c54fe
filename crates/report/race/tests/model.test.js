import assert from 'node:assert/strict';
import { test } from 'node:test';

import { description } from '../callouts.js';
import { derive, gauges, quantile } from '../model.js';
import { WORDS } from '../plans.js';
import { unpack } from '../trace.js';
import { rawTrace } from './six.js';

const model = (family, more) => derive(unpack(rawTrace(family, more)), 2);

test('the figures of six jobs are those worked out by hand', () => {
  const { end, first, inFlightPeak, heldPeak, slowest, busy, overtaken, memoryPeak } =
    model('refill');
  assert.deepEqual(
    { end, first, inFlightPeak, heldPeak, slowest, busy, overtaken, memoryPeak },
    {
      end: 50_000,
      first: 10_000,
      inFlightPeak: 2,
      heldPeak: 2,
      slowest: 40_000,
      busy: 0.9,
      // Jobs 2 and 3 are delivered before job 1, and job 1 is the one that comes late; job 4 is
      // delivered at the same instant and behind it.
      overtaken: 1,
      memoryPeak: 2000,
    },
  );
});

test('a job takes the first lane that is free, and lanes never overlap', () => {
  for (const family of ['barrier', 'refill', 'ordered', 'no_limit']) {
    const { lane, trace, byStart, keepsSlot } = model(family, { limit: 6 });
    const ends = keepsSlot ? trace.delivered : trace.finished;
    const until = [];
    for (const job of byStart) {
      assert.ok((until[lane[job]] ?? 0) <= trace.started[job], `${family}: job ${job}`);
      until[lane[job]] = ends[job];
    }
  }
  assert.deepEqual(model('refill').lane, [0, 1, 0, 0, 0, 0]);
});

test('a slot is free while jobs wait, and not after the last start', () => {
  assert.deepEqual(model('barrier').free, [{ lane: 0, from: 10_000, to: 40_000 }]);
  assert.deepEqual(model('refill').free, []);
});

test('an ordered rule keeps a slot until delivery, unless its window is wider', () => {
  const narrow = model('ordered');
  assert.deepEqual([narrow.keepsSlot, narrow.lanes, narrow.band], [true, 2, null]);
  const wide = model('ordered', { delivered: [0, 0, 40_000, 40_000, 0, 0], limit: 2, window: 8 });
  assert.deepEqual([wide.keepsSlot, wide.band], [false, 'blocked']);
});

test('batches part where nothing is in flight', () => {
  assert.deepEqual(model('barrier').barriers, [40_000, 50_000]);
  assert.deepEqual(model('refill').barriers, []);
});

test('a row far wider than the limit is a shape', () => {
  assert.equal(model('no_limit').shape, false, '6 lanes are 3 × the limit of 2');
  assert.equal(derive(unpack(rawTrace('no_limit')), 1).shape, true);
});

test('gauges show what is so at a moment', () => {
  const batches = model('barrier');
  assert.deepEqual(gauges(batches, 25_000), {
    delivered: 1,
    inFlight: 1,
    waiting: 0,
    blocked: 0,
    memory: 2000,
    busy: 0.5,
  });
  assert.equal(gauges(model('ordered'), 25_000).blocked, 1);
  assert.equal(gauges(batches, 60_000).delivered, 6);
});

test('a quantile needs ten values beyond it', () => {
  const values = [...Array(20).keys()];
  assert.equal(quantile(values, 0.5), 9);
  assert.equal(quantile(values.slice(1), 0.5), null);
  assert.equal(quantile([], 0.5), null);
});

test('a thinned trace is estimated, or has the figures of the whole', () => {
  const thin = { jobs: 12, every: 2 };
  const estimated = model('no_limit', thin);
  assert.deepEqual([estimated.shape, estimated.inFlightPeak], [true, 12]);
  const known = model('no_limit', { ...thin, whole: { inFlightPeak: 11, end: 41_000, in_flight: [[0, 11], [10_000, 1]] } });
  assert.deepEqual([known.inFlightPeak, known.end], [11, 41_000]);
  assert.equal(gauges(estimated, 20_000).delivered, 10);
  assert.deepEqual([5000, 15_000].map((at) => gauges(known, at).inFlight), [11, 1]);
  assert.deepEqual([5000, 15_000].map((at) => gauges(estimated, at).inFlight), [12, 2]);
});

test('a job that panicked has no delivery', () => {
  const lost = model('refill', { lost: [1] });
  assert.equal(lost.deliveries.length, 5);
  assert.equal(lost.delivered, 5);
  assert.match(description('Semaphore', lost), /^Semaphore: 5 jobs delivered after 50\.0 ms/);
  assert.match(WORDS.delivered([{ title: 'A', model: lost }]), /A: the first after .*, 5 after 50\.0 ms/);
  assert.equal(lost.overtaken, 0);
  assert.equal(lost.end, 50_000);
});

test('when all jobs are lost there is no result, and nothing breaks', () => {
  const none = model('refill', { lost: [0, 1, 2, 3, 4, 5] });
  assert.deepEqual([none.first, none.slowest, none.p50, none.end], [null, null, null, 50_000]);
  assert.match(WORDS.delivered([{ title: 'A', model: none }]), /A: none\.$/);
});

test('jobs that take no time are in flight one after the other', () => {
  const quick = { admitted: [0, 0, 0, 0, 0, 0], finished: [0, 0, 0, 0, 0, 0] };
  const { inFlightPeak, end, busy } = model('refill', quick);
  assert.deepEqual([inFlightPeak, end, busy], [1, 1, 0]);
});
