import assert from 'node:assert/strict';
import { test } from 'node:test';

import { entries, executors, races, usual, widerWindow } from '../choices.js';
import { unpack } from '../trace.js';
import { rawTrace } from './six.js';

const KNOWN = ['unbounded-spawn', 'sequential', 'batching', 'semaphore', 'materialize'].map((name) => ({
  name,
  title: `the ${name}`,
  sentence: 'It does.',
}));
const trace = (family, more) => unpack(rawTrace(family, more));

test('simulated and recorded time are never in one race', () => {
  const all = races([trace('refill'), trace('refill', { provenance: 'simulated' }), trace('barrier')]);
  assert.deepEqual(all.map(({ label }) => label), ['six', 'six (simulated time)']);
  for (const { traces } of all) assert.equal(new Set(traces.map((one) => one.provenance)).size, 1);
});

test('different numbers of jobs are different races', () => {
  const list = [0, 0, 0];
  const three = { jobs: 3, admitted: list, started: list, finished: list, delivered: list };
  const all = races([trace('refill'), trace('refill', three)]);
  assert.deepEqual(all.map(({ label }) => label), ['six, 6 jobs', 'six, 3 jobs']);
});

test('one strategy of each family is shown at first', () => {
  const sequential = { strategy: 'sequential', limit: 1, cell: 'six/sequential/tokio/-' };
  const [race] = races([
    trace('refill', sequential),
    ...['ordered', 'refill', 'barrier', 'no_limit'].map((family) => trace(family)),
  ]);
  const all = entries(race, 'tokio', KNOWN);
  assert.deepEqual(all.map(({ key }) => key), [
    'unbounded-spawn', 'sequential', 'batching', 'semaphore', 'materialize',
  ]);
  assert.equal(all[0].title, 'the unbounded-spawn');
  assert.deepEqual(usual(all), ['unbounded-spawn', 'batching', 'semaphore', 'materialize']);
});

test('several limits of a strategy are told apart, and the usual one is shown', () => {
  const four = { limit: 4, cell: 'six/semaphore/tokio/limit=4' };
  const [race] = races([trace('barrier'), trace('refill', four), trace('refill')]);
  const all = entries(race, 'tokio', KNOWN);
  assert.deepEqual(all.map(({ key }) => key).sort(), [
    'batching', 'semaphore limit=2', 'semaphore limit=4',
  ]);
  assert.deepEqual(usual(all), ['batching', 'semaphore limit=2']);
});

test('the widest window of an ordered rule is found', () => {
  const wide = (window) => trace('ordered', {
    window,
    strategy: 'materialize-window',
    cell: `six/materialize-window/tokio/limit=2,window=${window}`,
  });
  const [race] = races([trace('ordered'), wide(4), wide(8), trace('refill')]);
  const all = entries(race, 'tokio', KNOWN);
  const of = (key) => widerWindow(all.find((entry) => entry.key === key), all);
  assert.deepEqual(of('materialize'), { window: 8, end: 60_000 });
  assert.deepEqual(of('materialize-window limit=2 window=4'.replace('limit=2 ', '')), { window: 8, end: 60_000 });
  assert.equal(of('materialize-window window=8'), null);
  assert.equal(of('semaphore'), null);
});

test('executors stand in the order of the catalogue, unknown ones last', () => {
  const on = (executor) => trace('refill', { executor });
  const [race] = races([on('zzz'), on('smol'), on('tokio')]);
  assert.deepEqual(executors(race, [{ name: 'tokio' }, { name: 'smol' }]), ['tokio', 'smol', 'zzz']);
});
