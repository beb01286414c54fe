import assert from 'node:assert/strict';
import test from 'node:test';

import { parse, print } from '../state.js';

test('choices survive the address', () => {
  const choices = { metric: 'cpu_ns', against: 'materialize-window window=40', at: 's-verdict' };
  assert.deepEqual(parse(print(choices)), choices);
});

test('a place alone is an ordinary fragment', () => {
  assert.equal(print({ at: 's-verdict' }), '#s-verdict');
  assert.deepEqual(parse('#s-verdict'), { at: 's-verdict' });
});

test('what was not chosen is not in the address', () => {
  assert.equal(print({ metric: '', theme: undefined }), '');
  assert.deepEqual(parse(''), {});
});

test('an address that means nothing is no error', () => {
  assert.deepEqual(parse('#%E0%A4'), { at: '%E0%A4' });
  assert.deepEqual(parse('#a=b=c&&d'), { a: 'b=c', d: '' });
});
