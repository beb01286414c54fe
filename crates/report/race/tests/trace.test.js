import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readData } from '../data.js';
import { Refusal, unpack } from '../trace.js';
import { rawTrace } from './six.js';

const refused = (more) => {
  try {
    unpack(rawTrace('refill', more));
  } catch (error) {
    assert.ok(error instanceof Refusal, error.stack);
    return error.message;
  }
  return assert.fail('it was not refused');
};

test('an honest trace gives the moments of its jobs', () => {
  const trace = unpack(rawTrace('ordered'));
  assert.deepEqual(trace.started, [0, 0, 10_000, 40_000, 40_000, 50_000]);
  assert.deepEqual(trace.delivered, [10_000, 40_000, 40_000, 50_000, 50_000, 60_000]);
  assert.deepEqual(trace.memory, { at: [0, 10_000, 40_000], bytes: [500, 2000, 0] });
});

test('a missing job is refused with its number', () => {
  assert.equal(refused({ finished: [1, 1, 1, 1, 1] }), 'finished has 5 of 6 jobs; job 5 is missing');
});

test('a job that is delivered twice is refused', () => {
  const delivered = [0, 0, 0, 0, 0, 0, 0];
  assert.match(refused({ delivered }), /delivered has 7 entries for 6 jobs; some job is delivered twice/);
});

test('a negative gap is refused with its place', () => {
  assert.equal(refused({ finished: [1, 1, -5, 1, 1, 1] }), 'finished[2] is -5; a gap is never negative');
});

test('numbers that are none are refused', () => {
  assert.match(refused({ started: [0, 0, 1.5, 0, 0, 0] }), /started\[2\] is 1.5; it must be whole/);
  assert.match(refused({ started: [0, 0, null, 0, 0, 0] }), /started\[2\] is null/);
  assert.match(refused({ started: [0, 0, '=cmd()', 0, 0, 0] }), /started\[2\] is "=cmd\(\)"/);
  assert.match(refused({ admitted: [2 ** 53, 0, 0, 0, 0, 0] }), /admitted\[0\]/);
  const big = [2 ** 53 - 1, 2 ** 53 - 1, 0, 0, 0, 0];
  assert.match(refused({ admitted: big }), /more than a number can hold/);
});

test('another version, family or provenance is refused and named', () => {
  assert.equal(refused({ schema: 'bp-trace/2' }), 'its schema is "bp-trace/2"; this page reads "bp-trace/1"');
  assert.match(refused({ schema: undefined }), /its schema is missing/);
  assert.match(refused({ family: '__proto__' }), /family is "__proto__"/);
  assert.match(refused({ provenance: 'guessed' }), /provenance is "guessed"/);
  assert.match(refused({ limit: 0 }), /limit is 0; it must be a whole number from 1 up/);
});

test('a million jobs are refused with what would do', () => {
  assert.equal(
    refused({ jobs: 1_000_000 }),
    '1,000,000 jobs are more than the 100,000 that a page can draw; keep one in 10',
  );
});

test('a hundred thousand jobs are read', () => {
  const list = new Array(100_000).fill(1);
  const lists = { admitted: list, started: list, finished: list, delivered: list };
  assert.equal(unpack(rawTrace('no_limit', { ...lists, jobs: 100_000 })).delivered.length, 100_000);
});

test('memory and lost jobs are checked as well', () => {
  assert.match(refused({ memory: { at_us: [1], live_bytes: [] } }), /1 moments for 0 sizes/);
  assert.match(refused({ memory: { at_us: [-1], live_bytes: [0] } }), /memory.at_us\[0\] is -1/);
  assert.match(refused({ memory: 7 }), /no lists at_us and live_bytes/);
  assert.match(refused({ lost: [9] }), /lost has 9; there is no such job/);
  assert.match(refused({ lost: [1, 1] }), /lost twice/);
  assert.match(refused({ lost: [0], delivered: [5, 0, 0, 0, 0, 0] }), /job 0 is lost, and was delivered/);
});

test('the figures of a whole are numbers, and its steps go forward in time', () => {
  const thin = (whole) => refused({ jobs: 12, every: 2, whole });
  assert.match(thin({ end: '=cmd()', in_flight: [[0, 1]] }), /whole.end is "=cmd\(\)"/);
  for (const steps of [undefined, [], 7, [[5, 1], [4, 1]], [[0, -1]], [null], [['x', 1]]]) {
    assert.match(thin({ end: 1, in_flight: steps }), /whole.in_flight is no list/);
  }
});

test('memory has no place beside simulated time', () => {
  assert.equal(unpack(rawTrace('refill', { provenance: 'simulated' })).memory, null);
});

test('what is no trace at all is refused', () => {
  for (const raw of [null, 1, 'x', [], true]) assert.throws(() => unpack(raw), Refusal);
});

test('labels lose what is more than text, and length', () => {
  const trace = unpack(rawTrace('refill', { strategy: '<script>\u001b[31m\u202ex', workload: 'w'.repeat(500) }));
  assert.equal(trace.strategy, '<script> [31m x');
  assert.equal(trace.workload.length, 120);
});

test('good traces are drawn although others are refused, each with its place', () => {
  const traces = [rawTrace('refill'), rawTrace('barrier', { jobs: 7 }), rawTrace('refill'), 5];
  const data = readData(JSON.stringify({ schema: 'bp-race/1', traces }));
  assert.equal(data.traces.length, 1);
  assert.deepEqual(data.refused, [
    'Trace 2 (six/batching/tokio/limit=2): admitted has 6 of 7 jobs; job 6 is missing.',
    'Trace 3 (six/semaphore/tokio/limit=2): the same cell is there already.',
    'Trace 4: it is not an object; a trace is one JSON object.',
  ]);
});

test('data that cannot be read are said and never thrown', () => {
  for (const text of ['', '{', 'null', '[]', '{"schema":"bp-race/9","traces":[]}', '{"schema":"bp-race/1"}']) {
    const { traces, refused: said } = readData(text);
    assert.deepEqual(traces, []);
    assert.equal(said.length, 1, text);
  }
});

test('a catalogue of anything is a catalogue of texts', () => {
  const strategies = [null, 7, { name: 'a', title: {}, sentence: '<b>' }];
  const data = readData(JSON.stringify({ schema: 'bp-race/1', traces: [], strategies, executors: 'x' }));
  assert.deepEqual(data.strategies.at(-1), { name: 'a', title: 'a', sentence: '<b>', source: '' });
  assert.deepEqual(data.executors, []);
});
