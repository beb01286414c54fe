import assert from 'node:assert/strict';
import { test } from 'node:test';

import { placeLabels } from '../labels.js';
import { STEPS, advance, comfortable, speedLabel, speeds, step } from '../replay.js';
import { fromFragment, initial, toFragment } from '../state.js';
import { Steps, rank } from '../steps.js';
import { logTicks, ticks } from '../ticks.js';

test('the fragment gives the same view again', () => {
  assert.equal(toFragment(initial()), '');
  const state = {
    race: 'six 6 recorded',
    executor: 'tokio',
    shown: ['semaphore limit=2', 'batching'],
    position: 0.25,
    speed: 0.1,
    logarithmic: true,
    theme: 'dark',
  };
  assert.deepEqual(fromFragment(toFragment(state)), state);
});

test('a fragment that somebody made up does no harm', () => {
  for (const fragment of ['#at=2&speed=-1&theme=pink', '#at=NaN', '#at=<script>&speed=Infinity', '#%%%', '#']) {
    assert.deepEqual(fromFragment(fragment), initial(), fragment);
  }
});

test('a replay goes forward and stops at its end', () => {
  // 100 ms of playing at a tenth are 10 ms of a run of 100 ms.
  assert.equal(advance(0.5, 100, 0.1, 100_000), 0.6);
  assert.equal(advance(0.95, 1000, 1, 100_000), 1);
});

test('with less motion it goes in steps', () => {
  const seen = [0];
  while (seen.at(-1) < 1) seen.push(step(seen.at(-1)));
  assert.equal(seen.length, STEPS + 1);
  assert.equal(step(0.07), 0.1);
});

test('the speed on offer makes short and long runs comfortable', () => {
  for (const us of [200, 60_000, 650_000, 2_600_000, 600_000_000]) {
    const seconds = us / 1e6 / comfortable(us);
    assert.ok(seconds > 4 && seconds < 20, `${us} µs take ${seconds} s`);
    assert.ok(speeds(us).includes(1), 'real time is always on offer');
  }
  assert.deepEqual([0.1, 0.05, 1, 5].map(speedLabel), ['1/10', '1/20', 'real time', '5×']);
});

test('steps count what is open, ends before starts', () => {
  const steps = Steps.between([0, 10, 5], [10, 20, 5]);
  assert.equal(steps.peak, 1);
  assert.deepEqual([-1, 0, 9, 10, 20].map((at) => steps.at(at)), [0, 1, 1, 1, 0]);
  assert.deepEqual([0, 1, 2, 3].map((bound) => rank([1, 2, 2], bound)), [0, 1, 3, 3]);
});

test('ticks are round', () => {
  assert.deepEqual(ticks(659_000, 6), [0, 200_000, 400_000, 600_000]);
  assert.deepEqual(ticks(240, 4), [0, 100, 200]);
  assert.deepEqual(logTicks(2, 60, 6), [2, 5, 10, 20, 50]);
  assert.deepEqual(logTicks(1, 1000, 5), [1, 10, 100, 1000]);
});

test('labels of curves that coincide do not lie on each other', () => {
  const frame = { left: 0, top: 0, right: 300, bottom: 100 };
  const points = [{ x: 150, y: 50 }];
  const labels = [0, 1, 2].map(() => ({ width: 80, points, anchors: points }));
  const boxes = placeLabels(labels, frame);
  boxes.forEach((box, at) => {
    for (const other of boxes.slice(at + 1)) {
      const apart = Math.abs(box.top - other.top) >= 17 || Math.abs(box.left - other.left) >= 80;
      assert.ok(apart, JSON.stringify(boxes));
    }
  });
});

test('labels stay in the frame, off each other, and near their own curve', () => {
  const frame = { left: 0, top: 0, right: 400, bottom: 150 };
  const curve = (slope) => [...Array(20).keys()].map((at) => ({ x: at * 20, y: 150 - at * slope }));
  const labels = [2, 4, 7].map((slope) => {
    const points = curve(slope);
    return { width: 90, points, anchors: points };
  });
  const boxes = placeLabels(labels, frame);
  boxes.forEach((box, at) => {
    assert.ok(box.left >= 0 && box.left + box.width <= 400 && box.top >= 0 && box.top + box.height <= 150);
    const away = (points) => Math.min(...points.map(({ x, y }) => Math.hypot(
      Math.max(0, box.left - x, x - box.left - box.width),
      Math.max(0, box.top - y, y - box.top - box.height),
    )));
    labels.forEach(({ points }, other) => {
      if (other !== at) assert.ok(away(labels[at].points) < away(points), `label ${at}, curve ${other}`);
    });
    for (const other of boxes.slice(at + 1)) {
      const apart = other.top >= box.top + box.height || box.top >= other.top + other.height ||
        other.left >= box.left + box.width || box.left >= other.left + other.width;
      assert.ok(apart, 'two labels lie on each other');
    }
  });
});
